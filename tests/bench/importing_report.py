"""The part of the report on reading records in."""

from __future__ import annotations

from collections.abc import Sequence

from tests.bench.importing import Import
from tests.bench.ratios import Ratio
from tests.bench.tables import table

LEAST_RATE = 1_000
LEAST_SHARE = 0.3
MOST_GROWTH = 1.25

INTRODUCTION = """\
A file of imagined CNMARC records in UTF-8, two copies each, is read into the sample library: parsed, described, looked
up by control number, ISBN and barcode, written with copies, original record and search index, in batches of 500, each a
durable commit that also says how far the file is. *Floor* is the least that could be: the same records parsed and
described alone, and the very rows that came of them, index included, written by the bare driver in transactions of the
same size. *Share* is the floor over the time. Memory is the most that the process ever had, for {few:,} records and
for all; a reading that kept what it read would grow with the file."""


def ratios(measured: Sequence[Import]) -> list[Ratio]:
    """Rate, share and memory of each engine, with their bounds."""
    found: list[Ratio] = []
    for one in measured:
        who = f"{one.engine}, {one.many.records:,} records read in"
        found += [
            Ratio(f"{who}: thousands a second", one.rate / LEAST_RATE, at_least=1),
            Ratio(f"{who}: share", one.share, at_least=LEAST_SHARE),
            Ratio(f"{who}: growth of memory", one.growth, at_most=MOST_GROWTH),
        ]
    return found


def chapter(measured: Sequence[Import]) -> str:
    """The chapter, as Markdown."""
    rows = [
        [
            one.engine,
            f"{one.many.records:,}",
            f"{one.rate:,.0f}",
            f"{one.many.seconds:.1f}",
            f"{one.many.parsing:.1f}",
            f"{one.by_hand:.1f}",
            Ratio("", one.share, at_least=LEAST_SHARE).shown,
            f"{one.few.peak / 2**20:.0f}",
            f"{one.many.peak / 2**20:.0f}",
            Ratio("", one.growth, at_most=MOST_GROWTH).shown,
        ]
        for one in measured
    ]
    heads = ["", "records", f"records/s (≥ {LEAST_RATE:,})", "s", "parsing alone, s", "rows by hand, s"]
    heads += [f"share (≥ {LEAST_SHARE:g})", "MB, few", "MB, all", f"growth (≤ {MOST_GROWTH:g})"]
    few = measured[0].few.records if measured else 0
    return "\n\n".join(["## Reading records in", INTRODUCTION.format(few=few), table(heads, rows)])
