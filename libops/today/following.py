"""Following the journal: what is looked for, each event once, as soon as it is written."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date

from libops.follower import Follower, UnknownEra
from libops.library import Library
from libops.today.journal_pages import Entry, Sought, told
from libops.work import Actor, Place

EVERY = 0.5
"""Seconds between two looks."""


def following(
    library: Library, actor: Actor, place: Place, sought: Sought, stop: threading.Event
) -> Iterator[tuple[date, Entry]]:
    """What happens from now on, and on which date of the place, until ``stop`` is set.

    Refuses at once as ``journal_pages.page``. After a restore it goes on at the end of the journal that was restored.
    """
    with library.look(actor=actor, place=place) as look:
        told(look, sought, [])
    follower = Follower.from_end(library.database)
    while not stop.wait(EVERY):
        try:
            events = follower.poll()
        except UnknownEra:
            follower = Follower.from_end(library.database)
            continue
        if events:
            with library.look(actor=actor, place=place) as look:
                entries = told(look, sought, [event.id for event in events])
                today = look.today
            for entry in entries:
                yield today, entry
