"""ISBN and ISSN in any form come to the one in which they are stored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libops.catalogue.identifiers import compact, half_width, isbn13, issn8, standard_number


@pytest.mark.parametrize(
    "typed",
    [
        "9787020002207",
        "978-7-02-000220-7",
        "978 7 02 000220 7",
        "702000220X",
        "7-02-000220-x",
        "ISBN 978-7-02-000220-7",
        "ISBN-13: 9787020002207",
        "isbn10：702000220X",
        "urn:isbn:9787020002207",
        "９７８７０２０００２２０７",
        " 9787020002207 ",
    ],
)
def test_every_form_of_an_isbn_is_one_number(typed: str) -> None:
    assert isbn13(typed) == "9787020002207"
    assert issn8(typed) is None


@pytest.mark.parametrize(
    "typed",
    ["", "9787020002208", "702000220", "7020002201", "978702000220X", "97870200022071", "x", "9777020002207", "\0"],
)
def test_what_is_no_isbn_is_none(typed: str) -> None:
    assert isbn13(typed) is None


def test_every_form_of_an_issn_is_one_number() -> None:
    for typed in ("0028-0836", "00280836", "ISSN 0028-0836", "００２８-０８３６"):
        assert issn8(typed) == "00280836", typed
    assert issn8("2434-561x") == "2434561X"
    for typed in ("0028-0837", "0028083", "", "9787020002207"):
        assert issn8(typed) is None, typed


def test_the_bars_of_a_magazine_are_its_issn() -> None:
    for typed in ("9770028083002", "９７７００２８０８３００２"):
        assert issn8(typed) == standard_number(typed) == "00280836", typed
    assert issn8("9772434561006") == "2434561X"
    assert issn8("9770028083003") is None


def test_a_standard_number_is_an_isbn_or_an_issn() -> None:
    assert standard_number("702000220X") == "9787020002207"
    assert standard_number("0028-0836") == "00280836"
    assert standard_number("30000000000012") is None


def test_a_number_is_kept_without_what_stands_between_its_digits() -> None:
    assert compact("ISBN 7‐02–000220 x") == "702000220X"
    assert half_width("ＩＳＢＮ　１") == "ISBN 1"


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_none_and_never_an_error(text: str) -> None:
    for read in (isbn13, issn8, standard_number):
        found = read(text)
        assert found is None or read(found) == found
