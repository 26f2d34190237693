"""``bays.csv``: the bays of a stack, where each stands, and which call numbers of which collection it holds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Literal

import msgspec

from db.places import Scheme
from db.stacks import BayStatus
from libops.bad_files import BadFile, BadRows
from libops.catalogue.call_numbers.ordered import UNPARSED
from libops.catalogue.call_numbers.schemes import normal, parses, prefix_range, shelf_key
from libops.catalogue.stacks.plan import StackPlan
from libops.catalogue.stacks.plan_faults import plan_faults
from libops.codes import storable
from libops.i18n import mark
from libops.rows import Row, read_rows

FILE = "bays.csv"
COLUMNS = ("bay_id", "floor", "aisle", "face", "y", "shelves", "seq", "collection", "cn_from", "cn_to", "status")

_LONGEST = 60
_MOST = 1_000_000
_MOST_SHELVES = 100

Face = Literal["L", "R"]


class BayPlan(msgspec.Struct, frozen=True):
    """One row of the file; ``row`` is its number there. ``y`` is metres along the aisle, ``seq`` shelving order."""

    bay_id: str
    floor: str
    aisle: str
    face: Face
    y: float
    shelves: int
    seq: int
    collection: str = ""
    cn_from: str = ""
    cn_to: str = ""
    status: BayStatus = BayStatus.OPEN
    row: int = 0

    def bad(self, why: str, **facts: object) -> BadFile:
        """A complaint about this row."""
        return BadFile(FILE, self.row, why, **facts)


class Collection(msgspec.Struct, frozen=True):
    """A location of the branch, to bays what they hold: its row number and by which call numbers it is shelved."""

    location_id: int
    scheme: Scheme


class FittedBay(msgspec.Struct, frozen=True):
    """A bay that fits its stack: its location (None: it only holds what is put there by name) and its range of keys,
    from ``key_from`` up to and without ``key_to``, which is empty where there is no end.
    """

    plan: BayPlan
    location_id: int | None = None
    key_from: str = ""
    key_to: str = ""


def read_bays(folder: Traversable) -> list[BayPlan]:
    """Read ``bays.csv`` of a folder; whether its rows fit a plan is told by ``fit``. Raises ``BadFile``."""
    bays: list[BayPlan] = []
    faults: list[BadFile] = []
    for number, row in enumerate(read_rows(folder, FILE), start=2):
        row.need_columns(COLUMNS)
        try:
            bays.append(_read(row, number))
        except BadFile as fault:
            faults.append(fault)
    if faults:
        raise BadRows(faults)
    return bays


def _read(row: Row, number: int) -> BayPlan:
    return BayPlan(
        bay_id=row.read("bay_id", _code),
        floor=row.needed("floor"),
        aisle=row.needed("aisle"),
        face=row.read("face", _face),
        y=row.read("y", _metres),
        shelves=row.read("shelves", _shelves),
        seq=row.read("seq", _whole),
        collection=row.text("collection"),
        cn_from=row.optional("cn_from", _call_number, ""),
        cn_to=row.optional("cn_to", _call_number, ""),
        status=row.optional("status", BayStatus, BayStatus.OPEN),
        row=number,
    )


def fit(plan: StackPlan, bays: Sequence[BayPlan], collections: Mapping[str, Collection]) -> list[FittedBay]:
    """The bays with their ranges of shelf keys, as they stand in the plan, for the branch's locations by their codes.

    Raises ``BadRows`` with everything that is wrong with the plan and every row: a bay outside its aisle; what the plan
    or the branch does not know; bays and turns that stand twice; call numbers that a location's scheme cannot read;
    ranges that end before they begin; gaps and overlaps between neighbouring ranges of one collection.
    """
    faults = plan_faults(plan) or [fault for bay in bays for fault in _misplaced(plan, bay)]
    if not bays:
        faults.append(BadFile(FILE, 0, mark("a stack needs a bay")))
    faults += _doubles([(bay, "bay_id", bay.bay_id) for bay in bays])
    faults += _doubles([(bay, "seq", str(bay.seq)) for bay in bays])
    fitted: list[FittedBay] = []
    for bay in bays:
        try:
            fitted.append(_ranged(bay, collections))
        except BadFile as fault:
            faults.append(fault)
    faults += _broken_neighbours(fitted)
    if faults:
        raise BadRows(sorted(faults, key=lambda fault: (fault.file == FILE, fault.row)))
    return fitted


def bound(scheme: Scheme, text: str) -> str | None:
    """The key at which a range begins or ends: that of a call number, or of all that begin with a class such as ``QA``.

    None where the scheme can read neither.
    """
    if parses(scheme, text):
        return shelf_key(scheme, text)
    start, end = prefix_range(scheme, text)
    return start if start < end and start < UNPARSED else None


def _misplaced(plan: StackPlan, bay: BayPlan) -> list[BadFile]:
    floor = plan.floor(bay.floor)
    if floor is None:
        return [bay.bad(mark("{column}: there is no {code}"), column="floor", code=bay.floor)]
    aisle = floor.aisle(bay.aisle)
    if aisle is None:
        why = mark("aisle: there is no {code} on floor {floor}")
        return [bay.bad(why, code=bay.aisle, floor=bay.floor)]
    low, high = floor.reach(aisle)
    if not low <= bay.y <= high:
        why = mark("bay {bay} stands at {y} m, outside aisle {aisle}, which reaches from {low} to {high} m")
        return [bay.bad(why, bay=bay.bay_id, y=bay.y, aisle=bay.aisle, low=low, high=high)]
    return []


def _doubles(cells: Sequence[tuple[BayPlan, str, str]]) -> list[BadFile]:
    first: dict[str, int] = {}
    faults = []
    for bay, column, value in cells:
        if value in first:
            why = mark("{column}: {value} stands twice, first in row {first}")
            faults.append(bay.bad(why, column=column, value=value, first=first[value]))
        first.setdefault(value, bay.row)
    return faults


def _ranged(bay: BayPlan, collections: Mapping[str, Collection]) -> FittedBay:
    if not bay.collection:
        if bay.cn_from or bay.cn_to:
            raise bay.bad(mark("call numbers need a collection"))
        return FittedBay(bay)
    held = collections.get(bay.collection)
    if held is None:
        known = ", ".join(sorted(collections)) or "—"
        raise bay.bad(mark("collection: this branch has no {code} ({known})"), code=bay.collection, known=known)
    if not bay.cn_from:
        raise bay.bad(mark("{column} is empty"), column="cn_from")
    key_from = _bound(bay, "cn_from", bay.cn_from, held.scheme)
    key_to = _bound(bay, "cn_to", bay.cn_to, held.scheme) if bay.cn_to else ""
    if bay.cn_to and key_from >= key_to:
        why = mark("cn_from {first} does not come before cn_to {last}")
        raise bay.bad(why, first=bay.cn_from, last=bay.cn_to)
    return FittedBay(bay, held.location_id, key_from, key_to)


def _bound(bay: BayPlan, column: str, text: str, scheme: Scheme) -> str:
    key = bound(scheme, text)
    if key is None:
        why = mark("{column}: {text} is no call number of {scheme}")
        raise bay.bad(why, column=column, text=text, scheme=scheme)
    return key


def _broken_neighbours(bays: Sequence[FittedBay]) -> list[BadFile]:
    held: dict[int, list[FittedBay]] = {}
    for bay in bays:
        if bay.location_id is not None:
            held.setdefault(bay.location_id, []).append(bay)
    faults = []
    for shelf in held.values():
        for before, behind in pairwise(sorted(shelf, key=lambda bay: bay.key_from)):
            why = _between(before, behind)
            if why is not None:
                one, two = before.plan, behind.plan
                facts = {"collection": two.collection, "before": one.bay_id, "at": one.row, "bay": two.bay_id}
                faults.append(two.bad(why, **facts, ends=one.cn_to or "…", begins=two.cn_from))
    return faults


def _between(before: FittedBay, behind: FittedBay) -> str | None:
    if not before.key_to or before.key_to > behind.key_from:
        return mark("{collection}: bays {before} (row {at}, up to {ends}) and {bay} (from {begins}) overlap")
    if before.key_to < behind.key_from:
        return mark("{collection}: between bays {before} (row {at}, up to {ends}) and {bay} (from {begins}) is a gap")
    return None


def _code(text: str) -> str:
    if len(text) > _LONGEST or not storable(text):
        raise ValueError(text)
    return text


def _call_number(text: str) -> str:
    return _code(normal(text))


def _face(text: str) -> Face:
    if text == "L":
        return "L"
    if text == "R":
        return "R"
    raise ValueError(text)


def _metres(text: str) -> float:
    metres = float(text)
    if not math.isfinite(metres):
        raise ValueError(text)
    return metres


def _shelves(text: str) -> int:
    count = int(text)
    if not 1 <= count <= _MOST_SHELVES:
        raise ValueError(text)
    return count


def _whole(text: str) -> int:
    number = int(text)
    if not 0 <= number <= _MOST:
        raise ValueError(text)
    return number
