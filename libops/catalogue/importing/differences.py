"""What taking a record in would change, field by field: for a look before anything is written."""

from __future__ import annotations

import msgspec

from libops.catalogue.changing import FIELDS, CopyState
from libops.catalogue.importing.copies import ReadyCopy
from libops.catalogue.importing.planning import Kind, Step
from libops.catalogue.places import Places
from libops.refusals import Reason


class Field(msgspec.Struct, frozen=True):
    """One part of what is described, before and after; None before where it is new."""

    name: str
    before: object
    after: object


class CopyDifference(msgspec.Struct, frozen=True):
    """A copy that is new (all its fields, without anything before), or that reads otherwise now."""

    barcode: str
    new: bool
    fields: tuple[Field, ...]


class Difference(msgspec.Struct, frozen=True):
    """A record or row by its number in the file, and what would become of it and of its copies.

    ``without_barcode`` is how many copies would be passed over, ``unreadable`` how many would have a call number that
    the scheme of their location cannot read.
    """

    place: int
    kind: Kind
    number: str
    name: str
    fields: tuple[Field, ...] = ()
    copies: tuple[CopyDifference, ...] = ()
    reasons: tuple[Reason, ...] = ()
    without_barcode: int = 0
    unreadable: int = 0


def difference(step: Step, places: Places) -> Difference:
    """What a step of an import comes to, in codes that people know."""
    about, before = step.record.about, step.before
    return Difference(
        place=step.record.place,
        kind=step.kind,
        number=step.number or step.record.control_number,
        name="" if about is None else about.title,
        fields=_differing(plain(before), plain(about)) if step.kind in (Kind.ADDED, Kind.CHANGED) else (),
        copies=(*(_new(copy, places) for copy in step.new_copies), *_moved(step, places)),
        reasons=step.reasons,
        without_barcode=step.without_barcode,
        unreadable=step.unreadable,
    )


def plain(described: msgspec.Struct | None) -> dict[str, object]:
    """The fields that say something, by their names."""
    told: dict[str, object] = {} if described is None else msgspec.to_builtins(described)
    return told


def _differing(before: dict[str, object], after: dict[str, object]) -> tuple[Field, ...]:
    names = dict.fromkeys((*before, *after))
    return tuple(
        Field(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)
    )


def _new(copy: ReadyCopy, places: Places) -> CopyDifference:
    row = {name: getattr(copy, name) for name in ReadyCopy.__struct_fields__ if name in FIELDS}
    told = {name: value for name, value in places.in_codes(row).items() if value not in ("", None)}
    return CopyDifference(copy.barcode, True, tuple(Field(name, None, value) for name, value in told.items()))


def _moved(step: Step, places: Places) -> list[CopyDifference]:
    return [CopyDifference(copy.barcode, False, state_fields(copy.state, after, places)) for copy, after in step.moved]


def state_fields(before: CopyState, after: CopyState, places: Places) -> tuple[Field, ...]:
    """What differs between two states of a copy, in codes."""
    was, now = (places.in_codes(msgspec.structs.asdict(state)) for state in (before, after))
    return tuple(Field(name, was[name], now[name]) for name in was if was[name] != now[name])
