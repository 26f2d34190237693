"""What holds for any bytes whatever, however they are cut."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.framing import Framer, Framing, Suffix
from libops.scans import Heard, Scan

FRAMINGS = [
    *(Framing(suffix=suffix) for suffix in Suffix),
    Framing(wrapped=True),
    Framing(prefix="L:", longest=12, ignored="OK"),
]
ENDS = {Suffix.ANY: b"\n", Suffix.CR: b"\r", Suffix.LF: b"\n", Suffix.CRLF: b"\r\n"}

# Bytes that mean something to a framer, far more often than chance would bring them.
telling = st.sampled_from(
    [b"\r", b"\n", b"\r\n", b"\x02", b"\x03", b"\x00", b"\xff", b"]E0", b"L:", b"OK", "馆".encode()]
)
streams = st.lists(telling | st.binary(max_size=6), max_size=30).map(b"".join)
code_text = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=40)


def taken(framing: Framing, portions: list[bytes]) -> list[Heard]:
    """All that comes of these portions and the quiet after them; the time is always 0."""
    framer = Framer("desk", framing)
    return [*(message for data in portions for message in framer.feed(data, 0.0)), *framer.quiet(1.0)]


@pytest.mark.parametrize("framing", FRAMINGS, ids=str)
@settings(deadline=None)
@given(data=streams, cuts=st.lists(st.integers(0, 200), max_size=20))
def test_how_bytes_are_cut_never_changes_what_is_heard(framing: Framing, data: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    portions = [data[start:end] for start, end in pairwise(edges)]
    assert taken(framing, portions) == taken(framing, [data])


@pytest.mark.parametrize("framing", FRAMINGS, ids=str)
def test_a_burst_split_at_every_byte_is_the_burst_sent_whole(framing: Framing) -> None:
    data = "\x02L:]C0B0001\x03\r\nOK\r\n\x02馆号二\x03\r\n".encode() + "\x02馆号三\x03\r\n".encode("gb18030")
    whole = taken(framing, [data])
    assert whole
    for cut in range(len(data) + 1):
        assert taken(framing, [data[:cut], data[cut:]]) == whole
    assert taken(framing, [data[i : i + 1] for i in range(len(data))]) == whole


@settings(deadline=None)
@given(codes=st.lists(code_text, max_size=8), suffix=st.sampled_from(sorted(ENDS)), aim=st.sampled_from(["]C0", "]Q3"]))
def test_codes_come_out_as_they_went_in(codes: list[str], suffix: Suffix, aim: str) -> None:
    data = b"".join(f"{aim}{code}".encode() + ENDS[suffix] for code in codes)
    assert taken(Framing(suffix=suffix), [data]) == [Scan(code, "desk", 0.0) for code in codes]


@pytest.mark.parametrize("framing", FRAMINGS, ids=str)
@settings(deadline=None)
@given(data=streams)
def test_a_code_is_never_blank_and_never_holds_a_control_character(framing: Framing, data: bytes) -> None:
    for message in taken(framing, [data]):
        if isinstance(message, Scan):
            assert message.code
            assert message.code == message.code.strip()
            assert not any(ord(character) < 0x20 or ord(character) == 0x7F for character in message.code)
