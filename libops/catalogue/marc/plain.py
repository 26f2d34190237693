"""Descriptions and records without control characters: no format can write them, and they steer terminals."""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec

from libops.catalogue.description import Description, Holding, TitleName
from libops.catalogue.marc.records import Field, Record
from libops.catalogue.marc.wording import clean

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_ENDING = re.compile("[\x00-\x1f]")
_GAP = re.compile("[\t-\r]")
_STEERING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LINES = "note"

Told = TypeVar("Told", Description, Holding)


def plain_cell(text: str) -> str:
    """A cell of a table, in which only lines are kept apart: a tab is a space, and what else steers is nothing."""
    return _STEERING.sub("", text.replace("\t", " ")).strip() if _CONTROL.search(text) else text


def plain(told: Told) -> Told:
    """A description, or a copy, without control characters; only notes may have lines."""
    changed = {
        name: new
        for name in told.__struct_fields__
        if (new := _plain(value := getattr(told, name), lines=name == _LINES)) is not value
    }
    return msgspec.structs.replace(told, **changed) if changed else told


def _plain(value: object, *, lines: bool) -> object:
    if isinstance(value, str):
        if not _CONTROL.search(value):
            return value
        return "\n".join(filter(None, map(clean, value.splitlines()))) if lines else clean(value)
    if isinstance(value, TitleName):
        if not _CONTROL.search(value.name + value.alt):
            return value
        return msgspec.structs.replace(value, name=clean(value.name), alt=clean(value.alt))
    if isinstance(value, tuple):
        new = tuple(_plain(one, lines=False) for one in value)
        return value if all(one is other for one, other in zip(new, value, strict=True)) else tuple(filter(None, new))
    return value


def plain_record(record: Record) -> Record:
    """A record without the control characters that would end a field or a subfield where it is written."""
    return msgspec.structs.replace(record, fields=tuple(map(_plain_field, record.fields)))


def _plain_field(field: Field) -> Field:
    if not _ENDING.search(field.value) and not any(_ENDING.search(text) for _, text in field.subfields):
        return field
    subfields = tuple((code, _without(text)) for code, text in field.subfields)
    return msgspec.structs.replace(field, value=_without(field.value), subfields=subfields)


def _without(text: str) -> str:
    return _ENDING.sub("", _GAP.sub(" ", text))
