"""The search on both engines: what is found by what was typed, in which order, and what is told where nothing is."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import select, update

from db.catalogue import ItemStatus
from db.places import Scheme
from db.tables import BRANCH, ITEM, ITEM_TYPE, TITLE
from libops.catalogue.availability import of_titles
from libops.catalogue.description import Description, Material
from libops.catalogue.search.candidates import CANDIDATES, Narrowed, Tried
from libops.catalogue.search.finding import find
from libops.catalogue.search.indexing import index_titles
from libops.catalogue.search.narrowing import narrowed_to
from libops.catalogue.search.query import SHORTEST_BEGINNING
from libops.catalogue.writing import NewCopy, write_copies
from tests.engines.catalogued import ask, hits, named, shelve, write
from tests.engines.town import SORTER, Town, ids, refused

LIBRARY = (
    Description("三体", names=named("刘慈欣=Liu Cixin"), year=2008, languages=("zh",), isbns=("9787536692930",)),
    Description("三体 II: 黑暗森林", names=named("刘慈欣"), year=2008, languages=("zh",)),
    Description("追忆三体", names=named("王小波"), year=2020, languages=("zh",), subjects=("科幻小说",)),
    Description("流浪地球", names=named("刘慈欣"), year=2008, languages=("zh",), summary="三体"),
    Description("重庆 长江大桥", names=named("单田芳"), year=1990, languages=("zh",), publisher="重庆出版社"),
    Description("西安史話", names=named("陳寅恪"), year=1985, languages=("zh",)),
    Description("先秦诸子", names=named("钱穆"), year=1935, languages=("zh",)),
    Description("Der Schöne Zufall", names=named("Ernst Müller"), year=1999, languages=("de",)),
    Description("The Dark Forest", names=named("J.K. Rowling"), year=2015, languages=("en",), isbns=("0439554934",)),
    Description("Dark Matter", names=named("Blake Crouch"), year=2016, languages=("en",)),
    Description("A Guide to the Dark", names=named("Ann Dark"), year=2001, languages=("en",)),
    Description("1984", names=named("George Orwell"), year=1949, languages=("en",)),
    Description("C++ 程序设计", year=2001, languages=("zh",)),
    Description("Nature", issns=("00280836",), languages=("en",), material=Material.SERIAL),
    Description("O'Reilly's Guide", languages=("en",), series="Animals on covers"),
    Description("ｆｕｌｌ　ｗｉｄｔｈ", languages=("en",)),
    Description("龘龘龘", languages=("zh",)),
    Description("旅行", languages=("zh",)),
    Description("𬬻坛 𫟹光", languages=("zh",)),
)


@pytest.fixture
def shelf(town: Town) -> Town:
    """The small library with titles that have much in common."""
    write(town, *LIBRARY)
    return town


FOUND: dict[str, list[str]] = {
    # What begins with it comes first, then what has it in the title, then what is by or about it.
    "三体": ["三体", "三体 II: 黑暗森林", "追忆三体"],
    "dark": ["Dark Matter", "The Dark Forest", "A Guide to the Dark"],
    "dark forest": ["The Dark Forest"],
    "the dark forest": ["The Dark Forest"],
    "刘慈欣": ["三体", "三体 II: 黑暗森林", "流浪地球"],
    "liu cixin": ["三体", "三体 II: 黑暗森林", "流浪地球"],
    # Characters, in every way of writing them.
    "长江": ["重庆 长江大桥"],
    "庆长": ["重庆 长江大桥"],
    "江": ["重庆 长江大桥"],
    "長江大橋": ["重庆 长江大桥"],
    "西安史话": ["西安史話"],
    "陈寅恪": ["西安史話"],
    "長江 刘慈欣": [],
    "重庆 单田芳": ["重庆 长江大桥"],
    "龘": ["龘龘龘"],
    "𬬻坛": ["𬬻坛 𫟹光"],
    "𫟹": ["𬬻坛 𫟹光"],
    "𫟹坛": [],
    # Latin letters: width, capitals, accents, apostrophes, signs.
    "full width": ["ｆｕｌｌ　ｗｉｄｔｈ"],
    "ＦＵＬＬ": ["ｆｕｌｌ　ｗｉｄｔｈ"],
    "schone": ["Der Schöne Zufall"],
    "MÜLLER": ["Der Schöne Zufall"],
    "oreillys": ["O'Reilly's Guide"],
    "O’Reilly": ["O'Reilly's Guide"],
    "c++": ["C++ 程序设计"],
    "animals covers": ["O'Reilly's Guide"],
    # The last word may go on from three letters, any word with an asterisk.
    "matt": ["Dark Matter"],
    "for": ["The Dark Forest"],
    "fo": [],
    "da* mat": ["Dark Matter"],
    "ma*": ["Dark Matter"],
    "matt dark": [],
    "a*b*": [],
    # Names, initials of names, subjects, publishers.
    "rowling": ["The Dark Forest"],
    "jk rowling": ["The Dark Forest"],
    "科幻": ["追忆三体"],
    "重庆出版社": ["重庆 长江大桥"],
    # Sounds: whole, in parts, with spaces, by initials; what can be read in two ways is found in both.
    "liulangdiqiu": ["流浪地球"],
    "liulang": ["流浪地球"],
    "liu lang di qiu": ["流浪地球"],
    "lldq": ["流浪地球"],
    "lcx": ["三体", "三体 II: 黑暗森林", "流浪地球"],
    "xian": ["西安史話", "先秦诸子"],
    "lv xing": ["旅行"],
    "lüxing": ["旅行"],
    "xianshi": ["西安史話"],
    "shantianfang": ["重庆 长江大桥"],
    "chongqing": ["重庆 长江大桥"],
    # Numbers.
    "9787536692930": ["三体"],
    "978-7-5366-9293-0": ["三体"],
    "ISBN 978-7-5366-9293-0": ["三体"],
    "ISBN：７８７５３６６９２９３０": [],
    "９７８７５３６６９２９３０": ["三体"],
    "7536692935": ["三体"],
    "0-439-55493-4": ["The Dark Forest"],
    "9780439554930": ["The Dark Forest"],
    "0028-0836": ["Nature"],
    "issn 00280836": ["Nature"],
    "B1": ["红楼梦 [b]"],
    "T1": ["红楼梦 [b]"],
    "1984": ["1984"],
    "I242.4/C118": ["红楼梦 [b]"],
    "i242": ["红楼梦 [b]"],
    "I2": ["红楼梦 [b]"],
    "I3": [],
}


def test_what_is_typed_finds_what_is_meant_best_first(shelf: Town) -> None:
    wrong = {}
    for typed, expected in FOUND.items():
        found = ask(shelf, typed)
        titles = [hit.title for hit in found.results]
        if (titles, found.total, found.more, found.next) != (expected, len(expected), False, None):
            wrong[typed] = titles
    assert not wrong


def test_a_word_is_open_from_three_letters_on(shelf: Town) -> None:
    assert SHORTEST_BEGINNING == 3
    assert hits(shelf, "mat") == ["Dark Matter"]
    assert hits(shelf, "ma") == []


def test_a_number_of_the_librarys_own_does_not_hide_a_title_of_that_name(shelf: Town) -> None:
    with shelf.library.database.act() as transaction:
        number = transaction.connection.execute(select(ITEM.c.title_id).limit(1)).scalar_one()
    shelf.change(update(TITLE).where(TITLE.c.id == number).values(number="1984"))
    assert sorted(hits(shelf, "1984")) == ["1984", "红楼梦 [b]"]


def test_a_search_is_narrowed_by_each_thing_and_by_all_together(shelf: Town) -> None:
    titles = {hit.title: hit.number for typed in ("三体", "dark") for hit in ask(shelf, typed).results}
    shelve(shelf, "B901", titles["三体"])
    shelve(shelf, "B902", titles["三体"], branch="WEST", item_type="disc")
    shelve(shelf, "B903", titles["追忆三体"], branch="WEST")
    shelf.change(update(ITEM).where(ITEM.c.barcode == "B903").values(status=ItemStatus.CHECKED_OUT))
    branches, types = ids(shelf, BRANCH), ids(shelf, ITEM_TYPE)
    west = branches["WEST"]
    for narrowed, expected in (
        (Narrowed(branch_id=branches["MAIN"]), ["三体"]),
        (Narrowed(branch_id=west), ["三体", "追忆三体"]),
        (Narrowed(branch_id=branches["YORK"]), []),
        (Narrowed(available=True), ["三体"]),
        (Narrowed(branch_id=west, available=True), ["三体"]),
        (Narrowed(item_type_id=types["disc"]), ["三体"]),
        (Narrowed(item_type_id=types["book"], branch_id=west), ["追忆三体"]),
        (Narrowed(item_type_id=types["atlas"]), []),
        (Narrowed(language="zh"), ["三体", "三体 II: 黑暗森林", "追忆三体"]),
        (Narrowed(language="en"), []),
        (Narrowed(material=Material.BOOK), ["三体", "三体 II: 黑暗森林", "追忆三体"]),
        (Narrowed(material=Material.SERIAL), []),
        (Narrowed(years=(2009, None)), ["追忆三体"]),
        (Narrowed(years=(None, 2008)), ["三体", "三体 II: 黑暗森林"]),
        (Narrowed(years=(2008, 2008)), ["三体", "三体 II: 黑暗森林"]),
        (Narrowed(years=(2000, 2030)), ["三体", "三体 II: 黑暗森林", "追忆三体"]),
        (Narrowed(west, True, types["disc"], "zh", Material.BOOK, (2000, 2010)), ["三体"]),
        (Narrowed(west, True, types["book"], "zh", Material.BOOK, (2000, 2010)), []),
    ):
        assert hits(shelf, "三体", narrowed) == expected, narrowed
        assert ask(shelf, "三体", narrowed).unnarrowed == (0 if expected else 3), narrowed


def test_codes_that_are_not_known_narrow_nothing_and_are_refused(town: Town) -> None:
    assert town.look(narrowed_to) == Narrowed()
    assert refused(lambda: town.look(narrowed_to, branch="NO", item_type="NO")) == ["copy.no_branch", "copy.no_type"]
    assert refused(lambda: town.look(narrowed_to, language="\0")) == ["code.unreadable"]
    narrowed = town.look(narrowed_to, branch="WEST", item_type="disc", available=True, language="zh", material="book")
    assert (narrowed.branch_id, narrowed.item_type_id) == (ids(town, BRANCH)["WEST"], ids(town, ITEM_TYPE)["disc"])


def test_where_nothing_is_found_it_is_told_what_was_tried(shelf: Town) -> None:
    nothing = ask(shelf, "三体 quasar")
    assert (nothing.total, nothing.more, nothing.next, nothing.results) == (0, False, None, [])
    assert nothing.unknown == ("quasar",)
    assert Tried("words", "三体 quasar") in nothing.tried
    # Each stands somewhere, only not together.
    apart = ask(shelf, "三体 matter")
    assert (apart.unknown, apart.total) == ((), 0)
    assert {tried.way for tried in ask(shelf, "zhongguozhexue").tried} == {"number", "words", "sound"}
    assert Tried("call_number", "TP312") in ask(shelf, "tp312").tried
    assert Tried("barcode", "B999") in ask(shelf, "B999").tried
    assert Tried("isbn", "9787020002207") in ask(shelf, "9787020002207").tried


@pytest.mark.parametrize(
    "typed", ["9787536692931", "978-7-5366-9293-1", "7536692934", "ISBN 9787536692931", "９７８７５３６６９２９３１"]
)
def test_an_isbn_with_a_wrong_check_digit_is_told(shelf: Town, typed: str) -> None:
    assert Tried("isbn_wrong", "") in {Tried(tried.way, "") for tried in ask(shelf, typed).tried}


def test_there_has_to_be_something_to_look_for(town: Town) -> None:
    for typed in ("", "  ", "！？", "*", "\u0301"):
        assert refused(partial(ask, town, typed)) == ["search.empty"], typed
    assert refused(lambda: ask(town, "a\0b")) == ["code.unreadable"]
    for cursor in ("nonsense", "WzEsMl0", "…", "W", "eyJhIjoxfQ"):
        assert refused(partial(ask, town, "梦", after=cursor)) == ["search.bad_cursor"], cursor


def test_what_search_engines_take_for_orders_is_looked_for_as_words(shelf: Town) -> None:
    for typed in (
        'dark" OR title:matter',
        "dark' | 'matter",
        "NOT dark AND (matter",
        "title : dark",
        "dark -forest + ^matter NEAR",
        "dark\\ & ! matter:*ABC",
        "%dark_ matter",
        "x" * 3000,
        "三" * 3000,
        "红 楼 梦 " * 400,
    ):
        ask(shelf, typed)
    assert hits(shelf, "dark' matter\\") == ["Dark Matter"]
    assert hits(shelf, "dark ǂ forest") == ["The Dark Forest"]
    assert hits(shelf, "ǂlzh") == []


def test_whoever_may_see_the_library_may_search_it(shelf: Town) -> None:
    assert shelf.look(lambda look: find(look, "三体"), by=SORTER).total == 3


def test_a_row_tells_all_that_is_shown_of_a_title(shelf: Town) -> None:
    shelve(shelf, "B901", ask(shelf, "三体").results[0].number, call_number="I247.55/12", volume="1")
    shelve(shelf, "B902", ask(shelf, "三体").results[0].number, branch="WEST", call_number="I247.55/1")
    hit = ask(shelf, "三体").results[0]
    assert (hit.title, hit.author, hit.year, hit.isbn, hit.language) == ("三体", "刘慈欣", 2008, "9787536692930", "zh")
    assert (hit.material, hit.call_number, hit.publisher, hit.volume) == ("book", "I247.55/1", "", "")
    assert [(at.branch_code, at.copies, at.available) for at in hit.availability.branches] == [
        ("MAIN", 1, 1),
        ("WEST", 1, 1),
    ]
    key = int(shelf.ask(select(TITLE.c.id).where(TITLE.c.number == hit.number))[0][0])
    assert shelf.look(of_titles, title_ids=[key])[key] == hit.availability


def test_more_than_a_thousand_are_counted_honestly_and_each_is_shown_once_in_order(town: Town) -> None:
    years = (1900 + place % 120 for place in range(CANDIDATES + 1))
    write(town, *(Description(f"{place:04} 长夜 night", year=year) for place, year in enumerate(years)))
    write(town, Description("长夜", year=1), Description("夜雨", names=named("长夜")))
    many = ask(town, "长夜", limit=10)
    assert (many.total, many.more, many.results[0].title) == (CANDIDATES, True, "长夜")
    exactly = ask(town, "长夜", Narrowed(years=(1900, None)), limit=10)
    assert (exactly.total, exactly.more) == (CANDIDATES, True)
    fewer = ask(town, "长夜", Narrowed(years=(1901, None)), limit=10)
    assert (fewer.total, fewer.more) == (CANDIDATES + 1 - 9, False)
    seen: list[tuple[int, str]] = []
    after, pages = "", 0
    while True:
        page = ask(town, "night", limit=300, after=after)
        seen += [(-(hit.year or 0), hit.title) for hit in page.results]
        pages += 1
        if page.next is None:
            break
        after = page.next
    assert (pages, len(seen), len(set(seen)), sorted(seen)) == (4, CANDIDATES, CANDIDATES, seen)
    # What begins with what was typed is never missed, however much has it elsewhere.
    write(town, *(Description(f"night {letter}") for letter in "abc"))
    assert hits(town, "night")[:3] == ["night a", "night b", "night c"]
    beyond = ask(town, "night", after=after)
    assert beyond.total == CANDIDATES


def test_every_title_of_a_class_is_found_in_shelf_order_and_narrowed_before_it_is_cut_off(town: Town) -> None:
    count = 260
    write(town, *(Description(f"Volume {place:03}") for place in range(count)))
    keys = [key for (key,) in town.ask(select(TITLE.c.id).where(TITLE.c.title.like("Volume %")).order_by(TITLE.c.id))]
    places, types = ids(town, BRANCH), ids(town, ITEM_TYPE)
    with town.library.database.act() as transaction:
        copies = [
            NewCopy(
                barcode=f"B{7000 + place}",
                title_id=key,
                item_type_id=types["book"],
                branch_id=places["WEST" if place >= 250 else "MAIN"],
                location_id=None,
                scheme=Scheme.CLC,
                call_number=f"TP312/{count - place}",
            )
            for place, key in enumerate(keys)
        ]
        write_copies(transaction, copies)
        index_titles(transaction, keys)
    found = ask(town, "tp3", limit=1000)
    assert (found.total, found.more) == (count, False)
    assert [hit.title for hit in found.results] == [f"Volume {place:03}" for place in reversed(range(count))]
    west = ask(town, "TP 312", Narrowed(branch_id=places["WEST"]), limit=1000)
    assert [hit.title for hit in west.results] == [f"Volume {place:03}" for place in range(259, 249, -1)]


def test_a_title_of_signs_only_is_found_by_just_these(town: Town) -> None:
    write(town, Description("?", year=2001), Description("😀😀"))
    assert hits(town, " ? ") == ["?"]
    assert hits(town, "😀😀") == ["😀😀"]
    assert refused(lambda: ask(town, "!")) == ["search.empty"]


def test_what_says_little_more_comes_first_and_titles_that_sound_so_before_names(town: Town) -> None:
    write(
        town,
        Description("红楼启示录", year=2020),
        Description("红楼夢", year=1996),
        Description("数值分析基础", names=named("黄立明"), year=2024),
        Description("金融文化", names=named("胡黎民"), year=2025),
        Description("再读红楼", year=2026),
    )
    assert hits(town, "红楼") == ["红楼夢", "红楼启示录", "红楼梦 [b]", "再读红楼"]
    assert hits(town, "honglou") == ["红楼夢", "红楼梦 [b]", "红楼启示录", "再读红楼"]
    assert hits(town, "hlm") == ["红楼夢", "红楼梦 [b]", "金融文化", "数值分析基础"]


def test_years_of_every_age_narrow_and_a_span_that_ends_before_it_begins_has_none(town: Town) -> None:
    write(
        town,
        *(Description(f"长夜 {year}", year=year) for year in (98, 1086, 1399, 1400, 2026, 2150)),
        Description("长夜"),
    )
    for span, expected in (
        ((None, 1399), ["长夜 1399", "长夜 1086", "长夜 98"]),
        ((1000, 1100), ["长夜 1086"]),
        ((2101, None), ["长夜 2150"]),
        ((1400, 1400), ["长夜 1400"]),
        ((2026, 1086), []),
    ):
        assert sorted(hits(town, "长夜", Narrowed(years=span))) == sorted(expected), span
