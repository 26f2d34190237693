"""Trying a reader: what is scanned is told, and nothing is done with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import ClassVar

import msgspec
from rich.text import Text
from textual.binding import BindingType
from textual.widget import Widget

from libops.i18n import mark
from libops.refusals import explain
from libops.scans import Heard, Scan
from screens.columns import plain
from screens.device_words import what_was_heard
from screens.dialogs import Dialog, Sentence
from screens.keymap import CLOSE, SPEAK, bindings
from screens.scan_line import KEYBOARD
from screens.shift import Shift
from screens.spoken import Spoken
from screens.wedge import GAP

_SHOWN = 5
"""So many scans are shown, the newest first."""


class _Read(msgspec.Struct, frozen=True):
    at: datetime
    heard: Heard


class TryReader(Dialog[None]):
    """Shows every scan: its code, what it may be, what is wrong with it, and which reader it came from."""

    HEADING = mark("Try a reader")
    KEYS = (CLOSE,)
    BINDINGS: ClassVar[list[BindingType]] = bindings((CLOSE, SPEAK))

    def __init__(self, shift: Shift, first: Heard | None = None) -> None:
        """``first`` is what has been scanned already."""
        super().__init__(shift.voice)
        self._shift = shift
        self._read = [] if first is None else [_Read(shift.library.clock(), first)]

    def body(self) -> Iterable[Widget]:
        yield Sentence(self.voice, mark("Scan anything: you see what it is, and nothing is done with it."))
        yield _Scans(self._shift, self._read)
        within = f"{1000 * GAP:.0f}"
        hint = mark(
            "Nothing shows? A reader plugged in as a keyboard must send a key at least every {ms} ms, and Enter behind "
            "the code; one that is slower needs a prefix (the setting wedge_prefix)."
        )
        yield Sentence(self.voice, hint, ms=within)

    def take_anything(self, heard: Heard) -> None:
        """Show what was read."""
        self._read.insert(0, _Read(self._shift.library.clock(), heard))
        del self._read[_SHOWN:]
        self.query_one(_Scans).speak()


class _Scans(Spoken):
    COMPONENT_CLASSES = {"scans--code", "scans--ill"}

    def __init__(self, shift: Shift, read: list[_Read]) -> None:
        super().__init__(shift.voice, id="scans")
        self._shift, self._read = shift, read

    def text(self) -> Text:
        if not self._read:
            return Text(self.voice.say("Nothing has been scanned yet."))
        return Text("\n").join(part for one in self._read for part in self._told(one))

    def _told(self, one: _Read) -> Iterator[Text]:
        say, heard, patterns = self.voice.say, one.heard, self._shift.library.patterns
        time = self.voice.language.time(one.at, self._shift.place.zone)
        reader = say("keyboard") if heard.device == KEYBOARD else plain(heard.device)
        what = self.voice.language.listed(say(message) for message in what_was_heard(heard, patterns))
        code = plain(heard.code) if isinstance(heard, Scan) else say("{n} bytes", n=heard.length)
        style = self.get_component_rich_style("scans--code", partial=True)
        yield Text.assemble(f"{time}  ", (code, style), f"  {what} · {reader}")
        fault = patterns.fault(patterns.bare(heard.code)) if isinstance(heard, Scan) else None
        if fault is not None:
            why = explain(fault, self.voice.language)
            ill = self.get_component_rich_style("scans--ill", partial=True)
            yield Text(f"       {why.why} {why.remedy}".rstrip(), ill)
