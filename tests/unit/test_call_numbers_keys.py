"""Shelf keys keep an order whatever is written on the spine."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from libops.catalogue.call_numbers.schemes import Scheme, class_of, parses, prefix_range, shelf_key
from libops.catalogue.call_numbers.written import normal

LONGEST = 240

schemes = st.sampled_from(list(Scheme))
digits = st.text("0123456789", min_size=1, max_size=6)
likely = st.text("ABFIQPTV acv.c0123456789/:=-()\"<>+[],'’人第卷版éßŉ　Ａ１～\u200b\n", max_size=24)
texts = st.one_of(likely, st.text(max_size=40))


class Book(NamedTuple):
    """A call number as its writer meant it, which sorts as its parts do, and how it is written."""

    meant: tuple[object, ...]
    written: str


@st.composite
def clc_books(draw: st.DrawFn) -> Book:
    letters = draw(st.sampled_from(["B", "I", "K", "T", "TB", "TP", "Z"]))
    fraction = draw(st.text("0123456789", max_size=5))
    author = draw(st.sampled_from(["", "A", "C", "Z", "ZA"]))
    which = draw(st.integers(0, 12_000))
    volumes = draw(st.lists(st.integers(0, 120), max_size=2))
    stop = f"{fraction[:3]}.{fraction[3:]}" if len(fraction) > 3 else fraction
    additions = "".join(f":{volume}" for volume in volumes)
    return Book((letters + fraction, author, which, volumes), f"{letters}{stop}/{author}{which}{additions}")


@st.composite
def dewey_books(draw: st.DrawFn) -> Book:
    number, author, cutter = draw(st.integers(0, 99_999)), draw(st.sampled_from("BCL")), draw(digits)
    volume = draw(st.integers(1, 120))
    whole = f"{number:05d}"
    written = f"{whole[:3]}.{whole[3:]} {author}{cutter} v.{volume}"
    return Book((Fraction(number, 100), author, Fraction(f"0.{cutter}"), len(cutter), volume), written)


@st.composite
def lcc_books(draw: st.DrawFn) -> Book:
    letters, whole = draw(st.sampled_from(["Q", "QA", "QAB", "QB", "Z"])), draw(st.integers(1, 9999))
    part = draw(st.sampled_from(["", "1", "12", "2", "73"]))
    cutters = draw(
        st.lists(st.tuples(st.sampled_from("AKZ"), st.sampled_from(["1", "12", "2", "9"])), min_size=1, max_size=3)
    )
    year = draw(st.integers(1800, 2100))
    written = f"{letters}{whole}.{part}".rstrip(".") + " ." + " ".join(letter + place for letter, place in cutters)
    meant = (
        letters,
        Fraction(f"{whole}.{part or 0}"),
        [(letter, Fraction(f"0.{place}")) for letter, place in cutters],
        year,
    )
    # A date is compared where the other number has its next cutter, and comes first.
    flat = (*meant[:2], [*meant[2], ("", Fraction(year))])
    return Book(flat, f"{written} {year}")


@pytest.mark.parametrize(
    ("scheme", "books"), [(Scheme.CLC, clc_books()), (Scheme.DEWEY, dewey_books()), (Scheme.LCC, lcc_books())]
)
def test_keys_sort_as_the_parts_of_the_numbers_do(scheme: Scheme, books: st.SearchStrategy[Book]) -> None:
    @given(books, books)
    def compare(one: Book, other: Book) -> None:
        keys = shelf_key(scheme, one.written), shelf_key(scheme, other.written)
        assert parses(scheme, one.written)
        assert (keys[0] < keys[1]) is (one.meant < other.meant)
        assert (keys[0] == keys[1]) is (one.meant == other.meant)

    compare()


@given(schemes, texts)
@example(Scheme.CLC, "I" + "1." * 20_000 + "?")
@example(Scheme.CLC, "I" + "-1" * 20_000 + "?")
@example(Scheme.CLC, "I" + ":+A" * 20_000)
@example(Scheme.CLC, "TP312/" + ":1" * 20_000)
@example(Scheme.DEWEY, "005." + "1'" * 20_000 + "?")
@example(Scheme.DEWEY, "REF " * 20_000)
@example(Scheme.LCC, "QA76 " + "B3" * 20_000 + "b" * 20_000)
@example(Scheme.PLAIN, "9" * 20_000)
@example(Scheme.PLAIN, "\ud800 \x00 \ue000")
@example(Scheme.PLAIN, "\u0301")
def test_every_text_has_a_short_key_of_printable_ascii(scheme: Scheme, text: str) -> None:
    key = shelf_key(scheme, text)
    assert len(key) <= LONGEST
    assert all(" " <= char <= "~" for char in key)
    assert (key == "") is (normal(text) == "")
    assert key.startswith("~") is (normal(text) != "" and not parses(scheme, text))


@given(schemes, texts)
@example(Scheme.CLC, "A0aß")
@example(Scheme.CLC, "T.0a")
@example(Scheme.CLC, "TP312/C567V.2a")
def test_the_stored_form_has_the_same_key_and_is_stored_as_it_is(scheme: Scheme, text: str) -> None:
    stored = normal(text)
    assert normal(stored) == stored
    assert shelf_key(scheme, stored) == shelf_key(scheme, text)
    assert class_of(scheme, stored) == class_of(scheme, text)


@given(st.sampled_from([Scheme.DEWEY, Scheme.LCC, Scheme.PLAIN]), likely)
def test_keys_are_blind_to_case(scheme: Scheme, text: str) -> None:
    assert shelf_key(scheme, text.upper()) == shelf_key(scheme, text.upper().lower())


@given(st.lists(st.one_of(clc_books().map(lambda book: book.written), texts), max_size=8))
def test_a_shelf_is_in_the_same_order_however_it_was_mixed(numbers: list[str]) -> None:
    def order(shelf: list[str]) -> list[str]:
        return [shelf_key(Scheme.CLC, number) for number in sorted(shelf, key=lambda one: shelf_key(Scheme.CLC, one))]

    assert order(numbers) == order(numbers[::-1]) == order(sorted(numbers))


@given(st.text("0123456789", min_size=1, max_size=200), st.text("0123456789", min_size=1, max_size=200))
def test_numbers_of_any_length_go_by_value(one: str, other: str) -> None:
    if int(one) != int(other):
        assert (shelf_key(Scheme.PLAIN, one) < shelf_key(Scheme.PLAIN, other)) is (int(one) < int(other))
    else:
        assert (shelf_key(Scheme.PLAIN, one) == shelf_key(Scheme.PLAIN, other)) is (one == other)


def test_long_texts_that_differ_only_at_their_end_have_keys_of_their_own_in_one_place() -> None:
    long = "I247.57/" + "A" * 400
    assert shelf_key(Scheme.CLC, long + "1") != shelf_key(Scheme.CLC, long + "2")
    assert shelf_key(Scheme.CLC, "I247.57/A") < shelf_key(Scheme.CLC, long) < shelf_key(Scheme.CLC, "I247.57/B")


@given(clc_books(), clc_books(), st.integers(1, 7))
def test_a_clc_beginning_holds_exactly_the_classes_that_begin_so(one: Book, other: Book, length: int) -> None:
    beginning = class_of(Scheme.CLC, other.written)[:length]
    start, end = prefix_range(Scheme.CLC, beginning)
    inside = class_of(Scheme.CLC, one.written).replace(".", "").startswith(beginning.replace(".", ""))
    assert (start <= shelf_key(Scheme.CLC, one.written) < end) is inside


@given(dewey_books(), dewey_books(), st.integers(1, 6))
def test_a_dewey_beginning_holds_exactly_the_classes_that_begin_so(one: Book, other: Book, length: int) -> None:
    beginning = class_of(Scheme.DEWEY, other.written)[:length]
    start, end = prefix_range(Scheme.DEWEY, beginning)
    inside = class_of(Scheme.DEWEY, one.written).startswith(beginning.rstrip("."))
    assert (start <= shelf_key(Scheme.DEWEY, one.written) < end) is inside


@given(lcc_books(), lcc_books())
def test_an_lcc_beginning_holds_its_whole_number_with_every_fraction(one: Book, other: Book) -> None:
    beginning = class_of(Scheme.LCC, other.written)
    start, end = prefix_range(Scheme.LCC, beginning)
    own, _, fraction = class_of(Scheme.LCC, one.written).partition(".")
    whole, _, part = beginning.partition(".")
    assert (start <= shelf_key(Scheme.LCC, one.written) < end) is (own == whole and fraction.startswith(part))


@given(schemes, texts, texts)
def test_a_range_never_holds_what_cannot_be_read_or_has_no_number(scheme: Scheme, beginning: str, text: str) -> None:
    start, end = prefix_range(scheme, beginning)
    assert start <= end
    if not parses(scheme, text):
        assert not start <= shelf_key(scheme, text) < end
