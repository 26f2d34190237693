"""What the fields of CNMARC and MARC 21 say about a title."""

from __future__ import annotations

import pytest

from libops.catalogue.description import Description, Material, NameKind, NameRole, TitleName
from libops.catalogue.marc.describing import describe
from libops.catalogue.marc.language_codes import languages_of, three_letters
from libops.catalogue.marc.records import Dialect, Field, Record
from tests.unit.marc_samples import CHINESE, WESTERN, data


def cn(*fields: Field, leader: str = CHINESE.leader) -> Description:
    return describe(Record(leader, fields), Dialect.CNMARC)


def m21(*fields: Field, leader: str = WESTERN.leader) -> Description:
    return describe(Record(leader, fields), Dialect.MARC21)


def test_a_whole_chinese_record_is_described() -> None:
    assert describe(CHINESE, Dialect.CNMARC) == Description(
        title="红楼梦: 脂砚斋重评本. 上册, 石头记",
        number="012004000123",
        title_alt="hong lou meng",
        alternatives=("A dream of red mansions", "石头记"),
        responsibility="(清)曹雪芹著; (清)高鹗续",
        names=(
            TitleName("曹雪芹", NameRole.AUTHOR, NameKind.PERSON, "cao xue qin"),
            TitleName("高鹗", NameRole.OTHER, NameKind.PERSON, "gao e"),
            TitleName("中国艺术研究院. 红楼梦研究所", NameRole.EDITOR, NameKind.BODY),
        ),
        edition="第2版",
        place="北京",
        publisher="人民文学出版社",
        year=1996,
        extent="2册(1606页) : 图 ; 21cm",
        series="中国古典文学读本丛书",
        series_number="第3辑",
        set_title="四大名著",
        set_number="012004000100",
        volume="上册",
        subjects=("章回小说--中国--清代", "古典小说", "清代"),
        # The book number of 905 is its copies', not the title's.
        clc="I242.4",
        languages=("zh",),
        isbns=("9787020002207",),
        price="CNY59.70",
        note="本书以庚辰本为底本",
        summary="以贾、史、王、薛四大家族的兴衰为背景。",
    )


def test_a_whole_western_record_is_described() -> None:
    assert describe(WESTERN, Dialect.MARC21) == Description(
        title="Rereading George Eliot: changing responses to her experiments in life",
        number="2329645",
        title_alt="重读乔治·艾略特: 对她人生实验的反应",
        alternatives=("George Eliot reread",),
        responsibility="Bernard J. Paris ; illustrated by Ann Lee",
        names=(
            TitleName("Paris, Bernard J.", NameRole.AUTHOR, NameKind.PERSON, "帕里斯"),
            TitleName("Lee, Ann", NameRole.ILLUSTRATOR),
        ),
        edition="2nd ed.",
        place="Albany",
        publisher="State University of New York Press",
        year=2003,
        extent="xiii, 220 p. ; 23 cm.",
        series="SUNY series in psychoanalysis and culture",
        series_number="12",
        set_title="Collected essays",
        set_number="2329600",
        volume="vol. 2",
        subjects=("Eliot, George, 1819-1880--Knowledge--Psychology", "Psychology in literature"),
        clc="I561.074",
        dewey="823.8",
        lcc="PR4692.P74",
        book_number="P37 2003",
        languages=("en",),
        isbns=("0791458334",),
        price="USD54.50",
        note="Includes bibliographical references.",
        summary="A second look.",
    )


@pytest.mark.parametrize(
    ("dialect", "leader", "material"),
    [
        (Dialect.CNMARC, "am", Material.BOOK),
        (Dialect.CNMARC, "as", Material.SERIAL),
        (Dialect.CNMARC, "lm", Material.SOFTWARE),
        (Dialect.CNMARC, "mm", Material.KIT),
        (Dialect.CNMARC, "bm", Material.MANUSCRIPT),
        (Dialect.MARC21, "tm", Material.MANUSCRIPT),
        (Dialect.MARC21, "ab", Material.SERIAL),
        (Dialect.MARC21, "mm", Material.SOFTWARE),
        (Dialect.MARC21, "om", Material.KIT),
        (Dialect.MARC21, "  ", Material.OTHER),
    ],
)
def test_the_leader_says_what_sort_of_thing_it_is_in_each_dialects_own_letters(
    dialect: Dialect, leader: str, material: Material
) -> None:
    record = Record(f"00000n{leader}  2200000   4500", (Field("001", "1"),))
    assert describe(record, dialect).material is material


@pytest.mark.parametrize(
    ("isbn", "kept"),
    [
        ("7-111-07575-1 (精装)", ()),
        ("978-7-5442-7087-8", ("9787544270878",)),
        ("９７８７５４４２７０８７８", ("9787544270878",)),
        ("080442957x (pbk.)", ("080442957X",)),
        ("ISBN 9787544270878 : CNY39.50", ("9787544270878",)),
        ("9787544270879", ()),
        ("", ()),
    ],
)
def test_isbns_lose_their_hyphens_and_qualifiers_and_wrong_ones_are_no_isbns(isbn: str, kept: tuple[str, ...]) -> None:
    assert m21(data("020", "  ", f"$a{isbn}")).isbns == kept
    assert cn(data("010", "  ", f"$a{isbn}")).isbns == kept


@pytest.mark.parametrize(
    ("words", "role"),
    [
        ("著", NameRole.AUTHOR),
        ("编著", NameRole.AUTHOR),
        ("主编", NameRole.EDITOR),
        ("编译", NameRole.TRANSLATOR),
        ("插图", NameRole.ILLUSTRATOR),
        ("070", NameRole.AUTHOR),
        ("730", NameRole.TRANSLATOR),
        ("整理", NameRole.OTHER),
    ],
)
def test_what_somebody_did_is_read_from_words_and_codes(words: str, role: NameRole) -> None:
    assert cn(data("702", " 0", f"$a某人$4{words}")).names == (TitleName("某人", role),)


def test_names_in_two_parts_are_put_together_as_their_script_does() -> None:
    names = cn(
        data("701", " 1", "$aHemingway$bErnest"),
        data("701", " 0", "$a欧阳$b修"),
        data("711", "12", "$a国际图联大会$4编"),
    ).names
    assert [name.name for name in names] == ["Hemingway, Ernest", "欧阳修", "国际图联大会"]
    assert names[2].kind is NameKind.MEETING


def test_a_set_is_named_in_an_embedded_field_or_plainly() -> None:
    inside = cn(data("461", " 0", "$1001X12$12001 $a全集$v第2卷"))
    plain = cn(data("462", " 0", "$t全集$v第2卷"))
    assert (inside.set_title, inside.set_number, inside.volume) == ("全集", "X12", "第2卷")
    assert (plain.set_title, plain.set_number, plain.volume) == ("全集", "", "第2卷")


def test_several_titles_in_one_volume_are_all_in_the_title() -> None:
    assert cn(data("200", "1 ", "$a呐喊$a彷徨$c野草$f鲁迅著")).title == "呐喊 ; 彷徨. 野草"
    assert m21(data("245", "10", "$aHamlet ;$bMacbeth /$cShakespeare.")).title == "Hamlet ; Macbeth"


def test_parts_of_a_title_stand_in_it_and_a_parallel_title_beside_it() -> None:
    record = m21(data("245", "10", "$aFaust.$nPart 2,$pThe tragedy =$bFaust zwei /$cGoethe."))
    assert (record.title, record.volume, record.alternatives) == (
        "Faust. Part 2, The tragedy",
        "Part 2",
        ("Faust zwei",),
    )
    assert cn(data("200", "1 ", "$a浮士德$dFaust")).alternatives == ("Faust",)


@pytest.mark.parametrize(
    ("text", "trimmed"),
    [
        ("Cayrol, Jean.", "Cayrol, Jean"),
        ("Smith, J.", "Smith, J."),
        ("Eliot, T. S.,", "Eliot, T. S."),
        ("King, Martin Luther, Jr.", "King, Martin Luther, Jr."),
        ("Ownership.", "Ownership"),
        ("And so on...", "And so on..."),
    ],
)
def test_a_stop_goes_unless_it_belongs_to_the_word(text: str, trimmed: str) -> None:
    assert m21(data("100", "1 ", f"$a{text}")).names[0].name == trimmed


@pytest.mark.parametrize(
    ("coded", "printed", "year"),
    [
        ("2003", "c2001.", 2003),
        ("198u", "[1987?]", 1987),
        ("9999", "", None),
        ("    ", "n.d.", None),
        ("", "民国", None),
    ],
)
def test_the_year_is_the_coded_one_or_else_the_printed_one(coded: str, printed: str, year: int | None) -> None:
    assert m21(Field("008", f"020925s{coded}"), data("260", "  ", f"$c{printed}")).year == year
    assert cn(data("100", "  ", f"$a20040521d{coded}"), data("210", "  ", f"$d{printed}")).year == year


def test_the_publisher_is_the_one_of_publication_not_of_printing_or_copyright() -> None:
    record = m21(
        data("264", " 4", "$c©2019"),
        data("264", " 3", "$aLeipzig :$bDruckhaus"),
        data("264", " 1", "$aBerlin :$bVerlag,$c2020"),
    )
    assert (record.place, record.publisher, record.year) == ("Berlin", "Verlag", 2020)


def test_languages_are_taken_from_codes_of_any_age() -> None:
    assert m21(data("041", "1 ", "$aengfre$hger")).languages == ("en", "fr")
    assert m21(Field("008", f"{'':35}chi d")).languages == ("zh",)
    assert languages_of(["zho", "scr", "grc", "und", "   ", "|||", "x"]) == ("zh", "hr", "grc")
    assert [three_letters(code) for code in ("zh", "de", "hr", "grc")] == ["chi", "ger", "hrv", "grc"]


def test_a_class_number_counts_as_chinese_only_where_the_record_says_so() -> None:
    assert m21(data("084", "  ", "$aTP312$2bbk")).clc == ""
    assert m21(data("084", "  ", "$aTP312$bW23$2clc")).book_number == "W23"
    assert m21(data("093", "  ", "$aTP312")).clc == "TP312"


def test_an_uncoded_coauthor_wrote_it_too_but_not_whoever_wrote_a_work_in_it() -> None:
    names = m21(
        data("100", "1 ", "$aA, B."),
        data("700", "1 ", "$aC, D."),
        data("700", "12", "$aE, F.$tPoems."),
        data("700", "12", "$aA, B.$tX"),
    ).names
    assert [(name.name, name.role) for name in names] == [
        ("A, B.", NameRole.AUTHOR),
        ("C, D.", NameRole.AUTHOR),
        ("E, F.", NameRole.OTHER),
    ]


def test_who_is_only_added_to_what_is_heard_or_seen_took_part_in_it() -> None:
    fields = (
        data("100", "1 ", "$aBach, Johann Sebastian."),
        data("245", "10", "$aGoldberg variations."),
        data("700", "1 ", "$aGould, Glenn."),
        data("700", "1 ", "$aBusoni, Ferruccio,$eeditor."),
    )
    roles = [name.role for name in m21(*fields, leader="00000njm a2200000   4500").names]
    assert roles == [NameRole.AUTHOR, NameRole.OTHER, NameRole.EDITOR]
    assert [name.role for name in m21(*fields).names] == [NameRole.AUTHOR, NameRole.AUTHOR, NameRole.EDITOR]
    # Where nobody else is named, whoever is may have made it.
    alone = m21(
        data("245", "00", "$aNight songs."), data("700", "1 ", "$aLee, Ann."), leader="00000njm a2200000   4500"
    )
    assert [name.role for name in alone.names] == [NameRole.AUTHOR]


def test_no_mark_stands_before_the_qualifier_of_a_key_title() -> None:
    about = m21(
        data("222", " 0", "$aNature$b(London)"), data("210", "0 ", "$aNature$b(Lond.)"), data("245", "00", "$aNature")
    )
    assert about.alternatives == ("Nature (London)", "Nature (Lond.)")


def test_texts_lose_control_characters_and_needless_spaces() -> None:
    assert cn(data("200", "1 ", "$a\x98The\x9c  红　楼\u2028梦 \x00")).title == "The 红 楼 梦"


def test_a_subfield_that_lost_its_code_says_nothing() -> None:
    lost = (("", "失"), ("a", "题名"), ("", "失"))
    assert cn(Field("200", "", "1 ", lost), Field("606", "", "0 ", lost)) == cn(
        data("200", "1 ", "$a题名"), data("606", "0 ", "$a题名")
    )
    assert m21(Field("245", "", "10", lost), Field("650", "", " 0", lost)) == m21(
        data("245", "10", "$a题名"), data("650", " 0", "$a题名")
    )


def test_a_record_without_a_title_has_an_empty_one() -> None:
    assert cn(Field("001", "1")) == Description(title="", number="1")
    assert m21(Field("001", "1")) == Description(title="", number="1")
