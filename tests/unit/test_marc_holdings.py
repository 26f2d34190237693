"""Copies are read from holdings fields by a mapping file, and written as it says."""

from __future__ import annotations

import pytest

from libops.bad_files import BadFile
from libops.catalogue.description import Holding
from libops.catalogue.marc.holdings import Mapping, holding_fields, holdings, read_mapping, usual_mapping
from libops.catalogue.marc.records import Dialect, Field, Record
from libops.i18n import language
from tests.unit.marc_samples import CHINESE, WESTERN, data


def told(*fields: Field, mapping: Mapping | None = None) -> tuple[Holding, ...]:
    return holdings(Record(CHINESE.leader, fields), mapping or usual_mapping(Dialect.CNMARC))


def test_a_field_with_two_barcodes_tells_of_two_copies() -> None:
    assert told(*CHINESE.fields) == (
        Holding("A0001", branch="011001", location="ZW", call_number="I242.4/12:1", volume="C.1"),
        Holding("A0002", branch="011001", location="ZW", call_number="I242.4/12:1", volume="C.1"),
    )


def test_what_is_repeated_as_often_as_the_barcode_belongs_to_each_copy_in_turn() -> None:
    copies = told(data("905", "  ", "$b1$cA$v上$b2$cB$v下$dI2$rCNY5$rCNY6$rCNY7"))
    assert [(copy.barcode, copy.location, copy.volume, copy.call_number, copy.price) for copy in copies] == [
        ("1", "A", "上", "I2", "CNY5"),
        ("2", "B", "下", "I2", "CNY5"),
    ]


def test_items_of_koha_and_holdings_of_the_format_are_read() -> None:
    mapping = usual_mapping(Dialect.MARC21)
    assert holdings(WESTERN, mapping) == (
        Holding(
            "30000000000012",
            branch="MAIN",
            location="STACKS",
            call_number="PR4692.P74 P37 2003",
            item_type="BK",
            price="54.50",
        ),
    )
    field = data("852", "0 ", "$aDLC$bMAIN$cREF$kR$hPR4692$i.P74 2003$p123$xstained")
    assert told(field, mapping=mapping) == (
        Holding("123", branch="MAIN", location="REF", call_number="R PR4692 .P74 2003", note="stained"),
    )


def test_a_barcode_that_two_fields_have_is_one_copy_and_a_field_without_one_is_a_copy_too() -> None:
    copies = told(
        data("905", "  ", "$b1$cA"), data("906", "  ", "$b1$cB"), data("905", "  ", "$aX$dI2"), data("905", "  ", "$q?")
    )
    assert copies == (Holding("1", location="A"), Holding(branch="X", call_number="I2"))


MAPPING = b"""
[[holding]]
field = "907"
barcode = "a"
branch = "b"
call_number = ["d", ".", "e", ":", "v"]
status = "s"

[branch]
"011001" = "C"
"011002" = "N"

[status]
"0" = ""
"9" = "missing"
"""


def test_a_mapping_of_a_librarys_own_translates_its_words() -> None:
    mapping = read_mapping(MAPPING, "own.toml")
    fields = (data("907", "  ", "$a1$b011001$dI2$e33$s9"), data("907", "  ", "$a2$bZZ$dI2$v4$s0"))
    copies = told(*fields, mapping=mapping)
    assert copies == (
        Holding("1", branch="C", call_number="I2.33", status="missing"),
        Holding("2", branch="ZZ", call_number="I2:4"),
    )
    written = holding_fields(copies, mapping)
    assert written[0] == data("907", "  ", "$a1$b011001$dI2$e33$s9")
    assert told(*written, mapping=mapping) == copies


@pytest.mark.parametrize("call_number", ["I242.4/12:1", "I242.4", "TP3/7/W4", "/1", "1/"])
@pytest.mark.parametrize("dialect", Dialect)
def test_copies_come_back_from_the_fields_that_are_written(dialect: Dialect, call_number: str) -> None:
    mapping = usual_mapping(dialect)
    copies = (
        Holding("1", "C", "ZW", call_number, "BOOK", "CNY5.00", "missing", "v.2", "cover torn"),
        Holding("2", call_number=call_number),
    )
    assert told(*holding_fields(copies, mapping), mapping=mapping) == copies


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"holding = 3", "cannot be understood"),
        (b"\xff", "cannot be understood"),
        (b"holding = []", "it names no field of holdings"),
        (b'[[holding]]\nfield = "905"', "barcode"),
        (b'[[holding]]\nfield = "905"\nbarcode = ""', "field 905: the barcode needs one subfield"),
        (b'[[holding]]\nfield = "905"\nbarcode = "bc"', "field 905: the barcode needs one subfield"),
        (b'[[holding]]\nfield = "001"\nbarcode = "b"', "'001' is no field with subfields"),
        (b'[[holding]]\nfield = "9"\nbarcode = "b"', "'9' is no field with subfields"),
        (b'[[holding]]\nfield = "905"\nbarcode = "b"\nprice = "/"', "field 905: price names no subfield"),
        (b'[[holding]]\nfield = "905"\nbarcode = "b"\nnote = ["a", "bc"]', "field 905, note: 'bc' is not the code"),
        (
            b'[[holding]]\nfield = "905"\nbarcode = "b"\nshelf = "c"',
            ": there is no holding[0].shelf",
        ),
        (b'[[holding]]\nfield = "905"\nbarcode = "b"\n[branch]\nA = 3', "branch"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_what_is_wrong(text: bytes, why: str) -> None:
    with pytest.raises(BadFile) as refused:
        read_mapping(text, "own.toml")
    assert why in refused.value.told(language("en"))
    assert refused.value.file == "own.toml"
