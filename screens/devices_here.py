"""The readers and the printer of this desk: how each is and since when, and what came from it last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from libops.codes import CodePatterns
from libops.scans import Heard, ReaderChanged
from libops.slips.printing import PrinterChanged
from screens.device_words import what_was_heard


class LastHeard(msgspec.Struct, frozen=True):
    """What a reader read last: when, what it was (marked, without the code), and how many codes it has read in all."""

    at: datetime
    what: Sequence[str]
    codes: int


class DevicesHere:
    """Written by the app alone, as devices tell of themselves; ``clock`` is the library's."""

    def __init__(self, clock: Callable[[], datetime], patterns: CodePatterns) -> None:
        self._clock, self._patterns = clock, patterns
        self.readers: dict[str, ReaderChanged] = {}
        self.printers: dict[str, PrinterChanged] = {}
        self.since: dict[str, datetime] = {}
        self.heard: dict[str, LastHeard] = {}

    def reader_changed(self, changed: ReaderChanged) -> None:
        """A reader is in another state."""
        self.readers[changed.device] = changed
        self.since[changed.device] = self._clock()

    def printer_changed(self, changed: PrinterChanged) -> None:
        """The printer is in another state."""
        self.printers[changed.device] = changed
        self.since[changed.device] = self._clock()

    def note(self, heard: Heard) -> None:
        """A reader, or a keyboard at a reader's speed, read something. What it read is not kept."""
        before = self.heard.get(heard.device)
        count = 1 if before is None else before.codes + 1
        self.heard[heard.device] = LastHeard(self._clock(), what_was_heard(heard, self._patterns), count)
