"""Reading the journal so that nothing is missed.

Row numbers are handed out before commit, so on PostgreSQL a follower that remembers the highest number it saw would
pass over a row that commits late. Here a follower, when it looks, first *places* the committed rows that have no
position yet: one at a time (a lock that every placer takes), in a short transaction of its own. Positions are therefore
given only to rows that everybody can see, without gaps, and a reader that goes by them misses nothing, whatever else is
open in this database or in another one of the same server. Positions are plain data, so they survive a restore.

A restore begins a new era: a follower may have read further than the backup that was restored, and the same positions
will be given again. A cursor names its era, and one from an earlier era goes back to where the restored journal ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime

import msgspec
from sqlalchemy import Text, bindparam, cast, func, select, update

from db.database import Database, Transaction
from db.statement import Statement
from db.tables import ERA, EVENT
from libops.journal import Datum


class Event(msgspec.Struct, frozen=True):
    """Something that happened, as a follower reads it."""

    id: int
    position: int
    act: str
    kind: str
    at: datetime
    actor: str
    branch_id: int | None
    desk_id: int | None
    patron_id: int | None
    item_id: int | None
    loan_id: int | None
    data: dict[str, Datum]


class Cursor(msgspec.Struct, frozen=True):
    """How far a follower has read: a position, and the era in which it was given."""

    era: str
    position: int

    def __str__(self) -> str:
        return f"{self.era}:{self.position}"

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """The cursor that was printed as ``era:position``."""
        era, _, position = text.rpartition(":")
        return cls(era, int(position))


class UnknownEra(Exception):
    """The cursor is from a life of this library that a restore threw away; begin again at the start or the end."""


class _Number(msgspec.Struct, frozen=True):
    n: int


class _EraRow(msgspec.Struct, frozen=True):
    name: str
    begins_after: int


# One name among this database's advisory locks, held by whoever is placing rows.
_PLACING = 0x6C69626F

_WAIT_TO_PLACE = Statement(select(func.length(cast(func.pg_advisory_xact_lock(_PLACING), Text))), _Number)
_UNPLACED = Statement(select(EVENT.c.id).where(EVENT.c.position.is_(None)).limit(1), _Number)
# Said, so that SQLite finds it in the index of positions, which holds no others, and reads no table for it.
_HAS_POSITION = EVENT.c.position.is_not(None)
_LAST = Statement(select(func.coalesce(func.max(EVENT.c.position), 0)).where(_HAS_POSITION), _Number)
_NEW = (
    select(EVENT.c.id, func.row_number().over(order_by=EVENT.c.id).label("place"))
    .where(EVENT.c.position.is_(None))
    .subquery()
)
_PLACE: Statement[None] = Statement(
    update(EVENT).values(position=bindparam("last") + _NEW.c.place).where(EVENT.c.id == _NEW.c.id), lambda: None
)
_ALL_UNPLACED = Statement(select(EVENT.c.id).where(EVENT.c.position.is_(None)).order_by(EVENT.c.id), _Number)
_PLACE_ONE: Statement[None] = Statement(
    update(EVENT).values(position=bindparam("new_position")).where(EVENT.c.id == bindparam("event")), lambda: None
)
_ERAS = Statement(select(ERA.c.name, ERA.c.begins_after).order_by(ERA.c.id), _EraRow)
_AFTER = Statement(
    select(*(EVENT.c[name] for name in Event.__struct_fields__))
    .where(EVENT.c.position > bindparam("after"))
    .order_by(EVENT.c.position)
    .limit(bindparam("most")),
    Event,
)


def place_new(database: Database) -> int:
    """Give positions to the committed events that have none; how many there were."""
    with database.reading() as transaction:
        if transaction.maybe(_UNPLACED) is None:
            return 0
    with database.act() as transaction:
        transaction.lock(_WAIT_TO_PLACE)
        # A statement of its own after the lock, so that it sees what the placer before us committed.
        last = transaction.one(_LAST).n
        return transaction.run(_PLACE, last=last)


@contextmanager
def placed_moment(database: Database) -> Iterator[tuple[Transaction, dict[int, int]]]:
    """One moment of the database to read, in which every event has a position.

    The events that had none in that very moment get theirs while nobody else may place, and are not seen in it with
    them: they come as a mapping from row number to position. A backup made from this moment gives no position that
    the library it was made from gives differently.
    """
    place_new(database)
    with ExitStack() as opened:
        with database.act() as placing:
            placing.lock(_WAIT_TO_PLACE)
            moment = opened.enter_context(database.reading())
            unplaced = moment.all(_ALL_UNPLACED)
            last = placing.one(_LAST).n
            positions = {row.n: last + turn for turn, row in enumerate(unplaced, start=1)}
            for event, position in positions.items():
                placing.run(_PLACE_ONE, event=event, new_position=position)
        yield moment, positions


class Follower:
    """Reads the journal onwards from a cursor, each event once.

    Begin at the ``start``, at the ``end`` (what happens from now on), or where a printed ``cursor`` stands. Raises
    ``UnknownEra`` where the cursor's era is none of this library's.
    """

    def __init__(self, database: Database, cursor: Cursor) -> None:
        self._database = database
        self.cursor = cursor

    @classmethod
    def from_start(cls, database: Database) -> Follower:
        """A follower that will read everything there is."""
        with database.reading() as transaction:
            return cls(database, Cursor(_eras(transaction)[-1].name, 0))

    @classmethod
    def from_end(cls, database: Database) -> Follower:
        """A follower that reads what happens from now on."""
        place_new(database)
        with database.reading() as transaction:
            return cls(database, Cursor(_eras(transaction)[-1].name, transaction.one(_LAST).n))

    def poll(self, most: int = 500) -> list[Event]:
        """The next events, at most so many; empty where there is nothing new."""
        place_new(self._database)
        with self._database.reading() as transaction:
            self.cursor = _in_this_era(self.cursor, _eras(transaction))
            events = transaction.all(_AFTER, after=self.cursor.position, most=most)
        if events:
            self.cursor = Cursor(self.cursor.era, events[-1].position)
        return events


def _eras(transaction: Transaction) -> list[_EraRow]:
    return transaction.all(_ERAS)


def _in_this_era(cursor: Cursor, eras: list[_EraRow]) -> Cursor:
    names = [era.name for era in eras]
    if cursor.era not in names:
        raise UnknownEra(cursor.era)
    later = eras[names.index(cursor.era) + 1 :]
    return Cursor(names[-1], min([cursor.position, *(era.begins_after for era in later)]))
