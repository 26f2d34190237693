"""Searching and cataloguing as a person does, by keys; and what the catalogue knows of it afterwards."""

from __future__ import annotations

from libops.catalogue import titles
from libops.catalogue.titles import TitleCard
from libops.library import Library
from screens.catalogue.search import Search
from screens.catalogue.title import TitlePanel
from tests.terminal.at_desk import AtDesk, place_of, signed_in

DREAM = "T0001"
"""红楼梦, of which the library has many copies."""
DREAM_COPY = "30000000000012"


async def open_search(me: AtDesk) -> Search:
    """By its key, from wherever that is."""
    await me.press("ctrl+f")
    await me.until_screen(Search)
    search = me.app.screen
    assert isinstance(search, Search)
    await me.until(lambda: search.rows.has_read)
    return search


async def look_for(me: AtDesk, search: Search, text: str) -> list[str]:
    """Type it; the numbers of the titles that are found once a hand rests."""
    await me.press(*text)
    await until_found(me, search, text)
    return [row.number for row in search.rows.rows]


async def until_found(me: AtDesk, search: Search, text: str) -> None:
    """Wait until what is shown answers this text."""
    await me.until(lambda: search.titles.asked.text == text and search.titles.asked.found is not None)
    await me.until(lambda: search.rows.has_read)


async def open_title(me: AtDesk, number: str = DREAM) -> TitlePanel:
    """The panel of a title, once it has been read."""
    me.shift.show_title(number)
    await me.until_screen(TitlePanel)
    panel = me.app.screen
    assert isinstance(panel, TitlePanel)
    await me.until(lambda: panel.card is not None)
    return panel


def card_of(library: Library, number: str) -> TitleCard:
    """A title, as the library knows it."""
    with library.look(actor=signed_in(library), place=place_of(library)) as look:
        return titles.show_title(look, number)


def number_of(library: Library, barcode: str) -> str:
    """The number of the title of which this is a copy."""
    with library.look(actor=signed_in(library), place=place_of(library)) as look:
        return titles.title_of_item(look, barcode)
