"""Bytes become codes: every way in which a reader may mark them, and all that is not a code."""

import tracemalloc

import msgspec
import pytest

from devices.framing import Framer, Framing, Suffix
from libops.scans import Garbled, GarbledReason, Heard, Scan


def heard(data: bytes, framing: Framing, at: float = 0.0) -> list[Heard]:
    """All that comes out of these bytes when the line is quiet after them."""
    framer = Framer("desk", framing)
    return [*framer.feed(data, at), *framer.quiet(1.0)]


def codes(data: bytes, framing: Framing) -> list[str]:
    """The same, where all of it must be codes."""
    messages = heard(data, framing)
    assert all(isinstance(message, Scan) for message in messages), messages
    return [message.code for message in messages if isinstance(message, Scan)]


@pytest.mark.parametrize(
    ("suffix", "end"),
    [
        (Suffix.ANY, b"\r"),
        (Suffix.ANY, b"\n"),
        (Suffix.ANY, b"\r\n"),
        (Suffix.CR, b"\r"),
        (Suffix.CR, b"\r\n"),
        (Suffix.LF, b"\n"),
        (Suffix.LF, b"\r\n"),
        (Suffix.CRLF, b"\r\n"),
    ],
)
def test_the_suffix_ends_a_code_and_is_no_part_of_it(suffix: Suffix, end: bytes) -> None:
    assert codes(b"B0001234" + end + b"P2017001" + end, Framing(suffix=suffix)) == ["B0001234", "P2017001"]


@pytest.mark.parametrize("suffix", [Suffix.ANY, Suffix.CR, Suffix.LF, Suffix.CRLF])
def test_quiet_ends_no_code_of_a_reader_that_has_a_suffix(suffix: Suffix) -> None:
    framer = Framer("desk", Framing(suffix=suffix))
    assert framer.feed(b"B000", 0.0) == []
    assert framer.quiet(60.0) == []
    assert framer.feed(b"1234\r\n", 60.0) == [Scan("B0001234", "desk", 60.0)]


@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        (Suffix.CR, b"line one\nline two\r"),
        (Suffix.LF, b"line one\rline two\n"),
        (Suffix.CRLF, b"line one\rline\n two\r\n"),
    ],
)
def test_an_end_mark_that_is_not_the_suffix_does_not_cut_a_code_in_two(suffix: Suffix, data: bytes) -> None:
    assert codes(data, Framing(suffix=suffix)) == ["line oneline two"]


def test_without_a_suffix_a_gap_ends_the_code_at_the_time_of_its_last_byte() -> None:
    framer = Framer("desk", Framing(suffix=Suffix.NONE, idle_gap=0.08))
    assert framer.feed(b"B000", 1.0) == []
    assert framer.quiet(0.079) == []
    assert framer.feed(b"1234", 1.079) == []
    assert framer.quiet(0.08) == [Scan("B0001234", "desk", 1.079)]
    assert framer.quiet(0.08) == []


def test_bytes_that_were_fetched_late_still_belong_to_the_code_before_them() -> None:
    framer = Framer("desk", Framing(suffix=Suffix.NONE))
    assert framer.feed(b"B000", 1.0) == []
    assert framer.feed(b"1234", 9.0) == []
    assert framer.quiet(0.075) == [Scan("B0001234", "desk", 9.0)]


def test_a_code_carries_the_reader_and_the_time_of_its_last_byte() -> None:
    framer = Framer("desk 2", Framing())
    framer.feed(b"B000", 10.0)
    assert framer.feed(b"1234\r", 10.5) == [Scan(code="B0001234", device="desk 2", at=10.5)]


def test_a_reader_that_sends_stx_and_etx_beside_a_suffix_needs_no_setting() -> None:
    assert codes(b"\x02B0001234\x03\r\x02P2017001\x03\r", Framing()) == ["B0001234", "P2017001"]


def test_a_wrapped_code_is_what_stands_between_stx_and_etx() -> None:
    data = b"noise\x02B0001234\x03\r\nmore noise\x02P20\r17001\x03"
    assert codes(data, Framing(wrapped=True)) == ["B0001234", "P2017001"]


@pytest.mark.parametrize("suffix", list(Suffix))
def test_a_wrapped_code_is_not_ended_by_quiet_or_by_a_suffix(suffix: Suffix) -> None:
    framer = Framer("desk", Framing(wrapped=True, suffix=suffix))
    assert framer.feed(b"\x02B000\r\n", 0.0) == []
    assert framer.quiet(60.0) == []
    assert framer.feed(b"1234\x03", 0.0) == [Scan("B0001234", "desk", 0.0)]


def test_a_wrapped_code_whose_end_was_lost_is_reported_and_the_next_is_whole() -> None:
    assert heard(b"\x02B0001\x02\x02P2017001\x03", Framing(wrapped=True), at=3.0) == [
        Garbled("desk", 3.0, GarbledReason.CUT_OFF, 5),
        Scan("P2017001", "desk", 3.0),
    ]


@pytest.mark.parametrize("aim", ["]E0", "]C0", "]Q1", "]A0", "]F0", "]I0", "]d2", "]z3", "]e0", "]XA"])
def test_an_aim_id_is_taken_off(aim: str) -> None:
    assert codes(f"{aim}9787020002207\r".encode(), Framing()) == ["9787020002207"]


@pytest.mark.parametrize("code", ["]", "]E", "]0E1", "A]E0123", "] E0"])
def test_what_only_looks_like_an_aim_id_stays(code: str) -> None:
    assert codes(f"{code}\r".encode(), Framing()) == [code]


def test_only_one_aim_id_is_taken_off() -> None:
    assert codes(b"]C0]E0123\r", Framing()) == ["]E0123"]


def test_a_configured_prefix_is_taken_off_where_it_is_there() -> None:
    framing = Framing(prefix="馆#")
    assert codes("馆#B0001234\r馆#]C0P2017001\rB0001235\r馆#\r".encode(), framing) == [
        "B0001234",
        "P2017001",
        "B0001235",
    ]


def test_codes_in_utf_8_and_in_gb18030_are_both_read() -> None:
    code = "读者证·李雷-𠮷"
    assert codes(code.encode() + b"\r" + code.encode("gb18030") + b"\r", Framing()) == [code, code]


def test_bytes_that_are_neither_encoding_are_garbled_and_the_next_code_is_whole() -> None:
    assert heard(b"B0\x81\x20\x80\rB0001234\r", Framing(), at=5.0) == [
        Garbled("desk", 5.0, GarbledReason.UNDECODABLE, 5),
        Scan("B0001234", "desk", 5.0),
    ]


@pytest.mark.parametrize("framing", [Framing(), Framing(suffix=Suffix.NONE)], ids=["suffix", "gap"])
@pytest.mark.parametrize("noise", [b"\x00", b"\xff", b"\x7f", b"\x1b", b"\x02", b"\x03", b"\x06", b"\x11\x13", b"\x1d"])
def test_control_bytes_and_line_noise_are_dropped_wherever_they_are(noise: bytes, framing: Framing) -> None:
    end = b"" if framing.suffix is Suffix.NONE else b"\r"
    assert codes(noise + b"B00" + noise * 3 + b"01234" + noise + end, framing) == ["B0001234"]


def test_characters_that_hide_or_move_text_are_dropped() -> None:
    hidden = "\ufeffB00\u202e01\u200b2\x85\u20283\u20294\r"
    assert codes(hidden.encode(), Framing()) == ["B0001234"]


def test_markup_and_brackets_are_data_and_stay() -> None:
    assert codes(b"[/][bold]B0001\r", Framing()) == ["[/][bold]B0001"]


@pytest.mark.parametrize("blank", [b"", b"   ", b"\x00\x00", b"]E0", b"\t \x7f", b"\xe3\x80\x80"])
def test_a_blank_frame_is_not_a_code(blank: bytes) -> None:
    assert codes(blank + b"\r" + blank + b"\r\n", Framing()) == []
    assert codes(blank, Framing(suffix=Suffix.NONE)) == []


def test_padding_around_a_code_is_taken_off_and_spaces_inside_stay() -> None:
    assert codes(b"  A 123  \r]C0 A 124 \r", Framing()) == ["A 123", "A 124"]


def test_a_run_without_an_end_mark_is_one_garbled_report_and_the_next_code_is_whole() -> None:
    framer = Framer("desk", Framing())
    found = [message for start in range(10) for message in framer.feed(b"7" * 1024, float(start))]
    assert found == []
    assert framer.feed(b"\rB0001234\r", 10.0) == [
        Garbled("desk", 10.0, GarbledReason.TOO_LONG, 10240),
        Scan("B0001234", "desk", 10.0),
    ]


def test_the_longest_code_that_is_believed_is_exactly_as_long_as_configured() -> None:
    framing = Framing(longest=8)
    assert codes(b"12345678\r", framing) == ["12345678"]
    assert heard(b"123456789\r", framing) == [Garbled("desk", 0.0, GarbledReason.TOO_LONG, 9)]


def test_a_run_that_is_too_long_ends_at_a_gap_or_at_the_next_stx_too() -> None:
    too_long = Garbled("desk", 0.0, GarbledReason.TOO_LONG, 9)
    assert heard(b"123456789", Framing(longest=8, suffix=Suffix.NONE)) == [too_long]
    assert heard(b"\x02123456789\x02", Framing(longest=8, wrapped=True)) == [too_long]


def test_endless_bytes_take_no_memory() -> None:
    framer = Framer("desk", Framing())
    tracemalloc.start()
    try:
        for data in [b"7" * 4096, b"\x00" * 4096] * 32:
            assert framer.feed(data, 0.0) == []
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 32_000


def test_replies_of_a_reader_that_is_being_set_up_are_ignored() -> None:
    framing = Framing(ignored=r"SET:\w+(=\d+)?|OK\.")
    data = b"SET:BEEP=1\x06\rOK.\rB0001234\rOK.B1\r"
    assert codes(data, framing) == ["B0001234", "OK.B1"]


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"idle_gap": 0.049}, "idle_gap"),
        ({"idle_gap": 0.101}, "idle_gap"),
        ({"longest": 0}, "longest"),
        ({"prefix": "\x02L"}, "prefix"),
        ({"ignored": "("}, "ignored"),
    ],
)
def test_settings_that_make_no_sense_are_refused_by_name(settings: dict[str, object], complaint: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=complaint):
        msgspec.convert(settings, Framing)
