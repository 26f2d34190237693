"""The fields of a form: a line to type into, or a few answers to choose from; what is wrong stands below each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from libops.work import Look
from screens.columns import fit, plain
from screens.spoken import Phrase, Spoken, Telling, as_told
from screens.voice import Voice

LONGEST = 200
"""Characters that a field takes."""


class Option(msgspec.Struct, frozen=True):
    """One answer to choose: its value, and its name: data in both languages, or a text of the interface."""

    value: str
    zh: str = ""
    en: str = ""
    message: str = ""

    def said(self, voice: Voice) -> str:
        """Its name in the language of now."""
        return voice.say(self.message) if self.message else voice.language.either(self.zh, self.en)


class Wrong(Spoken):
    """What is wrong with a field, in the words of whoever found out."""

    def __init__(self, voice: Voice) -> None:
        super().__init__(voice, classes="entry-wrong")
        self.message: Telling = ""

    def text(self) -> Text:
        return Text(as_told(self.message))


class Entry(Vertical):
    """A field: its name before it, and below it what is wrong with what stands in it."""

    def __init__(self, voice: Voice, name: str, label: str) -> None:
        super().__init__(classes="entry")
        self.voice = voice
        self.field = name
        self._label = label

    def compose(self) -> ComposeResult:
        with Horizontal(classes="entry-row"):
            yield Phrase(self.voice, self._label, classes="entry-name")
            yield from self.control()
        yield Wrong(self.voice)

    def control(self) -> ComposeResult:
        """What is filled in."""
        raise NotImplementedError

    @property
    def value(self) -> str:
        """What stands in it."""
        raise NotImplementedError

    @property
    def is_changed(self) -> bool:
        """Whether something else stands in it than at first."""
        raise NotImplementedError

    def settle(self) -> None:
        """What stands in it now is what stood there at first: that was used, or nobody here wrote it."""
        raise NotImplementedError

    @property
    def wrong(self) -> str:
        """What is said to be wrong with it; empty: nothing."""
        return as_told(self.query_one(Wrong).message)

    def complain(self, message: Telling) -> None:
        """Say what is wrong; an empty message takes that back."""
        wrong = self.query_one(Wrong)
        wrong.message = message
        wrong.display = bool(message)
        wrong.speak()


class TextEntry(Entry):
    """A line to type into. ``hint`` is shown while it is empty."""

    def __init__(
        self, voice: Voice, name: str, label: str, value: str = "", hint: str = "", longest: int = LONGEST
    ) -> None:
        super().__init__(voice, name, label)
        self._first, self._longest = value, longest
        self._hint = hint

    def control(self) -> ComposeResult:
        field = Input(
            self._first, compact=True, max_length=self._longest, placeholder=self._placeholder(), id=self.field
        )
        field.cursor_blink = False
        yield field

    def _placeholder(self) -> str:
        return self.voice.say(self._hint) if self._hint else ""

    @property
    def value(self) -> str:
        return self.query_one(Input).value.strip()

    @property
    def is_changed(self) -> bool:
        return self.value != self._first.strip()

    def settle(self) -> None:
        self._first = self.value

    def put(self, value: str) -> None:
        """Write something into it, as if it had been typed."""
        field = self.query_one(Input)
        field.value = value
        field.cursor_position = len(value)

    def speak(self) -> None:
        """Say its hint in the language of now."""
        self.query_one(Input).placeholder = self._placeholder()


class ChoiceEntry(Entry):
    """A few answers, one of which is chosen by the arrows, or by typing how it begins.

    Where only the library knows them, ``read`` reads them once the form is on screen.
    """

    def __init__(
        self,
        voice: Voice,
        name: str,
        label: str,
        options: Sequence[Option],
        value: str = "",
        read: Callable[[Look], Sequence[Option]] | None = None,
    ) -> None:
        super().__init__(voice, name, label)
        self.read = read
        self._choice = Choice(voice, options, value, id=name)

    def offer(self, options: Sequence[Option]) -> None:
        """These are the answers, read from the library."""
        self._choice.offer(options)

    def choose(self, value: str) -> None:
        """Choose this answer, or as soon as the answers have been read."""
        self._choice.choose(value)

    def control(self) -> ComposeResult:
        yield self._choice

    @property
    def value(self) -> str:
        return self._choice.value

    @property
    def is_changed(self) -> bool:
        return self._choice.is_changed

    def settle(self) -> None:
        self._choice.settle()


class Choice(Spoken, can_focus=True):
    """Shows the chosen answer between two arrows, and how many there are."""

    BINDINGS = [
        Binding("right,space", "turn(1)", show=False),
        Binding("left", "turn(-1)", show=False),
    ]

    def __init__(self, voice: Voice, options: Sequence[Option], value: str, *, id: str) -> None:
        super().__init__(voice, id=id, classes="choice")
        self._options: Sequence[Option] = ()
        self._first = value
        self._first_at = 0
        self._at = 0
        self.offer(options)

    def offer(self, options: Sequence[Option]) -> None:
        """These are the answers."""
        self._options = options
        self._at = next((number for number, one in enumerate(options) if one.value == self._first), 0)
        self._first_at = self._at
        self.refresh()

    def choose(self, value: str) -> None:
        """Choose the answer with this value; where there is none, what is chosen stays."""
        if not self._options:
            self._first = value
        self._at = next((number for number, one in enumerate(self._options) if one.value == value), self._at)
        self.speak()

    @property
    def value(self) -> str:
        """The chosen answer's value; before they have been read, what was chosen first."""
        return self._options[self._at].value if self._options else self._first

    @property
    def is_changed(self) -> bool:
        """Whether another answer is chosen than at first."""
        return self._at != self._first_at

    def settle(self) -> None:
        """What is chosen now is what was chosen at first."""
        self._first, self._first_at = self.value, self._at

    def text(self) -> Text:
        if not self._options:
            return Text("…")
        said = plain(self._options[self._at].said(self.voice))
        count = f"{self._at + 1}/{len(self._options)}" if len(self._options) > 1 else ""
        room = max(self.size.width - cell_len(count) - 5, 4)
        return Text(f"‹ {fit(said, min(room, cell_len(said)))} ›  {count}", no_wrap=True, overflow="ellipsis")

    def on_resize(self) -> None:
        # Drawn before it had its width, it would stay cut.
        self.refresh()

    def action_turn(self, by: int) -> None:
        self._at = (self._at + by) % max(len(self._options), 1)
        self.speak()

    def on_key(self, event: events.Key) -> None:
        if event.character is None or not event.character.isalnum():
            return
        event.stop()
        wanted = event.character.lower()
        for step in range(1, len(self._options) + 1):
            number = (self._at + step) % len(self._options)
            one = self._options[number]
            if one.value.lower().startswith(wanted) or one.said(self.voice).lower().startswith(wanted):
                self._at = number
                self.speak()
                return
