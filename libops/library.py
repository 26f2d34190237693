"""The library as the front ends hold it: its database, clock, rules and codes, and ``work`` to act on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from db.circulation import Credential
from db.database import Database
from libops.codes import CodePatterns
from libops.work import Actor, Look, Place, Work

Clock = Callable[[], datetime]


class Library:
    """One library in use by one process; safe to share between threads.

    ``clock`` gives the current time in UTC: it is asked once at the start of each act, and by nothing else.
    """

    def __init__(self, database: Database, patterns: CodePatterns, clock: Clock) -> None:
        self.database = database
        self.patterns = patterns
        self.clock = clock

    @contextmanager
    def work(
        self, *, actor: Actor, place: Place, credential: Credential = Credential.CARD, key: str | None = None
    ) -> Iterator[Work]:
        """The transaction of one act. It is committed durably when the block ends, before anybody is answered.

        A refusal undoes it, and is journalled by itself under the same request key (see libops/work.py).
        """
        with self.database.act() as transaction:
            yield Work(
                transaction,
                actor=actor,
                place=place,
                now=self.clock(),
                patterns=self.patterns,
                credential=credential,
                key=key,
            )

    @contextmanager
    def look(self, *, actor: Actor, place: Place) -> Iterator[Look]:
        """A transaction in which somebody only looks; it sees one moment of the database throughout."""
        with self.database.reading() as transaction:
            yield Look(transaction, actor=actor, place=place, now=self.clock(), patterns=self.patterns)

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()
