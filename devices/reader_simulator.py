"""A reader made of a pseudo-terminal: what it sends reaches the real driver as bytes on a serial line.

For tests, the demo and training. POSIX only.
"""

import errno
import os
import pty
import select
import time
import tty
from pathlib import Path
from types import TracebackType
from typing import Self


class SimulatedReader:
    """A reader to be scanned with by a program, at a path that stays the same when it is plugged in again.

    As with a real one, what it sends while no driver has the port open is lost, and so is what a driver has not
    fetched when it is unplugged. To be used from one thread at a time.
    """

    def __init__(self, folder: Path, name: str = "reader", suffix: bytes = b"\r", patience: float = 5.0) -> None:
        """Plugged in from the start, at the link ``name`` in ``folder``, which must exist.

        ``suffix`` is sent after each scanned code; ``patience`` is how many seconds a driver may leave a full line
        unread before ``send`` gives up.
        """
        self._link = folder / name
        self._suffix = suffix
        self._patience = patience
        self._ends: tuple[int, int] | None = None
        self.replug()

    @property
    def port(self) -> str:
        """The path for the driver; there while plugged in."""
        return str(self._link)

    def scan(self, code: str) -> None:
        """Send one symbol as a reader does by default: UTF-8 and the suffix."""
        self.send(code.encode() + self._suffix)

    def send(self, data: bytes) -> None:
        """Send exactly these bytes, waiting while the line is full; none is dropped.

        ``TimeoutError`` when nobody takes any for ``patience`` seconds, ``OSError`` (ENODEV) when unplugged.
        """
        if self._ends is None:
            raise OSError(errno.ENODEV, "the reader is unplugged", self.port)
        master, _ = self._ends
        rest = memoryview(data)
        give_up = time.monotonic() + self._patience
        while rest:
            taken = _write_some(master, rest)
            if taken:
                rest = rest[taken:]
                give_up = time.monotonic() + self._patience
            elif time.monotonic() > give_up:
                raise TimeoutError(f"{len(rest)} bytes are still waiting on {self.port}: nobody reads it")

    def unplug(self) -> None:
        """Pull the plug: the path goes away and the driver's line is dead. Nothing happens if it is out already."""
        if self._ends is None:
            return
        self._link.unlink(missing_ok=True)
        for end in self._ends:
            os.close(end)
        self._ends = None

    def replug(self) -> None:
        """Plug it in again: another pseudo-terminal at the same path. Nothing happens if it is in already."""
        if self._ends is not None:
            return
        master, slave = pty.openpty()
        # Raw before anybody opens it, so nothing is echoed; and the far end stays open here, or bytes sent after a
        # driver has closed its own would be an error instead of being lost.
        tty.setraw(slave)
        os.set_blocking(master, False)
        self._ends = (master, slave)
        self._link.symlink_to(os.ttyname(slave))

    def __enter__(self) -> Self:
        """Plugged in already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Unplug."""
        self.unplug()


def _write_some(master: int, data: memoryview) -> int:
    """How many bytes the line took: 0 when it was full and still is after a moment of waiting."""
    try:
        return os.write(master, data)
    except BlockingIOError:
        select.select((), (master,), (), 0.02)
        return 0
