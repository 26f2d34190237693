"""Where somebody left off: whoever goes back to a list finds it filtered as it was, and the same row chosen.

A list knows its shift, and a shift keeps its lists: for as long as the same person works at the desk.
"""

from __future__ import annotations

from typing import Any

import msgspec

from screens.lists.listing import Listing
from screens.lists.rows import Rows

MOST = 5_000
"""Rows that are kept of a list while nobody looks at it; a longer one is read from its beginning again."""


# Any, because a list may be of anything.
class LeftOff(msgspec.Struct, frozen=True):
    """A list as it is now, or was when somebody went elsewhere; both parts go on changing while it is open."""

    listing: Listing[Any]
    rows: Rows[Any]


def let_go(rows: Rows[Any]) -> None:
    """Nobody looks at these rows any more."""
    if len(rows.rows) > MOST:
        rows.forget()
