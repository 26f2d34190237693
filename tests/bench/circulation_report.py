"""The parts of the report on requests and renewals at a desk, and on the nightly work."""

from __future__ import annotations

from libops.jobs.nightly import Step
from tests.bench.circulation import Acts, Kind, Night
from tests.bench.ratios import Ratio
from tests.bench.tables import table

TIMES = {Kind.CHECK_IN: 3.0, Kind.PLACE: 3.0, Kind.RENEW_ALL: 12.0}
"""How many plain check-outs each may take."""

GROWTH = 1.5
"""How much longer an act may take in a hundred times the library."""

EVENNESS = 1.5
"""How much longer the later batches of a night may take than the earlier."""

WANTED_MS, WANTED_NIGHT = 50, 60

INTRODUCTION = """\
Two of five items are on loan and there is a request for each twenty: in queues of up to three, on hold shelves, from
next month on. At one desk, one act each in turns, each under a request key and with a durable commit: a plain
check-out; a check-in of a book that somebody waits for, which goes to the hold shelf or on its way; a hold, or a page,
for a title that others wait for; and renewing all of a patron's 20 loans in one act. *Times* is the middle one over
that of the plain check-outs beside it: a check-in or a request has a statement or two more, and twenty renewals in one
commit must cost less than twenty acts. Wanted: p95 under {wanted} ms."""

NIGHTS = """\
One run of the nightly work: parcels left on hold shelves, requests that nobody could fill in time, loans that became
overdue, items that count as lost by now and are charged. Each batch is one transaction, and a desk waits no longer
than for the longest. *Evenness* is the time of the later full batches of telling of overdue loans over that of the
earlier, which a run that reads again what it has done would not keep. Wanted: under {wanted} s."""


def ratios(acts: list[Acts], nights: list[Night], sizes: list[int]) -> list[Ratio]:
    """Every multiple of a check-out, every growth and evenness, with its bound."""
    return [*(ratio for one in acts for ratio in of_acts(one, sizes)), *(ratio for one in nights for ratio in of(one))]


def of_acts(acts: Acts, sizes: list[int]) -> list[Ratio]:
    """The ratios of one engine's acts."""
    found = [
        Ratio(f"{acts.engine}, {items:,} items, {kind}: times a check-out", acts.times(items, kind), at_most=most)
        for items in sizes
        for kind, most in TIMES.items()
    ]
    if len(sizes) > 1:
        found += [
            Ratio(f"{acts.engine}, {kind}: growth", acts.growth(sizes[0], sizes[-1], kind), at_most=GROWTH)
            for kind in TIMES
        ]
    return found


def of(night: Night) -> list[Ratio]:
    """How evenly a night's batches went, where there are enough of them to say."""
    even = night.evenness(Step.OVERDUE)
    who = f"{night.engine}, {night.items:,} items, nightly work: evenness"
    return [] if even is None else [Ratio(who, even, at_most=EVENNESS)]


def chapters(acts: list[Acts], nights: list[Night], sizes: list[int]) -> str:
    """Both chapters, as Markdown."""
    rows = [_row(one, items, kind) for one in acts for items in sizes for kind in Kind]
    heads = ["", "items", "", "p50, ms", f"p95 (wanted < {WANTED_MS})", "longest", "times (at most)"]
    parts = ["## Requests and renewals", INTRODUCTION.format(wanted=WANTED_MS), table(heads, rows)]
    if len(sizes) > 1:
        grown = [
            [
                one.engine,
                *(Ratio("", one.growth(sizes[0], sizes[-1], kind), at_most=GROWTH).shown for kind in TIMES),
            ]
            for one in acts
        ]
        parts.append(table([f"growth (≤ {GROWTH:g})", *TIMES], grown))
    parts += ["## The nightly work", NIGHTS.format(wanted=WANTED_NIGHT), _nights(nights)]
    return "\n\n".join(parts)


def _row(acts: Acts, items: int, kind: Kind) -> list[str]:
    most = TIMES.get(kind)
    times = "1" if most is None else f"{Ratio('', acts.times(items, kind), at_most=most).shown} (≤ {most:g})"
    seconds = (acts.p50(items, kind), acts.p95(items, kind), max(acts.seconds[items, kind]))
    return [acts.engine, f"{items:,}", kind, *(f"{1000 * second:.1f}" for second in seconds), times]


def _nights(nights: list[Night]) -> str:
    rows = []
    for night in nights:
        even = of(night)
        rows.append(
            [
                night.engine,
                f"{night.items:,}",
                *(f"{night.counts[step]:,}" for step in Step),
                f"{night.seconds:.1f}",
                f"{1000 * night.longest():.0f}",
                even[0].shown if even else "",
            ]
        )
    names = {Step.SHELF: "parcels", Step.REQUESTS: "unfilled", Step.OVERDUE: "overdue", Step.LOST: "lost"}
    heads = ["", "items", *(names[step] for step in Step), f"s (wanted < {WANTED_NIGHT})", "longest batch, ms"]
    return table([*heads, f"evenness (≤ {EVENNESS:g})"], rows)
