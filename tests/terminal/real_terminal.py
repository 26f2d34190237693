"""The console in a process of its own on a real pseudo-terminal, and the screen that it draws there."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

import pyte
from pyte.screens import Char
from wcwidth import wcwidth

from tests.servers.forked import PROCESSES
from tests.terminal.console_process import on_terminal
from tests.terminal.small_town import CLERK

PATIENCE = 30.0
AT_A_TIME = 0.08
"""Seconds between two keys of a person."""
KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "right": "\x1b[C",
    "ctrl+f": "\x06",
    "ctrl+k": "\x0b",
    "ctrl+l": "\x0c",
    "ctrl+y": "\x19",
    "ctrl+z": "\x1a",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f7": "\x1b[18~",
    "f9": "\x1b[20~",
    "f12": "\x1b[24~",
}
"""What a terminal sends for keys that type no character."""
# Questions to the terminal and modes that pyte does not know; it would print parts of them.
_UNKNOWN = re.compile(rb"\x1b\[[>=<?][0-9;]*(?:\$?[a-zA-Z])|\x1b\[[0-9;]*\$[a-zA-Z]|\x1b\[<u")
_WHOLE = re.compile(rb"(?s)(.*?)(\x1b(?:\[[0-?]*[ -/]*)?|[\xc0-\xff][\x80-\xbf]{0,3})?\Z")


class _Screen(pyte.Screen):
    """A screen that counts how often its bell rang."""

    bells = 0

    def bell(self, *args: object) -> None:
        """Ring."""
        self.bells += 1


def _text_of(cells: Mapping[int, Char], columns: int) -> str:
    """A line as it stands; where half of a wide character was drawn over, terminals show a space."""
    text, at = "", 0
    while at < columns:
        shown = cells[at].data or " "
        text += shown
        at += 2 if wcwidth(shown[0]) == 2 else 1
    return text.rstrip()


class Terminal:
    """A terminal of some size with the console in it; to be read while waiting, or the console stands still."""

    def __init__(self, url: str, *more: str, language: str = "en", columns: int = 80, rows: int = 24) -> None:
        self.screen = _Screen(columns, rows)
        self.sent = bytearray()
        self._stream = pyte.ByteStream(self.screen)
        self._rest = b""
        self._master, self._slave = pty.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self._process = PROCESSES.Process(
            target=on_terminal, args=(os.ttyname(self._slave), environment, [url, language, *more]), daemon=True
        )
        self._process.start()
        assert self._process.pid is not None
        self._pid = self._process.pid
        os.set_blocking(self._master, False)

    def press(self, data: str) -> None:
        """Write to the keyboard, as fast as the terminal takes it; a lone surrogate is the byte that it escapes."""
        rest = memoryview(data.encode(errors="surrogateescape"))
        while rest:
            self.look(0)
            try:
                rest = rest[os.write(self._master, rest) :]
            except BlockingIOError:
                self.look(0.01)

    def look(self, seconds: float) -> None:
        """Draw what comes within so many seconds."""
        until = time.monotonic() + seconds
        while select.select((self._master,), (), (), max(until - time.monotonic(), 0))[0]:
            try:
                data = os.read(self._master, 1 << 16)
            except OSError:
                return
            if not data:
                return
            self._draw(data)

    def shown(self) -> str:
        """What stands on the screen, without trailing spaces."""
        return "\n".join(_text_of(self.screen.buffer[row], self.screen.columns) for row in range(self.screen.lines))

    def until(self, so: Callable[[], bool], what: str = "") -> None:
        """Wait until something is so."""
        give_up = time.monotonic() + PATIENCE
        while not so():
            if time.monotonic() > give_up or not self._process.is_alive():
                raise AssertionError(f"{what or so} did not come to be; on screen:\n{self.shown()}")
            self.look(0.02)

    def until_shown(self, text: str) -> None:
        """Wait until a text is on screen."""
        self.until(lambda: text in self.shown(), repr(text))

    def sign_in(self, who: tuple[str, str] = CLERK) -> None:
        """Sign in at a person's speed."""
        self.until_shown("F6")
        for text in who:
            self.write(text)
            self.key("enter")
        self.until_shown("F2")

    def resize(self, columns: int, rows: int) -> None:
        """Make the window another size, as whoever draws at its corner does; it is empty until the console draws."""
        self.screen.resize(rows, columns)
        self.screen.erase_in_display(2)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        # To all that have the terminal, as it comes from the kernel where the console's own group is in front.
        os.killpg(self._pid, signal.SIGWINCH)

    def write(self, text: str) -> None:
        """Type a text at a person's speed."""
        for character in text:
            self.key(character)

    def key(self, name: str) -> None:
        """Press one key, by its name or by what it types, and take the time that a person takes for it."""
        self.press(KEYS.get(name, name))
        self.look(AT_A_TIME)

    def hang_up(self) -> int:
        """Close the terminal's window; how the console ended."""
        os.kill(self._pid, signal.SIGHUP)
        return self._ended()

    def vanish(self) -> int:
        """Be gone without a signal; how the console ended."""
        os.close(self._master)
        self._master = os.open(os.devnull, os.O_RDONLY)
        return self._ended()

    def _ended(self) -> int:
        self._process.join(PATIENCE)
        assert self._process.exitcode is not None, "it goes on"
        return self._process.exitcode

    def __enter__(self) -> Self:
        """Running already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the console."""
        self._process.kill()
        self._process.join()
        os.close(self._master)
        os.close(self._slave)

    def _draw(self, data: bytes) -> None:
        self.sent += data
        data = self._rest + data
        parts = _WHOLE.match(data)
        assert parts is not None
        self._rest = parts[2] or b""
        self._stream.feed(_UNKNOWN.sub(b"", parts[1]))
