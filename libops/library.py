"""The library as the front ends hold it: its database, clock, rules and codes, and ``work`` to act on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog

from db.circulation import Credential
from db.database import Database
from db.troubles import Conflict, DatabaseTrouble
from libops.codes import CodePatterns
from libops.refusals import Refusal
from libops.work import Actor, Look, Place, Work

Clock = Callable[[], datetime]

log = structlog.get_logger("libops.library")


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

        A refusal undoes it and is then journalled by itself, under the same request key.
        """
        work: Work | None = None
        try:
            with self.database.act() as transaction:
                work = Work(
                    transaction,
                    actor=actor,
                    place=place,
                    now=self.clock(),
                    patterns=self.patterns,
                    credential=credential,
                    key=key,
                )
                yield work
        except Refusal as refusal:
            if work is not None and work.act_name and not work.replayed:
                self._note(work, refusal)
            raise

    @contextmanager
    def look(self, *, actor: Actor, place: Place) -> Iterator[Look]:
        """A transaction in which somebody only looks; it sees one moment of the database throughout."""
        with self.database.reading() as transaction:
            yield Look(transaction, actor=actor, place=place, now=self.clock(), patterns=self.patterns)

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()

    def _note(self, work: Work, refusal: Refusal) -> None:
        try:
            with self.database.act() as transaction:
                work.note_refusal(transaction, refusal)
        except Conflict:
            # A twin of the request noted its refusal first.
            return
        except DatabaseTrouble as trouble:
            # The refusal stands whether or not it could be noted.
            log.warning("refusal_not_journalled", act=work.act_name, trouble=trouble.kind)
