"""What an item's label can say, and the check digits that guard it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libops.barcodes import CheckDigit, Symbology, carries, check_holds, within
from libops.codes import SAMPLE_PATTERNS
from libops.refusals import Reason


def luhn_by_hand(payload: str) -> str:
    """The check digit as ISO/IEC 7812-1 describes it, written differently from the library that is used."""
    total = 0
    for place, digit in enumerate(reversed(payload)):
        doubled = int(digit) * 2 if place % 2 == 0 else int(digit)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


@given(payload=st.from_regex(r"3[0-9]{12}", fullmatch=True))
def test_exactly_one_check_digit_fits(payload: str) -> None:
    right = [str(digit) for digit in range(10) if check_holds(CheckDigit.LUHN, f"{payload}{digit}")]
    assert right == [luhn_by_hand(payload)]


@given(barcode=st.from_regex(r"3[0-9]{12}", fullmatch=True), place=st.integers(1, 12), digit=st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(barcode: str, place: int, digit: int) -> None:
    code = barcode + luhn_by_hand(barcode)
    wrong = code[:place] + str((int(code[place]) + digit) % 10) + code[place + 1 :]
    assert SAMPLE_PATTERNS.fault(code) is None
    assert SAMPLE_PATTERNS.fault(wrong) == Reason("code.check_digit", {"code": wrong})


@pytest.mark.parametrize(
    ("check", "code"),
    [
        # Printed examples: the standards' own, and numbers that everybody can look up.
        (CheckDigit.LUHN, "79927398713"),
        (CheckDigit.EAN, "9787020002207"),
        (CheckDigit.EAN, "4006381333931"),
        (CheckDigit.EAN, "036000291452"),
        (CheckDigit.MOD11, "11010519491231002X"),
        (CheckDigit.MOD11, "0000000218250097"),
        (CheckDigit.MOD43, "CODE39W"),
        (CheckDigit.MOD43, "159AZH"),
        (CheckDigit.NONE, "anything"),
    ],
)
def test_known_numbers_hold(check: CheckDigit, code: str) -> None:
    assert check_holds(check, code)


@pytest.mark.parametrize("check", [check for check in CheckDigit if check is not CheckDigit.NONE])
@given(body=st.from_regex(r"[0-9]{6,16}", fullmatch=True))
def test_exactly_one_check_character_fits(check: CheckDigit, body: str) -> None:
    characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
    assert sum(check_holds(check, body + character) for character in characters) == 1


@pytest.mark.parametrize("check", [check for check in CheckDigit if check is not CheckDigit.NONE])
@pytest.mark.parametrize("code", ["", "7", "书", "３", "١٢٣", "12 34"])
def test_what_is_no_number_holds_by_no_check_and_does_no_harm(check: CheckDigit, code: str) -> None:
    assert not check_holds(check, code)


@pytest.mark.parametrize(
    ("symbology", "can", "cannot"),
    [
        (Symbology.CODABAR, ("30000000000012", "12-34/5"), ("A12", "12B", "", "１２")),
        (Symbology.CODE39, ("LIB-0001", "A B"), ("lib", "A*B", "")),
        (Symbology.CODE128, ("Lib_0001~", "a b"), ("书", "a\tb", "")),
        (Symbology.ITF, ("1234",), ("123", "12A4", "")),
        (Symbology.EAN13, ("9787020002207",), ("978702000220", "978702000220X", "")),
        (Symbology.ANY, ("书目", "x"), ()),
    ],
)
def test_a_label_says_what_its_symbology_has_bars_for(
    symbology: Symbology, can: tuple[str, ...], cannot: tuple[str, ...]
) -> None:
    assert all(carries(symbology, code) for code in can)
    assert not any(carries(symbology, code) for code in cannot)


@pytest.mark.parametrize(
    ("symbology", "sent", "meant"),
    [
        (Symbology.CODABAR, "A30000000000012B", "30000000000012"),
        (Symbology.CODABAR, "AB", "AB"),
        (Symbology.CODE39, "*LIB-1*", "LIB-1"),
        (Symbology.CODE39, "LIB-1", "LIB-1"),
        (Symbology.CODE128, "A1B", "A1B"),
    ],
)
def test_start_and_stop_signs_are_taken_off(symbology: Symbology, sent: str, meant: str) -> None:
    assert within(symbology, sent) == meant
