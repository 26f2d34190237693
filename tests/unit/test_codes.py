"""What a scanned code is: told by its pattern, never guessed."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from libops.barcodes import CheckDigit, Symbology
from libops.codes import LONGEST, SAMPLE_PATTERNS, CodeKind, CodePatterns, is_isbn, storable
from libops.i18n import Language
from libops.refusals import Reason, explain

BARCODE = "30000000000012"
WRONG_DIGIT = "30000000000013"
OVERLAPPING = CodePatterns(patron="[0-9]{8}", item="[0-9]{6,8}", badge="[0-9]{4}", check=CheckDigit.NONE)


@pytest.mark.parametrize(
    ("code", "kinds"),
    [
        ("P20170001", {CodeKind.PATRON}),
        (BARCODE, {CodeKind.ITEM}),
        (WRONG_DIGIT, {CodeKind.ITEM}),
        ("S0001", {CodeKind.BADGE}),
        ("P2017000", set()),
        ("P201700011", set()),
        ("xP20170001", set()),
        ("P20170001\n", set()),
        ("p20170001", set()),
        ("P２０１７０００１", set()),
        ("", set()),
    ],
)
def test_a_code_is_what_it_fits_wholly(code: str, kinds: set[CodeKind]) -> None:
    assert SAMPLE_PATTERNS.kinds(code) == kinds


def test_a_code_that_fits_two_patterns_is_both() -> None:
    assert OVERLAPPING.kinds("20170001") == {CodeKind.PATRON, CodeKind.ITEM}
    assert OVERLAPPING.kinds("201700") == {CodeKind.ITEM}
    assert OVERLAPPING.fault("20170001") is None


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("", "code.empty"),
        ("P20170001", None),
        (BARCODE, None),
        (WRONG_DIGIT, "code.check_digit"),
        ("9" * LONGEST, None),
        ("9" * (LONGEST + 1), "code.too_long"),
        ("9" * 10_000, "code.too_long"),
        ("P2017\x000001", "code.unreadable"),
        ("P2017\x1b[31m", "code.unreadable"),
        ("P2017\x7f", "code.unreadable"),
        ("\udcff", "code.unreadable"),
        ("\ue000", "code.unreadable"),
        ("[b]P20170001[/b]", None),
        ("读者", None),
    ],
    ids=lambda value: value[:20].encode("unicode_escape").decode() if isinstance(value, str) else None,
)
def test_what_is_wrong_with_a_code_is_told_before_anything_is_looked_up(code: str, fault: str | None) -> None:
    found = SAMPLE_PATTERNS.fault(code)
    assert (None if found is None else found.code) == fault


@pytest.mark.parametrize(
    ("code", "as_item", "as_patron", "as_either"),
    [
        ("P20170001", "code.is_patron", "patron.unknown", "patron.unknown"),
        (BARCODE, "item.unknown", "code.is_item", "item.unknown"),
        (WRONG_DIGIT, "code.check_digit", "code.check_digit", "code.check_digit"),
        ("S0001", "code.is_staff", "code.is_staff", "code.is_staff"),
        ("9787020002207", "code.isbn", "code.isbn", "code.isbn"),
        ("978-7-02-000220-7", "code.isbn", "code.isbn", "code.isbn"),
        ("702000220X", "code.isbn", "code.isbn", "code.isbn"),
        ("9787020002208", "item.unknown", "patron.unknown", "code.unknown"),
        ("", "code.empty", "code.empty", "code.empty"),
        ("hello", "item.unknown", "patron.unknown", "code.unknown"),
    ],
)
def test_why_nothing_was_found_is_told_as_exactly_as_the_shape_tells(
    code: str, as_item: str, as_patron: str, as_either: str
) -> None:
    reasons = (SAMPLE_PATTERNS.why_not_item, SAMPLE_PATTERNS.why_not_patron, SAMPLE_PATTERNS.why_neither)
    assert [why(code).code for why in reasons] == [as_item, as_patron, as_either]


@given(code=st.text(max_size=200))
@example("P20170001")
@example(BARCODE)
@example("{code}")
@example("[/]")
def test_any_text_gets_a_reason_and_the_reason_can_be_said(code: str) -> None:
    for patterns in (SAMPLE_PATTERNS, OVERLAPPING):
        for why in (patterns.why_not_item, patterns.why_not_patron, patterns.why_neither):
            reason = why(code)
            assert isinstance(reason, Reason)
            for language in ("en", "zh"):
                words = explain(reason, Language(language))
                assert words.why
                assert words.remedy


def test_a_library_without_check_digits_asks_for_none() -> None:
    assert CodePatterns("P", "3[0-9]{13}", "S").fault(WRONG_DIGIT) is None


def test_isbns_are_told_with_and_without_hyphens_and_by_their_check_digit() -> None:
    known = ["9787020002207", "978-7-02-000220-7", "702000220X", "0-19-853453-1", "080442957X"]
    assert all(is_isbn(code) for code in known)
    assert not any(is_isbn(code) for code in ("9787020002208", "7020002201", "", "P20170001", BARCODE))


@given(text=st.text(alphabet=st.characters(), max_size=20))
@example("\udcff")
@example("a\0b")
def test_a_text_is_storable_when_both_databases_can_hold_it(text: str) -> None:
    holds = "\0" not in text and not re.search("[\ud800-\udfff]", text)
    assert storable(text) is holds


def test_a_pattern_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="not a regular expression"):
        CodePatterns.compile("P[0-9")


FROM_A_READER = CodePatterns(
    patron="P[0-9]{8}", item="3[0-9]{13}", badge="S[0-9]{4}", check=CheckDigit.LUHN, symbology=Symbology.CODABAR
)


def test_the_signs_that_begin_and_end_the_bars_are_no_part_of_a_code() -> None:
    assert FROM_A_READER.bare(f"A{BARCODE}B") == BARCODE
    assert FROM_A_READER.bare(f"d{WRONG_DIGIT}d") == WRONG_DIGIT
    assert FROM_A_READER.bare(BARCODE) == BARCODE


@pytest.mark.parametrize("code", ["A12B", "AB", f"A{BARCODE}", f"*{BARCODE}*", "P20170001", ""])
def test_what_is_no_item_inside_stays_as_it_was_scanned(code: str) -> None:
    assert FROM_A_READER.bare(code) == code


def test_a_code_that_is_the_librarys_own_keeps_its_letters() -> None:
    patterns = CodePatterns(patron="P[0-9]+", item="[A-D]?[0-9]+[A-D]?", badge="S[0-9]+", symbology=Symbology.CODABAR)
    assert patterns.bare("A12B") == "A12B"


def test_what_no_label_can_say_is_told_before_its_check_digit() -> None:
    patterns = CodePatterns(
        patron="P[0-9]+", item="L.+", badge="S[0-9]+", check=CheckDigit.MOD43, symbology=Symbology.CODE39
    )
    assert patterns.fault("Lower") == Reason("code.not_on_label", {"code": "Lower", "symbology": "Code 39"})
    assert patterns.fault("LIB-1") == Reason("code.check_digit", {"code": "LIB-1"})
    assert patterns.fault("P1") is None
