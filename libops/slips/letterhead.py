"""Whose slip it is and which rules stand: what the head of every slip needs."""

from __future__ import annotations

import msgspec
from sqlalchemy import select

from db.statement import Statement
from db.tables import LIBRARY
from libops.slips.facts import Name
from libops.work import Look

NO_DESK = Name("", "")
"""The desk on a slip that was made at none, or that is not about one."""


class Letterhead(msgspec.Struct, frozen=True):
    """The library as it stands at the head of a slip, and which version of its rules stands."""

    zh: str
    en: str
    currency: str
    rules_version: int

    @property
    def library(self) -> Name:
        """What the library is called."""
        return Name(self.zh, self.en)


_LIBRARY = Statement(
    select(LIBRARY.c.name_zh, LIBRARY.c.name_en, LIBRARY.c.currency, LIBRARY.c.rules_version).where(LIBRARY.c.id == 1),
    Letterhead,
)


def letterhead(look: Look) -> Letterhead:
    """The library's name, currency and rules version."""
    return look.transaction.one(_LIBRARY)


def branch_here(look: Look) -> Name:
    """The branch where the slip is made."""
    return Name(look.place.branch_zh, look.place.branch_en)


def desk_here(look: Look) -> Name:
    """The desk where the slip is made; empty names where there is none."""
    return Name(look.place.desk_zh, look.place.desk_en)
