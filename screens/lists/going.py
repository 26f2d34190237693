"""Going to a place of the menu: through a door, or to a list as it was left."""

from __future__ import annotations

from typing import Any

from textual.app import App

from screens.lists.all_lists import DOORS, LISTS
from screens.lists.left_off import LeftOff
from screens.lists.rows import Rows
from screens.lists.screen import ListScreen
from screens.shift import Shift


# Any, because what an app returns when it ends matters to nobody here.
def go_to(app: App[Any], shift: Shift, place: str) -> None:
    """Go there from the desk, which itself is a place as well."""
    if place in DOORS:
        DOORS[place](shift)
    elif place in LISTS:
        _open_list(app, shift, place)


def _open_list(app: App[Any], shift: Shift, place: str) -> None:
    left = shift.left_off.get(place)
    if left is None:
        listing = LISTS[place](shift)
        left = shift.left_off[place] = LeftOff(listing, Rows(listing.key))
    _ = app.push_screen(ListScreen(shift, left.listing, left.rows))
