"""Whether a screen is there to show something on."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen


def stands(screen: Screen[Any]) -> bool:
    """Whether a screen has anything to show something on: not before it was made, nor while it is taken down."""
    # Not displayed from the moment on when it begins to be taken down; its parts go one after the other.
    return screen.is_mounted and screen.display and bool(screen.children)
