"""A screen's first look: as wide as it will stay from its first drawing on, and styled only once before it.

Textual learns how wide a screen is after it has been drawn, and styles every widget of it again when it comes in
front: two thirds of what somebody waits for after a key.
"""

from __future__ import annotations

from typing import Any

from textual.events import ScreenResume
from textual.screen import Screen


# Any, because what a screen answers with is no matter here.
def begin_as_wide_as_the_terminal(screen: Screen[Any]) -> None:
    """Give a screen the class of its width before its widgets are made."""
    width = screen.app.size.width
    classes = [name for least, name in sorted(screen.HORIZONTAL_BREAKPOINTS or ()) if width >= least]
    screen.set_class(True, *classes[-1:], update=False)


def style_once(screen: Screen[Any], event: ScreenResume) -> None:
    """A screen that comes in front for the first time has just been styled."""
    if screen.stack_updates == 0:
        event.refresh_styles = False
