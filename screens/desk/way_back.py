"""The way back to the desk from whatever stands in front of it, with what was scanned there or without."""

from __future__ import annotations

from typing import Any

from textual.app import App

from screens.desk.screen import Desk
from screens.messages import CodeTyped, ScanHeard


# Any, because what an app returns when it ends matters to nobody here.
def desk_behind(app: App[Any]) -> Desk:
    """The desk that stands behind the screen in front."""
    return next(screen for screen in app.screen_stack if isinstance(screen, Desk))


def back_to_desk(app: App[Any]) -> None:
    """Close what stands in front of the desk, from behind whatever that was opened."""
    desk = desk_behind(app)
    while app.screen is not desk:
        _ = app.pop_screen()


def hand_over(app: App[Any], message: ScanHeard | CodeTyped) -> None:
    """Have the desk take what was scanned or typed, and show what came of it."""
    desk_behind(app).take(ScanHeard(message.heard) if isinstance(message, ScanHeard) else CodeTyped(message.code))
    back_to_desk(app)
