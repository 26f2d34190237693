"""The part of the report on check-out and check-in."""

from __future__ import annotations

from tests.bench.clerks import Side
from tests.bench.lending import Lending
from tests.bench.ratios import Ratio
from tests.bench.tables import table

BOUNDS = {"SQLite": (0.4, 0.6), "PostgreSQL": (0.6, 0.8)}
"""By engine: the least share that is accepted, and the one that is aimed at."""

GROWTH = 1.5
"""How much longer an act may take in a hundred times the library."""

INTRODUCTION = """\
A patron takes a book and brings it back: two acts under a request key each, two durable commits. *By hand* is the
same with the bare driver (`sqlite3`, `psycopg`) in code written for nothing else: the same statements (key looked up,
rows locked on PostgreSQL, facts in one joined select, loan, item, journal), the same pragmas and settings, policy and
calendar fixed in Python. A test proves that both leave the same rows. Each client is a process; patrons and books are
spread over the whole library. *Share* is time by hand over time through the domain."""

REASON = """\
*Growth* is the time through the domain in the large library over that in the small one. Each lookup goes through an
index, and a hundred times the rows make it one or two pages deeper and a page more often out of cache: a few tens of
per cent. A statement that reads a table would take {times} times as long. Between the two, {most:g} leaves room for
noise and none for a mistake."""


def ratios(measured: list[Lending], sizes: list[int]) -> list[Ratio]:
    """Every share and every growth, with its bound."""
    found: list[Ratio] = []
    for one in measured:
        who = f"{one.engine}, {one.clients} {'client' if one.clients == 1 else 'clients'}"
        least, aim = BOUNDS[one.engine]
        found += [Ratio(f"{who}, {items:,} items: share", one.share(items), at_least=least, aim=aim) for items in sizes]
        if len(sizes) > 1:
            grown = one.growth(sizes[0], sizes[-1])
            found.append(Ratio(f"{who}: growth", grown, at_most=GROWTH))
    return found


def chapter(measured: list[Lending], sizes: list[int]) -> str:
    """The chapter, as Markdown."""
    shares = [
        [
            one.engine,
            str(one.clients),
            f"{items:,}",
            f"{one.milliseconds(items, Side.BY_HAND) / 2:.2f}",
            f"{one.milliseconds(items, Side.DOMAIN) / 2:.2f}",
            f"{2 * one.rate(items, Side.BY_HAND):,.0f}",
            f"{2 * one.rate(items, Side.DOMAIN):,.0f}",
            Ratio("", one.share(items), at_least=BOUNDS[one.engine][0]).shown,
            f"≥ {BOUNDS[one.engine][0]} ({BOUNDS[one.engine][1]})",
        ]
        for one in measured
        for items in sizes
    ]
    heads = ["", "clients", "items", "by hand, ms an act", "domain, ms", "by hand, acts/s", "domain", "share"]
    parts = ["## Check-out and check-in", INTRODUCTION, table([*heads, "needed (aim)"], shares)]
    if len(sizes) > 1:
        grown = [
            [one.engine, str(one.clients), Ratio("", one.growth(sizes[0], sizes[-1]), at_most=GROWTH).shown]
            for one in measured
        ]
        times = f"{sizes[-1] // sizes[0]:,}"
        parts += [REASON.format(times=times, most=GROWTH), table(["", "clients", f"growth (≤ {GROWTH:g})"], grown)]
    return "\n\n".join(parts)
