"""Badge and PIN: asked for at sign-in, and again where somebody with more permissions allows something."""

from __future__ import annotations

import msgspec
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input

from libops.i18n import mark
from screens.spoken import Phrase
from screens.voice import Voice

_LONGEST = 64
_BACK = ("up", "shift+tab")
"""The keys that lead from the PIN back to the badge."""


class WordsLine(Input):
    """A line for words. Nothing that is scanned is for it: what comes at a reader's speed goes where scans go."""

    def __init__(self, hint: str, *, id: str) -> None:
        super().__init__(placeholder=hint, id=id, compact=True, max_length=_LONGEST)
        self.cursor_blink = False


class BadgeAndPin(msgspec.Struct, frozen=True):
    """What somebody typed to say who they are. Never logged; it shows neither in a repr."""

    badge: str
    pin: str

    def __repr__(self) -> str:
        return "BadgeAndPin(…)"


class Credentials(Vertical):
    """Two fields; Enter in the first goes to the second, Enter in the second posts ``Given``."""

    class Given(Message):
        """Badge and PIN are both there."""

        def __init__(self, who: BadgeAndPin) -> None:
            super().__init__()
            self.who = who

    def __init__(self, voice: Voice) -> None:
        super().__init__(id="credentials")
        self.voice = voice

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Phrase(self.voice, mark("Badge"), classes="field-name")
            yield Input(id="badge", compact=True, max_length=_LONGEST)
        with Horizontal():
            yield Phrase(self.voice, mark("PIN"), classes="field-name")
            yield Input(id="pin", compact=True, password=True, max_length=_LONGEST)
        yield Phrase(self.voice, mark("↑ leads back from the PIN to the badge."), classes="field-note")

    def on_mount(self) -> None:
        for field in self.query(Input):
            field.cursor_blink = False

    def take_badge(self, badge: str) -> None:
        """Fill in a badge that was scanned; the PIN is what is missing now."""
        self.query_one("#badge", Input).value = badge
        self.ask_again()

    def ask_again(self) -> None:
        """Empty the PIN and wait for another."""
        pin = self.query_one("#pin", Input)
        pin.value = ""
        # At once, not when the app gets round to it: the PIN may be on its way already.
        self.screen.set_focus(pin)

    def on_key(self, event: events.Key) -> None:
        """Whoever mistyped the badge goes back to it: it is chosen whole, so that what is typed takes its place."""
        badge, pin = self.query_one("#badge", Input), self.query_one("#pin", Input)
        if event.key in _BACK and pin.has_focus:
            event.stop()
            event.prevent_default()
            pin.value = ""
            self.screen.set_focus(badge)
            badge.select_all()

    @on(Input.Submitted, "#badge")
    def _badge_given(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.screen.set_focus(self.query_one("#pin", Input))

    @on(Input.Submitted, "#pin")
    def _pin_given(self, event: Input.Submitted) -> None:
        event.stop()
        badge = self.query_one("#badge", Input)
        if not badge.value.strip():
            badge.focus()
        elif event.value:
            self.post_message(self.Given(BadgeAndPin(badge.value.strip(), event.value)))
