"""Every list of the house, with the key that leads to it from the menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from libops.i18n import mark
from libops.permissions import Permission
from libops.today.day import OVERSEES
from screens.lists.calendar import Calendar
from screens.lists.changes import Changes
from screens.lists.devices import Devices
from screens.lists.holds import OnShelf, ToClear, ToPull, Unfillable
from screens.lists.journal import Journal
from screens.lists.listing import Listing
from screens.lists.overdue import Overdue
from screens.lists.patrons import Patrons
from screens.lists.rules import Blocks, Policies
from screens.lists.staff_today import StaffToday
from screens.lists.templates import Templates
from screens.lists.till import Till
from screens.lists.ways import GoneWrong, Incoming, Outgoing, ToSend
from screens.menu import Destination
from screens.shift import Shift

# Any, because a list may be of anything.
LISTS: dict[str, type[Listing[Any]]] = {
    "pull": ToPull,
    "shelf": OnShelf,
    "clear": ToClear,
    "send": ToSend,
    "incoming": Incoming,
    "outgoing": Outgoing,
    "wrong": GoneWrong,
    "unfillable": Unfillable,
    "overdue": Overdue,
    "patrons": Patrons,
    "policies": Policies,
    "blocks": Blocks,
    "calendar": Calendar,
    "till": Till,
    "templates": Templates,
    "changes": Changes,
    "journal": Journal,
    "staff": StaffToday,
    "devices": Devices,
}
_KEYS = {
    "pull": "1",
    "shelf": "2",
    "clear": "3",
    "send": "4",
    "incoming": "5",
    "outgoing": "6",
    "wrong": "7",
    "unfillable": "8",
    "overdue": "9",
    "patrons": "p",
    "policies": "r",
    "blocks": "b",
    "calendar": "c",
    "till": "t",
    "templates": "s",
    "changes": "m",
    "journal": "e",
    "staff": "w",
    "devices": "x",
}
_UNCOUNTED = {"patrons", "policies", "blocks", "calendar", "templates", "changes", "journal", "staff"}


DOORS: dict[str, Callable[[Shift], None]] = {
    "search": lambda shift: shift.search(""),
    "along": lambda shift: shift.show_shelf(""),
    "add": lambda shift: shift.add_books(),
    "today": lambda shift: shift.show_today(),
    "look": lambda shift: shift.choose_look(),
    "sound": lambda shift: shift.choose_sound(),
}
"""What is no list and yet may be gone to."""


def destinations(shift: Shift) -> list[Destination]:
    """Where whoever is signed in may go, the desk first."""
    places = [
        Destination("desk", "d", mark("Desk: lend and take back")),
        Destination("search", "f", mark("Search the catalogue")),
        Destination("along", "l", mark("Along the shelf")),
    ]
    if shift.may(Permission.CATALOGUE):
        places.append(Destination("add", "a", mark("Add books")))
    if shift.may(OVERSEES):
        places.append(Destination("today", "0", mark("Today")))
    for name, listing in LISTS.items():
        if not listing.NEEDS or any(shift.may(permission) for permission in listing.NEEDS):
            count = None if name in _UNCOUNTED else listing(shift).count
            places.append(Destination(name, _KEYS[name], listing.NAME, listing.URGENT, count))
    places.append(Destination("look", "v", mark("Colours of the screen")))
    places.append(Destination("sound", "u", mark("Sound")))
    return places
