"""The part of the report on the search."""

from __future__ import annotations

from tests.bench.asked import Sought
from tests.bench.ratios import Ratio
from tests.bench.searching import A_SECOND, Searching
from tests.bench.tables import table

WANTED_MS, AIM_MS = 50, 20

TIMES = 15.0
"""How many times the bare full-text statement a whole answer may take, by the middle of a kind's questions."""

TIMES_NUMBERED = 60.0
"""How many times the bare read of one row, or of a short range of an index, the answer to a number may take."""

NUMBERED = (Sought.ISBN, Sought.CALL_NUMBER)

GROWTH = 4.0
"""How much longer an answer may take in a hundred times the library, for what finds the same in both."""

GROWN = (Sought.ISBN, Sought.NOTHING)

INTRODUCTION = """\
Questions drawn from the library's own titles, {each} of a kind and each another one, in a transaction of its own and
asked for 50 titles with their availability, while another process makes {lent} check-outs a second in the
same library. *By hand* is the least that the question costs, asked beside it with the bare driver: the full-text
statement for at most 1,001 titles with what ranks compare, the range of call numbers, or one row by its key. *Times* is
the middle of each question's time over that by hand; on top of it come the titles that begin with what was typed, the
order, and 50 rows with their call numbers and availability. Counts end at 1,000. Wanted: p95 under {wanted} ms, and
better under {aim}."""

INDEX = "Of the library, the search index takes {sizes}."


def ratios(measured: list[Searching], sizes: list[int]) -> list[Ratio]:
    """Every multiple of what it takes by hand, and every growth, with its bound."""
    found = [ratio for one in measured for ratio in of(one)]
    by_engine: dict[str, dict[int, Searching]] = {}
    for one in measured:
        by_engine.setdefault(one.engine, {})[one.titles] = one
    for engine, by_size in by_engine.items():
        if len(sizes) > 1:
            found += [
                Ratio(f"{engine}, search, {sought}: growth", _growth(by_size, sizes, sought), at_most=GROWTH)
                for sought in GROWN
            ]
    return found


def of(one: Searching) -> list[Ratio]:
    """The multiples of one library."""
    return [
        Ratio(f"{one.engine}, {one.titles:,} titles, search, {sought}: times by hand", one.times(sought), at_most=most)
        for sought, most in _bounds().items()
    ]


def _bounds() -> dict[Sought, float]:
    return {sought: TIMES_NUMBERED if sought in NUMBERED else TIMES for sought in Sought}


def _growth(by_size: dict[int, Searching], sizes: list[int], sought: Sought) -> float:
    return by_size[sizes[-1]].p50(sought) / by_size[sizes[0]].p50(sought)


def chapter(measured: list[Searching], sizes: list[int]) -> str:
    """The chapter, as Markdown."""
    each = max(len(timed) for one in measured for timed in one.timed.values())
    lent = f"{A_SECOND} (measured: {', '.join(f'{one.lent_a_second:.0f}' for one in measured)})"
    heads = ["", "titles", "", "found", "p50, ms", f"p95 (wanted < {WANTED_MS})", "longest", "by hand, p95"]
    rows = [_row(one, sought) for one in measured for sought in Sought]
    parts = [
        "## Search",
        INTRODUCTION.format(each=each, lent=lent, wanted=WANTED_MS, aim=AIM_MS),
        table([*heads, "times (at most)"], rows),
        INDEX.format(sizes=", ".join(_size(one) for one in measured)),
    ]
    if len(sizes) > 1:
        by = {(one.engine, one.titles): one for one in measured}
        grown = [
            [engine, *(_grown(by[engine, sizes[0]], by[engine, sizes[-1]], sought) for sought in GROWN)]
            for engine in dict.fromkeys(one.engine for one in measured)
        ]
        parts.append(table([f"growth (≤ {GROWTH:g})", *GROWN], grown))
    return "\n\n".join(parts)


def _row(one: Searching, sought: Sought) -> list[str]:
    timed = one.timed[sought]
    p95 = 1000 * one.p95(sought)
    most = _bounds()[sought]
    return [
        one.engine,
        f"{one.titles:,}",
        sought,
        f"{one.found(sought):,.0f}",
        f"{1000 * one.p50(sought):.1f}",
        f"{p95:.1f}" if p95 < WANTED_MS else f"**{p95:.1f}**",
        f"{1000 * max(question.seconds for question in timed):.1f}",
        f"{1000 * one.by_hand_p95(sought):.1f}",
        f"{Ratio('', one.times(sought), at_most=most).shown} (≤ {most:g})",
    ]


def _size(one: Searching) -> str:
    return f"{one.index_bytes / 2**20:,.0f} MiB ({one.engine}, {one.titles:,} titles)"


def _grown(small: Searching, large: Searching, sought: Sought) -> str:
    return Ratio("", large.p50(sought) / small.p50(sought), at_most=GROWTH).shown
