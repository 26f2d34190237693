"""Telling a keyboard-wedge reader from a person, key by key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.wedge import PrefixWedge, SpeedWedge, Step

CODE = "30000000000012"


class Typist:
    """Presses keys at given distances and notes what comes of them. A key is its own character here."""

    def __init__(self, wedge: SpeedWedge[str] | PrefixWedge[str]) -> None:
        self.wedge = wedge
        self.now = 100.0
        self.released = ""
        self.codes: list[str] = []
        self.cut_off: list[int] = []

    def press(self, text: str, apart: float) -> None:
        """As a console at leisure sees it: when nothing comes for longer than a reader takes, it looks and says so."""
        for character in text:
            self.now += apart
            if apart > self.wedge.gap:
                self.note(self.wedge.quiet(self.now - 0.001))
            self.note(self.wedge.press(character, character, self.now))

    def rest(self, seconds: float) -> None:
        self.now += seconds
        self.note(self.wedge.quiet(self.now))

    def note(self, step: Step[str]) -> None:
        self.released += "".join(step.released)
        if step.cut_off is not None:
            self.cut_off.append(step.cut_off)
        if step.code is not None:
            self.codes.append(step.code)
            assert "".join(step.keys) in {step.code + end for end in "\r\n\t"}


@pytest.fixture
def speed() -> Typist:
    return Typist(SpeedWedge())


@pytest.fixture
def prefixed() -> Typist:
    return Typist(PrefixWedge("\x02"))


@pytest.mark.parametrize("apart", [0.0, 0.0005, 0.005, 0.03])
def test_codes_at_a_readers_speed_are_codes_and_reach_nobody_else(speed: Typist, apart: float) -> None:
    for _ in range(50):
        speed.press(CODE + "\r", apart)
    assert speed.codes == [CODE] * 50
    assert speed.released == ""


@pytest.mark.parametrize("apart", [0.08, 0.2, 1.0])
def test_a_persons_typing_reaches_the_field_whole_and_in_order(speed: Typist, apart: float) -> None:
    speed.press("75319\r李雷\r", apart)
    speed.rest(1)
    assert speed.released == "75319\r李雷\r"
    assert speed.codes == []


def test_a_single_key_is_let_go_after_a_moment(speed: Typist) -> None:
    speed.press("y", 1)
    assert speed.wedge.holds
    assert speed.released == ""
    speed.rest(0.051)
    assert speed.released == "y"
    assert not speed.wedge.holds


def test_a_code_that_a_busy_program_read_in_two_halves_is_one_code(speed: Typist) -> None:
    speed.press(CODE[:6], 0.001)
    speed.now += 0.25
    speed.press(CODE[6:] + "\r", 0.001)
    assert speed.codes == [CODE]
    assert speed.released == ""


def test_a_code_right_after_a_persons_key_is_whole(speed: Typist) -> None:
    speed.press("a", 1)
    speed.rest(0.06)
    speed.press(CODE + "\r", 0.001)
    assert speed.released == "a"
    assert speed.codes == [CODE]


def test_enter_alone_and_keys_that_type_nothing_go_through_at_once(speed: Typist) -> None:
    speed.press("\r", 1)
    assert speed.released == "\r"
    speed.note(speed.wedge.press("[F2]", "", speed.now + 1))
    assert speed.released == "\r[F2]"


def test_three_quick_characters_and_enter_are_no_code(speed: Typist) -> None:
    speed.press("123\r", 0.001)
    assert speed.released == "123\r"


def test_carriage_return_and_line_feed_end_a_code_once(speed: Typist) -> None:
    speed.press(f"{CODE}\r\n{CODE}\r\n", 0.001)
    assert speed.codes == [CODE, CODE]
    assert speed.released == ""


def test_a_control_character_inside_a_code_stays_in_it(speed: Typist) -> None:
    speed.press("3000\x1d0001\r", 0.001)
    assert speed.codes == ["3000\x1d0001"]


def test_a_prefix_tells_a_code_at_any_speed(prefixed: Typist) -> None:
    prefixed.press("\x02" + CODE + "\r", 0.2)
    prefixed.press("12\x02" + CODE + "\t", 0.0005)
    assert prefixed.codes == [CODE, CODE]
    assert prefixed.released == "12"


def test_without_its_prefix_quick_typing_is_typing(prefixed: Typist) -> None:
    prefixed.press(CODE + "\r", 0.001)
    assert prefixed.released == CODE + "\r"
    assert prefixed.codes == []


def test_a_code_that_begins_and_never_ends_is_cut_off_and_told(prefixed: Typist) -> None:
    prefixed.press("\x02300000", 0.001)
    prefixed.rest(0.6)
    assert prefixed.cut_off == [6]
    prefixed.press("x", 1)
    assert prefixed.released == "x"


def test_a_prefix_inside_a_code_begins_a_new_one(prefixed: Typist) -> None:
    prefixed.press(f"\x023000\x02{CODE}\r", 0.001)
    assert prefixed.cut_off == [4]
    assert prefixed.codes == [CODE]


def test_a_longer_prefix_is_matched_whole_or_let_go() -> None:
    typist = Typist(PrefixWedge("~]"))
    typist.press(f"~]{CODE}\r~x", 0.001)
    typist.press("~", 1)
    typist.rest(0.1)
    assert typist.codes == [CODE]
    assert typist.released == "~x~"


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("code"), st.text("0123456789P", min_size=4, max_size=20)),
            st.tuples(st.just("person"), st.text("abc李 \r", min_size=1, max_size=8)),
        ),
        max_size=8,
    ),
    st.booleans(),
)
def test_nothing_is_lost_doubled_or_joined_whoever_types(parts: list[tuple[str, str]], by_prefix: bool) -> None:
    typist = Typist(PrefixWedge("\x02") if by_prefix else SpeedWedge())
    for who, text in parts:
        typist.rest(1)
        if who == "code":
            typist.press(("\x02" if by_prefix else "") + text + "\r", 0.002)
        else:
            typist.press(text, 0.1)
    typist.rest(1)
    assert typist.codes == [text for who, text in parts if who == "code"]
    assert typist.released == "".join(text for who, text in parts if who == "person")


def test_a_letter_that_is_held_down_to_move_is_let_through_while_it_comes() -> None:
    typist = Typist(SpeedWedge(repeats=frozenset("jk")))
    typist.press("j" * 20, 0.033)
    assert typist.released == "j" * 20
    typist.press("k", 0.033)
    assert typist.released == "j" * 20
    typist.rest(0.2)
    assert typist.released == "j" * 20 + "k"
    assert typist.codes == []


def test_a_code_that_begins_with_that_letter_thrice_is_whole_and_other_letters_are_held_as_ever() -> None:
    typist = Typist(SpeedWedge(repeats=frozenset("jk")))
    typist.press("jjj0815\r" + "aaaaaaaa\r" + "jkjkjk\r", 0.005)
    assert typist.codes == ["jjj0815", "aaaaaaaa", "jkjkjk"]
    assert typist.released == ""
