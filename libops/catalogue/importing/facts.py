"""What the catalogue knows of titles that a batch of records may be about."""

from __future__ import annotations

import msgspec

from libops.catalogue.description import Description


class Recorded(msgspec.Struct, frozen=True):
    """Which title a record was written as, by whose number it is."""

    title_id: int
    source: str
    control_number: str


class Numbered(msgspec.Struct, frozen=True):
    """A title by its number here; ``own``: it was catalogued here, no record is kept."""

    number: str
    title_id: int
    title: str
    own: bool


class Identified(msgspec.Struct, frozen=True):
    """A title by its ISBN (``value``, in the form in which they are compared), and whose record of it is kept."""

    value: str
    title_id: int
    title: str
    title_alt: str
    source: str
    control_number: str


class Titled(msgspec.Struct, frozen=True):
    """A title as it is described, and the record that is kept of it; all of that is empty where none is."""

    id: int
    number: str
    digest: str
    source: str
    control_number: str
    about: Description
