"""Records on their way out: as ISO 2709 or MARCXML, telling the truth about their characters."""

from __future__ import annotations

from libops.catalogue.marc import cnmarc_fields, iso2709, marcxml
from libops.catalogue.marc.records import Dialect, Encoding, Record

XML_HEADER = marcxml.HEADER
XML_FOOTER = marcxml.FOOTER
OFFERED = (Encoding.UTF_8, Encoding.GB18030)
"""The encodings in which records are written; MARC-8 is only read."""
_ENCODING_AT = 9


def write_iso2709(record: Record, dialect: Dialect, encoding: Encoding) -> bytes:
    """The record for a file of ISO 2709. Refuses as ``iso2709.to_bytes``."""
    return iso2709.to_bytes(_truthful(record, dialect, encoding), encoding)


def write_xml(record: Record, dialect: Dialect) -> str:
    """The record for a file of MARCXML in UTF-8, to stand between ``XML_HEADER`` and ``XML_FOOTER``.

    Refuses as ``marcxml.to_xml``.
    """
    return marcxml.to_xml(_truthful(record, dialect, Encoding.UTF_8))


def _truthful(record: Record, dialect: Dialect, encoding: Encoding) -> Record:
    """The record with its own word on its encoding: leader 9 of MARC 21, field 100 of CNMARC."""
    if dialect is Dialect.MARC21:
        sign = "a" if encoding is Encoding.UTF_8 else " "
        return Record(f"{record.leader[:_ENCODING_AT]}{sign}{record.leader[_ENCODING_AT + 1 :]}", record.fields)
    fields = (
        cnmarc_fields.with_encoding(field, encoding) if field.tag == cnmarc_fields.WRITING.coded_tag else field
        for field in record.fields
    )
    return Record(record.leader, tuple(fields))
