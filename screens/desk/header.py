"""The top line: which way books go, where this is, who is signed in, how the readers are, what time it is."""

from __future__ import annotations

from datetime import date

from rich.style import Style
from rich.text import Text
from textual.reactive import reactive

from libops.circulation.outcomes import Mode
from libops.i18n import mark
from libops.scans import ReaderChanged, ReaderState
from libops.slips.printing import PRINTS, PrinterChanged, PrinterState
from libops.work import Place
from screens.columns import plain
from screens.device_words import PRINTERS, READERS
from screens.spoken import Spoken
from screens.voice import Voice

MODES = {Mode.LEND: mark("LENDING"), Mode.RETURN: mark("RETURNS")}

_APART = 3
"""Columns between both sides of the line, and at its edges."""

_AROUND = 4
"""Cells around who is signed in."""


class Header(Spoken):
    """One line; the reader's state is a symbol and a word, and colour only supports them."""

    COMPONENT_CLASSES = {"header--mode", "header--loud", "header--well", "header--ill", "header--quiet"}

    time: reactive[str] = reactive("")

    def __init__(
        self,
        voice: Voice,
        place: Place,
        readers: dict[str, ReaderChanged],
        who: str,
        printers: dict[str, PrinterChanged] | None = None,
    ) -> None:
        super().__init__(voice)
        self._printers = printers if printers is not None else {}
        self._place = place
        self._readers = readers
        self._who = who
        self._sign = ""
        self._batch: date | None = None
        self._today = date.min

    def show(self, sign: str, batch: date | None, today: date) -> None:
        """Show what this screen is for, and the day to which returns are dated back."""
        if (sign, batch, today) != (self._sign, self._batch, self._today):
            self._sign, self._batch, self._today = sign, batch, today
            self.speak()

    def sign_in(self, who: str) -> None:
        """Somebody else is signed in now."""
        self._who = who
        self.speak()

    def text(self) -> Text:
        left, right = self._left(), self._right(2)
        if self._batch is not None and left.cell_len + right.cell_len > self.size.width - _APART:
            # The clock and the devices are worth more than where this is, which nobody forgets.
            left = self._left(place=False)
        who = Text(plain(self._who))
        room, right = self._beside(left, who)
        space = max(room - who.cell_len, 0)
        if room < who.cell_len + _AROUND:
            who, space = Text(""), max(room, 1)
        text = Text(" ", no_wrap=True, overflow="ellipsis")
        text.append_text(left)
        text.append(" " * (space // 2))
        text.append_text(who)
        text.append(" " * (space - space // 2))
        text.append_text(right)
        return text

    def _left(self, *, place: bool = True) -> Text:
        spoken, here = self.voice.language, self._place
        names = [spoken.either(here.branch_zh, here.branch_en), spoken.either(here.desk_zh, here.desk_en)]
        text = Text()
        if self._sign:
            text.append(f" {self.voice.say(self._sign)} ", self._style("header--mode"))
            text.append("  ")
        if self.app.has_class("-training"):
            training = self.voice.say("TRAINING")
            text = Text.assemble((f" {training} ", self._style("header--loud")), "  ", text)
        if self._batch is not None:
            told = self.voice.say("AS OF {day}", day=spoken.day(self._batch, self._today))
            text.append(f" {told} ", self._style("header--loud"))
            text.append("  ")
        text.append(" · ".join(plain(name) for name in names if name) if place else "")
        return text

    def _beside(self, left: Text, who: Text) -> tuple[int, Text]:
        """The devices, shorter where that keeps who is signed in; and the cells between them and the left."""
        told = [self._right(short) for short in range(3)]
        rooms = [self.size.width - 2 - left.cell_len - right.cell_len for right in told]
        for wanted in (who.cell_len + _AROUND, 1):
            for room, right in zip(rooms, told, strict=True):
                if room >= wanted:
                    return room, right
        return rooms[-1], told[-1]

    def _right(self, short: int) -> Text:
        """The devices and the time; ``short``: 1 without the keyboard, 2 without words for what is ready either."""
        text = Text()
        for reader in self._readers.values():
            symbol, word, remedy = READERS[reader.state]
            name = self.voice.say("reader") if len(self._readers) == 1 else plain(reader.device)
            style = self._style("header--ill" if remedy else "header--well")
            text.append(f"{name} ")
            well = short == 2 and reader.state is ReaderState.READY
            text.append(symbol if well else f"{symbol} {self.voice.say(word)}", style)
            text.append("   ")
        for printer in self._printers.values():
            symbol, word = PRINTERS[printer.state]
            style = self._style("header--well" if printer.state in PRINTS else "header--ill")
            text.append(self.voice.say("printer") + " ")
            well = short == 2 and printer.state is PrinterState.READY
            text.append(symbol if well else f"{symbol} {self.voice.say(word)}", style)
            text.append("   ")
        if not self._readers and not (short and self._printers):
            text.append(self.voice.say("keyboard") + "   ", self._style("header--quiet"))
        text.append(self.time)
        return text

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)
