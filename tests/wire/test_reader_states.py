"""How a reader is doing, told by its driver: unplugged, held by somebody else, not allowed, not a reader at all."""

import fcntl
import os
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import serial
from serial.tools import list_ports as system_ports
from serial.tools.list_ports_common import ListPortInfo

from devices.reader_simulator import SimulatedReader
from devices.serial_reader import SerialReader
from libops.scans import ReaderChanged, ReaderState
from tests.wire.listener import PATIENCE, Listener

CONNECTING, READY, LOST = ReaderState.CONNECTING, ReaderState.READY, ReaderState.LOST
BUSY, DENIED, UNUSABLE = ReaderState.BUSY, ReaderState.DENIED, ReaderState.UNUSABLE


def listening(port: str, listener: Listener, baudrate: int = 9600) -> SerialReader:
    """A driver for this port, not yet started."""
    return SerialReader("desk", port, listener.heard, listener.changed, baudrate=baudrate)


def usb_port(path: str, serial_number: str) -> ListPortInfo:
    """A port as the system would list it, with this number of a device behind it."""
    port = ListPortInfo(path)
    port.serial_number = serial_number
    return port


def test_a_reader_is_ready_once_its_port_is_open_and_says_which_port_that_is(
    simulated: SimulatedReader, listener: Listener
) -> None:
    with listening(simulated.port, listener):
        assert listener.change() == ReaderChanged("desk", simulated.port, CONNECTING, "")
        assert listener.change() == ReaderChanged("desk", simulated.port, READY, simulated.port)
    assert listener.at_rest()


def test_a_line_without_dtr_and_rts_serves(simulated: SimulatedReader, listener: Listener) -> None:
    line = os.open(simulated.port, os.O_RDWR | os.O_NOCTTY)
    try:
        with pytest.raises(OSError, match="ioctl"):
            fcntl.ioctl(line, termios.TIOCMGET, bytes(4))
    finally:
        os.close(line)
    with listening(simulated.port, listener):
        assert listener.states(2) == [CONNECTING, READY]


def test_unplugging_and_plugging_in_again_needs_no_restart(simulated: SimulatedReader, listener: Listener) -> None:
    with listening(simulated.port, listener):
        assert listener.states(2) == [CONNECTING, READY]
        for code in ("B0000001", "B0000002", "B0000003"):
            simulated.unplug()
            assert listener.change() == ReaderChanged("desk", simulated.port, LOST, "unplugged")
            simulated.replug()
            assert listener.change().state is READY
            simulated.scan(code)
            assert listener.scan().code == code
    assert listener.at_rest()


def test_half_a_code_from_before_the_plug_was_pulled_is_not_joined_to_the_next(
    simulated: SimulatedReader, listener: Listener
) -> None:
    with listening(simulated.port, listener):
        listener.until(READY)
        simulated.send(b"WHOLE\rHALF")
        assert listener.scan().code == "WHOLE"
        simulated.unplug()
        listener.until(LOST)
        simulated.replug()
        listener.until(READY)
        simulated.scan("B0001234")
        assert listener.scan().code == "B0001234"


def test_plugging_in_many_times_leaves_no_file_open(simulated: SimulatedReader, listener: Listener) -> None:
    descriptors = Path("/dev/fd")
    with listening(simulated.port, listener):
        listener.until(READY)
        before = len(list(descriptors.iterdir()))
        for _ in range(10):
            simulated.unplug()
            listener.until(LOST)
            simulated.replug()
            listener.until(READY)
            simulated.scan("B0001234")
            listener.scan()
        assert len(list(descriptors.iterdir())) == before


def test_what_was_scanned_while_nobody_listened_does_not_come_later(
    simulated: SimulatedReader, listener: Listener
) -> None:
    simulated.scan("STALE")
    with listening(simulated.port, listener):
        listener.until(READY)
        simulated.scan("FRESH")
        assert listener.scan().code == "FRESH"


def test_a_port_that_is_not_there_yet_is_lost_until_it_comes(tmp_path: Path, listener: Listener) -> None:
    port = str(tmp_path / "reader")
    with ExitStack() as stack:
        stack.enter_context(listening(port, listener))
        assert listener.change().state is CONNECTING
        assert listener.change() == ReaderChanged("desk", port, LOST, "ENOENT")
        stack.enter_context(SimulatedReader(tmp_path))
        assert listener.change().state is READY


def test_a_port_that_another_part_of_this_program_holds_is_busy_until_it_lets_go(
    simulated: SimulatedReader, listener: Listener
) -> None:
    line = serial.Serial(simulated.port, exclusive=True)
    with listening(simulated.port, listener):
        assert listener.states(2) == [CONNECTING, BUSY]
        line.close()
        assert listener.change().state is READY


HOLD = """
import fcntl, os, sys
line = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)
fcntl.flock(line, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_port_that_another_program_holds_is_busy_and_then_ready_without_restart(
    simulated: SimulatedReader, listener: Listener
) -> None:
    command = [sys.executable, "-c", HOLD, simulated.port]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with listening(simulated.port, listener):
            assert listener.change().state is CONNECTING
            assert listener.change() == ReaderChanged("desk", simulated.port, BUSY, "EAGAIN")
            other.stdin.close()
            other.wait(PATIENCE)
            assert listener.change().state is READY
            simulated.scan("B0001234")
            assert listener.scan().code == "B0001234"


@contextmanager
def without_privilege() -> Iterator[None]:
    """As an ordinary account, whoever runs the tests: root is refused nothing."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_port_this_account_may_not_open_is_denied_until_it_may(
    simulated: SimulatedReader, listener: Listener
) -> None:
    device = Path(simulated.port).resolve()
    device.chmod(0)
    with ExitStack() as stack:
        with without_privilege():
            stack.enter_context(listening(str(device), listener))
            assert listener.change().state is CONNECTING
            assert listener.change() == ReaderChanged("desk", str(device), DENIED, "EACCES")
        device.chmod(0o600)
        assert listener.change().state is READY


def test_what_is_not_a_serial_port_is_unusable(tmp_path: Path, listener: Listener) -> None:
    file = tmp_path / "notes.txt"
    file.touch()
    for port, detail in ((tmp_path, "EISDIR"), (file, "ENOTTY"), (Path(os.devnull), "ENOTTY")):
        with listening(str(port), listener):
            assert listener.change().state is CONNECTING
            assert listener.change() == ReaderChanged("desk", str(port), UNUSABLE, detail)


def test_a_speed_that_cannot_be_set_is_unusable(simulated: SimulatedReader, listener: Listener) -> None:
    with listening(simulated.port, listener, baudrate=-1):
        assert listener.change().state is CONNECTING
        assert listener.change() == ReaderChanged("desk", simulated.port, UNUSABLE, "ValueError")


def test_a_state_that_lasts_is_told_once(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = iter(range(4))
    fourth = threading.Event()

    def comports() -> list[ListPortInfo]:
        if next(attempts) == 3:
            fourth.set()
        return []

    monkeypatch.setattr(system_ports, "comports", comports)
    with listening("usb:S1", listener) as reader:
        assert fourth.wait(PATIENCE)
        reader.stop()
    assert listener.states(2) == [CONNECTING, LOST]
    assert listener.at_rest()


def test_a_reader_named_by_its_serial_number_is_found_wherever_it_is_plugged_in(
    tmp_path: Path, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugged: list[ListPortInfo] = []
    monkeypatch.setattr(system_ports, "comports", lambda: list(plugged))
    with (
        SimulatedReader(tmp_path, "first") as first,
        SimulatedReader(tmp_path, "second") as second,
        listening("usb:S1", listener),
    ):
        assert listener.change().state is CONNECTING
        assert listener.change() == ReaderChanged("desk", "usb:S1", LOST, "ENOENT")
        plugged[:] = [usb_port(first.port, "S1"), usb_port(second.port, "S2")]
        assert listener.change() == ReaderChanged("desk", "usb:S1", READY, first.port)
        plugged[:] = [usb_port(second.port, "S1")]
        first.unplug()
        assert listener.change().state is LOST
        assert listener.change() == ReaderChanged("desk", "usb:S1", READY, second.port)


def test_a_serial_number_that_several_devices_report_is_never_guessed_at(
    simulated: SimulatedReader, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    twins = [usb_port(simulated.port, "0001"), usb_port("/dev/ttyUSB77", "0001")]
    monkeypatch.setattr(system_ports, "comports", lambda: twins)
    with listening("usb:0001", listener):
        assert listener.change().state is CONNECTING
        assert listener.change() == ReaderChanged("desk", "usb:0001", UNUSABLE, "AmbiguousPort")
