"""The driver over a real pseudo-terminal: bursts, bad bytes, slow and failing listeners, stopping."""

import threading
import time
from pathlib import Path

import pytest
import serial
from structlog.testing import capture_logs

from devices.framing import Framing, Suffix
from devices.reader_simulator import SimulatedReader
from devices.serial_reader import SerialReader
from libops.scans import Garbled, GarbledReason, Heard, ReaderChanged, ReaderState
from tests.wire.listener import PATIENCE, Listener

USUAL = Framing()


def reader_on(simulated: SimulatedReader, listener: Listener, framing: Framing = USUAL) -> SerialReader:
    """A driver for the simulated reader, not yet started."""
    return SerialReader("desk", simulated.port, listener.heard, listener.changed, framing)


@pytest.mark.parametrize(
    ("suffix", "end"),
    [(Suffix.ANY, b"\r"), (Suffix.CR, b"\r"), (Suffix.LF, b"\n"), (Suffix.CRLF, b"\r\n")],
)
def test_200_scans_back_to_back_arrive_once_each_and_in_order(
    simulated: SimulatedReader, listener: Listener, suffix: Suffix, end: bytes
) -> None:
    codes = [f"B{number:07}" for number in range(200)]
    with reader_on(simulated, listener, Framing(suffix=suffix)):
        listener.until(ReaderState.READY)
        for code in codes:
            simulated.send(code.encode() + end)
        simulated.send(b"LAST" + end)
        assert listener.codes(201) == [*codes, "LAST"]
    assert listener.at_rest()


def test_a_burst_in_one_write_is_as_many_codes(simulated: SimulatedReader, listener: Listener) -> None:
    codes = [f"P{number:07}" for number in range(200)]
    with reader_on(simulated, listener):
        listener.until(ReaderState.READY)
        simulated.send("".join(f"{code}\r" for code in codes).encode())
        assert listener.codes(200) == codes


def test_a_code_sent_in_two_pieces_is_whole_wherever_it_is_cut(simulated: SimulatedReader, listener: Listener) -> None:
    data = "]Q1馆藏B0001234\r\n".encode()
    with reader_on(simulated, listener):
        listener.until(ReaderState.READY)
        for cut in range(len(data) + 1):
            simulated.send(data[:cut])
            simulated.send(data[cut:])
            assert listener.scan().code == "馆藏B0001234"


def test_a_listener_that_is_held_up_makes_the_line_wait_and_loses_nothing(simulated: SimulatedReader) -> None:
    codes = [f"{number:0500}" for number in range(200)]
    free, listener = threading.Event(), Listener()

    def slow(message: Heard) -> None:
        assert free.wait(PATIENCE)
        listener.heard(message)

    with SerialReader("desk", simulated.port, slow, listener.changed):
        listener.until(ReaderState.READY)
        sender = threading.Thread(target=simulated.send, args=("".join(f"{code}\r" for code in codes).encode(),))
        sender.start()
        sender.join(0.2)
        assert sender.is_alive(), "100 kB went out although nobody took a code"
        free.set()
        assert listener.codes(200) == codes
        sender.join()


def test_a_10_kb_scan_is_one_garbled_report_and_the_next_scan_is_whole(
    simulated: SimulatedReader, listener: Listener
) -> None:
    with reader_on(simulated, listener):
        listener.until(ReaderState.READY)
        simulated.scan("7" * 10_240)
        simulated.scan("B0001234")
        garbled = listener.garbled()
        assert (garbled.device, garbled.reason, garbled.length) == ("desk", GarbledReason.TOO_LONG, 10_240)
        assert listener.scan().code == "B0001234"


def test_noise_on_the_line_is_no_code_and_spoils_none(simulated: SimulatedReader, listener: Listener) -> None:
    with reader_on(simulated, listener):
        listener.until(ReaderState.READY)
        simulated.send(b"\x00\xff\x00\r\r\n\x00B000\x001234\x7f\x03\r\x11\x13\x1b\r")
        simulated.send("读者7".encode("gb18030") + b"\r")
        assert listener.codes(2) == ["B0001234", "读者7"]
    assert listener.at_rest()


def test_a_reader_without_suffix_is_heard_after_a_moment_of_quiet(
    simulated: SimulatedReader, listener: Listener
) -> None:
    with reader_on(simulated, listener, Framing(suffix=Suffix.NONE, idle_gap=0.05)):
        listener.until(ReaderState.READY)
        for code in ("B0001234", "P2017001"):
            began = time.monotonic()
            simulated.send(code.encode())
            assert listener.scan().code == code
            assert time.monotonic() - began >= 0.05
    assert listener.at_rest()


def test_a_wrapped_code_needs_no_suffix(simulated: SimulatedReader, listener: Listener) -> None:
    with reader_on(simulated, listener, Framing(wrapped=True)):
        listener.until(ReaderState.READY)
        simulated.send(b"\x02B0001234\x03\x02P2017001\x03")
        assert listener.codes(2) == ["B0001234", "P2017001"]


def test_a_code_carries_the_time_it_arrived_by_the_given_clock(simulated: SimulatedReader, listener: Listener) -> None:
    with SerialReader("desk", simulated.port, listener.heard, listener.changed, clock=lambda: 1234.5):
        listener.until(ReaderState.READY)
        simulated.scan("B0001234")
        assert listener.scan().at == 1234.5


def test_an_error_in_the_listener_is_shown_and_the_next_code_is_heard(
    simulated: SimulatedReader, listener: Listener
) -> None:
    def failing(message: Heard) -> None:
        if not isinstance(message, Garbled) and message.code.startswith("P"):
            raise LookupError(f"no patron {message.code}")
        listener.heard(message)

    with capture_logs() as logs, SerialReader("desk", simulated.port, failing, listener.changed):
        listener.until(ReaderState.READY)
        for code in ("P2017001", "P2017002", "B0001234"):
            simulated.scan(code)
        assert listener.scan().code == "B0001234"
        unheard = ReaderChanged("desk", simulated.port, ReaderState.UNHEARD, "LookupError")
        assert [listener.change(), listener.change()] == [unheard, unheard]
        assert listener.change().state is ReaderState.READY
    assert [(log["event"], log["device"], log["error"]) for log in logs] == [
        ("scan_not_taken", "desk", "LookupError"),
        ("scan_not_taken", "desk", "LookupError"),
    ]
    assert "2017" not in str(logs), "a card's number is in the log"


def test_an_error_in_the_listener_for_states_does_not_stop_the_scans(
    simulated: SimulatedReader, listener: Listener
) -> None:
    tried = threading.Event()

    def failing(change: ReaderChanged) -> None:
        if change.state is ReaderState.READY:
            tried.set()
        raise RuntimeError(change.state)

    with capture_logs() as logs, SerialReader("desk", simulated.port, listener.heard, failing):
        assert tried.wait(PATIENCE)
        simulated.scan("B0001234")
        assert listener.scan().code == "B0001234"
    assert [log["event"] for log in logs] == ["reader_state_not_taken"] * 2


def test_a_driver_that_breaks_says_so_before_it_ends(simulated: SimulatedReader, listener: Listener) -> None:
    def broken_clock() -> float:
        raise ArithmeticError

    with (
        capture_logs() as logs,
        SerialReader("desk", simulated.port, listener.heard, listener.changed, clock=broken_clock),
    ):
        listener.until(ReaderState.READY)
        simulated.scan("B0001234")
        change = listener.change()
    assert (change.state, change.detail) == (ReaderState.UNUSABLE, "ArithmeticError")
    assert [log["event"] for log in logs] == ["reader_stopped"]


def threads_of(reader: SerialReader) -> list[threading.Thread]:
    """The reader's own threads that are still running."""
    return [thread for thread in threading.enumerate() if thread.name == f"reader {reader.name}"]


def test_stopping_is_prompt_lets_go_of_the_port_and_can_be_repeated(
    simulated: SimulatedReader, listener: Listener
) -> None:
    reader = reader_on(simulated, listener)
    for _ in range(2):
        reader.start()
        listener.until(ReaderState.READY)
        assert [thread.daemon for thread in threads_of(reader)] == [True]
        began = time.monotonic()
        reader.stop()
        assert time.monotonic() - began < 0.5
        assert threads_of(reader) == []
        serial.Serial(simulated.port, exclusive=True).close()
    reader.stop()
    assert listener.at_rest()


def test_stopping_while_the_port_is_missing_is_prompt(tmp_path: Path, listener: Listener) -> None:
    reader = SerialReader("desk", str(tmp_path / "nowhere"), listener.heard, listener.changed)
    reader.start()
    listener.until(ReaderState.LOST)
    began = time.monotonic()
    reader.stop()
    assert time.monotonic() - began < 0.5
    assert threads_of(reader) == []


def test_stopping_does_not_wait_for_a_busy_listener_and_nothing_is_heard_afterwards(
    simulated: SimulatedReader, listener: Listener
) -> None:
    entered, free = threading.Event(), threading.Event()

    def busy(message: Heard) -> None:
        entered.set()
        assert free.wait(PATIENCE)
        listener.heard(message)

    reader = SerialReader("desk", simulated.port, busy, listener.changed)
    reader.start()
    listener.until(ReaderState.READY)
    simulated.send(b"FIRST\rSECOND\r")
    assert entered.wait(PATIENCE)
    (thread,) = threads_of(reader)
    began = time.monotonic()
    reader.stop()
    assert time.monotonic() - began < 0.5
    free.set()
    thread.join(PATIENCE)
    assert listener.scan().code == "FIRST"
    assert listener.at_rest()


def test_a_listener_may_stop_the_reader(simulated: SimulatedReader, listener: Listener) -> None:
    def once(message: Heard) -> None:
        listener.heard(message)
        reader.stop()

    reader = SerialReader("desk", simulated.port, once, listener.changed)
    reader.start()
    listener.until(ReaderState.READY)
    (thread,) = threads_of(reader)
    simulated.send(b"FIRST\rSECOND\r")
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert listener.scan().code == "FIRST"
    assert listener.at_rest()


def test_starting_twice_is_refused(simulated: SimulatedReader, listener: Listener) -> None:
    with reader_on(simulated, listener) as reader, pytest.raises(RuntimeError, match="desk"):
        reader.start()
