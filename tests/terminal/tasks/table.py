"""docs/tasks.md, as the plays say it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from libops.i18n import language
from tests.terminal.tasks.play import MOST_KEYS, Play, Press, Scan, Type
from tests.terminal.tasks.plays import PLAYS, TASKS

FILE = Path(__file__).parents[3] / "docs" / "tasks.md"

_HEAD = f"""# The daily tasks, and what each takes

How far it is from the scan line of the desk to each task: which keys lead to the place where it is done, as the screen
names them, and what is scanned, typed and pressed there. No place is more than {MOST_KEYS} keys away. Lending five
books is six scans and no key.

`make tasks` writes this file from the plays in `tests/terminal/tasks/plays.py`, and a test fails when it says anything
else. `make test` plays each of them on a screen of 80×24 in English and in Chinese, and all of them one after the other
on a real terminal, and asks the library after each whether it was done. A key is pressed only once the screen names it;
keys in brackets have no room in the key bar of 80 columns, and F1 names them. The Enter that ends a text is part of it.

"""
_COLUMNS = ("Task", "任务", "How", "Scans", "Keys there", "Typed", "Keys then")


def written() -> str:
    """The whole file."""
    rows = [_COLUMNS, ("---",) * len(_COLUMNS), *(_row(play) for play in PLAYS)]
    return _HEAD + "".join(f"| {' | '.join(cells)} |\n" for cells in rows)


def _row(play: Play) -> tuple[str, ...]:
    return (
        play.task,
        TASKS[play.task],
        play.how,
        _counted(_together(scan.what for scan in play.of(Scan)), len(play.of(Scan))),
        _counted(_named(play.keys_there), len(play.keys_there)),
        _counted([typed.what for typed in play.of(Type)], len(play.of(Type))),
        _counted(_named(play.keys_then), len(play.keys_then)),
    )


def _counted(what: list[str], count: int) -> str:
    return f"{count}: {', '.join(what)}" if count else "0"


def _named(keys: list[Press]) -> list[str]:
    said = [(f"`{key.said(language('en'))}`", key.in_bar) for key in keys]
    return [name if in_bar else f"({name})" for name, in_bar in said]


def _together(what: Iterable[str]) -> list[str]:
    """What is scanned several times is told once, with how often."""
    counts: dict[str, int] = {}
    for one in what:
        counts[one] = counts.get(one, 0) + 1
    return [f"{one} × {count}" if count > 1 else one for one, count in counts.items()]
