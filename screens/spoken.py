"""The least part of a screen: a widget that says something, and says it anew in another language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from rich.text import Text
from textual.app import RenderResult
from textual.geometry import Size
from textual.widget import Widget

from screens.voice import Voice

Telling = str | Callable[[], str]
"""What is told: as it is, or asked for anew whenever it is drawn, because it depends on the language."""


def as_told(telling: Telling) -> str:
    """What is told, in the language of now."""
    return telling if isinstance(telling, str) else telling()


@runtime_checkable
class Speaks(Protocol):
    """Whatever on screen depends on the language."""

    def speak(self) -> None:
        """Say it anew."""
        ...


class Spoken(Widget):
    """A widget whose text depends on the language. ``text`` is asked anew whenever it is drawn."""

    ALLOW_SELECT = False

    def __init__(self, voice: Voice, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.voice = voice
        self._measured_for = 0

    def text(self) -> Text:
        """What it says now; never markup."""
        raise NotImplementedError

    def plain_text(self) -> str:
        """The same to take along, whatever room there is on screen."""
        return self.text().plain

    def render(self) -> RenderResult:
        return self.text()

    def speak(self) -> None:
        """Say it anew: the language, or what there is to say, has changed."""
        self.refresh(layout=self.styles.is_auto_height or self.styles.is_auto_width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        # Measured for the width that it is about to have: its own size is still the old one.
        self._measured_for = width
        self.clear_cached_dimensions()
        self._layout_cache.clear()
        return super().get_content_height(container, viewport, width)

    @property
    def width(self) -> int:
        """Columns that the text has, or is about to have."""
        return self._measured_for or self.size.width


class Phrase(Spoken):
    """A fixed text of the interface."""

    def __init__(self, voice: Voice, message: str, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(voice, id=id, classes=classes)
        self.message = message

    def text(self) -> Text:
        return Text(self.voice.say(self.message))
