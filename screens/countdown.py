"""A line in front of whatever is on screen, while seconds are counted down that somebody may want to stop."""

from __future__ import annotations

from rich.text import Text
from textual.css.query import NoMatches
from textual.screen import Screen

from screens.spoken import Spoken
from screens.standing import stands
from screens.voice import Voice


class Countdown(Spoken):
    """One line at the very top; it takes no room from what is below it."""

    def __init__(self, voice: Voice, message: str, seconds: int) -> None:
        super().__init__(voice, id="countdown")
        self.message, self.seconds = message, seconds

    def text(self) -> Text:
        return Text(" " + self.voice.say(self.message, n=self.seconds), no_wrap=True, overflow="ellipsis")


def count_down(screen: Screen[object], voice: Voice, message: str, seconds: int | None) -> None:
    """Show on this screen that so many seconds are left; None: nothing is counted any more."""
    if not stands(screen):
        return
    try:
        shown = screen.query_one(Countdown)
    except NoMatches:
        if seconds is not None:
            _ = screen.mount(Countdown(voice, message, seconds))
        return
    if seconds is None:
        _ = shown.remove()
    elif (shown.message, shown.seconds) != (message, seconds):
        shown.message, shown.seconds = message, seconds
        shown.speak()
