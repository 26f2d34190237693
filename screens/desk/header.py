"""The top line: which way books go, where this is, who is signed in, how the readers are, what time it is."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text
from textual.reactive import reactive

from libops.circulation.desk import Mode
from libops.i18n import mark
from libops.scans import ReaderChanged, ReaderState
from libops.work import Place
from screens.columns import plain
from screens.spoken import Spoken
from screens.voice import Voice

MODES = {Mode.LEND: mark("LENDING"), Mode.RETURN: mark("RETURNS")}

_STATES: dict[ReaderState, tuple[str, str, str]] = {
    ReaderState.READY: ("●", mark("ready"), ""),
    ReaderState.CONNECTING: ("◌", mark("connecting"), ""),
    ReaderState.BUSY: ("✕", mark("in use"), mark("Another program holds the reader: close it.")),
    ReaderState.LOST: ("✕", mark("unplugged"), mark("The reader is gone: plug it in again.")),
    ReaderState.DENIED: ("✕", mark("not allowed"), mark("This account may not open the reader: ask an administrator.")),
    ReaderState.UNUSABLE: ("✕", mark("unusable"), mark("That is no reader's port: check the setting LIBOPS_READER.")),
    ReaderState.UNHEARD: ("✕", mark("lost a code"), mark("The last code was lost: scan it again.")),
}


def reader_hint(readers: dict[str, ReaderChanged], voice: Voice) -> str:
    """What to do about the first reader that does not work; empty when all do."""
    for reader in readers.values():
        remedy = _STATES[reader.state][2]
        if remedy:
            return voice.say(remedy)
    return ""


class Header(Spoken):
    """One line; the reader's state is a symbol and a word, and colour only supports them."""

    COMPONENT_CLASSES = {"header--mode", "header--well", "header--ill", "header--quiet"}

    time: reactive[str] = reactive("")
    mode: reactive[Mode | None] = reactive(None)

    def __init__(self, voice: Voice, place: Place, readers: dict[str, ReaderChanged], who: str) -> None:
        super().__init__(voice)
        self._place = place
        self._readers = readers
        self._who = who

    def text(self) -> Text:
        left, right = self._left(), self._right()
        who = Text(plain(self._who))
        room = self.size.width - 2 - left.cell_len - right.cell_len
        space = max(room - who.cell_len, 0)
        if room < who.cell_len + 4:
            who, space = Text(""), max(room, 1)
        text = Text(" ", no_wrap=True, overflow="ellipsis")
        text.append_text(left)
        text.append(" " * (space // 2))
        text.append_text(who)
        text.append(" " * (space - space // 2))
        text.append_text(right)
        return text

    def _left(self) -> Text:
        spoken, place = self.voice.language, self._place
        names = [spoken.either(place.branch_zh, place.branch_en), spoken.either(place.desk_zh, place.desk_en)]
        text = Text()
        if self.mode is not None:
            text.append(f" {self.voice.say(MODES[self.mode])} ", self._style("header--mode"))
            text.append("  ")
        text.append(" · ".join(plain(name) for name in names if name))
        return text

    def _right(self) -> Text:
        text = Text()
        for reader in self._readers.values():
            symbol, word, remedy = _STATES[reader.state]
            name = self.voice.say("reader") if len(self._readers) == 1 else plain(reader.device)
            style = self._style("header--ill" if remedy else "header--well")
            text.append(f"{name} ")
            text.append(f"{symbol} {self.voice.say(word)}", style)
            text.append("   ")
        if not self._readers:
            text.append(self.voice.say("keyboard") + "   ", self._style("header--quiet"))
        text.append(self.time)
        return text

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)
