"""Programs in processes of their own that say what they have done: made to be killed.

Each is forked from one process that has imported everything already: dying twenty times then takes a few seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from tests.servers.forked import PROCESSES

PATIENCE = 60
"""Seconds after which a program that says nothing has failed."""


class Doomed:
    """A running program. It is called with its arguments, and last with the line on which it speaks and listens."""

    def __init__(self, program: Callable[..., None], *arguments: object) -> None:
        self._line, theirs = PROCESSES.Pipe()
        self._process = PROCESSES.Process(target=program, args=(*arguments, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._line.close()

    def hear(self) -> str:
        """What it says next."""
        assert self._line.poll(PATIENCE), "it says nothing"
        return str(self._line.recv())

    def say(self, word: str = "") -> None:
        """Tell it something."""
        self._line.send(word)

    def rest(self) -> list[str]:
        """Everything that it says until it has ended."""
        said = []
        while True:
            try:
                said.append(self.hear())
            except (EOFError, ConnectionResetError):
                return said

    def kill(self) -> None:
        """End it with signal 9, wherever it is."""
        self._process.kill()
        self._process.join(PATIENCE)
