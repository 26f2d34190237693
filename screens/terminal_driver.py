"""How keys come off the terminal: Escape soon, and bytes that are no text as signs that stand for them.

Textual looks for keys ten times a second while none comes, so that Escape, which may be the beginning of another key,
is told no sooner than a tenth of a second after it was pressed; and it ends where bytes are no UTF-8, which a reader
that is plugged in as a keyboard may well send.
"""

from __future__ import annotations

import os
import selectors
from codecs import getincrementaldecoder

from textual import constants
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

_SOMETIMES = 0.1
"""Seconds after which somebody looks whether the program ends, while no key comes."""
_A_LITTLE = 0.002
_MOST = 1 << 12
_ESCAPE = b"\x1b"


class DeskDriver(LinuxDriver):
    """The terminal of a desk."""

    def run_input_thread(self) -> None:
        """Tell the app of every key, until it ends or the terminal is closed."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        with selectors.DefaultSelector() as terminal:
            _ = terminal.register(self.fileno, selectors.EVENT_READ)
            wait = _SOMETIMES
            while not self.exit_event.is_set():
                came = bool(terminal.select(wait))
                keys = self._read() if came else b""
                if came and not keys:
                    # The terminal was closed: nobody is there whom anything could be asked.
                    _ = self._app.call_later(self._app.exit)
                    return
                # The beginning of a sign whose rest is still to come is no text yet.
                for event in parser.feed(text) if (text := decode(keys)) else ():
                    self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)
                wait = constants.ESCAPE_DELAY + _A_LITTLE if keys.endswith(_ESCAPE) else _SOMETIMES

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, _MOST)
        except OSError:
            return b""
