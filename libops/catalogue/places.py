"""Where copies are shelved and what kinds there are, by their codes: read once for an act, an import or a form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
from sqlalchemy import select

from db.database import Transaction
from db.places import Scheme
from db.statement import Statement
from db.tables import BRANCH, ITEM_TYPE, LOCATION
from libops.refusals import Reason


class ShelfPlace(msgspec.Struct, frozen=True):
    """A location of a branch, and by which call numbers it is shelved."""

    id: int
    branch_id: int
    code: str
    name_zh: str
    name_en: str
    scheme: Scheme


class _Coded(msgspec.Struct, frozen=True):
    id: int
    code: str


class Places(msgspec.Struct, frozen=True):
    """Branches, locations and item types by their codes."""

    branches: Mapping[str, int]
    locations: Mapping[str, ShelfPlace]
    item_types: Mapping[str, int]

    def against(self, branch: str, location: str, item_type: str) -> list[Reason]:
        """What stands against shelving a copy so; an empty ``location`` means none."""
        reasons = []
        if branch not in self.branches:
            reasons.append(Reason("copy.no_branch", {"code": branch, "known": _known(self.branches)}))
        elif location and not self.is_in(branch, location):
            there = [code for code in self.locations if self.is_in(branch, code)]
            reasons.append(Reason("copy.no_location", {"branch": branch, "code": location, "known": _known(there)}))
        if item_type not in self.item_types:
            reasons.append(Reason("copy.no_type", {"code": item_type, "known": _known(self.item_types)}))
        return reasons

    def against_change(self, branch: str | None, location: str | None, item_type: str | None) -> list[Reason]:
        """What stands against codes of which some are not named (None)."""
        place = self.locations.get(location or "")
        home = next((code for code, key in self.branches.items() if place and key == place.branch_id), "")
        at = branch if branch is not None else home or next(iter(self.branches))
        return self.against(at, location or "", item_type if item_type is not None else next(iter(self.item_types)))

    def in_codes(self, fields: Mapping[str, str | int | None]) -> dict[str, str | int | None]:
        """Fields of a copy as people name them: codes instead of row numbers, without what only sorts."""
        named: dict[str, str | int | None] = {}
        for name, value in fields.items():
            if name == "shelf_key":
                continue
            known = self._codes_of(name)
            named[name.removesuffix("_id")] = value if known is None else known.get(value, "")
        return named

    def _codes_of(self, name: str) -> Mapping[str | int | None, str] | None:
        if name == "location_id":
            return {place.id: code for code, place in self.locations.items()}
        tables = {"branch_id": self.branches, "item_type_id": self.item_types}
        return {key: code for code, key in tables[name].items()} if name in tables else None

    def is_in(self, branch: str, location: str) -> bool:
        """Whether a branch has a location of this code."""
        place = self.locations.get(location)
        return place is not None and place.branch_id == self.branches.get(branch)

    def scheme_of(self, location_id: int | None) -> Scheme:
        """By which call numbers a location is shelved; a copy without one as most are."""
        found = next((place for place in self.locations.values() if place.id == location_id), None)
        return Scheme.CLC if found is None else found.scheme


def _known(codes: Iterable[str]) -> str:
    return ", ".join(sorted(codes)) or "—"


def _place(key: int, branch_id: int, code: str, name_zh: str, name_en: str, scheme: str) -> ShelfPlace:
    return ShelfPlace(key, branch_id, code, name_zh, name_en, Scheme(scheme))


_BRANCHES = Statement(select(BRANCH.c.id, BRANCH.c.code).order_by(BRANCH.c.code), _Coded)
_TYPES = Statement(select(ITEM_TYPE.c.id, ITEM_TYPE.c.code).order_by(ITEM_TYPE.c.code), _Coded)
_LOCATIONS = Statement(
    select(
        LOCATION.c.id, LOCATION.c.branch_id, LOCATION.c.code, LOCATION.c.name_zh, LOCATION.c.name_en, LOCATION.c.scheme
    ).order_by(LOCATION.c.code),
    _place,
)


def read_places(transaction: Transaction) -> Places:
    """All branches, locations and item types."""
    return Places(
        branches={row.code: row.id for row in transaction.all(_BRANCHES)},
        locations={row.code: row for row in transaction.all(_LOCATIONS)},
        item_types={row.code: row.id for row in transaction.all(_TYPES)},
    )
