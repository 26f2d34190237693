"""The parts of the report on the console: a scan answered on screen, start and memory."""

from __future__ import annotations

from statistics import median

from tests.bench.ratios import Ratio
from tests.bench.scan_to_screen import Answered, p50, p95
from tests.bench.starting import Started
from tests.bench.tables import table

MINIMAL_TIMES, START_TIMES, MEMORY_TIMES = 2.5, 8.0, 4.5

SCANS = """\
The console runs on a pseudo-terminal of 80×24, signed in, at {items:,} items on SQLite. {count} scans in each way
lend an item each: a durable commit, the patron read again, the outcome drawn. Time runs from the moment the scan is
written to the reader's line (serial) or to the keyboard (wedge) until the outcome's word and title have arrived from
the terminal. Beside it, in turns, the smallest Textual program does next to nothing: says that it heard, looks the
title up with one select, shows it.

Textual draws at most sixty times a second, so a program that acknowledges a scan and then answers it takes two or
three frames whatever it does. The console may take {times:g} times as long as that least: about where a person begins
to notice. Wanted: p95 under 100 ms."""

START = """\
From the start of the process to the sign-in screen with its hint drawn, {count} starts, in turns with a Python that
imports Textual and does nothing. The console also imports SQLAlchemy, SQLModel and pydantic, opens the library,
checks its tables and draws; it may take {start:g} times as long as the bare import and hold {memory:g} times as much:
where a second and 150 MB lay when the bounds were set. Wanted: under 1 s, under 150 MB."""


def ratios(answered: list[Answered], started: Started, resident: int) -> list[Ratio]:
    """What the console takes, beside the least that would do."""
    return [
        *(Ratio(f"scan to screen, {one.way}", one.ratio(), at_most=MINIMAL_TIMES) for one in answered),
        Ratio("start of the console", started.ratio(), at_most=START_TIMES),
        Ratio("memory of the console", _memory(started, resident), at_most=MEMORY_TIMES),
    ]


def chapters(answered: list[Answered], started: Started, resident: int, items: int) -> str:
    """Both chapters, as Markdown."""
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
            f"{Ratio('', _memory(started, resident), at_most=MEMORY_TIMES).shown} (≤ {MEMORY_TIMES:g})",
        ],
    ]
    return "\n\n".join(
        [
            "## A scan, answered on screen",
            SCANS.format(items=items, count=count, times=MINIMAL_TIMES),
            table(heads, scans),
            "## Starting the console",
            START.format(count=len(started.console), start=START_TIMES, memory=MEMORY_TIMES),
            table(["", "console", "Textual imported", "ratio"], starts),
        ]
    )


def _memory(started: Started, resident: int) -> float:
    return resident / median(started.imported_bytes)


def _megabytes(count: float) -> str:
    return f"{count / 1e6:.0f}"
