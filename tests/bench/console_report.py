"""The parts of the report on the console: a scan answered on screen, start and memory."""

from __future__ import annotations

from statistics import median

import msgspec

from tests.bench.desk_days import CONSOLES, MOST_GROWTH, DeskDays
from tests.bench.moving_about import PARCELS, Moved
from tests.bench.ratios import Ratio
from tests.bench.scan_to_screen import Answered, p50, p95
from tests.bench.starting import Started
from tests.bench.tables import table


class Console(msgspec.Struct, frozen=True):
    """What was measured of the console in a library of so many items; ``resident`` in bytes, after all scans."""

    items: int
    answered: list[Answered]
    resident: int
    started: Started
    moved: Moved

    @property
    def quickest(self) -> float:
        """What 95 of 100 scans take in the smallest program: the least that anything on screen takes."""
        return min(p95(one.minimal) for one in self.answered)

    @property
    def memory(self) -> float:
        """What it holds in memory over what Textual holds when it is merely imported."""
        return self.resident / median(self.started.imported_bytes)


MINIMAL_TIMES, START_TIMES, MEMORY_TIMES = 1.5, 9.0, 4.5
SWITCH_TIMES, LEAF_TIMES = 3.0, 1.5

SCANS = """\
The console runs on a pseudo-terminal of 80×24, signed in, at {items:,} items on SQLite. {count} scans in each way
lend an item each: a durable commit, the patron read again, the outcome drawn. Time runs from the moment the scan is
written to the reader's line (serial) or to the keyboard (wedge) until the outcome's word and title have arrived from
the terminal. Beside it, in turns, the smallest Textual program does next to nothing: says that it heard, looks the
title up with one select, shows it.

Textual draws at most sixty times a second, so a program that acknowledges a scan and then answers it takes two or
three frames whatever it does; the console draws more often. It may take {times:g} times as long as that least. Wanted:
p95 under 50 ms."""

MOVING = """\
From the key until what it leads to has been drawn: from the desk to the menu, on to a list, back, to the search and
back; and down by a screen in a list of {parcels:,} holds, of which {rows:,} were leafed through. Beside it stands what
the smallest program takes to answer a scan. Wanted: another screen under 100 ms, a screen further down under 50 ms."""

START = """\
From the start of the process to the sign-in screen with its hint drawn, {count} starts, in turns with a Python that
imports Textual and does nothing. The console also imports SQLAlchemy, SQLModel and pydantic, opens the library,
checks its tables and draws; it may take {start:g} times as long as the bare import and hold {memory:g} times as much:
about where 150 MB lie. Wanted: under 1 s, under 150 MB."""


def ratios(console: Console) -> list[Ratio]:
    """What the console takes, beside the least that would do."""
    return [
        *(Ratio(f"scan to screen, {one.way}", one.ratio(), at_most=MINIMAL_TIMES) for one in console.answered),
        Ratio("another screen", p95(console.moved.switched) / console.quickest, at_most=SWITCH_TIMES),
        Ratio("down a long list", p95(console.moved.leafed) / console.quickest, at_most=LEAF_TIMES),
        Ratio("start of the console", console.started.ratio(), at_most=START_TIMES),
        Ratio("memory of the console", console.memory, at_most=MEMORY_TIMES),
    ]


def chapters(console: Console) -> str:
    """Both chapters, as Markdown."""
    answered, started, resident = console.answered, console.started, console.resident
    scans = [
        [
            str(one.way),
            *(f"{1000 * seconds:.0f}" for seconds in (p50(one.console), p95(one.console), max(one.console))),
            *(f"{1000 * seconds:.0f}" for seconds in (p50(one.minimal), p95(one.minimal))),
            Ratio("", one.ratio(), at_most=MINIMAL_TIMES).shown,
        ]
        for one in answered
    ]
    heads = ["", "p50, ms", "p95", "longest", "minimal p50", "minimal p95", f"p95 ratio (≤ {MINIMAL_TIMES:g})"]
    count = len(answered[0].console)
    imported = median(started.imported_bytes)
    starts = [
        [
            "to the first screen, s",
            f"{median(started.console):.2f}",
            f"{median(started.imported):.2f}",
            f"{Ratio('', started.ratio(), at_most=START_TIMES).shown} (≤ {START_TIMES:g})",
        ],
        ["resident at sign-in, MB", _megabytes(median(started.console_bytes)), _megabytes(imported), ""],
        [
            f"resident after {len(answered) * count} scans, MB",
            _megabytes(resident),
            "",
            f"{Ratio('', console.memory, at_most=MEMORY_TIMES).shown} (≤ {MEMORY_TIMES:g})",
        ],
    ]
    return "\n\n".join(
        [
            "## A scan, answered on screen",
            SCANS.format(items=console.items, count=count, times=MINIMAL_TIMES),
            table(heads, scans),
            "## Moving about",
            MOVING.format(parcels=PARCELS, rows=console.moved.rows),
            _moving(console),
            "## Starting the console",
            START.format(count=len(started.console), start=START_TIMES, memory=MEMORY_TIMES),
            table(["", "console", "Textual imported", "ratio"], starts),
        ]
    )


DAY = """\
{consoles} consoles on one PostgreSQL, each on a pseudo-terminal and each through {scans} scans, as a desk has in eight
hours; every console also hears of what the others do. What it holds in memory is looked at after a fifth of the day,
when everything has been opened once, and at its end. It may grow by {most:.0f} MB. Beside it stands how long its scans
that lend took from the keyboard to the screen. Wanted: p95 under 50 ms."""


def of_days(days: DeskDays) -> list[Ratio]:
    """How much of what it may grow by a console grew."""
    return [Ratio("memory of a console over a day", days.growth / MOST_GROWTH, at_most=1)]


def day_chapter(days: DeskDays) -> str:
    """The chapter on memory over a day, as Markdown."""
    rows = [
        [
            str(number),
            _megabytes(settled),
            _megabytes(ended),
            f"{(ended - settled) / 1e6:.1f}",
            *(f"{1000 * seconds:.0f}" for seconds in (p50(took), p95(took), max(took))),
        ]
        for number, (settled, ended, took) in enumerate(zip(days.settled, days.ended, days.lent, strict=True), 1)
    ]
    return "\n\n".join(
        [
            "## Eight hours at eight desks",
            DAY.format(consoles=CONSOLES, scans=days.scans, most=MOST_GROWTH / 1e6),
            table(["console", "MB, settled", "MB, at the end", "grew by, MB", "lent: p50, ms", "p95", "longest"], rows),
        ]
    )


def _moving(console: Console) -> str:
    rows = []
    for name, took, most in (
        ("another screen", console.moved.switched, SWITCH_TIMES),
        ("down a long list", console.moved.leafed, LEAF_TIMES),
    ):
        shown = Ratio("", p95(took) / console.quickest, at_most=most).shown
        times = [f"{1000 * seconds:.0f}" for seconds in (p50(took), p95(took), max(took), console.quickest)]
        rows.append([name, *times, f"{shown} (≤ {most:g})"])
    return table(["", "p50, ms", "p95", "longest", "smallest program, p95", "ratio"], rows)


def _megabytes(count: float) -> str:
    return f"{count / 1e6:.0f}"
