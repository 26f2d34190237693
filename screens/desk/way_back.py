"""The way back to the desk from whatever stands in front of it, with what was scanned there or without."""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import Any

from textual.app import App

from screens.desk.screen import Desk
from screens.messages import CodeTyped, ScanHeard
from screens.wedge import GAP
from screens.workplace import Workplace


# Any, because what an app returns when it ends matters to nobody here.
def desk_behind(app: App[Any]) -> Desk:
    """The desk that stands behind the screen in front."""
    return next(screen for screen in app.screen_stack if isinstance(screen, Desk))


def back_to_desk(app: App[Any]) -> None:
    """Close what stands in front of the desk, from behind whatever that was opened."""
    desk = desk_behind(app)
    while app.screen is not desk:
        _ = app.pop_screen()


def hand_over(place: Workplace, message: ScanHeard | CodeTyped) -> None:
    """Have the desk take what was scanned or typed in front of it, and show what came of it.

    One leaves behind the keys that have come already: they may be the beginning of the next code.
    """
    desk = desk_behind(place.app)
    desk.take(ScanHeard(message.heard) if isinstance(message, ScanHeard) else CodeTyped(message.code))
    _leave_soon(place)


def _leave_soon(place: Workplace) -> None:
    place.scan_line.call_later(_leave_when_quiet, place)


def _leave_when_quiet(place: Workplace) -> None:
    if place.scan_line.is_receiving(monotonic()):
        _ = place.set_timer(GAP, partial(_leave_soon, place))
    elif place.app.screen is place:
        # What somebody has begun in a form in front of this stays there. On a busy machine keys may come later than
        # they were sent: a code that was begun here goes on at the desk.
        place.scan_line.go_on_in(desk_behind(place.app).scan_line)
        back_to_desk(place.app)
