"""MARCXML is read record by record, however large the file, and nothing in it can do harm."""

from __future__ import annotations

import io
import tracemalloc

import pytest

from libops.catalogue.marc.marcxml import FOOTER, HEADER, to_xml
from libops.catalogue.marc.reading import read_records
from libops.catalogue.marc.reads import START, Bad, Good, Place, Read
from libops.catalogue.marc.records import Dialect, Encoding, Field, Format, Record
from libops.i18n import language
from libops.refusals import Refusal, spoken
from tests.unit.marc_samples import CHINESE, WESTERN, data

FILE = (HEADER + to_xml(CHINESE) + to_xml(WESTERN) + FOOTER).encode()


def read(
    raw: bytes,
    encoding: Encoding = Encoding.UTF_8,
    start: Place = START,
    limit: int = 1_000_000,
) -> list[Read]:
    stream = io.BytesIO(raw)
    return list(
        read_records(stream, format=Format.MARCXML, encoding=encoding, dialect=Dialect.CNMARC, start=start, limit=limit)
    )


def outcome(reads: list[Read]) -> list[str]:
    return [one.reason.code if isinstance(one, Bad) else one.record.control("001") for one in reads]


def record_xml(inside: str) -> str:
    return f"<record><leader>{CHINESE.leader}</leader>{inside}</record>"


def test_records_come_with_number_place_and_their_own_element() -> None:
    reads = read(FILE)
    assert [one.number for one in reads] == [1, 2]
    for one, record in zip(reads, (CHINESE, WESTERN), strict=True):
        assert isinstance(one, Good)
        assert (one.record, one.warnings) == (record, ())
        assert FILE[one.offset : one.offset + one.length] == one.raw
        assert read(one.raw)[0] == Good(1, 0, len(one.raw), one.raw, record)


def test_prefixes_and_a_single_record_as_the_whole_file_are_read_too() -> None:
    prefixed = FILE.decode().replace("<", "<marc:").replace("<marc:/", "</marc:").replace("<marc:?", "<?")
    prefixed = prefixed.replace("xmlns=", "xmlns:marc=")
    assert [one.record for one in read(prefixed.encode()) if isinstance(one, Good)] == [CHINESE, WESTERN]
    assert outcome(read(to_xml(CHINESE).strip().encode())) == ["012004000123"]


@pytest.mark.parametrize("declared", ["gb18030", "GB2312", "gbk"])
def test_chinese_encodings_that_are_declared_are_read(declared: str) -> None:
    text = FILE.decode().replace("UTF-8", declared, 1)
    gb = text.replace("·", "").replace("©", "")
    assert outcome(read(gb.encode("gb18030"))) == ["012004000123", "2329645"]


def test_utf16_is_read() -> None:
    assert outcome(read(FILE.decode().replace("UTF-8", "UTF-16", 1).encode("utf-16"))) == ["012004000123", "2329645"]


@pytest.mark.parametrize("declared", ["UTFg8", "shift_jis", "hex", "zip", "rot13", "idna", "punycode", "undefined"])
def test_an_encoding_that_cannot_be_used_is_told(declared: str) -> None:
    assert outcome(read(FILE.replace(b"UTF-8", declared.encode(), 1)))[-1] == "record.xml_broken"


def test_without_a_declaration_the_chosen_encoding_counts() -> None:
    text = FILE.decode().partition("\n")[2]
    assert outcome(read(text.encode("gb18030"), Encoding.GB18030)) == ["012004000123", "2329645"]
    assert outcome(read(text.encode())) == ["012004000123", "2329645"]


def test_reading_goes_on_by_the_count_of_records() -> None:
    whole = read(FILE)
    assert read(FILE, start=whole[0].after) == whole[1:]
    assert read(FILE, start=Place(0, 2)) == []


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ("", "record.empty"),
        ('<datafield ind1=" " ind2=" "><subfield code="a">x</subfield></datafield>', "record.no_tag"),
    ],
)
def test_a_bad_record_is_told_and_the_others_are_read(inside: str, code: str) -> None:
    text = HEADER + to_xml(CHINESE) + record_xml(inside) + to_xml(WESTERN) + FOOTER
    reads = read(text.encode())
    assert outcome(reads) == ["012004000123", code, "2329645"]
    assert reads[1].raw == record_xml(inside).encode()


def test_damage_in_a_field_is_told_and_the_record_read() -> None:
    inside = (
        '<controlfield tag="001">1</controlfield><controlfield tag="003"/>'
        '<datafield tag="200" ind1="1"><subfield code="a">红楼梦</subfield></datafield>'
        '<datafield tag="300" ind1=" " ind2=" "></datafield>'
        '<datafield tag="330" ind1=" " ind2=" "><subfield>无码</subfield></datafield>'
    )
    (one,) = read(f"<collection>{record_xml(inside)}</collection>".encode())
    assert isinstance(one, Good)
    assert [(warning.code, warning.facts.get("tag")) for warning in one.warnings] == [
        ("record.field_empty", "003"),
        ("record.field_empty", "300"),
        ("record.field_subfield", "330"),
    ]
    assert one.record.fields == (
        Field("001", "1"),
        data("200", "1 ", "$a红楼梦"),
        Field("330", "", "  ", (("", "无码"),)),
    )


def test_an_element_without_content_is_a_record_without_fields() -> None:
    text = f'<collection><record/><record><controlfield tag="001"/></record>{to_xml(CHINESE)}</collection>'
    reads = read(text.encode())
    assert outcome(reads) == ["record.empty", "record.empty", "012004000123"]
    assert [one.raw for one in reads[:2]] == [b"<record/>", b'<record><controlfield tag="001"/></record>']


def test_a_record_without_a_proper_leader_is_read_and_that_is_told() -> None:
    (one,) = read(b'<record><controlfield tag="001">1</controlfield></record>')
    assert isinstance(one, Good)
    assert len(one.record.leader) == 24
    assert [warning.code for warning in one.warnings] == ["record.leader_wrong"]


@pytest.mark.parametrize("cut", [0.3, 0.5, 0.8, 0.97])
def test_a_damaged_file_tells_where_it_stopped_after_the_records_before(cut: float) -> None:
    raw = FILE[: int(len(FILE) * cut)]
    *before, last = read(raw)
    assert isinstance(last, Bad)
    assert last.reason.code == "record.xml_broken"
    assert last.reason.facts["line"] == raw.count(b"\n") + 1
    assert spoken(last.reason.facts["detail"], language("en")) == "it ends too soon"
    assert all(isinstance(one, Good) for one in before)
    assert last.offset + last.length == len(raw)


def test_a_file_in_another_encoding_than_it_says_stops_at_that_byte() -> None:
    first = len(HEADER) + len(to_xml(CHINESE).encode())
    reads = read(FILE[: first + 400] + b"\xff" + FILE[first + 400 :])
    assert outcome(reads) == ["012004000123", "record.xml_broken"]


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE c [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<collection><record><controlfield tag="001">&b;</controlfield></record></collection>'
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE c [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    '<collection><record><controlfield tag="001">&a;</controlfield></record></collection>'
)


@pytest.mark.parametrize("text", [BOMB, OUTSIDE])
def test_a_file_that_declares_entities_is_refused(text: str) -> None:
    assert outcome(read(text.encode())) == ["record.xml_entities"]


def test_a_document_type_without_entities_does_no_harm() -> None:
    text = f'<?xml version="1.0"?><!DOCTYPE collection SYSTEM "marc.dtd"><collection>{to_xml(CHINESE)}</collection>'
    assert outcome(read(text.encode())) == ["012004000123"]


def test_deep_nesting_stops_the_reading() -> None:
    assert outcome(read(b"<a>" * 100_000)) == ["record.xml_shape"]


def test_a_tag_without_end_stops_the_reading() -> None:
    assert outcome(read(b"<collection><!--" + b"x" * 400_000, limit=100_000)) == ["record.xml_shape"]


def test_a_record_beyond_the_limit_is_told_and_the_next_is_read() -> None:
    field = '<datafield tag="300" ind1=" " ind2=" "><subfield code="a">' + "x" * 1_000 + "</subfield></datafield>"
    text = HEADER + record_xml(field * 300) + to_xml(CHINESE) + FOOTER
    reads = read(text.encode(), limit=100_000)
    assert outcome(reads) == ["record.too_long", "012004000123"]
    assert (len(reads[0].raw), reads[0].length) == (100_000, len(record_xml(field * 300)))


def test_memory_stays_flat_however_many_records_there_are() -> None:
    class Many(io.RawIOBase):
        """A file of records that exists nowhere as a whole."""

        left = 400

        def read(self, size: int = -1) -> bytes:
            self.left -= 1
            if self.left == 399:
                return HEADER.encode()
            return to_xml(CHINESE).encode() if self.left > 0 else b""

    tracemalloc.start()
    reads = read_records(Many(), format=Format.MARCXML, encoding=Encoding.UTF_8, dialect=Dialect.CNMARC)  # type: ignore[arg-type]
    for _ in range(390):
        assert isinstance(next(reads), Good)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000


def test_what_xml_cannot_say_is_refused() -> None:
    with pytest.raises(Refusal, match=r"record\.write_character"):
        to_xml(Record(CHINESE.leader, (data("200", "1 ", "$aa\x0bb"),)))
    with pytest.raises(Refusal, match=r"record\.write_tag"):
        to_xml(Record(CHINESE.leader, (data('"><', "1 ", "$ab"),)))


def test_text_is_escaped_wherever_it_stands() -> None:
    record = Record(CHINESE.leader, (Field("001", "<&>"), Field("200", "", '"<', (('"', "a < b & c > \"d'"),))))
    assert [one.record for one in read(to_xml(record).strip().encode()) if isinstance(one, Good)] == [record]
