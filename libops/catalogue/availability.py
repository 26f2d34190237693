"""Where a title's copies are and how many can be had: one query, for search rows, holds and whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import msgspec
from sqlalchemy import case, func, or_, select

from db.catalogue import ItemStatus
from db.row_lists import among
from db.statement import Statement
from db.tables import BRANCH, ITEM
from libops.circulation.copies import is_in, is_usable, lies_at, word
from libops.work import Look


class AtBranch(msgspec.Struct, frozen=True):
    """A title's copies at one branch: those that lie there or belong there and are lent.

    ``copies`` are all that may ever be had, ``available`` those on the shelf for whoever comes, ``read_here`` those
    that are read there only.
    """

    branch_code: str
    branch_zh: str
    branch_en: str
    copies: int
    available: int
    read_here: int


class Availability(msgspec.Struct, frozen=True):
    """A title's copies branch by branch, in the order of their codes."""

    branches: tuple[AtBranch, ...] = ()

    @property
    def copies(self) -> int:
        """All copies that may ever be had."""
        return sum(branch.copies for branch in self.branches)

    @property
    def available(self) -> int:
        """Copies on a shelf for whoever comes."""
        return sum(branch.available for branch in self.branches)

    def at(self, branch_code: str) -> AtBranch | None:
        """The copies at one branch; None where it has none."""
        return next((branch for branch in self.branches if branch.branch_code == branch_code), None)


class _Row(msgspec.Struct, frozen=True):
    title_id: int
    branch_code: str
    branch_zh: str
    branch_en: str
    copies: int
    available: int
    read_here: int


_READ_HERE = ITEM.c.status == word(ItemStatus.RESTRICTED)
_OF_TITLES = Statement(
    select(
        ITEM.c.title_id,
        BRANCH.c.code,
        BRANCH.c.name_zh,
        BRANCH.c.name_en,
        func.sum(case((or_(is_usable(ITEM), _READ_HERE), 1), else_=0)),
        func.sum(case((is_in(ITEM), 1), else_=0)),
        func.sum(case((_READ_HERE, 1), else_=0)),
    )
    .select_from(ITEM.join(BRANCH, BRANCH.c.id == lies_at(ITEM)))
    .where(among(ITEM.c.title_id, "title_ids"))
    .group_by(ITEM.c.title_id, BRANCH.c.id, BRANCH.c.code, BRANCH.c.name_zh, BRANCH.c.name_en)
    .order_by(ITEM.c.title_id, BRANCH.c.code),
    _Row,
)


def of_titles(look: Look, title_ids: Sequence[int]) -> dict[int, Availability]:
    """The availability of titles by their row numbers; titles without a copy are left out."""
    rows = look.transaction.all(_OF_TITLES, title_ids=title_ids) if title_ids else []
    found: dict[int, Availability] = {}
    for title_id, group in groupby(rows, key=lambda row: row.title_id):
        found[title_id] = Availability(tuple(_at(row) for row in group))
    return found


def _at(row: _Row) -> AtBranch:
    return AtBranch(row.branch_code, row.branch_zh, row.branch_en, row.copies, row.available, row.read_here)
