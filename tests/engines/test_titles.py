"""Titles catalogued, changed and shown whole, on both engines."""

from __future__ import annotations

from datetime import date
from functools import partial

import msgspec
from sqlalchemy import insert, select

from db.tables import EVENT, TITLE, TITLE_IDENTIFIER, TITLE_RECORD
from libops.catalogue import original, scanned, titles
from libops.catalogue.cataloguing import LONGEST, add_title, change_title, title_to_change
from libops.catalogue.description import Description, Material, NameKind, NameRole, TitleName
from libops.catalogue.titles import TitleCard, show_title
from tests.engines.catalogued import catalogue, hits, named, shelve, write
from tests.engines.town import (
    BOOK,
    MORNING,
    OTHER_READER,
    READER,
    SORTER,
    WEST_BOOK,
    Town,
    reasons,
    refused,
)
from tests.engines.wishes import LONE, LONE_BOOK, add_titles, ask

WHOLE = Description(
    title="红楼梦: 脂评本",
    number="012003456",
    title_alt="Dream of the Red Chamber",
    alternatives=("石头记", "金玉缘"),
    responsibility="曹雪芹著；高鹗续",
    names=(
        TitleName("曹雪芹", alt="Cao Xueqin"),
        TitleName("人民文学出版社", NameRole.EDITOR, NameKind.BODY),
        TitleName("Hawkes, David", NameRole.TRANSLATOR),
    ),
    edition="第2版",
    place="北京",
    publisher="人民文学出版社",
    year=1996,
    extent="3册",
    series="中国古典文学读本丛书",
    series_number="5",
    set_title="红楼梦",
    set_number="012003000",
    volume="上",
    subjects=("章回小说", "清代"),
    clc="I242.4",
    dewey="895.1348",
    lcc="PL2727",
    book_number="C118",
    languages=("zh", "en"),
    isbns=("9787020002207", "702000220X"),
    issns=("00280836",),
    material=Material.BOOK,
    price="CNY59.70",
    note="附录",
    summary="贾宝玉与林黛玉",
)


def test_a_title_is_kept_whole_and_shown_as_it_was_described(town: Town) -> None:
    added = town.act(add_title, about=WHOLE, number="X-1")
    assert (added.number, added.title) == ("X-1", WHOLE.title)
    assert card(town, "X-1").about == WHOLE
    row = town.ask(select(TITLE).where(TITLE.c.number == "X-1"))[0]
    assert (row.author, row.author_alt, row.year, row.isbn) == ("曹雪芹", "Cao Xueqin", 1996, "9787020002207")
    assert (row.clc, row.material, row.volume, row.language) == ("I242.4", "book", "上", "zh")
    known = town.ask(select(TITLE_IDENTIFIER.c.kind, TITLE_IDENTIFIER.c.value).order_by(TITLE_IDENTIFIER.c.id))
    assert [(kind, value) for kind, value in known] == [("isbn", "9787020002207"), ("issn", "00280836")]
    (event,) = town.ask(select(EVENT.c.data).where(EVENT.c.kind == "title.added"))
    assert event[0]["number"] == "X-1"


def test_numbers_are_kept_without_what_stands_between_their_digits(town: Town) -> None:
    number = catalogue(
        town,
        Description(
            "  标题 ", isbns=("ISBN 978-7-02-000220-7", "0-8044-2957-x", "9787020002207"), issns=("0028-0836",)
        ),
    )
    about = card(town, number).about
    assert (about.title, about.isbns) == ("标题", ("9787020002207", "080442957X"))
    assert about.issns == ("00280836",)


REFUSED: dict[str, tuple[Description, list[str]]] = {
    "no title": (Description(" \u3000 "), ["title.empty"]),
    "a long title": (Description("长" * (LONGEST + 1)), ["title.too_long"]),
    "a long name": (Description("书", names=named("名" * (LONGEST + 1))), ["title.too_long"]),
    "a wrong check digit": (Description("书", isbns=("9787020002208",)), ["title.isbn_wrong"]),
    "an ISSN for an ISBN": (Description("书", isbns=("00280836",)), ["title.isbn_wrong"]),
    "an ISBN for an ISSN": (Description("书", issns=("9787020002207",)), ["title.isbn_wrong"]),
    "no year": (Description("书", year=0), ["title.bad_year"]),
    "a year of too many digits": (Description("书", year=99999999999999), ["title.bad_year"]),
    "all at once": (
        Description("", isbns=("1", "2"), year=-5),
        ["title.empty", "title.bad_year", "title.isbn_wrong", "title.isbn_wrong"],
    ),
    "what no database holds": (Description("书\0"), ["code.unreadable"]),
    "half a character": (Description("书", subjects=("\ud800",)), ["code.unreadable"]),
}


def test_what_cannot_be_kept_is_refused_with_every_reason(town: Town) -> None:
    for why, (about, expected) in REFUSED.items():
        assert refused(partial(town.act, add_title, about=about)) == expected, why
        assert refused(partial(town.act, change_title, number="T1", about=about)) == expected, why
    assert "title.added" not in town.story()


def test_texts_of_any_length_and_script_that_are_not_refused_are_kept_and_found(town: Town) -> None:
    long = Description(
        "界" * LONGEST,
        names=named(*("x" * LONGEST for _ in range(3))),
        subjects=("y" * 5000, "字" * 5000, "a b c " * 5000),
        publisher="z" * 3000,
        series="ก็ ʼnЙ ﷺ 𠮷野家 👩‍👩‍👧",
        set_title="集" * 600,
        summary="s" * 100_000,
    )
    number = catalogue(town, long)
    assert card(town, number).about == long
    assert hits(town, "界界界") == hits(town, "y" * 5000) == hits(town, "𠮷野") == [long.title]


def test_a_number_that_no_title_may_have_is_refused(town: Town) -> None:
    for number in ("a b", "数", "x" * 41, "tab\t", "café"):
        refusal = refused(partial(town.act, add_title, about=Description("书"), number=number))
        assert refusal == ["title.bad_number"], number


def test_a_number_belongs_to_one_title(town: Town) -> None:
    assert reasons(lambda: town.act(add_title, about=Description("书"), number="T1"))[0].facts == {"number": "T1"}
    assert refused(lambda: town.act(add_title, about=Description("书"), number="T1")) == ["title.number_taken"]


def test_who_may_not_catalogue_is_refused(town: Town) -> None:
    missing = ["permission.missing"]
    assert refused(lambda: town.act(add_title, by=SORTER, about=Description("书"))) == missing
    assert refused(lambda: town.act(change_title, by=SORTER, number="T1", about=Description("书"))) == missing
    assert refused(lambda: town.act(title_to_change, by=SORTER, number="T1")) == missing


def test_the_same_request_catalogues_one_title(town: Town) -> None:
    first = town.act(add_title, about=WHOLE, key="k1")
    assert town.act(add_title, about=WHOLE, key="k1") == first
    assert refused(lambda: town.act(add_title, about=Description("书"), key="k1")) == ["request.key_reused"]
    assert town.story().count("title.added") == 1


def test_a_change_tells_the_journal_what_was_and_what_is(town: Town) -> None:
    number = catalogue(town, Description("旧", year=1990))
    town.act(change_title, number=number, about=Description("新", year=1990))
    (data,) = (data for (data,) in town.ask(select(EVENT.c.data).where(EVENT.c.kind == "title.changed")))
    assert (data["before"], data["after"]) == ({"title": "旧", "year": 1990}, {"title": "新", "year": 1990})
    town.act(change_title, number=number, about=Description("新", year=1990), key="again")
    assert town.story()[-1] == "title.same"
    assert refused(lambda: town.act(change_title, number="nowhere", about=WHOLE)) == ["title.unknown"]


def card(town: Town, number: str) -> TitleCard:
    return town.look(show_title, number=number)


def test_a_title_shows_its_copies_with_the_day_they_are_due_and_who_waits(town: Town) -> None:
    town.lend(READER, BOOK)
    shown = card(town, "T1")
    copies = {copy.barcode: copy for copy in shown.copies}
    assert (copies[BOOK].status, copies[BOOK].due_on) == ("checked_out", date(2026, 12, 23))
    assert (copies[WEST_BOOK].branch_code, copies[WEST_BOOK].location_code) == ("WEST", None)
    assert (copies[BOOK].location_code, copies[BOOK].location_zh, copies[BOOK].item_type_en) == ("M-A", "一楼", "book")
    assert len(shown.copies) == 15
    add_titles(town)
    town.lend(READER, LONE_BOOK)
    ask(town, OTHER_READER)
    assert card(town, LONE).waiting == 1
    assert refused(lambda: card(town, "nowhere")) == ["title.unknown"]
    assert refused(lambda: card(town, "a\0")) == ["title.unknown"]


def test_the_volumes_of_a_set_know_each_other_in_their_order(town: Town) -> None:
    first = Description("战争与和平 一", set_title="战争与和平", names=named("托尔斯泰"))
    volumes = ["第十二卷", "第二卷", "第一卷", "索引"]
    numbers = write(town, *(msgspec.structs.replace(first, volume=volume) for volume in volumes))
    write(town, Description("战争与和平", set_title="战争与和平", names=named("别人"), volume="1"))
    shown = card(town, numbers[2])
    assert [volume.volume for volume in shown.volumes] == ["第二卷", "第十二卷", "索引"]
    town.act(change_title, number=numbers[1], about=Description("独立"))
    assert [volume.volume for volume in card(town, numbers[2]).volumes] == ["第十二卷", "索引"]
    assert card(town, "T1").volumes == ()


def test_a_title_tells_where_its_record_came_from_and_gives_it_back_byte_for_byte(town: Town) -> None:
    number = catalogue(town, "书")
    assert card(town, number).provenance is None
    assert town.look(original.original_record, number=number) is None
    key = town.ask(select(TITLE.c.id).where(TITLE.c.number == number))[0][0]
    record = bytes(range(256))
    town.change(
        insert(TITLE_RECORD).values(
            title_id=key,
            source="NLC",
            control_number="0123",
            format="iso2709",
            encoding="gb18030",
            place=7,
            start=4096,
            digest="d",
            record=record,
            read_at=MORNING,
        )
    )
    origin = card(town, number).provenance
    assert origin is not None
    assert (origin.source, origin.control_number, origin.place, origin.start) == ("NLC", "0123", 7, 4096)
    assert town.look(original.original_record, number=number) == record


def meant(town: Town, **how: str) -> str:
    return town.look(lambda look: scanned.title_meant(look, **how))


def test_a_title_is_meant_by_its_number_its_isbn_or_one_of_its_copies(town: Town) -> None:
    number = catalogue(town, Description("书", isbns=("702000220X",), issns=("00280836",)))
    shelve(town, "B901", number)
    for how in (
        {"number": number},
        {"barcode": "B901"},
        {"isbn": "978-7-02-000220-7"},
        {"isbn": "702000220X"},
        {"isbn": "0028-0836"},
    ):
        assert meant(town, **how) == number, how
    for wrong, code in (
        ({"number": "nowhere"}, "title.unknown"),
        ({"barcode": "B999"}, "item.unknown"),
        ({"barcode": "P1"}, "code.is_patron"),
        ({"barcode": "B\0"}, "code.unreadable"),
        ({"isbn": "9787020002208"}, "title.isbn_wrong"),
        ({"isbn": "9787020002207\0"}, "title.isbn_wrong"),
        ({"isbn": "9780439554930"}, "title.isbn_unknown"),
    ):
        assert refused(partial(meant, town, **wrong)) == [code], wrong
    other = catalogue(town, Description("又", isbns=("9787020002207",)))
    (several,) = reasons(lambda: meant(town, isbn="702000220X"))
    assert (several.code, several.facts["titles"]) == ("title.isbn_several", f"{number}, {other}")


def test_titles_of_older_libraries_are_described_by_their_columns(town: Town) -> None:
    town.change(
        insert(TITLE).values(
            number="OLD", title="旧书", author="甲、乙", author_alt="A; B", year=1950, isbn="9787020002207", clc="I2"
        )
    )
    about = card(town, "OLD").about
    assert about == Description(
        "旧书", names=named("甲=A", "乙=B"), year=1950, isbns=("9787020002207",), languages=("zh",), clc="I2"
    )
    assert card(town, "OLD").copies == ()
    assert town.look(titles.title_of_item, barcode=BOOK) == "T1"
