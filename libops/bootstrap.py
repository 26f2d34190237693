"""Putting the program together: the one place where a library is opened, shared by the program and its tests."""

from __future__ import annotations

import getpass
import os
from datetime import UTC, datetime

from db.database import Database
from db.revision import require_current
from libops.codes import CodePatterns
from libops.languages import choose
from libops.library import Clock, Library
from libops.permissions import EVERYTHING
from libops.settings import Settings
from libops.work import Actor


def wall_clock() -> datetime:
    """The time now. Only this reads the wall clock; everything else is told the time."""
    return datetime.now(UTC)  # noqa: TID251 - the program's one clock


def open_library(url: str, patterns: CodePatterns, *, clock: Clock = wall_clock, pool_size: int = 5) -> Library:
    """Open an existing library. Refuses, with ``DatabaseTrouble``, one that is missing, older or newer."""
    database = Database(url, pool_size=pool_size)
    try:
        require_current(database)
    except BaseException:
        database.close()
        raise
    return Library(database, patterns, clock)


def library_of(settings: Settings, *, clock: Clock = wall_clock) -> Library:
    """The library that a machine's settings name."""
    return open_library(settings.url, settings.patterns, clock=clock)


def operator(language: str = "en") -> Actor:
    """Whoever holds the database's file or address and works on it by commands: trusted, and named in the journal."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = str(os.getuid())
    return Actor(f"operator:{name}", name, EVERYTHING, language)


def interface_language(settings: Settings) -> str:
    """``zh`` or ``en``: as set, otherwise as the terminal's locale says."""
    return choose(settings.language)
