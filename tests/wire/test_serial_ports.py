"""The serial ports of a machine and their lasting names."""

from pathlib import Path

import pytest
from serial.tools import list_ports as system_ports
from serial.tools.list_ports_common import ListPortInfo

from devices.serial_ports import SerialPort, list_ports, locate


def test_a_port_is_listed_with_its_lasting_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_link, without = tmp_path / "ttyACM0", tmp_path / "ttyS0"
    for device in (with_link, without):
        device.touch()
    by_id = tmp_path / "by-id"
    by_id.mkdir()
    (by_id / "usb-Scanner_S1").symlink_to("../ttyACM0")
    scanner, plain = ListPortInfo(str(with_link)), ListPortInfo(str(without))
    scanner.description, scanner.serial_number = "Scanner [2D]", "S1"
    monkeypatch.setattr(system_ports, "comports", lambda: [plain, scanner])
    assert list_ports(by_id) == (
        SerialPort(str(with_link), str(by_id / "usb-Scanner_S1"), "Scanner [2D]", "S1"),
        SerialPort(str(without), None, "n/a", None),
    )


def test_the_ports_of_this_machine_can_be_listed() -> None:
    assert all(port.path for port in list_ports())


def test_a_port_pulled_out_while_ports_are_listed_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def vanishing() -> list[ListPortInfo]:
        raise TypeError("int() can't convert non-string with explicit base")

    monkeypatch.setattr(system_ports, "comports", vanishing)
    assert list_ports() == ()


def test_a_path_is_opened_as_it_is_given() -> None:
    assert locate("/dev/serial/by-id/usb-Scanner_S1") == "/dev/serial/by-id/usb-Scanner_S1"
