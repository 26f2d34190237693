"""The record that a title was last written from, as it was kept beside the title: read again, and what it is called."""

from __future__ import annotations

from io import BytesIO

from libops.catalogue.marc.reading import read_records
from libops.catalogue.marc.reads import Good
from libops.catalogue.marc.records import NAMES, Dialect, Encoding, Format, Record


def kept_record(form: str, encoding: str, raw: bytes) -> Record | None:
    """The record, read again; None where it is none of fields. ``form`` is ``dialect/format``, or ``csv``."""
    dialect, _, shape = form.partition("/")
    if dialect not in set(Dialect) or shape not in (Format.ISO2709, Format.MARCXML):
        return None
    # An element of MARCXML is kept as the parser had it, in UTF-8, whatever its file was in.
    known = Encoding.UTF_8 if shape == Format.MARCXML else Encoding(encoding)
    found = next(read_records(BytesIO(raw), format=Format(shape), encoding=known, dialect=Dialect(dialect)), None)
    return found.record if isinstance(found, Good) else None


def standards(form: str, encoding: str) -> list[str]:
    """What such a record is made by: ``CNMARC``, ``ISO 2709``, ``UTF-8``; an unknown word stays as it is."""
    return [NAMES.get(word, word) for word in (*form.split("/"), encoding) if word]
