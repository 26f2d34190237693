"""The record that a title was last written from, as it was kept beside the title: read again, and what it is called."""

from __future__ import annotations

from io import BytesIO

from libops.catalogue.marc.reading import read_records
from libops.catalogue.marc.reads import Good
from libops.catalogue.marc.records import Dialect, Encoding, Format, Record

STANDARDS: dict[str, str] = {
    Dialect.MARC21: "MARC 21",
    Dialect.CNMARC: "CNMARC",
    Format.ISO2709: "ISO 2709",
    Format.MARCXML: "MARCXML",
    Format.CSV: "CSV",
    Encoding.UTF_8: "UTF-8",
    Encoding.GB18030: "GB 18030",
    Encoding.MARC_8: "MARC-8",
}
"""What formats, dialects and encodings are called, in any language."""


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
    return [STANDARDS.get(word, word) for word in (*form.split("/"), encoding) if word]
