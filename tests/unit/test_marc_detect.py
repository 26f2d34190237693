"""What sort of file it is, is found out from its bytes; what it says about itself only where they do not tell."""

from __future__ import annotations

import codecs

import pytest

from libops.catalogue.marc.detect import HEAD, Detected, detect
from libops.catalogue.marc.marcxml import FOOTER, HEADER, to_xml
from libops.catalogue.marc.records import Dialect, Encoding, Field, Format, Record
from libops.i18n import language
from tests.unit.marc_samples import CHINESE, WESTERN, data, iso

MARC8 = Record(
    "00000cam a2200000   4500",
    (Field("001", "8"), data("245", "10", "$aglobaliza\xf0co$cM\xe2ilton"), data("260", "  ", "$aRio")),
)
EAST_ASIAN = Record(
    "00000cam  2200000   4500", (Field("008", "x"), data("245", "10", "$aYi /$c\x1b$1!0!!0$\x1b(B."), Field("001", "1"))
)
ASCII = Record("00000nam  2200000   4500", (Field("008", "x"), data("245", "10", "$aPlain")))


def told(seems: Detected) -> str:
    return " ".join(evidence.told(language("en")) for evidence in seems.why)


@pytest.mark.parametrize(
    ("raw", "format_", "dialect", "encoding"),
    [
        (iso(CHINESE), Format.ISO2709, Dialect.CNMARC, Encoding.UTF_8),
        (iso(CHINESE, "gb18030"), Format.ISO2709, Dialect.CNMARC, Encoding.GB18030),
        (iso(WESTERN), Format.ISO2709, Dialect.MARC21, Encoding.UTF_8),
        (iso(WESTERN, "gb18030"), Format.ISO2709, Dialect.MARC21, Encoding.GB18030),
        (iso(MARC8, "latin-1"), Format.ISO2709, Dialect.MARC21, Encoding.MARC_8),
        (iso(EAST_ASIAN), Format.ISO2709, Dialect.MARC21, Encoding.MARC_8),
        (iso(ASCII), Format.ISO2709, Dialect.MARC21, Encoding.UTF_8),
        (codecs.BOM_UTF8 + b"\r\n" + iso(CHINESE), Format.ISO2709, Dialect.CNMARC, Encoding.UTF_8),
        (iso(CHINESE)[:700], Format.ISO2709, Dialect.CNMARC, Encoding.UTF_8),
        (iso(CHINESE) * 200, Format.ISO2709, Dialect.CNMARC, Encoding.UTF_8),
        ((HEADER + to_xml(CHINESE) + FOOTER).encode(), Format.MARCXML, Dialect.CNMARC, Encoding.UTF_8),
        ((HEADER + to_xml(WESTERN) + FOOTER).encode("utf-16"), Format.MARCXML, Dialect.MARC21, Encoding.UTF_8),
        (
            (HEADER.replace("UTF-8", "GBK") + to_xml(CHINESE)).encode("gb18030"),
            Format.MARCXML,
            Dialect.CNMARC,
            Encoding.GB18030,
        ),
        (to_xml(CHINESE).encode("gb18030"), Format.MARCXML, Dialect.CNMARC, Encoding.GB18030),
        ("条码,题名\n1,活着\n".encode(), Format.CSV, None, Encoding.UTF_8),
        ("条码,题名\n1,活着\n".encode("gb18030"), Format.CSV, None, Encoding.GB18030),
        (codecs.BOM_UTF8 + b"barcode;title", Format.CSV, None, Encoding.UTF_8),
    ],
    # Whole files make no good names of tests.
    ids=lambda value: value[:9].hex() if isinstance(value, bytes) else str(value),
)
def test_format_dialect_and_encoding_are_found_out(
    raw: bytes, format_: Format, dialect: Dialect | None, encoding: Encoding
) -> None:
    seems = detect(raw[:HEAD])
    assert (seems.format, seems.dialect, seems.encoding) == (format_, dialect, encoding)
    assert all(evidence.told(language("en")) for evidence in seems.why)


def test_the_end_of_the_part_that_is_looked_at_may_cut_a_character() -> None:
    for raw in ("题" * HEAD).encode(), ("x" + "题" * HEAD).encode(), ("xx" + "题" * HEAD).encode():
        assert detect(raw[:HEAD], "a.csv").encoding is Encoding.UTF_8
        assert detect((HEADER.encode() + raw)[:HEAD]).encoding is Encoding.UTF_8


def test_leaders_and_coded_fields_that_lie_are_told_and_not_believed() -> None:
    assert "Field 100 of 1 records says UTF-8" in told(detect(iso(CHINESE, "gb18030")))
    assert "The leaders of 1 records say UTF-8" in told(detect(iso(MARC8, "latin-1")))
    old = Record(WESTERN.leader.replace(" a22", "  22"), WESTERN.fields)
    assert "The leaders of 1 records say MARC-8" in told(detect(iso(old)))
    assert "bear out" not in told(detect(iso(CHINESE) + iso(CHINESE)))


def test_one_damaged_record_does_not_outvote_the_others() -> None:
    broken = iso(CHINESE).replace("曹".encode(), b"\xff\xff\xff")
    assert detect(broken + iso(CHINESE) * 3).encoding is Encoding.UTF_8
    assert detect(broken).encoding is Encoding.UTF_8


def test_the_evidence_names_fields_and_how_many_records_have_them() -> None:
    seems = detect(iso(CHINESE) * 2 + iso(WESTERN))
    assert "2 of 3 records at its beginning have fields of CNMARC (101, 102, 105, 200, 205)." in told(seems)


@pytest.mark.parametrize(
    ("name", "format_"), [("a.mrc", Format.ISO2709), ("A.XML", Format.MARCXML), ("a.csv", Format.CSV), ("", Format.CSV)]
)
def test_the_name_decides_where_the_bytes_say_nothing(name: str, format_: Format) -> None:
    assert detect(b"", name).format is format_
    assert detect(b"nothing of note", name).format is format_
    assert detect(iso(CHINESE), name).format is Format.ISO2709


def test_a_leader_decides_where_no_field_tells_the_dialect() -> None:
    only = (Field("001", "1"),)
    assert detect(iso(Record(CHINESE.leader, only))).dialect is Dialect.CNMARC
    assert detect(iso(Record(WESTERN.leader, only))).dialect is Dialect.MARC21
