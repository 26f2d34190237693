"""The least part of a screen: a widget that says something, and says it anew in another language."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.app import RenderResult
from textual.widget import Widget

from screens.voice import Voice


class Spoken(Widget):
    """A widget whose text depends on the language. ``text`` is asked anew whenever it is drawn."""

    ALLOW_SELECT = False

    def __init__(self, voice: Voice, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.voice = voice

    def text(self) -> Text:
        """What it says now; never markup."""
        raise NotImplementedError

    def render(self) -> RenderResult:
        return self.text()

    def speak(self) -> None:
        """Say it anew: the language, or what there is to say, has changed."""
        self.refresh(layout=self.styles.is_auto_height or self.styles.is_auto_width)

    def on_resize(self, event: events.Resize) -> None:
        # Its lines depend on its width, and its height was measured while it still had the old one.
        if self.styles.is_auto_height:
            self.refresh(layout=True)


class Phrase(Spoken):
    """A fixed text of the interface."""

    def __init__(self, voice: Voice, message: str, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(voice, id=id, classes=classes)
        self.message = message

    def text(self) -> Text:
        return Text(self.voice.say(self.message))
