"""Where a receipt printer is, as a setting says it.

tcp://HOST or tcp://HOST:PORT         a network printer; port 9100 unless said
PATH                                  a device file, /dev/usb/lp0
serial:PORT or serial:PORT?baud=N     a serial line; PORT as of a barcode reader, 9600 baud unless said
file:PATH                             a plain file, to which everything is added as the printer would get it
"""

from __future__ import annotations

from pathlib import PurePath
from urllib.parse import parse_qs, urlsplit

import msgspec

RAW_PORT = 9100
"""Where network printers listen for raw data."""

USUAL_BAUD = 9600


class BadAddress(ValueError):
    """Not the address of a printer."""


class Network(msgspec.Struct, frozen=True):
    """A printer in the network."""

    host: str
    port: int = RAW_PORT


class DeviceFile(msgspec.Struct, frozen=True):
    """A printer behind a device file; the file is never made."""

    path: str


class SerialPort(msgspec.Struct, frozen=True):
    """A printer on a serial line: a path, or ``usb:`` and a serial number."""

    port: str
    baud: int = USUAL_BAUD


class PlainFile(msgspec.Struct, frozen=True):
    """A file that keeps what a printer would get; made when it is not there."""

    path: str


Address = Network | DeviceFile | SerialPort | PlainFile


def read_address(text: str) -> Address:
    """The address that a setting says. Raises ``BadAddress``."""
    if text.startswith("tcp://"):
        return _network(text)
    if text.startswith("serial:"):
        return _serial(text.removeprefix("serial:").removeprefix("//"))
    if text.startswith("file:"):
        return PlainFile(_path(text.removeprefix("file:").removeprefix("//")))
    if "://" in text:
        raise BadAddress("tcp://HOST:PORT, serial:PORT, file:PATH or the path of a device")
    return DeviceFile(_path(text))


def _network(text: str) -> Network:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadAddress("tcp://HOST:PORT") from error
    if not host or parts.path.strip("/") or parts.username or parts.query:
        raise BadAddress("tcp://HOST:PORT")
    return Network(host, RAW_PORT if port is None else port)


def _serial(text: str) -> SerialPort:
    port, _, query = text.partition("?")
    asked = parse_qs(query, keep_blank_values=True)
    baud = asked.pop("baud", [str(USUAL_BAUD)])[-1]
    if not port.strip() or asked or not (baud.isascii() and baud.isdigit()) or not int(baud):
        raise BadAddress("serial:PORT?baud=N")
    return SerialPort(port, int(baud))


def _path(text: str) -> str:
    if not text.strip() or not PurePath(text).is_absolute():
        raise BadAddress("a path from the root on")
    return text
