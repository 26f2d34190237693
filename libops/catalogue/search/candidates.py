"""Which titles could be meant: one statement for each way in which what was typed can be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Integer, and_, bindparam, cast, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.sql.selectable import FromClause

from db.search_index import FTS, GAP, VECTORS
from db.statement import Statement
from db.tables import ITEM, TITLE, TITLE_IDENTIFIER
from libops.catalogue.call_numbers.schemes import normal
from libops.catalogue.identifiers import half_width, isbn13, issn8, without_label
from libops.catalogue.search.entry import Facets, facet_words, years
from libops.catalogue.search.query import Query, for_postgres, for_sqlite
from libops.catalogue.search.ranks import Rank, how_close, rank, sounds_so
from libops.circulation.copies import is_in
from libops.codes import CodeKind
from libops.work import Look

CANDIDATES = 1000
"""So many titles are put in order and counted; more are "more than 1,000"."""

_LEADING = 200
_LISTENED_TO = 300
_AGES = 10_000
_MOST_COPIES = 3 * CANDIDATES
_LOOKED_AT = 3 * CANDIDATES
_LAST_YEAR = 9999
_BEHIND = "\U0010ffff"

Order = tuple[int, int, str, int]
"""Where a title stands in an answer: its rank, how close it is and newer first, its title, and its row number."""


class Narrowed(msgspec.Struct, frozen=True):
    """What a search is narrowed to; None or empty: not narrowed. ``years`` are the first and the last, both included.

    ``branch_id`` is who owns a copy, ``available`` asks for one that stands on a shelf (of that branch, where one is
    given).
    """

    branch_id: int | None = None
    available: bool = False
    item_type_id: int | None = None
    language: str = ""
    material: str = ""
    years: tuple[int | None, int | None] = (None, None)


class Tried(msgspec.Struct, frozen=True):
    """One way in which was looked, and what for: ``words``, ``sound``, ``isbn``, ``issn``, ``barcode``, ``number``,
    ``call_number``; ``isbn_wrong`` is a number whose check digit is wrong.
    """

    way: str
    text: str


class _Candidate(msgspec.Struct, frozen=True):
    id: int
    title_key: str
    title_alt: str
    name_key: str
    year: int | None


class _Shelved(msgspec.Struct, frozen=True):
    title_id: int
    shelf_key: str


_COPY = ITEM.alias("copy")
_BRANCH, _TYPE = bindparam("branch", type_=Integer), bindparam("item_type", type_=Integer)
_AVAILABLE = bindparam("available", type_=Integer)


def _is_such_a_copy() -> ColumnElement[bool]:
    """Whether a copy is of the kind that the search is narrowed to."""
    return and_(
        or_(_BRANCH == 0, _COPY.c.branch_id == _BRANCH),
        or_(_TYPE == 0, _COPY.c.item_type_id == _TYPE),
        or_(_AVAILABLE == 0, is_in(_COPY)),
    )


def _has_copy(title_id: ColumnElement[int]) -> ColumnElement[bool]:
    return _there_is(_COPY, _COPY.c.title_id == title_id, _is_such_a_copy())


def _there_is(table: FromClause, *where: ColumnElement[bool]) -> ColumnElement[bool]:
    """As EXISTS, but looked up row by row: PostgreSQL's planner answers an EXISTS from the whole table if it likes."""
    one: ColumnElement[int] = literal_column("1")
    return select(one).select_from(table).where(*where).limit(1).scalar_subquery() == one


def _fits() -> ColumnElement[bool]:
    """Whether a title is one of those that the search is narrowed to; a zero or an empty text narrows nothing."""
    return and_(_is_such_a_title(), or_(_BRANCH + _TYPE + _AVAILABLE == 0, _has_copy(TITLE.c.id)))


_LANGUAGE = bindparam("language", type_=TITLE.c.language.type)
_MATERIAL = bindparam("material", type_=TITLE.c.material.type)
_FIRST, _LAST = bindparam("first_year", type_=Integer), bindparam("last_year", type_=Integer)
_ANY_TITLE = and_(_LANGUAGE == "", _MATERIAL == "", _FIRST + _LAST == 0)


def _is_such_a_title() -> ColumnElement[bool]:
    return and_(
        or_(_LANGUAGE == "", TITLE.c.language == _LANGUAGE),
        or_(_MATERIAL == "", TITLE.c.material == _MATERIAL),
        _is_of_the_years(TITLE.c.year),
    )


def _is_of_the_years(year: ColumnElement[int | None]) -> ColumnElement[bool]:
    return and_(or_(_FIRST == 0, year >= _FIRST), or_(_LAST == 0, year <= _LAST))


_SHOWN = (TITLE.c.id, TITLE.c.title_key, TITLE.c.title_alt, TITLE.c.name_key, TITLE.c.year)
_MOST = bindparam("most", type_=Integer)


def _titles(source: FromClause, *where: ColumnElement[bool], order: Any = ()) -> Statement[_Candidate]:  # noqa: ANN401
    return Statement(
        select(*_SHOWN).select_from(source).where(*where, _fits()).order_by(*order).limit(_MOST), _Candidate
    )


_MATCH = literal_column("title_search").op("MATCH")(bindparam("query"))
_BY_WORDS = _titles(FTS.join(TITLE, TITLE.c.id == FTS.c.rowid), _MATCH)
_TSQUERY = cast(bindparam("query", type_=TITLE.c.title.type), TSQUERY)
# The index has narrowed by all that does not change with each loan. Two things of one copy may be of two copies there.
_TOLD_BY_INDEX = and_(_AVAILABLE == 0, _BRANCH * _TYPE == 0)
_IN_VECTORS = select(
    VECTORS.c.title_id, VECTORS.c.title_key, VECTORS.c.title_alt, VECTORS.c.name_key, VECTORS.c.year
).where(VECTORS.c.words.op("@@")(_TSQUERY), or_(_TOLD_BY_INDEX, _has_copy(VECTORS.c.title_id)))
_BY_VECTORS = Statement(_IN_VECTORS.limit(_MOST), _Candidate)
_FIRST_OF_THEM = _IN_VECTORS.limit(bindparam("looked_at", type_=Integer)).subquery()
_BY_VECTORS_THEN_YEARS = Statement(
    select(_FIRST_OF_THEM).where(_is_of_the_years(_FIRST_OF_THEM.c.year)).limit(_MOST), _Candidate
)
_LED = (
    select(TITLE.c.id)
    .where(TITLE.c.title_key >= bindparam("first"), TITLE.c.title_key < bindparam("behind"))
    .order_by(TITLE.c.title_key, TITLE.c.id)
    .limit(bindparam("looked_at", type_=Integer))
    .subquery()
)
_BY_BEGINNING = _titles(TITLE, TITLE.c.id.in_(select(_LED.c.id)), order=(TITLE.c.title_key, TITLE.c.id))
_BY_IDENTIFIER = _titles(
    TITLE_IDENTIFIER.join(TITLE, TITLE.c.id == TITLE_IDENTIFIER.c.title_id),
    TITLE_IDENTIFIER.c.value == bindparam("value"),
)
_BY_NUMBER = _titles(TITLE, TITLE.c.number == bindparam("number"))
_BY_BARCODE = _titles(ITEM.join(TITLE, TITLE.c.id == ITEM.c.title_id), ITEM.c.barcode == bindparam("barcode"))
_BY_CALL_NUMBER = Statement(
    select(_COPY.c.title_id, _COPY.c.shelf_key)
    .where(
        _COPY.c.call_number >= bindparam("first"),
        _COPY.c.call_number < bindparam("behind"),
        _is_such_a_copy(),
        or_(_ANY_TITLE, _there_is(TITLE, TITLE.c.id == _COPY.c.title_id, _is_such_a_title())),
    )
    .order_by(_COPY.c.call_number, _COPY.c.barcode)
    .limit(_MOST),
    _Shelved,
)
_BY_SIGNS = _titles(TITLE, TITLE.c.title_key == GAP, TITLE.c.title == bindparam("title"))
# With a limit the planner hopes to meet the first hits early on and reads the table from its beginning; for a rare word
# that is all of it. A plan for words that are not known yet is as wrong, and workers cost more than they save.
_BY_INDEX_ONLY = Statement(
    select(
        func.set_config("enable_seqscan", "off", True),
        func.set_config("plan_cache_mode", "force_custom_plan", True),
        func.set_config("max_parallel_workers_per_gather", "0", True),
    ),
    lambda *_: None,
)


class Candidates:
    """The titles that answer a query, found in one transaction."""

    def __init__(self, look: Look, query: Query, narrowed: Narrowed) -> None:
        self._look = look
        self._transaction = look.transaction
        self._query = query
        self._narrowed = narrowed
        self._tried: list[Tried] = []
        if self._transaction.locks_rows:
            self._transaction.all(_BY_INDEX_ONLY)

    def in_order(self) -> tuple[list[Order], bool]:
        """Where each stands in the answer, best first, and whether there are more than could be put in order."""
        numbered = list(self._by_numbers())
        if numbered:
            return sorted(_order(candidate, Rank.EXACT) for candidate in numbered), False
        found, more_on_shelves = self._by_call_number()
        own = list(self._by_own_number())
        by_words, more = self._by_words()
        for candidate in (*self._by_beginning(), *by_words):
            found[candidate.id] = self._place(candidate)
        if len(by_words) <= _LISTENED_TO:
            found |= self._heard(by_words, found)
        # A number of the library's own may be a word of a title too: 1984.
        found |= {candidate.id: _order(candidate, Rank.EXACT) for candidate in own}
        return sorted(found.values())[:CANDIDATES], more or more_on_shelves or len(found) > CANDIDATES

    def _place(self, candidate: _Candidate) -> Order:
        how_well = rank(self._query, candidate.title_key, candidate.title_alt, candidate.name_key)
        return _order(candidate, how_well, how_close(self._query, how_well, candidate.title_key))

    def _heard(self, candidates: list[_Candidate], found: dict[int, Order]) -> dict[int, Order]:
        """Those of which the title itself sounds as was typed, before those in whose names or middle it is heard."""
        better: dict[int, Order] = {}
        for candidate in candidates:
            more = sounds_so(self._query, candidate.title_key) if found[candidate.id][0] > Rank.SOUNDS_SO else None
            if more is not None:
                better[candidate.id] = _order(candidate, Rank.SOUNDS_SO, min(more, 99))
        return better

    def tried(self) -> tuple[Tried, ...]:
        """In which ways was looked."""
        return tuple(self._tried)

    def unknown(self) -> tuple[str, ...]:
        """The words that stand in no title at all, whatever the search is narrowed to."""
        return tuple(
            word.text
            for word in self._query.words
            if not self._all_words(msgspec.structs.replace(self._query, words=(word,), joined=""), Narrowed(), 1)
        )

    def unnarrowed(self) -> int:
        """How many titles there are if the search is not narrowed, up to 1,000."""
        if self._narrowed == Narrowed():
            return 0
        return len(Candidates(self._look, self._query, Narrowed()).in_order()[0])

    def _ask(self, statement: Statement[_Candidate], most: int, **values: object) -> list[_Candidate]:
        return self._transaction.all(statement, most=most, **values, **_narrowing(self._narrowed))

    def _by_numbers(self) -> Iterator[_Candidate]:
        typed = half_width(self._query.typed)
        isbn, issn = isbn13(typed), issn8(typed)
        if isbn is not None:
            yield from self._numbered("isbn", isbn, _BY_IDENTIFIER, value=isbn)
        elif issn is not None:
            yield from self._numbered("issn", issn, _BY_IDENTIFIER, value=issn)
        elif _looks_like_isbn(typed):
            self._tried.append(Tried("isbn_wrong", typed))
        barcode = self._look.patterns.bare(typed)
        if CodeKind.ITEM in self._look.patterns.kinds(barcode):
            yield from self._numbered("barcode", barcode, _BY_BARCODE, barcode=barcode)

    def _by_own_number(self) -> Iterator[_Candidate]:
        typed = half_width(self._query.typed)
        if " " not in typed and typed.isascii():
            yield from self._numbered("number", typed, _BY_NUMBER, number=typed)

    def _numbered(self, way: str, text: str, statement: Statement[_Candidate], **values: object) -> list[_Candidate]:
        self._tried.append(Tried(way, text))
        return self._ask(statement, CANDIDATES, **values)

    def _by_call_number(self) -> tuple[dict[int, Order], bool]:
        """Titles in the order of their first such copies on the shelf, and whether there are more."""
        beginning = as_call_number(self._query.typed)
        if not beginning:
            return {}, False
        self._tried.append(Tried("call_number", beginning))
        found, more = self._shelved_from(beginning)
        return self._shelved_from(beginning.replace(" ", "")) if not found and " " in beginning else (found, more)

    def _shelved_from(self, beginning: str) -> tuple[dict[int, Order], bool]:
        span = {"first": beginning, "behind": beginning + _BEHIND}
        # Where most titles have one copy, no more copies are needed than titles.
        for most in (CANDIDATES + 1, _MOST_COPIES):
            copies = self._transaction.all(_BY_CALL_NUMBER, most=most, **span, **_narrowing(self._narrowed))
            found: dict[int, Order] = {}
            for copy in sorted(copies, key=lambda copy: copy.shelf_key):
                found.setdefault(copy.title_id, (int(Rank.CALL_NUMBER), 0, copy.shelf_key, copy.title_id))
            if len(copies) < most or len(found) > CANDIDATES:
                break
        return found, len(copies) == most

    def _by_beginning(self) -> list[_Candidate]:
        key = self._query.key
        if not key:
            return []
        # What begins so has those words too, and is counted with them, unless the last one is no word yet.
        most = _LEADING if self._query.may_go_on else CANDIDATES + 1
        return self._ask(_BY_BEGINNING, most, first=key, behind=key + _BEHIND, looked_at=CANDIDATES + 1)

    def by_signs(self) -> list[Order]:
        """The titles that are just what was typed and have no word in them; newest first."""
        found = self._ask(_BY_SIGNS, _LEADING, title=self._query.typed)
        return sorted(_order(candidate, Rank.EXACT) for candidate in found)

    def _by_words(self) -> tuple[list[_Candidate], bool]:
        self._tried.append(Tried("words", " ".join(word.text for word in self._query.words)))
        if self._query.joined or any(word.spoken for word in self._query.words):
            self._tried.append(Tried("sound", self._query.joined or " ".join(word.text for word in self._query.words)))
        found = self._all_words(self._query, self._narrowed, CANDIDATES + 1)
        return found[:CANDIDATES], len(found) > CANDIDATES

    def _all_words(self, query: Query, narrowed: Narrowed, most: int) -> list[_Candidate]:
        closed = query.closed
        if closed != query:
            # A common word by itself fills the answer, and what else begins with it need not be gathered.
            found = self._words(closed, narrowed, most)
            if len(found) == most:
                return found
        return self._words(query, narrowed, most)

    def _words(self, query: Query, narrowed: Narrowed, most: int) -> list[_Candidate]:
        if not self._transaction.locks_rows:
            asked = for_sqlite(query, _facets(narrowed))
            return self._transaction.all(_BY_WORDS, query=asked, most=most, **_narrowing(narrowed))
        if narrowed.years != (None, None):
            found = self._words_then_years(query, narrowed, most)
            if len(found) == most:
                return found
        asked = for_postgres(query, _facets(narrowed))
        return self._transaction.all(_BY_VECTORS, query=asked, most=most, **_narrowing(narrowed))

    def _words_then_years(self, query: Query, narrowed: Narrowed, most: int) -> list[_Candidate]:
        """Some of those that the index finds for any years, so far as they are of these: of a common word and a long
        time they fill the answer, before the index has gone through all the titles of each of its years.
        """
        asked = for_postgres(query, _facets(msgspec.structs.replace(narrowed, years=(None, None))))
        return self._transaction.all(
            _BY_VECTORS_THEN_YEARS, query=asked, most=most, looked_at=_LOOKED_AT, **_narrowing(narrowed)
        )


def _order(candidate: _Candidate, how_well: Rank, more: int = 0) -> Order:
    """By rank, then by how little more a title says (``more`` below 100), then the newer ones first."""
    return int(how_well), more * _AGES - (candidate.year or 0), candidate.title_key, candidate.id


def _narrowing(narrowed: Narrowed) -> dict[str, object]:
    first, last = narrowed.years
    return {
        "branch": narrowed.branch_id or 0,
        "item_type": narrowed.item_type_id or 0,
        "available": int(narrowed.available),
        "language": narrowed.language,
        "material": narrowed.material,
        "first_year": first or 0,
        "last_year": last or 0,
    }


def _facets(narrowed: Narrowed) -> list[list[str]]:
    """What the index itself can narrow by, so that a common word is not looked through for a rare branch."""
    one_of_each = facet_words(
        Facets(
            language=narrowed.language,
            material=narrowed.material,
            branches=(narrowed.branch_id,) if narrowed.branch_id else (),
            item_types=(narrowed.item_type_id,) if narrowed.item_type_id else (),
        )
    )
    first, last = narrowed.years
    asked = [] if first is None and last is None else [years(max(first or 0, 0), min(last or _LAST_YEAR, _LAST_YEAR))]
    return [*([word] for word in one_of_each), *asked]


def _looks_like_isbn(typed: str) -> bool:
    digits = without_label(typed).replace("-", "").replace(" ", "")
    return (len(digits) in (10, 13) and digits[:-1].isdigit()) and (len(digits) == 10 or digits.startswith("97"))


def as_call_number(typed: str) -> str:
    """What was typed as call numbers are stored, where it may be the beginning of one; otherwise nothing."""
    stored = normal(typed)
    if not stored.isascii() or len(stored) > 40 or not any(sign.isalnum() for sign in stored):
        return ""
    has_digit = any(sign.isdigit() for sign in stored)
    return stored if has_digit or (len(stored) <= 2 and stored.isalpha()) else ""
