"""``stack.json`` (format ``libops-stack/1``): floors with aisles and cross-aisles, what links them, from where people
set out and with what. Lengths are metres, times seconds; the whole plan stays typed, for whoever plans a walk.
"""

from __future__ import annotations

from enum import StrEnum
from importlib.resources.abc import Traversable
from typing import Annotated

import msgspec

from db.places import Scheme
from libops.bad_content import bad_content
from libops.bad_files import BadFile
from libops.i18n import mark

FILE = "stack.json"
FORMAT = "libops-stack/1"

Metres = Annotated[float, msgspec.Meta(ge=-100_000, le=100_000)]
Positive = Annotated[float, msgspec.Meta(gt=0, le=100_000)]
Span = Annotated[float, msgspec.Meta(ge=0, le=100_000)]
Count = Annotated[int, msgspec.Meta(ge=1, le=100_000)]
Level = Annotated[int, msgspec.Meta(ge=-100, le=1000)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f]+$")]


class LinkKind(StrEnum):
    """How people get from floor to floor."""

    LIFT = "lift"
    STAIR = "stair"


class Times(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How fast people walk, and what a book taken, a book sorted and a trip cost, in seconds."""

    walk_m_per_s: Positive
    pick_s: Span
    sort_s: Span
    trip_setup_s: Span


class CrossAisle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A way across all aisles of a floor, so many metres along them."""

    id: Name
    y: Metres


class Aisle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A way between shelves, so many metres across the floor. It reaches from one cross-aisle to another, by their ids;
    without them from the floor's first to its last.
    """

    id: Name
    x: Metres
    begins: Name | None = msgspec.field(default=None, name="from")
    ends: Name | None = msgspec.field(default=None, name="to")


class Floor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A floor: its cross-aisles from low to high, its aisles from left to right."""

    id: Name
    level: Level
    cross_aisles: tuple[CrossAisle, ...]
    aisles: tuple[Aisle, ...]

    def aisle(self, name: str) -> Aisle | None:
        """The aisle of this id."""
        return next((aisle for aisle in self.aisles if aisle.id == name), None)

    def cross_aisle(self, name: str) -> CrossAisle | None:
        """The cross-aisle of this id."""
        return next((cross for cross in self.cross_aisles if cross.id == name), None)

    def reach(self, aisle: Aisle) -> tuple[float, float]:
        """From where to where an aisle of this floor reaches, in metres along it; the ids it names must be there."""
        along = {cross.id: cross.y for cross in self.cross_aisles}
        low = along[aisle.begins] if aisle.begins is not None else self.cross_aisles[0].y
        high = along[aisle.ends] if aisle.ends is not None else self.cross_aisles[-1].y
        return low, high


class Crossing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where an aisle meets a cross-aisle of its floor."""

    floor: Name
    aisle: Name
    cross_aisle: Name


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A lift or a stair: what it carries, what a floor costs in metres of walking, and where one steps in and out."""

    id: Name
    kind: LinkKind
    carries: tuple[Name, ...]
    cost_per_floor: Span
    stops: tuple[Crossing, ...]


class Depot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A crossing where trips begin or end, and what it is for."""

    id: Name
    floor: Name
    aisle: Name
    cross_aisle: Name
    role: Name

    @property
    def crossing(self) -> Crossing:
        """Where it is."""
        return Crossing(self.floor, self.aisle, self.cross_aisle)


class Carrier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A trolley or a basket: how many books it takes, how thick together (millimetres), and how many totes."""

    id: Name
    books: Count
    thickness_mm: Positive | None = None
    totes: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0


class StackPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. ``call_number_scheme`` is the site's usual one; each location has its own."""

    format: str
    site: Name
    call_number_scheme: Scheme
    times: Times
    floors: tuple[Floor, ...]
    links: tuple[Link, ...] = ()
    depots: tuple[Depot, ...] = ()
    carriers: tuple[Carrier, ...] = ()

    def floor(self, name: str) -> Floor | None:
        """The floor of this id."""
        return next((floor for floor in self.floors if floor.id == name), None)


class _Head(msgspec.Struct, frozen=True):
    format: str = ""


def read_plan(folder: Traversable) -> StackPlan:
    """Read ``stack.json`` of a folder; whether it makes sense is told by ``plan_faults``. Raises ``BadFile``."""
    try:
        content = folder.joinpath(FILE).read_bytes().removeprefix(b"\xef\xbb\xbf")
        head = msgspec.json.decode(content, type=_Head)
        if head.format != FORMAT:
            why = mark("its format is {format}, not {known}")
            raise BadFile(FILE, 0, why, format=repr(head.format), known=FORMAT)
        return msgspec.json.decode(content, type=StackPlan)
    except OSError as error:
        raise BadFile(FILE, 0, mark("cannot be read")) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise bad_content(FILE, error) from error
