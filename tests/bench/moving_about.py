"""Moving about in the console: from screen to screen, and through a list of fifty thousand holds.

On a real pseudo-terminal, from the key to the moment at which what it leads to has been drawn.
"""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec

from libops.bootstrap import wall_clock
from tests.bench.scan_to_screen import console_command, sign_in
from tests.bench.terminal import Terminal

PARCELS = 50_000
"""Holds on the shelf of the branch whose list is leafed through."""

ESCAPE, F3, F4, CTRL_F, PAGE_DOWN = "\x1b", "\x1bOR", "\x1bOS", "\x06", "\x1b[6~"
_AT = re.compile(r"(\d+) of \d+\+?")


class Moved(msgspec.Struct, frozen=True):
    """Seconds by key: from one screen to another, and down by a screen in the list; ``rows`` were leafed through."""

    switched: list[float]
    leafed: list[float]
    rows: int


def fill_shelf(file: Path) -> None:
    """Put so many parcels on the hold shelf of the first desk's branch."""
    connection = sqlite3.connect(file)
    (branch,) = connection.execute("SELECT branch_id FROM desk ORDER BY code LIMIT 1").fetchone()
    items = connection.execute(
        "SELECT id, title_id FROM item WHERE status = 'available' AND branch_id = ? ORDER BY id LIMIT ?",
        (branch, PARCELS),
    ).fetchall()
    patrons = connection.execute("SELECT id FROM patron ORDER BY id DESC LIMIT ?", (PARCELS,)).fetchall()
    (highest,) = connection.execute("SELECT coalesce(max(shelf_number), 0) FROM request").fetchone()
    now = wall_clock()
    until = now + timedelta(days=7)
    connection.executemany(
        "INSERT INTO request (kind, status, title_id, patron_id, branch_id, position, placed_at, suspended, "
        "held_item_id, held_at, shelf_until, shelf_number, note) "
        "VALUES ('hold', 'awaiting_pickup', ?, ?, ?, 9000000, ?, 0, ?, ?, ?, ?, '')",
        [
            (title, patron, branch, now.isoformat(), item, now.isoformat(), until.isoformat(), highest + number)
            for number, ((item, title), (patron,)) in enumerate(zip(items, patrons, strict=False), 1)
        ],
    )
    connection.executemany("UPDATE item SET status = 'awaiting_pickup' WHERE id = ?", [(item,) for item, _ in items])
    connection.commit()
    connection.close()


def measure(environment: dict[str, str], times: int) -> Moved:
    """Go from screen to screen so many times, and as many screens down the list."""
    switched: list[float] = []
    with Terminal(console_command(), environment) as console:
        sign_in(console)
        for _ in range(times):
            switched += _round(console)
        _ = [*_go(console, F3, "Go to"), *_go(console, "2", _AT)]
        console.settle(0.5)
        leafed, rows = _leaf(console, 10 * times)
    return Moved(switched, leafed, rows)


def _round(console: Terminal) -> Iterator[float]:
    """From the desk to a list, to the search, and back again."""
    yield from _go(console, F3, "Go to")
    yield from _go(console, "2", "Hold shelf")
    yield from _go(console, ESCAPE, "LENDING")
    yield from _go(console, CTRL_F, "SEARCH|Search")
    yield from _go(console, ESCAPE, "LENDING")


_PAUSES = random.Random(2)


def _go(console: Terminal, key: str, shown: re.Pattern[str] | str) -> Iterator[float]:
    console.settle(_PAUSES.uniform(0.1, 0.2))
    pressed = console.press(key)
    yield console.wait_for(shown) - pressed


def _leaf(console: Terminal, screens: int) -> tuple[list[float], int]:
    took = []
    at = 1
    for _ in range(screens):
        console.settle(_PAUSES.uniform(0.02, 0.06))
        pressed = console.press(PAGE_DOWN)
        # The number of the chosen row is drawn with the rows: another one than before.
        took.append(console.wait_for(rf"\b(?!{at} of)\d+ of \d") - pressed)
        at = int(_AT.findall(console.text)[-1])
    return took, at
