"""Keeping the search index in step: whoever writes a title or where its copies belong calls this in the same act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import bindparam, func, select, update

from db.database import Database, Transaction
from db.row_lists import among
from db.search_index import Indexed, holds_words, write_words
from db.statement import Statement
from db.tables import ITEM, TITLE
from libops.catalogue.about import TitleColumns, described
from libops.catalogue.description import Description
from libops.catalogue.search.entry import Entry, Facets, entry_of

_BATCH = 500


class _TitleRow(msgspec.Struct, frozen=True):
    id: int
    title_key: str
    name_key: str
    material: str
    about: Mapping[str, Any] | None
    columns: TitleColumns


class _Owner(msgspec.Struct, frozen=True):
    title_id: int
    branch_id: int
    item_type_id: int


# What the driver gives for a row's columns is checked by nobody but the struct.
def _title_row(
    key: int,
    title_key: str,
    name_key: str,
    material: str,
    about: Mapping[str, Any] | None,
    *columns: Any,  # noqa: ANN401
) -> _TitleRow:
    return _TitleRow(key, title_key, name_key, material, about, TitleColumns(*columns))


def _last(last: int | None) -> int | None:
    return last


_COLUMNS = tuple(TITLE.c[name] for name in TitleColumns.__struct_fields__)
_TITLES = Statement(
    select(TITLE.c.id, TITLE.c.title_key, TITLE.c.name_key, TITLE.c.material, TITLE.c.about, *_COLUMNS)
    .where(among(TITLE.c.id, "title_ids"))
    .order_by(TITLE.c.id),
    _title_row,
)
_TITLES_FROM = Statement(
    select(TITLE.c.id, TITLE.c.title_key, TITLE.c.name_key, TITLE.c.material, TITLE.c.about, *_COLUMNS)
    .where(TITLE.c.id > bindparam("after"))
    .order_by(TITLE.c.id)
    .limit(bindparam("most")),
    _title_row,
)
_OWNERS = select(ITEM.c.title_id, ITEM.c.branch_id, ITEM.c.item_type_id).distinct().order_by(ITEM.c.title_id)
_OWNERS_OF = Statement(_OWNERS.where(among(ITEM.c.title_id, "title_ids")), _Owner)
_KEYS = Statement[None](
    update(TITLE)
    .where(TITLE.c.id == bindparam("title_id"))
    .values(title_key=bindparam("title_key"), name_key=bindparam("name_key")),
    lambda: None,
)
_LOCK = Statement(select(TITLE.c.id).where(among(TITLE.c.id, "title_ids")).order_by(TITLE.c.id).with_for_update(), int)
_LOCK_BETWEEN = Statement(
    select(TITLE.c.id)
    .where(TITLE.c.id > bindparam("after"), TITLE.c.id <= bindparam("last"))
    .order_by(TITLE.c.id)
    .with_for_update(),
    int,
)
_NEXT = select(TITLE.c.id).where(TITLE.c.id > bindparam("after")).order_by(TITLE.c.id).limit(bindparam("most"))
_LAST_OF = Statement(select(func.max(_NEXT.subquery().c.id)), _last)
_COUNT = Statement(select(func.count(), func.min(TITLE.c.id)).select_from(TITLE), lambda count, _: int(count))
_UNINDEXED = Statement(select(TITLE.c.id).where(TITLE.c.title_key == "").limit(1), int)


def index_titles(transaction: Transaction, title_ids: Iterable[int], *, new: bool = False) -> None:
    """Bring the index up to what these titles, and where their copies belong, are now.

    ``new`` says that this transaction made them, which saves looking whether they stand there already.
    """
    ids = sorted(set(title_ids))
    for first in range(0, len(ids), _BATCH):
        batch = ids[first : first + _BATCH]
        if not new:
            # Two acts that each add a copy to one title must not each write only their own.
            transaction.lock(_LOCK, title_ids=batch)
        titles = transaction.all(_TITLES, title_ids=batch)
        _write(transaction, titles, new=new)


def _write(transaction: Transaction, titles: Sequence[_TitleRow], *, new: bool) -> None:
    entries = _entries(transaction, titles)
    write_entries(transaction, entries, new=new)
    stale = [
        {"title_id": key, "title_key": entry.title_key, "name_key": entry.name_key}
        for title, (key, entry) in zip(titles, entries, strict=True)
        if (title.title_key, title.name_key) != (entry.title_key, entry.name_key)
    ]
    transaction.run_many(_KEYS, stale)


def write_entries(transaction: Transaction, entries: Sequence[tuple[int, Entry]], *, new: bool) -> None:
    """Write the entries of titles. ``new``: none of them is in the index yet."""
    write_words(transaction, [_indexed(key, entry) for key, entry in entries], new=new)


def _indexed(key: int, e: Entry) -> Indexed:
    words = (e.title, e.name, e.more, e.single, e.sound, e.facet)
    return Indexed(key, words, e.title_key, e.title_alt, e.name_key, e.year)


def is_whole(transaction: Transaction) -> bool:
    """Whether every title is in the index."""
    return transaction.maybe(_UNINDEXED) is None


def out_of_step(transaction: Transaction, title_ids: Sequence[int]) -> list[int]:
    """Those of these titles that the index knows by other words than are made of them now."""
    entries = _entries(transaction, transaction.all(_TITLES, title_ids=sorted(title_ids)))
    return [key for key, entry in entries if not holds_words(transaction, _indexed(key, entry))]


def rebuild(database: Database) -> Iterator[tuple[int, int]]:
    """Make the index anew while the library is in use; after each batch how many titles are done, and of how many.

    Each batch is a transaction of its own that locks its titles, so what is changed meanwhile is right either way.
    """
    with database.reading() as transaction:
        total = transaction.one(_COUNT)
    after, done = 0, 0
    while True:
        with database.act() as transaction:
            last = transaction.maybe(_LAST_OF, after=after, most=_BATCH)
            if last is None:
                return
            transaction.lock(_LOCK_BETWEEN, after=after, last=last)
            titles = transaction.all(_TITLES_FROM, after=after, most=_BATCH)
            _write(transaction, titles, new=False)
        after, done = titles[-1].id, done + len(titles)
        yield done, max(total, done)


def _entries(transaction: Transaction, titles: Sequence[_TitleRow]) -> list[tuple[int, Entry]]:
    owners = transaction.all(_OWNERS_OF, title_ids=[title.id for title in titles])
    by_title = {key: list(rows) for key, rows in groupby(owners, key=lambda owner: owner.title_id)}
    return [(title.id, entry_of(_about(title), _facets(title, by_title.get(title.id, [])))) for title in titles]


def _about(title: _TitleRow) -> Description:
    return described(title.about, title.columns)


def _facets(title: _TitleRow, owners: Sequence[_Owner]) -> Facets:
    return Facets(
        language=title.columns.language,
        material=title.material,
        year=title.columns.year,
        branches=tuple(sorted({owner.branch_id for owner in owners})),
        item_types=tuple(sorted({owner.item_type_id for owner in owners})),
    )
