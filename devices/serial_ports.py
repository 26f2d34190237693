"""Which serial ports this machine has, and where a reader named by its serial number is plugged in today.

``/dev/ttyUSB0`` is whichever device was plugged in first, so a desk names its reader by what stays: the link under
``/dev/serial/by-id``, or ``usb:`` and the serial number that the device itself reports.
"""

import errno
from pathlib import Path

import msgspec
from serial.tools import list_ports as system_ports

_BY_ID = Path("/dev/serial/by-id")
_USB = "usb:"


class SerialPort(msgspec.Struct, frozen=True):
    """One serial port that is there now."""

    path: str
    """Where the system put it this time, such as ``/dev/ttyACM0``."""
    by_id: str | None
    """The path that stays the same for this device, where the system gives one."""
    description: str
    """What the device calls itself."""
    serial_number: str | None
    """The number the device reports over USB; some cheap ones report none, or all the same."""


class AmbiguousPort(ValueError):
    """Several devices report the serial number that was asked for: name the reader by its path under by-id."""


def list_ports(by_id: Path = _BY_ID) -> tuple[SerialPort, ...]:
    """The serial ports of this machine by path, for an engineer who is naming a desk's reader.

    ``by_id`` is the folder of lasting links.
    """
    links = {str(link.resolve()): str(link) for link in sorted(by_id.glob("*"))}
    try:
        found = sorted(system_ports.comports(), key=lambda port: port.device)
    except TypeError:  # pyserial reads the USB ids of a port that was pulled out while it looked
        return ()
    return tuple(
        SerialPort(port.device, links.get(str(Path(port.device).resolve())), port.description, port.serial_number)
        for port in found
    )


def locate(port: str) -> str:
    """The path to open for ``port``: a path, returned as it is, or ``usb:`` and a serial number, looked up now.

    ``FileNotFoundError`` when no device with that number is plugged in, ``AmbiguousPort`` when several are.
    """
    if not port.startswith(_USB):
        return port
    wanted = port.removeprefix(_USB)
    paths = [found.path for found in list_ports() if found.serial_number == wanted]
    if not paths:
        raise FileNotFoundError(errno.ENOENT, "no device with this serial number", port)
    if len(paths) > 1:
        raise AmbiguousPort(port)
    return paths[0]
