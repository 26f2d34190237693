"""Moving as in vi, for those whose hands are used to it.

Letters move only where no scan can arrive as letters: in cards, texts, menus and questions. On a workplace a reader
types into the line for codes, and the words of a search are typed there, so that no letter can be given away; there
only Ctrl+D and Ctrl+U move, and only while that line is empty. Actions of cards that stand on one of the letters go to
another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

_DOWN, _UP = ("j", "J"), ("k", "K")
_FIRST, _LAST = "g", "G"

MORE_KEYS: Mapping[str, tuple[str, ...]] = {
    "dialog.down": ("down", *_DOWN),
    "dialog.up": ("up", *_UP),
    "dialog.first": ("home", _FIRST),
    "dialog.last": ("end", _LAST),
    "dialog.half_down": ("ctrl+down", "ctrl+d"),
    "dialog.half_up": ("ctrl+up", "ctrl+u"),
    "ask.next": ("right", "down", *_DOWN),
    "ask.before": ("left", "up", *_UP),
    "list.half_down": ("ctrl+down", "ctrl+d"),
    "list.half_up": ("ctrl+up", "ctrl+u"),
    "desk.later": ("pagedown", "ctrl+d"),
    "desk.earlier": ("pageup", "ctrl+u"),
}
"""Actions with the key that they have by themselves, and those that they have besides."""
TOGETHER: Mapping[str, str] = {
    "dialog.down": "j k",
    "dialog.up": "j k",
    "ask.next": "j k",
    "ask.before": "j k",
}
"""What is shown beside arrows that are shown as a pair."""
GIVE_WAY: Mapping[str, str] = {
    "account.renew_card": "v",
    "account.merge": "o",
    "title.labels": "l",
    "shelf.label": "l",
    "shelf.jump": "n",
}
"""Where what stood on one of the letters goes."""


class Letters:
    """The letters in a menu, where those that choose a line come first."""

    HELD_DOWN: ClassVar[frozenset[str]] = frozenset({*_DOWN, *_UP})

    def steps(self, letter: str, lines: int, at: int) -> int:
        """How many lines a letter leads down from line ``at``; none where it does not move."""
        return {"j": 1, "J": 1, "k": -1, "K": -1, _FIRST: -at, _LAST: lines - 1 - at}.get(letter, 0)
