"""How texts become words, how they sound, and what a typed text asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.search_index import GAP
from libops.catalogue.description import Description, NameRole, TitleName
from libops.catalogue.search.entry import Facets, entry_of, years
from libops.catalogue.search.query import for_postgres, for_sqlite, read_query
from libops.catalogue.search.ranks import Rank, rank
from libops.catalogue.search.sounds import heard, readings, sound, sound_of_name, syllables
from libops.catalogue.search.words import LONGEST_KEY, characters, fold, key_of, pairs, runs, words

ANY_TEXT = st.text(max_size=60)
HAN = st.text(alphabet="红楼梦三体西游记乐长重行中国龘𠮷", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("Müller Café", "muller cafe"),
        ("STRASSE Straße", "strasse strasse"),
        ("紅樓夢 臺灣 後漢書", "红楼梦 台湾 后汉书"),
        ("ｶﾞｷﾞ", "ガギ"),
        ("O'Reilly’s", "oreillys"),
        ("C++ C# F#", " cplusplus   csharp   fsharp "),
        ("深入C++编程", "深入 cplusplus 编程"),
        ("abc++ c+++", "abc++  cplusplus +"),
        ("ﬁne", "fine"),
        ("ĲSSEL", "ijssel"),
    ],
)
def test_a_text_has_one_plain_form(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("红楼梦", ["红楼", "楼梦"]),
        ("梦", ["梦"]),
        ("红 楼·梦", ["红楼", "楼梦"]),
        ("Java编程", ["java", "编程"]),
        ("三体 II：黑暗", ["三体", "ii", "黑暗"]),
        ("snake_case ǂb7", ["snake", "case", "b7"]),
        ("加西亚·马尔克斯", ["加西", "西亚", "亚马", "马尔", "尔克", "克斯"]),
        ("", []),
        ("!?…", []),
    ],
)
def test_a_text_is_cut_into_words_and_pairs_of_characters(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_in_what_is_typed_a_space_ends_a_run_and_a_dot_in_a_name_does_not() -> None:
    assert [run for run, _ in runs(fold("红楼 梦"), joined=False)] == ["红楼", "梦"]
    assert [run for run, _ in runs(fold("马尔·克斯"), joined=False)] == ["马尔克斯"]
    assert characters("红楼, red 梦") == {"红", "楼", "梦"}


def test_a_word_has_an_end_and_is_found_by_it() -> None:
    assert words("x" * 5000) == words("x" * 60) == ["x" * 60]
    assert read_query("x" * 5000).words[0].text == "x" * 60


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("The Hunger Games", "hunger games"),
        ("A  Guide: to", "guide to"),
        ("An", "an"),
        ("The", "the"),
        ("三体 II：黑暗森林", "三体 ii 黑暗森林"),
        ("红 楼 梦", "红楼梦"),
        ("Java编程", "java 编程"),
    ],
)
def test_titles_are_compared_without_articles_and_what_stands_between_words(text: str, key: str) -> None:
    assert key_of(text) == key


@given(ANY_TEXT)
def test_folding_and_keys_are_stable_and_bounded(text: str) -> None:
    key = key_of(text)
    assert len(key) <= LONGEST_KEY
    assert key == key.strip()
    assert all(GAP not in word and " " not in word and word for word in words(text))
    assert words(fold(text)) == words(text) or any(sign in text.lower() for sign in ("+", "#"))


@given(HAN)
def test_every_part_of_a_run_has_its_pairs_in_a_row(run: str) -> None:
    whole = pairs(run)
    for start in range(len(run)):
        for end in range(start + 2, len(run) + 1):
            part = pairs(run[start:end])
            assert whole[start : start + len(part)] == part


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("红楼梦", ["hong", "lou", "meng"]),
        ("重庆", ["chong", "qing"]),
        ("旅行", ["lv", "xing"]),
        ("音乐", ["yin", "yue"]),
        ("Java编程", ["java", "bian", "cheng"]),
        ("Dream", []),
        ("紅樓", ["hong", "lou"]),
    ],
)
def test_a_text_sounds_as_it_is_read(text: str, spoken: list[str]) -> None:
    assert sound(text) == spoken


def test_surnames_are_read_as_surnames() -> None:
    assert sound_of_name("单田芳") == ["shan", "tian", "fang"]
    assert sound_of_name("曾国藩") == ["zeng", "guo", "fan"]
    assert sound_of_name("尉迟恭") == ["yu", "chi", "gong"]
    assert sound_of_name("Cao Xueqin") == []
    assert sound_of_name("") == []


def test_what_is_heard_are_syllables_all_in_one_and_initials() -> None:
    assert heard(["hong", "lou"]) == [f"hong{GAP}lou", GAP, "honglou", GAP, "hl"]
    assert (heard(["meng"]), heard([])) == (["meng"], [])


def test_letters_are_read_in_every_way_that_makes_syllables_the_shortest_first() -> None:
    assert readings("xian")[0] == ["xi", "an"]
    assert readings("honglou") == [["hong", "lou"]]
    assert ["fang", "an"] in readings("fangan")
    assert ["fan", "gan"] in readings("fangan")
    for none in ("hl", "xyz", "a" * 61, "hong lou", "红楼"):
        assert readings(none) == [], none
    assert all(len(readings(typed)) <= 4 for typed in ("a" * 60, "xianguoanliananer"))
    assert {"lv", "nv", "er", "a"} <= syllables()
    assert not {"m", "ng", "hm"} & syllables()


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=60))
def test_a_reading_is_made_of_syllables_and_is_what_was_typed(typed: str) -> None:
    for way in readings(typed):
        assert "".join(way) == typed
        assert set(way) <= syllables()


@pytest.mark.parametrize(
    ("typed", "opened"),
    [
        ("harry pot", [False, True]),
        ("harry po", [False, False]),
        ("har* po*", [True, True]),
        ("a ba*", [False, True]),
        ("harry pot ", [False, True]),
        ("harry pot)", [False, False]),
        ("红楼*", [False]),
        ("harry 红", [False, False]),
    ],
)
def test_the_last_word_may_go_on_and_any_with_an_asterisk(typed: str, opened: list[bool]) -> None:
    assert [word.open for word in read_query(typed).words] == opened


def test_an_umlaut_is_a_u_in_words_and_a_v_in_pinyin() -> None:
    (word,) = read_query("lüxing").words
    assert (word.text, word.letters, word.spoken) == ("luxing", "lvxing", (("lv", "xing"),))
    assert read_query("lu\u0308xing").words == (word,)


def test_pinyin_with_spaces_is_also_read_as_one() -> None:
    query = read_query("hong lou meng")
    assert (query.joined, query.spoken) == ("hongloumeng", (("hong", "lou", "meng"),))
    assert read_query("红楼 meng").joined == ""
    assert read_query("hong 1").joined == ""
    assert read_query("honglou").joined == ""


def test_a_page_that_is_pasted_means_its_first_words() -> None:
    assert len(read_query("word " * 500).words) == 16
    assert read_query(" … ").is_empty


def test_queries_say_in_both_languages_what_is_wanted() -> None:
    query = read_query("红楼 dar*")
    assert for_sqlite(query, [["ǂlzh"], ["ǂy1999", "ǂd200"]]) == (
        '({title name more} : "红楼") AND ({title name more} : "dar" * OR sound : "dar" *)'
        ' AND (facet : "ǂlzh") AND (facet : "ǂy1999" OR facet : "ǂd200")'
    )
    assert for_postgres(query, [["ǂlzh"], ["ǂy1999", "ǂd200"]]) == (
        "(('红楼')) & ('dar':* | 'ǂhdar':*) & ('ǂlzh') & ('ǂy1999' | 'ǂd200')"
    )
    assert for_sqlite(read_query("梦"), []) == '({title name more single} : "梦")'
    assert for_postgres(read_query("梦"), []) == "('梦')"


@given(ANY_TEXT)
def test_nothing_that_is_typed_leaves_its_quotes(typed: str) -> None:
    query = read_query(typed)
    for text, quote in ((for_sqlite(query, []), '"'), (for_postgres(query, []), "'")):
        assert text.count(quote) % 2 == 0
        outside = "".join(text.split(quote)[::2])
        assert not set(outside) - set("(){}:*|&<-> ABCDNORadefilmnorstuwgc"), outside


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("红楼梦", Rank.EXACT),
        ("紅樓夢", Rank.EXACT),
        ("dream of the red chamber", Rank.EXACT),
        ("红楼", Rank.LEADING),
        ("曹雪芹", Rank.NAMED),
        ("cao xueqin", Rank.NAMED),
        ("楼梦", Rank.IN_TITLE),
        ("楼梦 雪芹", Rank.IN_NAMES),
        ("xueq", Rank.IN_NAMES),
        ("ueq", Rank.ELSEWHERE),
        ("hlm", Rank.ELSEWHERE),
        ("!", Rank.ELSEWHERE),
    ],
)
def test_titles_are_ranked_by_how_well_they_answer(typed: str, expected: Rank) -> None:
    entry = entry_of(Description("红楼梦", names=(TitleName("曹雪芹", NameRole.AUTHOR, alt="Cao Xueqin"),)), Facets())
    found = rank(read_query(typed), entry.title_key, "The Dream of the Red Chamber", entry.name_key)
    assert found is expected


def test_an_entry_keeps_texts_apart_and_has_facets() -> None:
    entry = entry_of(
        Description("甲乙", title_alt="Ab Cd", alternatives=("甲乙",), subjects=("丙丁",), publisher="戊己"),
        Facets("zh", "book", 1987, (1, 2), (3,)),
    )
    assert entry.title == ["甲乙", GAP, "ab", "cd"]
    assert entry.more == ["戊己", GAP, "丙丁"]
    assert entry.single == ["乙", "甲"]
    assert entry.facet == ["ǂlzh", "ǂmbook", "ǂy1987", "ǂd198", "ǂc19", "ǂb1", "ǂb2", "ǂt3"]
    assert entry_of(Description("?"), Facets()).title_key == GAP


def test_a_span_of_years_is_few_words() -> None:
    assert years(1998, 2012) == ["ǂy1998", "ǂy1999", "ǂd200", "ǂy2010", "ǂy2011", "ǂy2012"]
    assert years(1990, 1999) == ["ǂd199"]
    assert (years(5, 4), years(7, 7)) == (["ǂ"], ["ǂy7"])
    assert years(1800, 2011) == ["ǂc18", "ǂc19", "ǂd200", "ǂy2010", "ǂy2011"]
    assert len(years(0, 9999)) == 100


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("ʻAm ʻoved", "am oved"),
        ("zakonodatelʹnye", "zakonodatelnye"),
        ("Łódź", "lodz"),
        ("Ørsted", "orsted"),
        ("Æther", "aether"),
        ("cœur", "coeur"),
        ("Diyarbakır", "diyarbakir"),
        ("Þór", "thor"),
    ],
)
def test_letters_that_a_keyboard_lacks_are_found_as_people_write_them(written: str, typed: str) -> None:
    assert words(written) == words(typed)
