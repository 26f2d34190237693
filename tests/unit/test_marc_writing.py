"""Descriptions written as records say the same when they are read again, and originals keep what was not changed."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymarc import MARCReader

from libops.catalogue.description import Description, Holding, Material, NameKind, NameRole, TitleName
from libops.catalogue.marc.composing import compose
from libops.catalogue.marc.describing import describe
from libops.catalogue.marc.holdings import holdings, usual_mapping
from libops.catalogue.marc.reading import read_records
from libops.catalogue.marc.reads import Good
from libops.catalogue.marc.records import Dialect, Encoding, Field, Format, Record
from libops.catalogue.marc.writing import OFFERED, XML_FOOTER, XML_HEADER, write_iso2709, write_xml
from libops.refusals import Refusal
from tests.unit.marc_samples import CHINESE, WESTERN, data

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
SAMPLES = {Dialect.CNMARC: CHINESE, Dialect.MARC21: WESTERN}
# Real-looking texts: what is beyond the basic plane, brackets, marks of cataloguing in the middle. At the ends neither
# a space nor a mark that ISBD puts there, which no reader can tell from the text's own.
CHARACTERS = st.one_of(
    st.sampled_from("红楼梦曹雪芹著上下册人民文学出版社𠮷囍"),
    st.sampled_from("abcDEFéñŁ̈0123 -/:;,=.'()[]《》“”（）&<>·—$"),
    st.characters(min_codepoint=0x21, max_codepoint=0x2FFFF, categories=["Lu", "Ll", "Lo", "Nd", "Po", "Sm"]),
)


def _is_plain(text: str) -> bool:
    return (
        text == " ".join(text.split()) and "--" not in text and not any(0xE000 <= ord(char) <= 0xF8FF for char in text)
    )


texts = st.text(CHARACTERS, min_size=1, max_size=20).map(
    lambda text: " ".join(text.replace("--", "").split()).strip(" /:;,=.-") or "无"
)
maybe = st.one_of(st.just(""), texts)
many = st.lists(texts, max_size=3, unique=True).map(tuple)
one_name = st.builds(TitleName, texts, st.sampled_from(NameRole), st.sampled_from(NameKind), maybe)
names = st.lists(one_name, max_size=3, unique_by=lambda name: name.name).map(tuple)
descriptions = st.builds(
    Description,
    title=texts,
    number=st.from_regex(r"[A-Za-z0-9-]{1,16}", fullmatch=True),
    title_alt=maybe,
    alternatives=many,
    responsibility=maybe,
    names=names,
    edition=maybe,
    place=maybe,
    publisher=maybe,
    year=st.one_of(st.none(), st.integers(1000, 2099)),
    extent=maybe,
    series=texts,
    series_number=maybe,
    set_title=maybe,
    set_number=st.from_regex(r"[A-Za-z0-9-]{0,16}", fullmatch=True),
    volume=maybe,
    subjects=many,
    clc=st.sampled_from(["", "I242.4", "TP312JA", "K827=7"]),
    dewey=st.sampled_from(["", "823.8"]),
    lcc=st.sampled_from(["", "PR4692.P74"]),
    book_number=maybe,
    languages=st.lists(st.sampled_from(["zh", "en", "de", "grc"]), max_size=3, unique=True).map(tuple),
    isbns=st.lists(st.sampled_from(["9787020002207", "0791458334", "080442957X"]), max_size=3, unique=True).map(tuple),
    issns=st.sampled_from([(), ("00280836",)]),
    material=st.sampled_from(Material),
    price=maybe,
    note=many.map("\n".join),
    summary=maybe,
)


def read_one(raw: bytes, dialect: Dialect, encoding: Encoding, form: Format = Format.ISO2709) -> Record:
    (read,) = read_records(io.BytesIO(raw), format=form, encoding=encoding, dialect=dialect)
    assert isinstance(read, Good)
    assert read.warnings == ()
    return read.record


@pytest.mark.parametrize("dialect", Dialect)
@settings(max_examples=40, deadline=None)
@given(description=descriptions, encoding=st.sampled_from(OFFERED))
def test_a_description_comes_back_from_the_bytes_of_its_record(
    dialect: Dialect, description: Description, encoding: Encoding
) -> None:
    record = compose(description, dialect, changed=NOW)
    back = read_one(write_iso2709(record, dialect, encoding), dialect, encoding)
    assert describe(back, dialect) == description
    # What was read says the same already, so there is nothing to change in it.
    assert compose(description, dialect, changed=NOW, original=back) is back


@pytest.mark.parametrize("dialect", Dialect)
@settings(max_examples=15, deadline=None)
@given(description=descriptions)
def test_a_description_comes_back_from_marcxml(dialect: Dialect, description: Description) -> None:
    text = XML_HEADER + write_xml(compose(description, dialect, changed=NOW), dialect) + XML_FOOTER
    assert describe(read_one(text.encode(), dialect, Encoding.UTF_8, Format.MARCXML), dialect) == description


@pytest.mark.parametrize("dialect", Dialect)
@settings(max_examples=20, deadline=None)
@given(description=descriptions)
def test_any_original_can_be_brought_to_say_any_description(dialect: Dialect, description: Description) -> None:
    record = compose(description, dialect, changed=NOW, original=SAMPLES[dialect])
    assert describe(record, dialect) == description


@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize("encoding", OFFERED)
def test_a_real_record_comes_back_field_by_field(dialect: Dialect, encoding: Encoding) -> None:
    back = read_one(write_iso2709(SAMPLES[dialect], dialect, encoding), dialect, encoding)
    coded = {"100"} if dialect is Dialect.CNMARC else set()
    assert [field for field in back.fields if field.tag not in coded] == [
        field for field in SAMPLES[dialect].fields if field.tag not in coded
    ]


@pytest.mark.parametrize("dialect", Dialect)
def test_another_program_reads_the_same_fields_from_what_was_written(dialect: Dialect) -> None:
    raw = write_iso2709(SAMPLES[dialect], dialect, Encoding.UTF_8)
    (record,) = MARCReader(raw, force_utf8=True)
    assert record is not None
    told = [
        (field.tag, field.data if field.is_control_field() else [tuple(pair) for pair in field.subfields])
        for field in record.fields
    ]
    read = read_one(raw, dialect, Encoding.UTF_8)
    assert told == [(field.tag, field.value or list(field.subfields)) for field in read.fields]


CHANGES = {
    "title": "另一个题名",
    "year": 2001,
    "publisher": "另一家出版社",
    "edition": "第3版",
    "price": "CNY80.00",
    "summary": "",
    "languages": ("en", "zh"),
    "subjects": ("小说",),
    "material": Material.KIT,
    "clc": "I247.5",
    "note": "附注一\n附注二",
    "names": (TitleName("另一个人", NameRole.EDITOR),),
}


@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize("part", CHANGES)
def test_only_fields_of_what_changed_are_touched(dialect: Dialect, part: str) -> None:
    original = SAMPLES[dialect]
    wanted = msgspec.structs.replace(describe(original, dialect), **{part: CHANGES[part]})
    record = compose(wanted, dialect, changed=NOW, original=original)
    assert describe(record, dialect) == wanted
    touched = {field.tag for field in {*original.fields} ^ {*record.fields}} - {"005"}
    allowed = {
        "title": {"200", "245", "880", "461"},
        "year": {"100", "210", "008", "260", "264"},
        "publisher": {"210", "260", "264"},
        "edition": {"205", "250"},
        "price": {"010", "020"},
        "summary": {"330", "520"},
        "languages": {"101", "041", "008"},
        "subjects": {"600", "606", "610", "650"},
        "material": set(),
        "clc": {"690", "084"},
        "note": {"300", "500", "504"},
        "names": {"100", "701", "702", "712", "700", "880"},
    }[part]
    assert touched <= allowed
    assert record.control("005") == "20260301093000.0"


def test_what_a_changed_field_says_beyond_the_description_stays_in_it() -> None:
    wanted = msgspec.structs.replace(describe(CHINESE, Dialect.CNMARC), title="红楼梦", volume="1")
    title = compose(wanted, Dialect.CNMARC, changed=NOW, original=CHINESE).one("200")
    assert title == data("200", "1 ", "$a红楼梦$f(清)曹雪芹著; (清)高鹗续$9hong lou meng$b专著")


def test_one_subject_more_leaves_the_fields_of_the_others_alone() -> None:
    known = describe(WESTERN, Dialect.MARC21)
    wanted = msgspec.structs.replace(known, subjects=(*known.subjects, "Novels--England"))
    record = compose(wanted, Dialect.MARC21, changed=NOW, original=WESTERN)
    assert {*WESTERN.of("600", "650")} <= {*record.fields}
    assert [*record.of("650")][-1] == data("650", " 4", "$aNovels$xEngland")


def test_a_name_in_another_script_is_linked_by_a_number_that_is_free() -> None:
    known = describe(WESTERN, Dialect.MARC21)
    wanted = msgspec.structs.replace(
        known, names=(known.names[0], TitleName("Lee, Ann", NameRole.ILLUSTRATOR, alt="李安"))
    )
    record = compose(wanted, Dialect.MARC21, changed=NOW, original=WESTERN)
    assert data("700", "1 ", "$6880-03$aLee, Ann$4ill") in record.fields
    assert data("880", "1 ", "$6700-03$a李安") in record.fields


def test_copies_replace_the_holdings_and_untouched_ones_stay_as_they_were() -> None:
    mapping = usual_mapping(Dialect.CNMARC)
    known = describe(CHINESE, Dialect.CNMARC)
    copies = holdings(CHINESE, mapping)
    same = compose(known, Dialect.CNMARC, changed=NOW, original=CHINESE, copies=copies)
    assert same is CHINESE
    more = (*copies, Holding(barcode="A0003", branch="011001", call_number="I242.4/12:1", price="CNY59.70"))
    record = compose(known, Dialect.CNMARC, changed=NOW, original=CHINESE, copies=more)
    assert holdings(record, mapping) == more
    assert [field for field in record.fields if field.tag not in ("005", "905")] == [
        field for field in CHINESE.fields if field.tag not in ("005", "905")
    ]


def test_the_record_tells_the_truth_about_its_characters() -> None:
    for encoding, coded in ((Encoding.UTF_8, "50  "), (Encoding.GB18030, "0110")):
        back = read_one(write_iso2709(CHINESE, Dialect.CNMARC, encoding), Dialect.CNMARC, encoding)
        field = back.one("100")
        assert field is not None
        assert field.first("a")[26:30] == coded
    assert (
        read_one(write_iso2709(WESTERN, Dialect.MARC21, Encoding.UTF_8), Dialect.MARC21, Encoding.UTF_8).leader[9]
        == "a"
    )


@pytest.mark.parametrize(
    ("field", "code"),
    [
        (data("300", "  ", "$a" + "x" * 9_995), "record.write_field_long"),
        (data("300", "  ", "$a\x1d"), "record.write_character"),
        (data("300", "  ", "$a\ud800"), "record.write_encoding"),
        (data("3", "  ", "$a1"), "record.write_tag"),
    ],
)
def test_what_cannot_be_written_is_refused(field: Field, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        write_iso2709(Record(CHINESE.leader, (field,)), Dialect.CNMARC, Encoding.UTF_8)
    assert refused.value.reasons[0].code == code


def test_a_record_of_exactly_the_greatest_length_is_written_and_one_more_byte_refused() -> None:
    def record(last: int) -> Record:
        full = data("300", "  ", "$a" + "x" * 9_994)
        return Record(CHINESE.leader, (*[full] * 9, data("300", "  ", "$a" + "x" * last)))

    room = 99_999 - len(write_iso2709(record(1), Dialect.CNMARC, Encoding.UTF_8)) + 1
    assert len(write_iso2709(record(room), Dialect.CNMARC, Encoding.UTF_8)) == 99_999
    with pytest.raises(Refusal, match=r"record\.write_long"):
        write_iso2709(record(room + 1), Dialect.CNMARC, Encoding.UTF_8)


def test_marc8_is_not_offered_for_writing() -> None:
    with pytest.raises(ValueError, match="MARC-8"):
        write_iso2709(WESTERN, Dialect.MARC21, Encoding.MARC_8)
