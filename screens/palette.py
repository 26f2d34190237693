"""Everything that can be done here now, to be found by a few letters of its name and done by Enter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, Protocol, runtime_checkable

import msgspec
from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import events, on
from textual.app import App
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Input

from libops.i18n import mark
from screens.columns import fit, plain
from screens.dialogs import Dialog
from screens.fields import WordsLine
from screens.key_bar import Named
from screens.keymap import CANCEL, GO, GO_TO, LINE_BEFORE, NEXT_LINE, PALETTE, bindings
from screens.lists.all_lists import destinations
from screens.menu import Destination
from screens.shift import Shift
from screens.spoken import Spoken
from screens.voice import Voice
from screens.workplace import Workplace

DO = msgspec.structs.replace(GO, label=mark("do it"), tooltip=mark("Do what the mark is at."))
_AROUND = 10
"""Lines of a screen that stand around what is found: the heading, what is typed, the keys and the edges."""
_LEAST = 3


@runtime_checkable
class OffersCommands(Protocol):
    """A screen on which things can be done by keys."""

    def commands(self) -> Sequence[Named]:
        """The keys that do something now, with their names in the language of now."""
        ...


class Command(msgspec.Struct, frozen=True):
    """Something that can be done: by which key, what it is called, and what it does, in the language of now.

    ``id`` is what is answered: an action of the screen, or where to go.
    """

    id: str
    key: str
    name: str
    does: str = ""

    def fits(self, words: Sequence[str]) -> int:
        """How well it fits what was typed: 0 not at all, and more where it stands in the name, or begins it."""
        name, rest = self.name.casefold(), f"{self.key} {self.does}".casefold()
        if not all(word in name or word in rest for word in words):
            return 0
        if words and name.startswith(words[0]):
            return 3
        return 2 if all(word in name for word in words) else 1


def commands_of(screen: OffersCommands, voice: Voice) -> list[Command]:
    """What can be done on a screen now."""
    offered = [(one, name) for one, name in screen.commands() if one is not PALETTE]
    return [Command(one.action, voice.key(one), name, voice.say(one.tooltip)) for one, name in offered]


def ways_to(places: Sequence[Destination], voice: Voice) -> list[Command]:
    """The places of the menu, each by the two keys that lead there."""
    menu, does = voice.key(GO_TO), voice.say("Go there.")
    return [Command(f"app.to('{one.id}')", f"{menu} {one.key.upper()}", voice.say(one.name), does) for one in places]


def offer_commands(app: App[None], shift: Shift) -> None:
    """Ask what to do of all that can be done on the screen in front now, and do it."""
    # From a card one goes back first, as by its keys.
    front = app.screen
    places = destinations(shift) if isinstance(front, Workplace) else []
    if not isinstance(front, OffersCommands):
        return

    def every() -> list[Command]:
        return [*commands_of(front, shift.voice), *ways_to(places, shift.voice)]

    def chosen(action: str | None) -> None:
        # Whatever opened meanwhile is what somebody has to do with now.
        if action is not None and app.screen is front:
            app.call_later(front.run_action, action)

    _ = app.push_screen(Palette(shift.voice, every), chosen)


class Palette(Dialog[str], inherit_bindings=False):
    """What is typed leaves fewer lines; the arrows choose one. ``every`` is asked anew when the desk changes."""

    HEADING = mark("What can be done here now")
    KEYS = (NEXT_LINE, DO, CANCEL)
    WHERE_ROOM = ()
    BINDINGS: ClassVar[list[BindingType]] = bindings((CANCEL, NEXT_LINE, LINE_BEFORE, DO))
    AUTO_FOCUS = "#words"

    def __init__(self, voice: Voice, every: Callable[[], Sequence[Command]]) -> None:
        super().__init__(voice)
        self._every = every
        self.found = Found(voice)

    def body(self) -> Iterable[Widget]:
        yield WordsLine(self.voice.say("a few letters of its name"), id="words")
        yield self.found

    def on_mount(self) -> None:
        self._look()

    def follow(self) -> None:
        """The desk has changed: something else can be done now."""
        self._look()

    def on_resize(self) -> None:
        self.found.make_room(self.app.size.height - _AROUND)

    @on(Input.Changed)
    def _look(self) -> None:
        words = self.query_one(WordsLine).value.casefold().split()
        every = [(one.fits(words), one) for one in self._every()]
        # The best first; of those that fit alike, in the order in which the screen has them.
        self.found.show([one for fits, one in sorted(every, key=lambda pair: -pair[0]) if fits])

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_go()

    def move_by(self, lines: int) -> None:
        self.found.move(lines)

    def action_go(self) -> None:
        if self.found.chosen is not None:
            _ = self.dismiss(self.found.chosen.id)

    @on(events.Click)
    def _clicked(self, event: events.Click) -> None:
        at = self.found.at(event.y) if event.widget is self.found else None
        if at is not None:
            event.stop()
            _ = self.dismiss(at.id)


class Found(Spoken):
    """What was found, as much of it around the chosen one as there is room for."""

    COMPONENT_CLASSES = {"picker--key", "picker--chosen", "picker--aside"}

    def __init__(self, voice: Voice) -> None:
        super().__init__(voice, id="found")
        self._commands: Sequence[Command] = ()
        self._at = 0
        self._from = 0
        self._height = _LEAST

    @property
    def chosen(self) -> Command | None:
        """The one that Enter does; None where nothing was found."""
        return self._commands[self._at] if self._commands else None

    def show(self, commands: Sequence[Command]) -> None:
        """Show these. The same one stays chosen while it is there, unless something better was found."""
        same = commands and self._commands and [one.id for one in commands] == [one.id for one in self._commands]
        self._at = self._at if same else 0
        self._commands = commands
        self._settle()

    def move(self, by: int) -> None:
        """Choose the next or the one before; behind the last comes the first."""
        self._at = (self._at + by) % max(len(self._commands), 1)
        self._settle()

    def make_room(self, height: int) -> None:
        """Show so many lines at most."""
        self._height = max(height, _LEAST)
        self._settle()

    def at(self, y: int) -> Command | None:
        """What stands on a line."""
        number = self._from + y
        return self._commands[number] if 0 <= y < self._height and number < len(self._commands) else None

    def _settle(self) -> None:
        last = max(len(self._commands) - self._height, 0)
        self._from = min(max(self._from, self._at - self._height + 1), self._at, last)
        self.speak()

    def text(self) -> Text:
        if not self._commands:
            return Text("  " + self.voice.say("Nothing here is called so."))
        key = max(cell_len(one.key) for one in self._commands) + 2
        name = max(cell_len(one.name) for one in self._commands) + 2
        shown = self._commands[self._from : self._from + self._height]
        return Text("\n", no_wrap=True).join(self._line(one, key, min(name, self.width // 2)) for one in shown)

    def _line(self, one: Command, key: int, name: int) -> Text:
        chosen = one is self.chosen
        line = Text("▸ " if chosen else "  ")
        line.append(fit(one.key, key), self._style("key"))
        line.append(fit(plain(one.name), name))
        line.append(fit(plain(one.does), max(self.width - line.cell_len, 0)), self._style("aside"))
        if chosen:
            line.stylize(self._style("chosen"))
        return line

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"picker--{name}", partial=True)
