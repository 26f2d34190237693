"""A few lines to choose one from: by its key, by the arrows and Enter, or by a click."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

import msgspec
from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import events, on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from screens.columns import fit
from screens.dialogs import Dialog
from screens.keymap import CANCEL, GO, LINE_BEFORE, NEXT_LINE, SPEAK, bindings
from screens.spoken import Spoken
from screens.voice import Voice

_KEYS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SPACE = 4
_BESIDE_NAME = 9
"""Cells of a line beside its name: the mark, the key, and what is counted."""
_AROUND = 7
"""Lines of a screen that stand around those to choose from: the heading, the keys and the edges."""


class Choosable(msgspec.Struct, frozen=True):
    """One line: the key that chooses it, and its name, marked. ``id`` is the answer when it is chosen.

    ``urgent``: what stands beside it is something gone wrong.
    """

    id: str
    key: str
    name: str
    urgent: bool = False


class Picker(Dialog[str]):
    """Every line with its key; the answer is the id of the one that was chosen."""

    KEYS = (NEXT_LINE, GO, CANCEL)
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings((CANCEL, SPEAK, NEXT_LINE, GO, LINE_BEFORE)),
        *(Binding(key, f"go_by('{key}')", show=False) for key in _KEYS),
    ]

    def __init__(self, voice: Voice, lines: Sequence[Choosable]) -> None:
        super().__init__(voice)
        self._choosable = lines
        self.lines = Lines(voice, lines, self.said)

    def said(self, line: Choosable) -> str:
        """What a line says, in the language of now."""
        return self.voice.say(line.name)

    def body(self) -> Iterable[Widget]:
        yield self.lines

    def move_by(self, lines: int) -> None:
        self.lines.move(lines)

    def action_go(self) -> None:
        _ = self.dismiss(self._choosable[self.lines.chosen].id)

    def action_go_by(self, key: str) -> None:
        for one in self._choosable:
            if one.key == key.lower():
                _ = self.dismiss(one.id)
                return
        # A letter that chooses no line may lead through them.
        self.move_by(self.voice.steps(key, len(self._choosable), self.lines.chosen))

    def on_resize(self) -> None:
        self.lines.make_room(self.app.size.height - _AROUND)

    @on(events.Click)
    def _clicked(self, event: events.Click) -> None:
        at = self.lines.at(event.x, event.y) if event.widget is self.lines else None
        if at is not None:
            event.stop()
            _ = self.dismiss(self._choosable[at].id)


class Lines(Spoken):
    """The lines; beside each may stand something that is known only later."""

    COMPONENT_CLASSES = {"picker--key", "picker--chosen", "picker--aside", "picker--urgent"}

    def __init__(self, voice: Voice, lines: Sequence[Choosable], said: Callable[[Choosable], str]) -> None:
        super().__init__(voice, id="picker-lines")
        self._lines = lines
        self._said = said
        self.asides: dict[str, str] = {}
        self.chosen = 0
        self._rows = len(lines)

    def make_room(self, height: int) -> None:
        """Stand in two columns where one is higher than that."""
        count = len(self._lines)
        rows = count if count <= height else (count + 1) // 2
        if rows != self._rows:
            self._rows = rows
            self.speak()

    def at(self, x: int, y: int) -> int | None:
        """The number of the line at a place; None where there is none."""
        column = x // max(self.width // 2, 1) if self._rows < len(self._lines) else 0
        number = column * self._rows + y
        return number if 0 <= y < self._rows and number < len(self._lines) else None

    def move(self, by: int) -> None:
        """Choose the next or the one before."""
        self.chosen = (self.chosen + by) % len(self._lines)
        self.speak()

    def text(self) -> Text:
        count = len(self._lines)
        columns = 2 if self._rows < count else 1
        widest = max(cell_len(self._said(one)) for one in self._lines) + (_SPACE if columns == 1 else 1)
        text = Text(no_wrap=True)
        for row in range(self._rows):
            for number in range(row, count, self._rows):
                text.append_text(self._line(number, widest, self.width // columns))
            text.append("\n")
        text.right_crop(1)
        return text

    def _line(self, number: int, widest: int, width: int) -> Text:
        one, chosen = self._lines[number], number == self.chosen
        line = Text("▸ " if chosen else "  ")
        line.append(one.key.upper(), self._style("key"))
        line.append("  " + fit(self._said(one), min(widest, max(width - _BESIDE_NAME, 1))))
        line.append(self.asides.get(one.id, ""), self._style("urgent" if one.urgent else "aside"))
        line.append(" " * max(width - line.cell_len, 0))
        if chosen:
            line.stylize(self._style("chosen"))
        return line

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"picker--{name}", partial=True)
