"""A field of ISO 2709 from its text: indicators, codes, subfields, and what is forgiven where they are damaged."""

from __future__ import annotations

import unicodedata

from libops.catalogue.marc.damage import Warnings
from libops.catalogue.marc.records import SUBFIELD, Field

_FIRST_MARK = "\u0300"


def is_control(tag: str) -> bool:
    """Whether a field with this tag has neither indicators nor subfields, in either dialect."""
    return tag.startswith("00")


def field_of(tag: str, text: str, warnings: Warnings) -> Field | None:
    """The field; None where it is empty, which is told."""
    if not text:
        warnings.add("record.field_empty", tag=tag)
        return None
    if is_control(tag):
        return Field(tag, text)
    pieces = text.split(SUBFIELD)
    if len(pieces) == 1:
        warnings.add("record.field_unparted", tag=tag)
        return Field(tag, text)
    indicators = pieces[0]
    if len(indicators) != 2:
        warnings.add("record.field_indicators", tag=tag)
        indicators = indicators.ljust(2)[:2]
    subfields = [
        (piece[0], piece[1:])
        if piece and "!" <= piece[0] <= "~" and (piece[1:2] < _FIRST_MARK or not unicodedata.combining(piece[1]))
        else _forgiven(tag, piece, warnings)
        for piece in pieces[1:]
    ]
    return Field(tag, "", indicators, tuple(subfields))


def _forgiven(tag: str, piece: str, warnings: Warnings) -> tuple[str, str]:
    """A subfield whose code may be damaged: marks (accents) on it are dropped; without a code its text stays whole."""
    letters = unicodedata.normalize("NFD", piece[:1])
    if not letters or not "!" <= letters[0] <= "~":
        warnings.add("record.field_subfield", tag=tag)
        return "", piece
    text = piece[1:]
    bare = text.lstrip("".join(char for char in text[:4] if unicodedata.combining(char)))
    if len(letters) > 1 or bare != text:
        warnings.add("record.field_subfield", tag=tag)
    return letters[0], bare
