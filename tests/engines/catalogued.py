"""Titles and copies as tests of the catalogue write them, and what the search says of them."""

from __future__ import annotations

import msgspec
from sqlalchemy import select

from db.search_index import FTS, VECTORS
from db.tables import ITEM, TITLE
from libops.catalogue.adding import CopyDraft, add_copy
from libops.catalogue.cataloguing import add_title
from libops.catalogue.description import Description, NameRole, TitleName
from libops.catalogue.search.candidates import Narrowed
from libops.catalogue.search.finding import Found, find
from libops.catalogue.search.indexing import index_titles
from libops.catalogue.writing import NewTitle, write_titles
from tests.engines.town import CLERK, Town

ANY = Narrowed()


def named(*names: str) -> tuple[TitleName, ...]:
    """Authors; ``name=other`` has its form in another script."""
    pairs = (name.partition("=") for name in names)
    return tuple(TitleName(name, NameRole.AUTHOR, alt=other) for name, _, other in pairs)


def write(town: Town, *titles: Description) -> list[str]:
    """Write many titles at once, as an import does; their numbers."""
    with town.library.database.act() as transaction:
        count = transaction.connection.execute(select(TITLE.c.id)).all()
        new = [NewTitle(f"N{len(count) + place}", about) for place, about in enumerate(titles)]
        index_titles(transaction, write_titles(transaction, new), new=True)
    return [title.number for title in new]


def catalogue(town: Town, about: Description | str, number: str = "") -> str:
    """Catalogue one title at the desk; its number."""
    described = Description(title=about) if isinstance(about, str) else about
    return town.act(add_title, about=described, number=number).number


def shelve(
    town: Town, barcode: str, title_number: str, *, branch: str = "MAIN", item_type: str = "book", **fields: object
) -> None:
    """Add a copy to a title."""
    draft = msgspec.convert({"barcode": barcode, "item_type": item_type, "branch": branch, **fields}, CopyDraft)
    town.act(add_copy, by=CLERK, title_number=title_number, copy=draft)


def ask(town: Town, typed: str, narrowed: Narrowed = ANY, *, limit: int = 50, after: str = "") -> Found:
    """Everything that the search answers."""
    return town.look(lambda look: find(look, typed, narrowed, limit=limit, after=after))


def hits(town: Town, typed: str, narrowed: Narrowed = ANY) -> list[str]:
    """The titles that a search finds, the best first."""
    return [hit.title for hit in ask(town, typed, narrowed, limit=1000).results]


def indexed(town: Town) -> int:
    """How many titles the index holds."""
    with town.library.database.reading() as transaction:
        held = select(VECTORS.c.title_id) if transaction.locks_rows else select(FTS.c.rowid)
        return len(transaction.connection.execute(held).all())


def barcodes(town: Town, title_number: str) -> list[str]:
    """The copies of a title."""
    query = (
        select(ITEM.c.barcode)
        .join(TITLE, TITLE.c.id == ITEM.c.title_id)
        .where(TITLE.c.number == title_number)
        .order_by(ITEM.c.barcode)
    )
    return [str(barcode) for (barcode,) in town.ask(query)]
