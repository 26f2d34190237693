"""Which titles go out, read page by page from one moment of the database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select

from db.row_lists import among, among_codes
from db.statement import Statement
from db.tables import EVENT, ITEM, TITLE, TITLE_RECORD
from db.types import Instant
from libops.catalogue.about import TitleColumns, described
from libops.catalogue.description import Description
from libops.catalogue.importing.runs import find_run
from libops.catalogue.places import Places, read_places
from libops.catalogue.search.finding import find
from libops.codes import storable
from libops.journal import is_kind
from libops.pages import MOST
from libops.refusals import Reason, Refusal, refuse
from libops.work import Look

PAGE = 500


class Selection(msgspec.Struct, frozen=True):
    """Titles by what they have; what is empty narrows nothing, and all that is named has to hold.

    ``branch`` and ``location`` are of copies, ``since`` is a day at the place that asks: read in, catalogued, changed
    or given a copy on it or later. ``run`` is the number of an import.
    """

    numbers: tuple[str, ...] = ()
    search: str = ""
    branch: str = ""
    location: str = ""
    language: str = ""
    run: int | None = None
    since: date | None = None


EVERYTHING = Selection()


class OutgoingTitle(msgspec.Struct, frozen=True):
    """A title and the record it was last written from; ``form`` is ``DIALECT/FORMAT``, empty without a record."""

    id: int
    number: str
    form: str
    encoding: str
    record: bytes
    read_at: datetime | None
    about: Description


# What the driver gives for a row's columns is checked by nobody but the struct.
def _title(
    key: int,
    number: str,
    form: str | None,
    encoding: str | None,
    record: bytes | None,
    read_at: datetime | None,
    about: Mapping[str, Any] | None,
    *columns: Any,  # noqa: ANN401
) -> OutgoingTitle:
    columns_of_row = TitleColumns(*columns)
    return OutgoingTitle(
        key, number, form or "", encoding or "", bytes(record or b""), read_at, described(about, columns_of_row)
    )


def _changed_title(data: dict[str, Any]) -> int:
    return int(data["title"])


_COLUMNS = tuple(TITLE.c[name] for name in TitleColumns.__struct_fields__)
_CHANGED_SINCE = Statement(
    select(EVENT.c.data).where(
        is_kind("title.added", "title.changed"), EVENT.c.at >= bindparam("since", type_=Instant())
    ),
    _changed_title,
)


class Chosen:
    """The titles of a selection, and which of their copies belong to it."""

    def __init__(self, look: Look, selection: Selection) -> None:
        """Refuses with ``copy.no_branch``, ``copy.no_location``, ``title.unknown``, ``import.unknown``,
        ``export.too_many_found``, and as a search does.
        """
        self.places = read_places(look.transaction)
        self._look = look
        self._values: dict[str, object] = {}
        conditions = [*self._of_titles(selection), *self._of_copies(selection)]
        if selection.since is not None:
            conditions.append(self._since(selection.since))
        self.branch_id = self.places.branches.get(selection.branch, 0)
        place = self.places.locations.get(selection.location)
        self.location_id = 0 if place is None else place.id
        joined = TITLE.outerjoin(TITLE_RECORD, TITLE_RECORD.c.title_id == TITLE.c.id)
        kept = (TITLE_RECORD.c[name] for name in ("format", "encoding", "record", "read_at"))
        self._page = Statement(
            select(TITLE.c.id, TITLE.c.number, *kept, TITLE.c.about, *_COLUMNS)
            .select_from(joined)
            .where(TITLE.c.id > bindparam("after"), *conditions)
            .order_by(TITLE.c.id)
            .limit(PAGE),
            _title,
        )
        self._count = Statement(select(func.count()).select_from(joined).where(*conditions), int)

    def count(self) -> int:
        """How many titles these are."""
        return self._look.transaction.one(self._count, **self._values)

    def pages(self) -> Iterator[list[OutgoingTitle]]:
        """The titles in the order of their rows, some hundreds at a time."""
        after = 0
        while page := self._look.transaction.all(self._page, after=after, **self._values):
            yield page
            after = page[-1].id

    def _of_titles(self, selection: Selection) -> list[ColumnElement[bool]]:
        conditions: list[ColumnElement[bool]] = []
        if selection.numbers:
            self._values["numbers"] = sorted(set(selection.numbers))
            conditions.append(among_codes(TITLE.c.number, "numbers"))
            _require_known(self._look, selection.numbers)
        if selection.search:
            self._values["found"] = _found(self._look, selection.search)
            conditions.append(among_codes(TITLE.c.number, "found"))
        if selection.language:
            self._values["language"] = selection.language
            conditions.append(TITLE.c.language == bindparam("language"))
        if selection.run is not None:
            self._values["run_id"] = find_run(self._look, selection.run).id
            conditions.append(TITLE_RECORD.c.import_id == bindparam("run_id"))
        return conditions

    def _of_copies(self, selection: Selection) -> list[ColumnElement[bool]]:
        if not selection.branch and not selection.location:
            return []
        _require_places(self.places, selection)
        own: list[ColumnElement[bool]] = [ITEM.c.title_id == TITLE.c.id]
        if selection.branch:
            self._values["branch_id"] = self.places.branches[selection.branch]
            own.append(ITEM.c.branch_id == bindparam("branch_id"))
        if selection.location:
            self._values["location_id"] = self.places.locations[selection.location].id
            own.append(ITEM.c.location_id == bindparam("location_id"))
        return [exists().where(and_(*own))]

    def _since(self, day: date) -> ColumnElement[bool]:
        since = datetime.combine(day, time.min, self._look.place.zone)
        self._values["since"] = since
        self._values["changed"] = sorted(set(self._look.transaction.all(_CHANGED_SINCE, since=since)))
        moment = bindparam("since", type_=Instant())
        new_copy = exists().where(ITEM.c.title_id == TITLE.c.id, ITEM.c.added_at >= moment)
        return or_(TITLE_RECORD.c.read_at >= moment, new_copy, among(TITLE.c.id, "changed"))


_KNOWN = Statement(select(TITLE.c.number).where(among_codes(TITLE.c.number, "numbers")), str)


def _require_known(look: Look, numbers: tuple[str, ...]) -> None:
    asked = sorted(number for number in set(numbers) if storable(number))
    known = set(look.transaction.all(_KNOWN, numbers=asked)) if asked else set[str]()
    unknown = [number for number in dict.fromkeys(numbers) if number not in known]
    if unknown:
        raise Refusal([Reason("title.unknown", {"number": number}) for number in unknown[:20]])


def _require_places(places: Places, selection: Selection) -> None:
    reasons = places.against_change(selection.branch or None, selection.location or None, None)
    if reasons:
        raise Refusal(reasons)


def _found(look: Look, words: str) -> list[str]:
    numbers: list[str] = []
    after: str | None = ""
    while after is not None:
        found = find(look, words, limit=MOST, after=after)
        if found.more:
            raise refuse("export.too_many_found", words=words, most=MOST)
        numbers += [hit.number for hit in found.results]
        after = found.next
    return sorted(numbers)
