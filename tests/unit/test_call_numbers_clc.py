"""Call numbers of the Chinese Library Classification stand as the handbook says."""

from __future__ import annotations

import random

import pytest

from libops.catalogue.call_numbers.schemes import Scheme, class_of, parses, prefix_range, shelf_key

HANDBOOK = ["R711", "R711-62", "R711(711)", "R711(711)=535", "R711=6", "R711<326>", "R711:R83", "R711+R173", "R711.1"]
"""The example of the handbook of the fifth edition, pages 82 and 83."""

CLASSES = [
    "A", "A11", "A262", "A49", "B", "B-4", "B0", "B0-0", "B2", "B222.2", "B83", "B84-49", "B842.6", "D", "D0", "D0a",
    "D0-0", "D03", "D03a", "D035", "D9", "D90", "D909.9", "DF", "DF0", "F0", "F0-08", "F091.33", "F12", "F121", "F2",
    "F830.9", "F830.91", "F84", "G40-012", "G633.3", "G64", "G640", "G641", "H", "H0", "H31", "H319", "H319.4",
    "H319.4:C912.1", "H319.4:I712.45", "H319.4:I712.46", "H319.4:K82", "H319.41", "H319.6", "H36", "I", "I206.2",
    "I207.227", "I21", "I210.96", "I242.4", "I242.47", "I246.5", "I247.5", "I247.55", "I247.57", "I247.58", "I247.7",
    "I25", "I267", "I267.1", "I287.45", "I313.45", "I512.44", "I561.45", "I712.4", "I712.45", "J", "K", "K0", "K207",
    "K208", "K21", "K28(711)", 'K28"12"', "K28=4", "K82", "K825.38=5", "K825.6", "K83", "K835.635.72=43", "K876.3",
    "K928.705.1", "K928.9", "N", "N49", "O13", "O13-44", "O130", "O174", "O241", "O4", "P", "Q", "R", "S", "T", "T-0",
    "T-49", "TB", "TB1", "TM", "TN91", "TP", "TP-05", "TP1", "TP11", "TP3", "TP3-05", "TP30", "TP301.6", "TP31",
    "TP311.1", "TP311.13", "TP311.132.3", "TP311.138SQ", "TP311.5", "TP312", "TP312-43", "TP312BA", "TP312C",
    "TP312C++", "TP312JA", "TP316.7", "TP316.81", "TP32", "TP391.41", "TP391.41-43", "TP391.41:J06", "TP393",
    "TP393.08", "TU", "TU-0", "TU-86(2)", "TU-86(711)", "TU2", "U", "V", "X", "Z", "Z1", "Z126",
]  # fmt: skip

BOOKS = [
    "I247.57",
    "I247.57/2",
    "I247.57/9",
    "I247.57/10",
    "I247.57/238",
    "I247.57/2384",
    "I247.57/2384-2",
    "I247.57/2384(2)",
    "I247.57/2384(2D)/1",
    "I247.57/2384(2D)/2",
    "I247.57/2384(10)",
    "I247.57/2384=2",
    "I247.57/2384=2:1",
    "I247.57/2384=2:10",
    "I247.57/2384=10",
    "I247.57/2384:1",
    "I247.57/2384:1=2",
    "I247.57/2384:2",
    "I247.57/2384:10",
    "I247.57/2384.1",
    "I247.57/2384.1:2",
    "I247.57/2384.2",
    "I247.57/2384.10",
    "I247.57/2384/2008",
    "I247.57/2385",
    "I247.57/23841",
    "I247.57/B012",
    "I247.57/B12",
    "I247.57/C9",
    "I247.57/C118",
    "I247.57/C118 c.2",
    "I247.57/C118-2",
    "I247.57/C118=2",
    "I247.57/C118:2",
    "I247.57/C118a",
    "I247.57/C567",
    "I247.57/CA1",
    "I247.57/L-9",
    "I247.57/L-911.3/2",
    "I247.57/L-911.3/10",
    "I247.57/N2338",
    "I247.57/Z1",
    "I247.57-44/1",
    "I247.571",
    "I247.58/1",
]


SETS = [
    "I247.57/L845 第一部",
    "I247.57/L845 第二部",
    "I247.57/L845 第三部",
    "I247.57/L845 第九部",
    "I247.57/L845 第十部",
    "I247.57/L845 第十一部",
    "I247.57/L845 第二十部",
    "I247.57/L845 上",
    "I247.57/L845 上:2",
    "I247.57/L845 中",
    "I247.57/L845 下",
    "I247.57/L845.1",
    "I247.57/L845/2",
    "I247.57/L845/2020",
    "I247.57/L845 2021",
    "I247.57/L845毛",
    "I247.57/L846",
]


@pytest.mark.parametrize("shelf", [HANDBOOK, CLASSES, BOOKS, SETS], ids=["handbook", "classes", "books", "sets"])
def test_a_shuffled_shelf_is_put_back_in_order(shelf: list[str]) -> None:
    mixed = shelf.copy()
    random.Random(4).shuffle(mixed)
    assert sorted(mixed, key=lambda number: shelf_key(Scheme.CLC, number)) == shelf
    assert len({shelf_key(Scheme.CLC, number) for number in shelf}) == len(shelf)
    assert all(parses(Scheme.CLC, number) for number in shelf)


@pytest.mark.parametrize(
    ("ways", "class_number"),
    [
        (
            ["TP312/C567", "TP312 C567", "TP312\nC567", "tp312/c567", "TP 312/C567", "TP3.12/C567", "TP312 / C567"],
            "TP312",
        ),
        (["TP312/C567:2", "ＴＰ３１２／Ｃ５６７：２", "TP312/C567 v.2", "TP312/C567 V. 2", "TP312/C567 2"], "TP312"),
        (["TP312/C567:2", "TP312/C567 vol. 2", "TP312/C567/v.2", "TP312/C567第2卷", "TP312/C567 第2册"], "TP312"),
        (["I247.57/2384=2", "I247.57/2384 第2版", "I247.57/2384＝2"], "I247.57"),
        (["I247.57/C5:12", "I247.57/C5 第十二卷", "I247.57/C5:第12辑", "I247.57/C5 12册"], "I247.57"),
        (["I247.57/C5:20", "I247.57/C5第二十卷"], "I247.57"),
        (["I247.57/C5:3", "I247.57/C5 第三部"], "I247.57"),
        (["I247.57/C5=10", "I247.57/C5 第十版"], "I247.57"),
        (["I247.57/C5(上)", "I247.57/C5:上", "I247.57/C5 上册", "I247.57/C5/上", "I247.57/C5上卷"], "I247.57"),
        (["TP312/J57 2020", "TP312/J57/2020"], "TP312"),
        (["TP312/J57 2020 v.2", "TP312/J57/2020:2"], "TP312"),
        (["[F0]/12", "F0/12"], "F0"),
        (["K28“12”/4", 'K28"12"/4'], 'K28"12"'),
        (["R711〈326〉/4", "R711<326>/4", "R711＜326＞/4"], "R711<326>"),
        (["H319.4：I712.45/1", "H319.4:I712.45/1", "H319.4 : I712.45/1"], "H319.4:I712.45"),
        (["TP391.41—43/1", "TP391.41-43/1", "TP391.41－43/1"], "TP391.41-43"),
    ],
)
def test_one_number_written_in_several_ways_has_one_key(ways: list[str], class_number: str) -> None:
    assert {class_of(Scheme.CLC, way).replace("TP3.12", "TP312") for way in ways} == {class_number}
    assert len({shelf_key(Scheme.CLC, way) for way in ways}) == 1


def test_a_colon_joins_classes_before_the_slash_and_counts_volumes_behind_it() -> None:
    assert class_of(Scheme.CLC, "H319.4:I/7:2") == "H319.4:I"
    assert (
        shelf_key(Scheme.CLC, "H319.4/7:2") < shelf_key(Scheme.CLC, "H319.4:I/7:2") < shelf_key(Scheme.CLC, "H319.41/7")
    )


def test_a_number_behind_a_lone_letter_and_a_space_is_the_book_unless_more_follows() -> None:
    assert class_of(Scheme.CLC, "Z 3") == "Z"
    assert class_of(Scheme.CLC, "TP 312/C5") == "TP312"


def test_the_small_a_is_the_mark_of_recommendation_only_in_a_number_of_capitals() -> None:
    assert class_of(Scheme.CLC, "D0a/3") == "D0a"
    assert class_of(Scheme.CLC, "d0a/3") == "D0A"


@pytest.mark.parametrize(
    "text", ["外文", "L12/3", "312/C5", "/C5", "TP312(71", 'R2"1', "HELLO", "少儿 I287/3", "ABC1/2", "I1?/2"]
)
def test_what_is_no_class_number_sorts_behind_all_that_are(text: str) -> None:
    assert not parses(Scheme.CLC, text)
    assert class_of(Scheme.CLC, text) == ""
    assert shelf_key(Scheme.CLC, text) > shelf_key(Scheme.CLC, "Z999/Z99:99")


@pytest.mark.parametrize(
    ("beginning", "inside", "outside"),
    [
        ("TP31", ["TP31", "TP31/C1", "TP311.1/2", "TP312-43", "TP319+O1"], ["TP3/1", "TP32", "TP30/9", "T", "TP"]),
        ("I24", ["I24/1", "I242.4/C118", "I247.57/2384.1"], ["I2/4", "I25", "I23/9", "I2-4"]),
        ("I247.5", ["I247.5/1", "I247.57/2384.1"], ["I247/5", "I247.7", "I247.4"]),
        ("T", ["T/1", "T-0", "TB1", "TP312"], ["S9", "U1"]),
        ("t p", ["T/P"], ["TP312"]),
        ("tp 31", ["TP312/1"], ["TP30"]),
        ("R711(7", ["R711(711)/3", "R711(711)=535"], ["R711(811)", "R711/7", "R7117"]),
        ("TP312/C567", ["TP312/C567", "TP312/C567:2", "TP312 C567 v.2"], ["TP312/C5671", "TP312/C568", "TP312/C0567"]),
        ("小说", [], ["小说", "小说/1", "I24"]),
        ("", ["A/1", "Z9/9"], ["", "小说"]),
    ],
)
def test_a_beginning_holds_its_class_and_nothing_else(beginning: str, inside: list[str], outside: list[str]) -> None:
    start, end = prefix_range(Scheme.CLC, beginning)
    assert [number for number in inside if not start <= shelf_key(Scheme.CLC, number) < end] == []
    assert [number for number in outside if start <= shelf_key(Scheme.CLC, number) < end] == []


def test_every_beginning_of_every_class_holds_exactly_the_classes_that_begin_so() -> None:
    keys = {number: shelf_key(Scheme.CLC, f"{number}/C5") for number in CLASSES + HANDBOOK}
    for beginning in {number[:length] for number in keys for length in range(1, len(number) + 1)}:
        start, end = prefix_range(Scheme.CLC, beginning)
        held = {number for number, key in keys.items() if start <= key < end}
        plain = beginning.replace(".", "")
        assert held == {number for number in keys if number.replace(".", "").startswith(plain)}, beginning
