"""Files of ISO 2709 are read record by record, whether or not their leaders and directories tell the truth."""

from __future__ import annotations

import io
import re
import tracemalloc
from pathlib import Path

import pytest
from pymarc import MARCReader

from libops.catalogue.marc import marc8
from libops.catalogue.marc.describing import describe
from libops.catalogue.marc.reading import read_records
from libops.catalogue.marc.reads import START, Bad, Good, Place, Read
from libops.catalogue.marc.records import Dialect, Encoding, Field, Record
from libops.i18n import language
from libops.refusals import explain
from tests.unit.marc_samples import CHINESE, WESTERN, data, iso

SHARED = Path(__file__).parents[3] / "shared" / "data" / "marc"
FIRST = iso(CHINESE)
SECOND = iso(Record(CHINESE.leader, (Field("001", "2"), data("200", "1 ", "$a活着$f余华著"))))


def read(
    raw: bytes,
    encoding: Encoding = Encoding.UTF_8,
    dialect: Dialect = Dialect.CNMARC,
    start: Place = START,
    limit: int = 1_000_000,
) -> list[Read]:
    return list(read_records(io.BytesIO(raw), encoding=encoding, dialect=dialect, start=start, limit=limit))


def good(one: Read) -> Good:
    assert isinstance(one, Good)
    return one


def codes(one: Read) -> list[str]:
    return [one.reason.code] if isinstance(one, Bad) else [warning.code for warning in one.warnings]


def numbers(reads: list[Read]) -> list[str]:
    return [one.record.control("001") if isinstance(one, Good) else one.reason.code for one in reads]


def test_records_come_with_number_place_and_their_own_bytes() -> None:
    reads = read(FIRST + SECOND)
    assert [(one.number, one.offset, one.length, one.raw) for one in reads] == [
        (1, 0, len(FIRST), FIRST),
        (2, len(FIRST), len(SECOND), SECOND),
    ]
    assert good(reads[0]).record.fields == CHINESE.fields
    assert codes(reads[0]) == codes(reads[1]) == []


@pytest.mark.parametrize("between", [b"\r\n", b"\n\n", b"\x00\x1a", b"\xef\xbb\xbf", b"\x1d", b"\xef\xbb\xbf\r\n  \n"])
def test_what_editors_leave_between_records_is_passed_over(between: bytes) -> None:
    reads = read(between + FIRST + between + SECOND + between)
    assert numbers(reads) == ["012004000123", "2"]
    assert reads[0].raw == FIRST


@pytest.mark.parametrize("says", [b"00000", b"99999", b"00100", b"     ", b"0a0b0"])
def test_a_wrong_length_in_the_leader_is_told_and_changes_nothing(says: bytes) -> None:
    reads = read(says + FIRST[5:] + SECOND)
    assert numbers(reads) == ["012004000123", "2"]
    assert codes(reads[0]) == ["record.length_wrong"]
    assert good(reads[0]).record.fields == CHINESE.fields


def test_a_wrong_base_address_is_told_and_changes_nothing() -> None:
    one = good(read(FIRST[:12] + b"00999" + FIRST[17:])[0])
    assert codes(one) == ["record.base_wrong"]
    assert one.record.fields == CHINESE.fields


def test_a_directory_that_lost_its_end_is_found_by_the_leader() -> None:
    base = int(FIRST[12:17])
    one = good(read(FIRST[: base - 1] + b" " + FIRST[base:])[0])
    assert one.record.fields == CHINESE.fields


def test_lengths_counted_in_characters_instead_of_bytes_are_seen_through() -> None:
    base = int(FIRST[12:17])
    entries = b""
    place = 0
    for field, entry in zip(CHINESE.fields, re.findall(b"(?s).{12}", FIRST[24 : base - 1]), strict=True):
        text = field.value or field.indicators + "".join(code + text + "_" for code, text in field.subfields)
        entries += entry[:3] + b"%04d%05d" % (len(text) + 1, place)
        place += len(text) + 1
    one = good(read(FIRST[:24] + entries + FIRST[base - 1 :])[0])
    assert codes(one) == ["record.directory_wrong"]
    assert one.record.fields == CHINESE.fields


def test_a_directory_in_another_order_than_the_fields_is_true_all_the_same() -> None:
    base = int(SECOND[12:17])
    turned = SECOND[:24] + SECOND[36 : base - 1] + SECOND[24:36] + SECOND[base - 1 :]
    one = good(read(turned)[0])
    assert codes(one) == []
    assert [(field.tag, field.value) for field in one.record.fields] == [("200", ""), ("001", "2")]


def test_more_fields_than_the_directory_knows_are_not_guessed() -> None:
    base = int(SECOND[12:17])
    shorter = SECOND[:24] + SECOND[36:base] + SECOND[base:]
    assert codes(read(shorter)[0]) == ["record.directory"]


def test_a_mark_of_the_end_in_a_text_does_not_end_the_record_that_the_leader_knows() -> None:
    record = Record(CHINESE.leader, (Field("001", "1"), data("200", "1 ", "$a红楼_梦"), data("300", "  ", "$a注")))
    raw = iso(record).replace(b"_", b"\x1d")
    reads = read(raw + SECOND)
    assert numbers(reads) == ["1", "2"]
    assert codes(reads[0]) == ["record.stray_end"]
    assert good(reads[0]).record.fields[1] == data("200", "1 ", "$a红楼 梦")


def test_a_record_that_lost_its_end_does_not_swallow_the_next() -> None:
    reads = read(FIRST[:-1] + SECOND)
    assert numbers(reads) == ["012004000123", "2"]
    assert codes(reads[0]) == ["record.no_end"]


def test_a_record_that_breaks_off_is_bad_and_the_next_is_good() -> None:
    reads = read(FIRST[:300] + SECOND)
    assert numbers(reads) == ["record.truncated", "2"]
    assert (reads[0].offset, reads[0].raw, reads[1].offset) == (0, FIRST[:300], 300)


def test_the_last_record_of_a_file_cut_short_is_told() -> None:
    reads = read(FIRST + SECOND[:-9])
    assert numbers(reads) == ["012004000123", "record.truncated"]
    assert reads[1].raw == SECOND[:-9]


def test_garbage_before_a_record_is_told_by_itself() -> None:
    reads = read(b"Exported by somebody." + FIRST)
    assert [codes(one) for one in reads] == [["record.directory"], []]
    assert reads[0].raw == b"Exported by somebody."


def test_a_record_without_end_is_given_up_at_the_limit_and_reading_goes_on_after_it() -> None:
    long = b"0" * 200_000
    reads = read(FIRST + long + b"\x1d" + SECOND, limit=50_000)
    assert numbers(reads) == ["012004000123", "record.too_long", "2"]
    assert (reads[1].length, len(reads[1].raw)) == (200_001, 50_000)
    assert reads[2].offset == reads[1].offset + reads[1].length


def test_memory_stays_flat_however_long_the_file_or_its_garbage_is() -> None:
    class Endless(io.RawIOBase):
        """Two hundred million bytes, none of which ends a record, and then one record."""

        left = 200_000_000

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            if self.left > 0:
                self.left -= 65_536
                return bytes(65_536 - 1) + b"1"
            rest, self.rest = self.rest, b""
            return rest

        rest = b"\x1d" + SECOND

    tracemalloc.start()
    reads = [
        (one.number, type(one))
        for one in read_records(Endless(), encoding=Encoding.UTF_8, dialect=Dialect.CNMARC)  # type: ignore[arg-type]
    ]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert reads == [(1, Bad), (2, Good)]
    assert peak < 16_000_000


def test_reading_goes_on_where_it_stopped() -> None:
    raw = FIRST + SECOND + FIRST + b"\n" + SECOND
    whole = read(raw)
    for at, one in enumerate(whole):
        assert read(raw, start=one.after) == whole[at + 1 :]


def test_reading_goes_on_in_a_stream_that_cannot_seek() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise OSError

    whole = read(FIRST + SECOND)
    rest = read_records(Pipe(FIRST + SECOND), encoding=Encoding.UTF_8, dialect=Dialect.CNMARC, start=whole[0].after)
    assert list(rest) == whole[1:]


def test_short_reads_of_a_stream_make_no_difference() -> None:
    class Dribble(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(7)

    raw = b"\xef\xbb\xbf" + FIRST + b"\xef\xbb\xbf\r\n" + SECOND
    dribbled = read_records(Dribble(raw), encoding=Encoding.UTF_8, dialect=Dialect.CNMARC)
    assert list(dribbled) == read(raw)


def test_a_byte_that_is_no_character_is_told_by_field_and_place() -> None:
    at = FIRST.index("曹雪芹".encode())
    broken = FIRST[:at] + b"\xff" + FIRST[at + 1 :]
    (one,) = read(broken)
    assert isinstance(one, Bad)
    assert one.reason.code == "record.undecodable"
    assert one.reason.facts == {"tag": "200", "offset": at, "bytes": "FF", "encoding": "utf-8"}
    assert "200" in explain(one.reason, language("en")).why


@pytest.mark.parametrize("encoding", [Encoding.UTF_8, Encoding.GB18030])
def test_chinese_is_read_in_either_encoding(encoding: Encoding) -> None:
    assert good(read(iso(CHINESE, encoding.value), encoding)[0]).record.fields == CHINESE.fields


def test_a_utf8_record_in_a_gb18030_file_is_not_read_as_nonsense() -> None:
    reads = read(iso(CHINESE, "gb18030") + FIRST, Encoding.GB18030)
    assert [good(one).record.fields for one in reads] == [CHINESE.fields] * 2
    assert [codes(one) for one in reads] == [[], ["record.other_encoding"]]


def test_a_gb18030_record_in_a_utf8_file_is_bad() -> None:
    assert numbers(read(FIRST + iso(CHINESE, "gb18030"))) == ["012004000123", "record.undecodable"]


def test_a_marc8_record_in_a_utf8_file_is_read_where_its_leader_says_so() -> None:
    record = Record("00000cam  2200000   4500", (Field("001", "1"), data("245", "10", "$aglobaliza\xf0co")))
    raw = iso(record, "latin-1")
    (one,) = read(raw, dialect=Dialect.MARC21)
    assert good(one).record.fields[1] == data("245", "10", "$aglobalizaço")
    assert codes(one) == ["record.other_encoding"]
    unicode_said = raw[:9] + b"a" + raw[10:]
    assert codes(read(unicode_said, dialect=Dialect.MARC21)[0]) == ["record.undecodable"]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain", "plain"),
        (b"\xe2etrangers", "étrangers"),
        (b"\x1b$1!0!!0$\x1b(B x", "一三 x"),
        (b"\x1b$1!0!!0$\x1bs!", "一三!"),
        (b"\x1b(NKOT\x1b(B.", "кот."),
        (b"\x1bga\x1bs a", "α a"),
        (b"A\x1bp1\x1bs", "A¹"),
        (b"caf\xe2", "caf\u0301"),
        (b"&#x8D85;", "超"),
        (b"&#xD800;", "&#xD800;"),
        (b"\x88The \x89man", "\x98The \x9cman"),
    ],
)
def test_marc8_is_read(raw: bytes, text: str) -> None:
    assert marc8.decode(raw) == text


@pytest.mark.parametrize(
    "raw", [b"a\x1b", b"a\x1b(", b"a\x1b(!", b"a\x1bz", b"a\x1b$1!0", b"a\xff", b"a\x1b$1\xff\xff\xff"]
)
def test_what_is_no_marc8_is_never_replaced(raw: bytes) -> None:
    with pytest.raises(UnicodeDecodeError) as told:
        marc8.decode(raw)
    assert told.value.start >= 1


def test_damage_in_a_field_is_told_and_the_record_read() -> None:
    raw = iso(
        Record(
            CHINESE.leader,
            (
                Field("001", "1"),
                data("200", "1", "$a红楼梦"),
                data("300", "  ", "$a附注$红"),
                Field("330", "没有子字段"),
                Field("333", ""),
                data("606", "0 ", "$a小说$$x中国"),
            ),
        )
    )
    one = good(read(raw)[0])
    assert [(warning.code, warning.facts["tag"]) for warning in one.warnings] == [
        ("record.field_indicators", "200"),
        ("record.field_subfield", "300"),
        ("record.field_unparted", "330"),
        ("record.field_empty", "333"),
        ("record.field_subfield", "606"),
    ]
    assert describe(one.record, Dialect.CNMARC).title == "红楼梦"
    assert describe(one.record, Dialect.CNMARC).subjects == ("小说--中国",)


def test_a_leader_that_is_not_ascii_is_told() -> None:
    one = good(read(FIRST[:5] + b"\x00\xff" + FIRST[7:])[0])
    assert one.record.leader[5:7] == "  "
    assert "record.leader_wrong" in codes(one)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real records of ../shared/data/marc are not here")
def test_real_records_are_read_as_another_program_reads_them() -> None:
    raw = (SHARED / "test_data.utf8.mrc").read_bytes()
    theirs = [
        [
            (field.tag, field.data if field.is_control_field() else [*map(tuple, field.subfields)])
            for field in record.fields
        ]
        for record in MARCReader(raw, force_utf8=True)
        if record is not None
    ]
    ours = [
        [(field.tag, field.value if field.tag < "010" else list(field.subfields)) for field in good(one).record.fields]
        for one in read(raw, dialect=Dialect.MARC21)
    ]
    assert len(ours) == 30
    assert ours == theirs


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real records of ../shared/data/marc are not here")
@pytest.mark.parametrize(
    ("file", "told", "title"),
    [
        ("bad_subfield_code.marc", ["record.other_encoding", "record.field_subfield"], "Les corps étrangers, roman"),
        ("one-marc8.mrc", ["record.other_encoding"], None),
        ("emptyish_record.marc", [], "Collection la philosophie en effet"),
        ("880_with_no_6.utf8.marc", [], None),
        ("bad_utf_byte.utf8.marc", ["record.undecodable"], None),
        ("nature.marc", [], "Nature"),
    ],
)
def test_real_records_with_known_damage_are_read_or_told(file: str, told: list[str], title: str | None) -> None:
    (one,) = read((SHARED / file).read_bytes(), dialect=Dialect.MARC21)
    assert codes(one) == told
    if title is not None:
        assert describe(good(one).record, Dialect.MARC21).title == title


def test_a_western_record_is_read_as_it_is_written() -> None:
    assert good(read(iso(WESTERN), dialect=Dialect.MARC21)[0]).record.fields == WESTERN.fields
