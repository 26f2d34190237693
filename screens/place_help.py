"""The help of whatever stands in front: the keys of its place, from the list that also binds, checks and names them."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

from textual.app import App
from textual.screen import Screen

from libops.i18n import mark
from screens.desk.panels import Help, Told
from screens.keymap import (
    CANCEL,
    CLOSE,
    COPY_TEXT,
    HELP,
    LEAF_DOWN,
    LEAF_UP,
    LINES,
    LOCK,
    MORE,
    PAGER,
    PALETTE,
    SPEAK,
    KeyAction,
)
from screens.voice import Voice
from screens.workplace import Workplace

_LAST = (*LINES, MORE, LEAF_DOWN, LEAF_UP, PAGER, COPY_TEXT, PALETTE, HELP, SPEAK, CANCEL, CLOSE, LOCK)
"""What many places have stands behind what is a place's own."""

_OF_KIND = {
    "card": mark("No scan presses a key here: what is scanned is taken as a scan."),
    "menu": mark("The letter or digit before a line chooses it."),
    "form": mark("What is scanned goes into the field that asks for it."),
}


@runtime_checkable
class HasMoreToTell(Protocol):
    """A place of which the help says more than its keys."""

    def more_to_tell(self) -> list[Told]:
        """What it says below them."""
        ...


# Any, because what a screen answers with is no matter here.
def show_help(screen: Screen[Any], voice: Voice) -> None:
    """Show every key of a place and what it does."""
    # It loads every screen.
    from screens.key_places import place_of

    place = place_of(screen)
    more = screen.more_to_tell() if isinstance(screen, HasMoreToTell) else []
    about = [_OF_KIND[place.kind.value]] if place.kind.value in _OF_KIND else []
    keys = [one for one in place.all if one is LOCK or hasattr(screen, f"action_{one.action.partition('(')[0]}")]
    _ = screen.app.push_screen(Help(voice, sorted(keys, key=_rank), [*about, *more]))


def _rank(one: KeyAction) -> int:
    return _LAST.index(one) + 1 if one in _LAST else 0


def close_help(app: App[Any]) -> None:
    """Go back to the dialog that was asked about: something has come for it."""
    if isinstance(app.screen, Help) and not isinstance(app.screen_stack[-2], Workplace):
        _ = app.pop_screen()
