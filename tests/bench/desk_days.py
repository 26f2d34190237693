"""Eight consoles on one PostgreSQL, each through as many scans as a desk has in eight hours: what they hold in memory.

On real pseudo-terminals. A patron takes three books, and brings them back, and between two patrons somebody looks at a
list, searches, or opens the menu; each console also hears of everything that the others do.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path

import msgspec

from tests.bench.moving_about import CTRL_F, ESCAPE, F3
from tests.bench.scan_to_screen import console_command, sign_in
from tests.bench.terminal import Terminal

CONSOLES = 8
BOOKS = 3
SCANS_A_DAY = 400
"""Of one desk: nearly one a minute, for eight hours."""

_SETTLED = 0.2
"""Of the day: by then everything has been opened once, and what is held has found its size."""

_F2 = "\x1bOQ"
_LENDING, _RETURNS = "LENDING", "RETURNS"

_LOOKS = (((F3, "Go to"), ("2", "Hold shelf")), ((CTRL_F, "SEARCH|Search"),), ((F3, "Go to"),))
"""Where somebody looks between two patrons, one after the other; and goes back."""


MOST_GROWTH = 20_000_000
"""Bytes that a console may hold more at the end of the day."""


class DeskDays(msgspec.Struct, frozen=True):
    """Bytes that each console held once it had settled, and at the end of the day; ``scans`` of each.

    ``lent`` are the seconds, console by console, from a scan that lends to its outcome on screen.
    """

    settled: list[int]
    ended: list[int]
    lent: list[list[float]]
    scans: int

    @property
    def growth(self) -> int:
        """The most that any of them grew by, in bytes."""
        return max(end - begin for begin, end in zip(self.settled, self.ended, strict=True))


def measure(file: Path, environment: dict[str, str], times: int = 1) -> DeskDays:
    """Let all of them work side by side; ``file`` is the same library on SQLite, to choose patrons and books from."""
    rounds = times * SCANS_A_DAY // (1 + 2 * BOOKS)
    visits = _visits(file)
    settled: list[int] = []
    lent: list[list[float]] = [[] for _ in range(CONSOLES)]
    with ExitStack() as stage:
        consoles = [stage.enter_context(Terminal(console_command(), environment)) for _ in range(CONSOLES)]
        for console in consoles:
            sign_in(console)
        for number in range(rounds):
            if number == int(rounds * _SETTLED):
                settled = [console.resident for console in consoles]
            for console, took in zip(consoles, lent, strict=True):
                took.extend(_visit(console, *next(visits)))
                for key, shown in (*_LOOKS[number % len(_LOOKS)], (ESCAPE, _LENDING)):
                    _ = _do(console, key, shown)
        return DeskDays(settled, [console.resident for console in consoles], lent, rounds * (1 + 2 * BOOKS))


def _visit(console: Terminal, patron: str, books: list[tuple[str, str]]) -> list[float]:
    """Seconds that each book took which was lent."""
    _ = _do(console, f"{patron}\r", re.escape(patron))
    lent = [_do(console, f"{barcode}\r", rf"LENT\s+{re.escape(title)}") for barcode, title in books]
    _ = _do(console, _F2, _RETURNS)
    _ = [_do(console, f"{barcode}\r", re.escape(title)) for barcode, title in books]
    _ = _do(console, _F2, _LENDING)
    return lent


def _do(console: Terminal, typed: str, shown: str) -> float:
    pressed = console.press(typed)
    took = console.wait_for(shown) - pressed
    console.settle(0.02)
    return took


def _visits(file: Path) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Patrons who have nothing on loan, each with books of their own whose titles are short."""
    connection = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
    patrons = connection.execute(
        "SELECT patron.number FROM patron JOIN patron_category ON patron_category.id = patron.category_id "
        "WHERE patron_category.code IN ('teacher', 'postgraduate') AND patron.status = 'active' "
        "AND patron.number >= 'P3' "
        "AND NOT EXISTS (SELECT 1 FROM loan WHERE loan.patron_id = patron.id AND loan.returned_at IS NULL) "
        "ORDER BY patron.number"
    ).fetchall()
    books = connection.execute(
        "SELECT item.barcode, title.title FROM item JOIN title ON title.id = item.title_id "
        "JOIN item_type ON item_type.id = item.item_type_id JOIN desk ON desk.branch_id = item.branch_id "
        "WHERE item_type.code = 'book' AND item.status = 'available' AND title.language = 'zh' "
        "AND length(title.title) <= 12 AND title.number LIKE 'X%' AND desk.code = 'C1' "
        "AND NOT EXISTS (SELECT 1 FROM request WHERE request.title_id = title.id AND request.closed_at IS NULL) "
        "ORDER BY item.barcode"
    ).fetchall()
    connection.close()
    # Whoever has brought everything back may come again, and what was brought back may be taken again.
    shelves = [books[first : first + BOOKS] for first in range(0, len(books) - BOOKS, BOOKS)]
    for taken, (patron,) in zip(cycle(shelves), cycle(patrons), strict=False):
        yield patron, taken
