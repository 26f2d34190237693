"""A program on a real pseudo-terminal of 80×24, and the moment at which something appears there."""

from __future__ import annotations

import os
import re
import select
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import pexpect
import psutil

ESCAPES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|P[^\x1b]*\x1b\\|[ -/]*[0-~])")
PATIENCE = 20.0


class NothingAppeared(Exception):
    """The program did not show what was waited for; the text is the end of what it did show."""


class Terminal:
    """Runs a program and reads what it draws, without the escape sequences between the texts."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.begun = time.perf_counter()
        self._child = pexpect.spawn(
            command[0],
            list(command[1:]),
            env={**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            dimensions=(24, 80),
            timeout=None,
        )
        self._drawn = b""

    def press(self, text: str) -> float:
        """Write to the keyboard; the moment just before."""
        self._drawn = b""
        moment = time.perf_counter()
        os.write(self._child.child_fd, text.encode())
        return moment

    def now(self) -> float:
        """The moment, by the clock of everything else here."""
        return time.perf_counter()

    def forget(self) -> None:
        """Look only at what is drawn from now on."""
        self._drawn = b""

    def wait_for(self, shown: re.Pattern[str] | str) -> float:
        """Wait until this has been drawn; the moment at which the last of it arrived."""
        pattern = re.compile(shown) if isinstance(shown, str) else shown
        give_up = time.monotonic() + PATIENCE
        while True:
            moment = self._read(max(give_up - time.monotonic(), 0))
            if pattern.search(self.text):
                return moment
            if moment == 0 and time.monotonic() >= give_up:
                raise NothingAppeared(f"{pattern.pattern!r} in {self.text[-2000:]!r}")

    @property
    def text(self) -> str:
        """What has been drawn since the last key, without what places and colours it."""
        return ESCAPES.sub(b"", self._drawn).decode(errors="replace")

    def settle(self, quiet: float) -> None:
        """Wait until nothing has been drawn for so many seconds."""
        while self._read(quiet):
            pass

    @property
    def resident(self) -> int:
        """Bytes of memory that the program holds now."""
        return int(psutil.Process(self._child.pid).memory_info().rss)

    def __enter__(self) -> Self:
        """Running already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the program."""
        self._child.close(force=True)

    def _read(self, seconds: float) -> float:
        """Take what is there within so many seconds; the moment, or 0 where nothing came."""
        ready, _, _ = select.select((self._child.child_fd,), (), (), seconds)
        if not ready:
            return 0
        moment = time.perf_counter()
        try:
            self._drawn += os.read(self._child.child_fd, 1 << 16)
        except OSError as error:
            raise NothingAppeared(f"the program ended after {self.text[-2000:]!r}") from error
        return moment
