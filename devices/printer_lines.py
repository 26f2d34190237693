"""The ways to a receipt printer: a network connection, a device file, a serial line, a plain file.

Each is opened for one slip and closed after it: a network printer listens to one at a time, and desks share it. All
of them raise ``OSError``; what takes too long raises ``TimeoutError``, which is one.
"""

import errno
import fcntl
import os
import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

import serial

from devices.serial_ports import locate
from libops.slips.printer_address import Address, DeviceFile, Network, PlainFile, SerialPort

_LAST_ANSWERS, _MOST_ANSWERS = 0.1, 10  # seconds waited for each answer that is still on its way, and how many
_PAUSE = 0.05  # seconds


class PrinterLine(Protocol):
    """An open way to a printer."""

    answers: bool
    """Whether anything can ever come back this way."""

    def send(self, data: bytes, patience: float) -> None:
        """Hand over all of it. ``TimeoutError`` when the printer took nothing for ``patience`` seconds."""

    def receive(self, patience: float) -> bytes:
        """What came back, waiting at most so many seconds for the first byte; empty when nothing did."""

    def close(self) -> None:
        """Let go."""


@contextmanager
def open_line(address: Address, patience: float) -> Iterator[PrinterLine]:
    """The way to a printer, opened within ``patience`` seconds, and let go of whatever happens."""
    line = _opened(address, patience)
    try:
        yield line
    finally:
        with suppress(OSError):
            line.close()


def _opened(address: Address, patience: float) -> PrinterLine:
    match address:
        case Network(host, port):
            return _SocketLine(socket.create_connection((host, port), timeout=patience))
        case DeviceFile(path):
            return _FileLine(_open_device(path))
        case SerialPort(port, baud):
            return _SerialLine(port, baud)
        case PlainFile(path):
            return _FileLine(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600))


class _SocketLine:
    answers = True

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def send(self, data: bytes, patience: float) -> None:
        self._connection.settimeout(patience)
        rest = memoryview(data)
        while rest:
            rest = rest[self._connection.send(rest) :]

    def receive(self, patience: float) -> bytes:
        self._connection.settimeout(patience)
        try:
            received = self._connection.recv(64)
        except TimeoutError:
            return b""
        if not received:
            raise ConnectionResetError(errno.ECONNRESET, "the printer closed the line")
        return received

    def close(self) -> None:
        with self._connection:
            # Closing over answers that nobody fetched breaks off the line, and with it what is still to be printed.
            self._connection.shutdown(socket.SHUT_WR)
            self._connection.settimeout(_LAST_ANSWERS)
            for _ in range(_MOST_ANSWERS):
                if not self._connection.recv(64):
                    break


class _FileLine:
    def __init__(self, file: int) -> None:
        self._file = file
        self.answers = fcntl.fcntl(file, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDWR

    def send(self, data: bytes, patience: float) -> None:
        rest = memoryview(data)
        give_up = time.monotonic() + patience
        while rest:
            left = give_up - time.monotonic()
            if left <= 0:
                raise TimeoutError(errno.ETIMEDOUT, "the printer took no more")
            _, free, _ = select.select((), (self._file,), (), left)
            if not free:
                continue
            with suppress(BlockingIOError):
                rest = rest[os.write(self._file, rest) :]
                give_up = time.monotonic() + patience

    def receive(self, patience: float) -> bytes:
        ready, _, _ = select.select((self._file,), (), (), patience)
        if not ready:
            return b""
        with suppress(BlockingIOError):
            if received := os.read(self._file, 64):
                return received
        # Readable, and nothing to be read: what is no printer, or one whose driver says so.
        time.sleep(min(patience, _PAUSE))
        return b""

    def close(self) -> None:
        os.close(self._file)


class _SerialLine:
    answers = True

    def __init__(self, port: str, baud: int) -> None:
        self._line = serial.Serial(locate(port), baud, exclusive=True)

    def send(self, data: bytes, patience: float) -> None:
        self._line.write_timeout = patience
        # In pieces, so that patience is with each of them and a long slip may take its time on a slow line.
        for start in range(0, len(data), 256):
            try:
                self._line.write(data[start : start + 256])
            except serial.SerialTimeoutException as error:
                raise TimeoutError(errno.ETIMEDOUT, "the printer took no more") from error

    def receive(self, patience: float) -> bytes:
        self._line.timeout = patience
        return bytes(self._line.read(self._line.in_waiting or 1))

    def close(self) -> None:
        self._line.close()


def _open_device(path: str) -> int:
    usual = os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    if Path(path).is_file():
        raise OSError(errno.EINVAL, "a plain file, not a device", path)
    try:
        return os.open(path, os.O_RDWR | usual)
    except PermissionError:
        # Some printers' files may only be written to: such a printer is not asked how it is.
        return os.open(path, os.O_WRONLY | usual)
