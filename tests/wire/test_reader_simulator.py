"""The simulated reader: a line that changes nothing, loses nothing and can be unplugged."""

import threading
from pathlib import Path

import pytest
import serial

from devices.reader_simulator import SimulatedReader
from tests.wire.listener import PATIENCE


def test_every_byte_arrives_as_it_was_sent(simulated: SimulatedReader) -> None:
    every_byte = bytes(range(256))
    with serial.Serial(simulated.port, timeout=PATIENCE) as line:
        simulated.send(every_byte)
        assert line.read(256) == every_byte


def test_a_scan_is_the_code_in_utf_8_and_the_suffix(tmp_path: Path) -> None:
    with (
        SimulatedReader(tmp_path, suffix=b"\r\n") as simulated,
        serial.Serial(simulated.port, timeout=PATIENCE) as line,
    ):
        simulated.scan("馆B1")
        assert line.read(7) == "馆B1\r\n".encode()


def test_a_full_line_makes_the_sender_wait_and_loses_nothing(simulated: SimulatedReader) -> None:
    data = b"".join(b"%07d\r" % number for number in range(40_000))
    with serial.Serial(simulated.port, timeout=PATIENCE) as line:
        sender = threading.Thread(target=simulated.send, args=(data,))
        sender.start()
        assert line.read(len(data)) == data
        sender.join()


def test_sending_to_nobody_gives_up(tmp_path: Path) -> None:
    with SimulatedReader(tmp_path, patience=0.05) as simulated, pytest.raises(TimeoutError, match="nobody reads"):
        simulated.send(b"7" * 1_000_000)


def test_the_path_goes_with_the_plug_and_comes_back_the_same(simulated: SimulatedReader) -> None:
    port = simulated.port
    assert Path(port).exists()
    for _ in range(2):
        simulated.unplug()
    assert not Path(port).is_symlink()
    with pytest.raises(OSError, match="unplugged"):
        simulated.scan("B0001234")
    for _ in range(2):
        simulated.replug()
    assert simulated.port == port
    with serial.Serial(port, timeout=PATIENCE) as line:
        simulated.scan("B0001234")
        assert line.read(9) == b"B0001234\r"


def test_a_desk_may_have_several_readers_in_one_folder(tmp_path: Path) -> None:
    with SimulatedReader(tmp_path, "cards") as cards, SimulatedReader(tmp_path, "books") as books:
        assert Path(cards.port).name == "cards"
        with (
            serial.Serial(cards.port, timeout=PATIENCE) as card_line,
            serial.Serial(books.port, timeout=PATIENCE) as book_line,
        ):
            books.scan("B1")
            cards.scan("P1")
            assert (card_line.read(3), book_line.read(3)) == (b"P1\r", b"B1\r")
