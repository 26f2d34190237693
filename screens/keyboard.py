"""The terminal's keys, read so that it is known when they came, and whether more have come than were handed on yet.

A code that a reader types is told by speed. On a busy machine its keys lie in the terminal, or with whoever reads it,
until the program gets round to them: how late each is handed on says nothing of how fast they were typed.
"""

from __future__ import annotations

import os
import select
from codecs import getincrementaldecoder
from contextlib import suppress
from time import monotonic

from textual import constants
from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key

_AT_A_TIME = 4096
_TURN = 0.1
"""Seconds after which it is looked whether the program ends, while no key comes."""
_ESCAPE = b"\x1b"
_A_LITTLE = 0.002


class Keyboard(LinuxDriver):
    """Keys that have been waiting together have the same time: nobody was seen to pause between them."""

    _handing_on = False

    @property
    def more_to_come(self) -> bool:
        """Whether keys have come that are not handed on yet. Safe to ask from any thread."""
        # In this order: what is read between the two looks is being handed on at the second.
        return self._waits(0) or self._handing_on

    def run_input_thread(self) -> None:
        """Read the terminal until the program ends."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        came, turn = monotonic(), _TURN
        while not self.exit_event.is_set():
            if not self._waits(0):
                # The terminal was seen empty: what comes now came now.
                waits, turn = self._waits(turn), _TURN
                came = monotonic()
                if not waits:
                    for event in parser.tick():
                        self.process_message(event)
                    continue
            self._handing_on = True
            keys = self._read()
            if not keys:
                # The terminal was closed, which ends the program.
                break
            # Escape may be the beginning of another key; it is looked sooner whether it was a key of its own.
            turn = constants.ESCAPE_DELAY + _A_LITTLE if keys.endswith(_ESCAPE) else _TURN
            text = decode(keys)
            for event in parser.feed(text) if text else ():
                if isinstance(event, Key):
                    event.time = came
                self.process_message(event)
            self._handing_on = False
        with suppress(EOFError, ParseError):
            for _ in parser.feed(""):
                pass

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, _AT_A_TIME)
        except OSError:
            return b""

    def _waits(self, seconds: float) -> bool:
        return bool(select.select((self.fileno,), (), (), seconds)[0])
