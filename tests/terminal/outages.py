"""A database that goes away under a console, and comes back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from libops.library import Library
from screens.lists.screen import Filter, ListScreen
from screens.outage import OutageLine
from tests.terminal.at_desk import AtDesk

GONE = "There is no database where it should be. Trying again"
UNREACHABLE = "The database server does not answer. Trying again"
BACK = "The database is back."


@contextmanager
def file_gone(library: Library) -> Iterator[None]:
    """The database's file is somewhere else for a while, as when the share that it lies on is not there."""
    file = Path(library.database.url.database or "")
    away = file.with_name("away.db")
    file.rename(away)
    try:
        yield
    finally:
        away.rename(file)


def says_it_is_gone(me: AtDesk) -> bool:
    """Whether the screen in front says that the database is gone."""
    return any(not line.has_class("-back") for line in me.app.screen.query(OutageLine))


async def until_gone(me: AtDesk, said: str = GONE) -> None:
    """Wait until the screen in front says so."""
    await me.until(lambda: says_it_is_gone(me))
    assert said in me.shown()


async def until_back(me: AtDesk) -> None:
    """Wait until it no longer does, and lists no longer say that they could not be read."""
    await me.until(lambda: not says_it_is_gone(me) and BACK in me.shown())
    front = me.app.screen
    if isinstance(front, ListScreen):
        await me.until(lambda: front.rows.has_read and not front.query_one(Filter).error)


def look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """The console looks at the database often, so that nobody waits for it here."""
    for name in ("EVERY", "AFTER_TROUBLE"):
        monkeypatch.setattr(f"screens.live.{name}", 0.05)
