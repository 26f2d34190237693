"""How a file is read in: what it is, how its records are known again, and what they leave open."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from libops.catalogue.importing.title_rows import READ
from libops.catalogue.marc.detect import Detected
from libops.catalogue.marc.holdings import Mapping, usual_mapping
from libops.catalogue.marc.records import Dialect, Encoding, Format
from libops.catalogue.places import read_places
from libops.refusals import Refusal
from libops.work import Look


class Match(StrEnum):
    """By what a record is known again as a title that stands in the catalogue already."""

    CONTROL_NUMBER = "control_number"
    ISBN = "isbn"


class Existing(StrEnum):
    """What becomes of a title, or a row, that is there already and reads otherwise now."""

    UPDATE = "update"
    LEAVE = "leave"


class TitleSettings(msgspec.Struct, frozen=True):
    """How records are read in.

    ``source`` is whose control numbers they have; empty: as each record says (003, 801). ``branch``, ``location`` and
    ``item_type`` are codes for copies whose record does not say. ``again`` reads also records that came before just so.
    ``columns`` are those that a table has, or may have before its header is read; ``delimiter`` stands between two.
    """

    format: Format
    dialect: Dialect
    encoding: Encoding
    mapping: Mapping
    match: tuple[Match, ...] = (Match.CONTROL_NUMBER, Match.ISBN)
    existing: Existing = Existing.UPDATE
    source: str = ""
    branch: str = ""
    location: str = ""
    item_type: str = "book"
    copies: bool = True
    again: bool = False
    columns: tuple[str, ...] = ()
    delimiter: str = ","


def settings_for(detected: Detected, mapping: Mapping | None = None) -> TitleSettings:
    """The settings that a look at the file proposes. A table has no dialect; its rows are titles all the same."""
    dialect = detected.dialect or Dialect.CNMARC
    return TitleSettings(
        format=detected.format,
        dialect=dialect,
        encoding=detected.encoding,
        mapping=mapping or usual_mapping(dialect),
        columns=() if detected.format is not Format.CSV else READ,
    )


def require_sound(look: Look, settings: TitleSettings) -> None:
    """Refuse codes that the library does not know before any record is read."""
    places = read_places(look.transaction)
    item_type = settings.item_type if settings.copies else None
    reasons = places.against_change(settings.branch or None, settings.location or None, item_type)
    if reasons:
        raise Refusal(reasons)
