"""A receipt printer in the network: what the real driver sends comes out as lines of text.

For tests, the demo and training. It has paper that ends, a cover that opens and a switch, and says so when asked, as
real ones do; some real ones say nothing, which it can be told to do as well.
"""

import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from devices.printer_paper import Paper, PrintedSlip
from devices.printer_status import (
    COVER_IS_OPEN,
    FIXED,
    IS_OFFLINE,
    NEAR_END,
    NEAR_END_IN_TURN,
    NO_PAPER,
    STOPPED_FOR_PAPER,
)

_AT_ONCE = re.compile(rb"\x10\x04([\x01-\x04])")
_BEGUN = re.compile(rb"\x10\x04?\Z")
_POLL = 0.05  # seconds, so that switching off is noticed soon
_NEAR = 20  # lines


class SimulatedPrinter:
    """A printer at ``tcp://HOST:PORT`` that keeps the slips it printed. It speaks with one program at a time.

    ``answers`` is whether it says how it is, ``tells_end`` whether also when it has come to the end of a slip;
    ``seen`` is called with each slip, from the printer's own thread.
    """

    def __init__(
        self,
        columns: int = 42,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        answers: bool = True,
        tells_end: bool = True,
        seen: Callable[[PrintedSlip], None] = lambda _slip: None,
    ) -> None:
        """Switched on from the start, with a roll that does not end. Port 0 takes any that is free, and keeps it."""
        self.columns = columns
        self._host = host
        self._port = port
        self._answers = answers
        self._tells_end = tells_end
        self._seen = seen
        self._changed = threading.Condition()
        self._slips: list[PrintedSlip] = []
        self._lines_left: int | None = None
        self._hangs_after: int | None = None
        self._cover_open = self._set_offline = False
        self._paper = Paper(columns, cut=self._keep, fed=self._feed, asked=self._tell_end, stopped=self._is_stopped)
        self._off = threading.Event()
        self._off.set()
        self._thread: threading.Thread | None = None
        self._connection: socket.socket | None = None
        self.switch_on()

    @property
    def address(self) -> str:
        """The address for the driver."""
        return f"tcp://{self._host}:{self._port}"

    @property
    def slips(self) -> list[PrintedSlip]:
        """The slips so far."""
        with self._changed:
            return list(self._slips)

    def wait_for(self, count: int, patience: float = 10.0) -> list[PrintedSlip]:
        """The slips, as soon as there are so many. Raises ``TimeoutError``."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._slips) >= count, patience):
                raise TimeoutError(f"{len(self._slips)} slips, not {count}")
            return list(self._slips)

    def load(self, lines: int | None = None) -> None:
        """Put in a roll with so many lines, or one that does not end; what was begun is printed on."""
        self._change(_lines_left=lines)

    def open_cover(self) -> None:
        """Open the cover."""
        self._change(_cover_open=True)

    def close_cover(self) -> None:
        """Close it; what was begun is printed on."""
        self._change(_cover_open=False)

    def set_offline(self, *, offline: bool) -> None:
        """Press the button by which a printer takes nothing more, or press it again."""
        self._change(_set_offline=offline)

    def hang_after(self, lines: int | None) -> None:
        """After so many more lines it neither prints nor answers; None: that is over."""
        self._change(_hangs_after=lines)

    def switch_on(self) -> None:
        """Listen, at the same port as before. Nothing happens if it is on already."""
        if self._thread is not None:
            return
        server = socket.create_server((self._host, self._port), reuse_port=False)
        self._port = server.getsockname()[1]
        server.settimeout(_POLL)
        self._off.clear()
        self._thread = threading.Thread(target=self._serve, args=(server,), name="simulated printer", daemon=True)
        self._thread.start()

    def switch_off(self) -> None:
        """Close every line and forget what was not printed. Nothing happens if it is off already."""
        self._off.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
            self._paper.forget()

    def __enter__(self) -> Self:
        """Switched on already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Switch off."""
        self.switch_off()

    def _change(self, **what: object) -> None:
        with self._changed:
            for name, value in what.items():
                setattr(self, name, value)

    def _serve(self, server: socket.socket) -> None:
        with server:
            while not self._off.is_set():
                self._paper.take(b"")
                with suppress(TimeoutError):
                    connection, _ = server.accept()
                    with connection:
                        self._converse(connection)

    def _converse(self, connection: socket.socket) -> None:
        connection.settimeout(_POLL)
        self._connection = connection
        begun = b""
        while not self._off.is_set():
            self._paper.take(b"")
            if self._hangs_after == 0:
                self._off.wait(_POLL)
                continue
            try:
                received = connection.recv(4096)
            except TimeoutError:
                continue
            except OSError:
                return
            if not received:
                self._paper.take(begun)
                return
            begun = self._hear(begun + received)

    def _hear(self, data: bytes) -> bytes:
        """Answer what is asked at once, print the rest; what may be the beginning of such a question is kept."""
        kept = _BEGUN.search(data)
        begun = b"" if kept is None else kept[0]
        whole = data[: len(data) - len(begun)]
        for question in _AT_ONCE.finditer(whole):
            self._say(self._status(question[1][0]))
        self._paper.take(_AT_ONCE.sub(b"", whole))
        return begun

    def _status(self, question: int) -> int:
        out = self._lines_left == 0
        if question == 1:
            return FIXED | (IS_OFFLINE if self._is_stopped() else 0)
        if question == 2:
            return FIXED | (COVER_IS_OPEN if self._cover_open else 0) | (STOPPED_FOR_PAPER if out else 0)
        if question == 4:
            near = self._lines_left is not None and self._lines_left < _NEAR
            return FIXED | (NEAR_END if near else 0) | (NO_PAPER if out else 0)
        return FIXED

    def _tell_end(self) -> None:
        near = self._lines_left is not None and self._lines_left < _NEAR
        if self._tells_end:
            self._say(NEAR_END_IN_TURN if near else 0)

    def _say(self, status: int) -> None:
        if self._answers and self._connection is not None:
            # The program may have gone already.
            with suppress(OSError):
                self._connection.sendall(bytes([status]))

    def _is_stopped(self) -> bool:
        return self._lines_left == 0 or self._cover_open or self._set_offline or self._hangs_after == 0

    def _feed(self) -> None:
        with self._changed:
            if self._lines_left:
                self._lines_left -= 1
            if self._hangs_after:
                self._hangs_after -= 1

    def _keep(self, slip: PrintedSlip) -> None:
        with self._changed:
            self._slips.append(slip)
            self._changed.notify_all()
        self._seen(slip)
