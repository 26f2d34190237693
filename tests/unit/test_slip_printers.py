"""Addresses of printers, and words for every state of one."""

from __future__ import annotations

import pytest

from libops.slips.printer_address import (
    Address,
    BadAddress,
    DeviceFile,
    Network,
    PlainFile,
    SerialPort,
    read_address,
)
from libops.slips.printing import PRINTS, WORDS, PrinterState


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("tcp://printer.desk", Network("printer.desk", 9100)),
        ("tcp://10.0.0.7:9101", Network("10.0.0.7", 9101)),
        ("tcp://[::1]:9100/", Network("::1", 9100)),
        ("/dev/usb/lp0", DeviceFile("/dev/usb/lp0")),
        ("serial:/dev/ttyUSB0", SerialPort("/dev/ttyUSB0", 9600)),
        ("serial:///dev/ttyUSB0?baud=19200", SerialPort("/dev/ttyUSB0", 19200)),
        ("serial:usb:A1B2", SerialPort("usb:A1B2", 9600)),
        ("file:/tmp/slips", PlainFile("/tmp/slips")),
        ("file:///tmp/slips", PlainFile("/tmp/slips")),
    ],
)
def test_an_address_says_which_way_a_printer_is(text: str, address: Address) -> None:
    assert read_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lp0",
        "usb://04b8:0202",
        "tcp://",
        "tcp://host:99999",
        "tcp://host:no",
        "tcp://host/queue",
        "tcp://who@host",
        "serial:",
        "serial:/dev/ttyS0?baud=fast",
        "serial:/dev/ttyS0?baud=0",
        "serial:/dev/ttyS0?parity=even",
        "file:slips.txt",
        "file:",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(BadAddress):
        read_address(text)


def test_every_state_is_said_and_what_does_not_print_has_a_remedy() -> None:
    assert set(WORDS) == set(PrinterState)
    assert all(why for why, _ in WORDS.values())
    assert all(WORDS[state][1] for state in set(PrinterState) - PRINTS)
