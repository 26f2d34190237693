"""From the last byte of a scan to its outcome on screen, through real pseudo-terminals, with the console running.

The console lends the items: a durable commit each, then the outcome drawn. Beside it, in turns, the smallest Textual
program looks the same items up and shows their titles: what is left of the time when there is next to nothing to do.
"""

from __future__ import annotations

import random
import re
import sqlite3
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from statistics import median, quantiles

import msgspec

from devices.reader_simulator import SimulatedReader
from tests.bench.terminal import Terminal

SCANS = 20
"""Scans in a turn, all by one patron."""

BADGE, PIN = "S0004", "2468"


class Way(StrEnum):
    """How a scan comes in."""

    SERIAL = "serial reader"
    WEDGE = "keyboard wedge"


class Visit(msgspec.Struct, frozen=True):
    """A patron, and the items that go with them: barcode and title."""

    patron: str
    items: list[tuple[str, str]]


class Answered(msgspec.Struct, frozen=True):
    """Seconds from scan to screen, by scan: the console and the minimal program."""

    way: Way
    console: list[float]
    minimal: list[float]

    def ratio(self) -> float:
        """The console's p95 over that of the minimal program."""
        return p95(self.console) / p95(self.minimal)


def p95(seconds: list[float]) -> float:
    """The time within which 95 of 100 were answered."""
    return quantiles(seconds, n=20)[-1]


def p50(seconds: list[float]) -> float:
    """The middle one."""
    return median(seconds)


def console_command(*more: str) -> list[str]:
    """The program, as it is installed beside this Python."""
    return [str(Path(sys.executable).with_name("libops")), "console", *more]


def measure(file: Path, folder: Path, environment: dict[str, str], turns: int) -> tuple[list[Answered], int]:
    """Scan in both ways, each program so many turns; also the bytes that the console held in memory afterwards."""
    visits = _visits(file, len(Way) * turns)
    readers = SimulatedReader(folder, "console-reader"), SimulatedReader(folder, "minimal-reader")
    minimal_command = [sys.executable, "-m", "tests.bench.minimal_console", str(file)]
    found = []
    with (
        readers[0] as reader,
        readers[1] as other,
        Terminal(console_command("--reader", reader.port), environment) as console,
        Terminal([*minimal_command, other.port], environment) as minimal,
    ):
        minimal.wait_for("ready")
        sign_in(console)
        ways = {
            Way.SERIAL: (_by_reader(reader, console), _by_reader(other, minimal)),
            Way.WEDGE: (_by_keyboard(console), _by_keyboard(minimal)),
        }
        for number, (way, (scan, scan_minimal)) in enumerate(ways.items()):
            answered = Answered(way, [], [])
            for visit in visits[number * turns : (number + 1) * turns]:
                answered.console.extend(_visit(console, scan, visit))
                answered.minimal.extend(
                    _scan(minimal, scan_minimal, code, f"FOUND {re.escape(title)}") for code, title in visit.items
                )
            found.append(answered)
        resident = console.resident
    return found, resident


Scan = Callable[[str], float]


def _by_reader(reader: SimulatedReader, terminal: Terminal) -> Scan:
    def scan(code: str) -> float:
        terminal.forget()
        # What is measured begins when the line takes the bytes, so the moment before counts.
        moment = terminal.now()
        reader.scan(code)
        return moment

    return scan


def _by_keyboard(terminal: Terminal) -> Scan:
    return lambda code: terminal.press(f"{code}\r")


def sign_in(console: Terminal) -> None:
    """Sign in as somebody who lends."""
    console.wait_for("Scan your badge")
    console.settle(0.2)
    console.press(f"{BADGE}\r")
    console.settle(0.3)
    console.press(f"{PIN}\r")
    console.wait_for("Ready")
    console.settle(0.5)


def _visit(console: Terminal, scan: Scan, visit: Visit) -> list[float]:
    _scan(console, scan, visit.patron, re.escape(visit.patron))
    return [_scan(console, scan, code, rf"LENT\s+{re.escape(title)}") for code, title in visit.items]


# A clerk takes the next book when the screen has settled, and not to the beat of anything on it.
_PAUSES = random.Random(1)


def _scan(terminal: Terminal, scan: Scan, code: str, answer: str) -> float:
    terminal.settle(_PAUSES.uniform(0.05, 0.15))
    sent = scan(code)
    return terminal.wait_for(answer) - sent


def _visits(file: Path, count: int) -> list[Visit]:
    """Patrons who may have that many and have nothing yet, each with books whose short titles are all different."""
    connection = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
    patrons = connection.execute(
        """
        SELECT patron.number FROM patron JOIN patron_category ON patron_category.id = patron.category_id
        WHERE patron_category.code IN ('teacher', 'postgraduate') AND patron.status = 'active' AND patron.number >= 'P3'
            AND NOT EXISTS (SELECT 1 FROM loan WHERE loan.patron_id = patron.id AND loan.returned_at IS NULL)
        """
    ).fetchall()
    items = connection.execute(
        """
        SELECT min(item.barcode), title.title FROM item JOIN title ON title.id = item.title_id
            JOIN item_type ON item_type.id = item.item_type_id
        WHERE item_type.code = 'book' AND item.status = 'available' AND title.language = 'zh'
            AND length(title.title) <= 12 AND title.number LIKE 'X%'
        GROUP BY title.title
        """
    ).fetchall()
    connection.close()
    dice = random.Random(1)
    chosen = dice.sample(items, count * SCANS)
    return [
        Visit(number, chosen[place * SCANS : (place + 1) * SCANS])
        for place, (number,) in enumerate(dice.sample(patrons, count))
    ]
