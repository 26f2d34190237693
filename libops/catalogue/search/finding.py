"""Finding titles: by any number that is typed or scanned, by call number, and by words.

What begins with what was typed comes from an index of titles in order, so it is never missed; of what has its words
elsewhere, ``CANDIDATES`` are looked at and put in order. So the answer takes the same time in a library of any size.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import func, select

from db.row_lists import among
from db.statement import Statement
from db.tables import ITEM, TITLE
from libops.catalogue import availability
from libops.catalogue.availability import Availability
from libops.catalogue.search.candidates import CANDIDATES, Candidates, Narrowed, Order, Tried
from libops.catalogue.search.query import read_query
from libops.codes import storable
from libops.pages import bounded
from libops.refusals import refuse
from libops.work import Look


class TitleHit(msgspec.Struct, frozen=True):
    """A title as search rows show it."""

    number: str
    title: str
    title_alt: str
    author: str
    publisher: str
    year: int | None
    language: str
    material: str
    volume: str
    isbn: str | None
    call_number: str
    availability: Availability = Availability()


class Found(msgspec.Struct, frozen=True):
    """An answer. ``total`` counts exactly up to 1,000, ``more`` says that there are more than that.

    Of an empty answer: what was ``tried``, which words stand nowhere at all (``unknown``), and how many titles there
    would be if the search were not narrowed (``unnarrowed``).
    """

    results: list[TitleHit]
    next: str | None
    total: int
    more: bool
    tried: tuple[Tried, ...] = ()
    unknown: tuple[str, ...] = ()
    unnarrowed: int = 0


class _Row(msgspec.Struct, frozen=True):
    id: int
    hit: TitleHit


# What the driver gives for a row's columns is checked by nobody but the struct.
def _row(key: int, *columns: Any) -> _Row:  # noqa: ANN401
    return _Row(key, TitleHit(*columns))


_NOT_NARROWED = Narrowed()
_FIRST_CALL_NUMBER = (
    select(func.coalesce(func.min(ITEM.c.call_number), ""))
    .where(ITEM.c.title_id == TITLE.c.id, ITEM.c.call_number != "")
    .scalar_subquery()
)
_ROWS = Statement(
    select(
        TITLE.c.id,
        TITLE.c.number,
        TITLE.c.title,
        TITLE.c.title_alt,
        TITLE.c.author,
        TITLE.c.publisher,
        TITLE.c.year,
        TITLE.c.language,
        TITLE.c.material,
        TITLE.c.volume,
        TITLE.c.isbn,
        _FIRST_CALL_NUMBER,
    ).where(among(TITLE.c.id, "title_ids")),
    _row,
)


def find(look: Look, typed: str, narrowed: Narrowed = _NOT_NARROWED, *, limit: int = 50, after: str = "") -> Found:
    """Titles that answer what was typed, the best first; ``after`` is the cursor of the page before.

    Refuses with ``search.empty`` where there is nothing to look for, ``search.bad_cursor``.
    """
    if not storable(typed):
        raise refuse("code.unreadable")
    query = read_query(typed)
    search = Candidates(look, query, narrowed)
    order, more = (search.by_signs(), False) if query.is_empty else search.in_order()
    if query.is_empty and not order:
        raise refuse("search.empty")
    behind = _read_cursor(after)
    waiting = [at for at in order if behind is None or at > behind]
    page = waiting[: bounded(limit)]
    following = _cursor(page[-1]) if len(waiting) > len(page) and page else None
    results = _hits(look, [at[-1] for at in page])
    if order:
        return Found(results, following, min(len(order), CANDIDATES), more)
    return Found([], None, 0, False, search.tried(), search.unknown(), search.unnarrowed())


def _hits(look: Look, title_ids: Sequence[int]) -> list[TitleHit]:
    rows = {row.id: row for row in look.transaction.all(_ROWS, title_ids=title_ids)} if title_ids else {}
    held = availability.of_titles(look, title_ids)
    return [
        msgspec.structs.replace(rows[key].hit, availability=held.get(key, Availability()))
        for key in title_ids
        if key in rows
    ]


def _cursor(at: Order) -> str:
    """A place in an answer as a word that can be typed behind a command."""
    return base64.urlsafe_b64encode(msgspec.json.encode(at)).decode().rstrip("=")


def _read_cursor(text: str) -> Order | None:
    if not text:
        return None
    try:
        told = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        how_well, year, key, title_id = msgspec.json.decode(told, type=tuple[int, int, str, int])
    except ValueError:
        raise refuse("search.bad_cursor") from None
    return how_well, year, key, title_id
