"""Taking along what a screen shows: to the clipboard of the terminal, into a file, or into a pager to read it in.

The clipboard is that of the terminal in front of which somebody sits, also over SSH: the text goes there in one escape
sequence (OSC 52). Whether the terminal took it nobody tells, so a file is offered beside it.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar, Protocol, runtime_checkable

from textual.app import App
from textual.binding import BindingType
from textual.screen import Screen
from textual.widget import Widget

from libops.i18n import mark
from screens.columns import plain
from screens.dialogs import Dialog, Sentence
from screens.forms.files import SaveText
from screens.forms.form import Reply
from screens.key_bar import KeyBar
from screens.keymap import CLOSE, PAGER, SAVE_TEXT, SPEAK, bindings
from screens.pager import NoPager, Pager, read_in
from screens.shift import Shift

LARGEST = 100_000
"""Bytes of one escape sequence that terminals take; of a longer one they take nothing, or a part."""


@runtime_checkable
class HasText(Protocol):
    """A widget of which there is a text to take along."""

    def plain_text(self) -> str:
        """The text, whole, whatever room there is on screen."""
        ...


@runtime_checkable
class ShowsText(Protocol):
    """A screen that says itself what of it is to be taken along."""

    def shown_text(self) -> str:
        """The text, whole; empty where there is nothing."""
        ...


def text_of(screen: Screen[object]) -> str:
    """What a screen shows, as a text; empty where it shows nothing."""
    if isinstance(screen, ShowsText):
        return screen.shown_text()
    texts = (one.plain_text() for one in screen.query("#dialog *") if isinstance(one, HasText) and _is_content(one))
    return "\n".join(text.rstrip() for text in texts if text.strip())


def _is_content(widget: object) -> bool:
    shown = isinstance(widget, Widget) and bool(widget.display)
    return shown and not isinstance(widget, KeyBar | Reply)


def is_too_long(text: str) -> bool:
    """Whether a terminal would take it only in part."""
    return len(base64.b64encode(text.encode())) > LARGEST


class TakenAlong(Dialog[None]):
    """Says that a text was sent to the clipboard, or why not, and offers what else can be done with it."""

    HEADING = mark("Copied")
    KEYS = (SAVE_TEXT, PAGER, CLOSE)
    BINDINGS: ClassVar[list[BindingType]] = bindings((SAVE_TEXT, PAGER, CLOSE, SPEAK))

    def __init__(self, shift: Shift, text: str) -> None:
        super().__init__(shift.voice)
        self._shift, self._text = shift, text
        self._sent = not is_too_long(text)

    def heading(self) -> str:
        return self.HEADING if self._sent else mark("Too long to be copied")

    def body(self) -> Iterable[Widget]:
        sent = mark("The text went to the clipboard of your terminal. Some terminals do not allow that: then save it.")
        unsent = mark("A terminal's clipboard does not take so much at once: save it as a file, or use the pager.")
        yield Sentence(self.voice, sent if self._sent else unsent)
        yield Reply(self.voice)

    def on_mount(self) -> None:
        self.query_one(Reply).display = False
        if self._sent:
            self.app.copy_to_clipboard(self._text)

    def shown_text(self) -> str:
        """What was taken along, for the pager."""
        return self._text

    def action_save_text(self) -> None:
        now = self._shift.library.clock().astimezone(self._shift.place.zone)
        path = f"~/libops-{now:%Y%m%d-%H%M%S}.txt"
        _ = self.app.push_screen(SaveText(self._shift, self._text, path, self._saved))

    def _saved(self, file: Path) -> None:
        self.query_one(Reply).show(self.voice.say("Saved as {file}.", file=plain(str(file))))


class NotRead(Dialog[None]):
    """Why a text cannot be read in the pager."""

    HEADING = mark("Not read in the pager")
    BINDINGS: ClassVar[list[BindingType]] = bindings((CLOSE, SPEAK))

    def __init__(self, shift: Shift, error: NoPager) -> None:
        super().__init__(shift.voice)
        self._error = error

    def body(self) -> Iterable[Widget]:
        yield from (Sentence(self.voice, message, **self._error.facts) for message in self._error.messages)


def read_in_pager(app: App[None], shift: Shift, pager: Pager, has_locked: Callable[[], bool]) -> None:
    """Read what is in front in the pager, until somebody ends it or the desk ``has_locked``; or say why not."""
    text = text_of(app.screen)
    try:
        if text:
            read_in(app, pager, text, has_locked)
            # Whoever was to be let go or locked meanwhile waits no second longer.
            _ = has_locked()
    except NoPager as error:
        _ = app.push_screen(NotRead(shift, error))
