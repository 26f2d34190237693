"""One action, one function, one transaction: the ``Work`` that every act of staff, patron or machine takes.

    with library.work(actor=actor, place=place, key=key) as work:
        lent = loans.check_out(work, patron_number="P20170012", barcode="30000000000017")

A function becomes an act by ``@act``: it may then be asked for under a request key, and answers the same however often
it is asked. A refusal rolls the act back and is then journalled in a short transaction of its own.
"""

from __future__ import annotations

import functools
import hashlib
import uuid
from collections.abc import Callable
from datetime import date, datetime
from typing import Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

import msgspec
import structlog

from db.circulation import Credential
from db.database import Transaction
from db.troubles import Conflict, DatabaseTrouble
from libops import journal
from libops.codes import LONGEST, CodePatterns, storable
from libops.permissions import Permission
from libops.refusals import Refusal, refuse

P = ParamSpec("P")
A = TypeVar("A", bound="Answer")

log = structlog.get_logger("libops.work")

_ROUNDS = 4
"""How often an act is begun anew after losing a race to a constraint; each round sees the winner's rows."""


class Actor(msgspec.Struct, frozen=True):
    """Who acts. ``name`` goes into the journal (``staff:S0101``, ``operator:alice``), ``label`` onto screens."""

    name: str
    label: str
    permissions: frozenset[Permission]
    language: str = "en"


class Place(msgspec.Struct, frozen=True):
    """Where somebody acts: a branch, and there a desk if it has one."""

    branch_id: int
    branch_code: str
    branch_zh: str
    branch_en: str
    zone_name: str
    desk_id: int | None = None
    desk_code: str = ""
    desk_zh: str = ""
    desk_en: str = ""

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which this place counts its days."""
        return ZoneInfo(self.zone_name)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What an act answers. The patron is kept apart from the stored answer, so that a person can be forgotten."""

    patron_number: str | None = None
    patron_name: str | None = None


class Look:
    """A transaction in which somebody looks at the library: who, where, when."""

    def __init__(
        self, transaction: Transaction, *, actor: Actor, place: Place, now: datetime, patterns: CodePatterns
    ) -> None:
        self.transaction = transaction
        self.actor = actor
        self.place = place
        self.now = now
        self.patterns = patterns

    @property
    def today(self) -> date:
        """The place's date."""
        return self.now.astimezone(self.place.zone).date()

    def require(self, permission: Permission) -> None:
        """Refuse (``permission.missing``) unless the actor has the permission."""
        if permission not in self.actor.permissions:
            raise refuse("permission.missing", permission=permission)


class Work(Look):
    """The open transaction of one act; beside who, where and when: by which credential, under which request key."""

    def __init__(
        self,
        transaction: Transaction,
        *,
        actor: Actor,
        place: Place,
        now: datetime,
        patterns: CodePatterns,
        credential: Credential = Credential.CARD,
        key: str | None = None,
    ) -> None:
        super().__init__(transaction, actor=actor, place=place, now=now, patterns=patterns)
        self.credential = credential
        self.key = key
        self.act_id = uuid.uuid4().hex
        self.act_name = ""
        self.arguments: dict[str, object] = {}
        self.digest: str | None = None
        self._subjects: tuple[int | None, int | None] = (None, None)
        self._events: list[journal.NewEvent] = []

    def about(self, *, patron_id: int | None = None, item_id: int | None = None) -> None:
        """Say whom and what the act is about, as soon as that is known; a refusal is journalled with it."""
        self._subjects = (patron_id, item_id)

    def record(
        self,
        kind: str,
        *,
        patron_id: int | None = None,
        item_id: int | None = None,
        loan_id: int | None = None,
        **data: journal.Datum,
    ) -> None:
        """Note what happened, for the journal; it is written when the act ends. ``data`` never names a person."""
        self._events.append(journal.NewEvent(kind, patron_id, item_id, loan_id, dict(data)))

    @property
    def has_recorded(self) -> bool:
        """Whether the act has noted anything for the journal yet."""
        return bool(self._events)

    def _finish(self, answer: Answer) -> None:
        if self.key is not None:
            if not self._events:
                raise RuntimeError(f"{self.act_name} came with a request key and recorded nothing")
            self._events[0].data["answer"] = _without_patron(answer)
        journal.write(self.transaction, self._heading(), self._events)
        self._events = []

    def _note(self, refusal: Refusal) -> None:
        """Undo the act, and write in a transaction of its own that it was refused, under the same request key.

        Without a key a refusal stands whether or not it could be noted; with one, the same request must be answered
        the same ever after, so it is not answered before that is durable.
        """
        self._begin_anew()
        event = journal.refused(self.act_name, refusal.reasons, self.arguments, *self._subjects)
        try:
            journal.write(self.transaction, self._heading(), [event])
            self.transaction.commit()
        except DatabaseTrouble as trouble:
            if self.key is not None:
                raise
            log.warning("refusal_not_journalled", act=self.act_name, trouble=trouble.kind)

    def _heading(self) -> journal.Heading:
        return journal.Heading(
            act=self.act_id,
            at=self.now,
            actor=self.actor.name,
            branch_id=self.place.branch_id,
            desk_id=self.place.desk_id,
            credential=self.credential,
            request_key=self.key,
            request_digest=self.digest,
        )

    def _begin_anew(self) -> None:
        self.transaction.restart()
        self._events = []


def act(
    name: str, answer: type[A], *, secret: frozenset[str] = frozenset()
) -> Callable[[Callable[Concatenate[Work, P], A]], Callable[Concatenate[Work, P], A]]:
    """Make a domain function an act: answered once per request key, journalled, begun anew when it lost a race.

    ``secret`` names arguments that leave no trace, not even in the digest that tells one request from another: a PIN
    has so few digits that its digest gives it away. Refuses texts that no database holds (``code.unreadable``).
    """

    def wrap(function: Callable[Concatenate[Work, P], A]) -> Callable[Concatenate[Work, P], A]:
        @functools.wraps(function)
        def run(work: Work, /, *args: P.args, **kwargs: P.kwargs) -> A:
            if args:
                raise TypeError(f"{name} takes its arguments by name")
            work.act_name = name
            work.arguments = {name: value for name, value in kwargs.items() if name not in secret}
            if work.key is not None:
                _require_key(work.key)
                work.digest = _digest(work)

            def perform() -> A:
                if not all(storable(value) for value in kwargs.values() if isinstance(value, str)):
                    raise refuse("code.unreadable")
                return function(work, *args, **kwargs)

            for left in range(_ROUNDS, 0, -1):
                try:
                    return _seen_by(work, _attempt(work, answer, perform))
                except Conflict:
                    if left == 1:
                        raise
                    work._begin_anew()
            raise AssertionError("unreachable")

        return run

    return wrap


def _attempt(work: Work, answer: type[A], perform: Callable[[], A]) -> A:
    told = _told_before(work, answer)
    if told is not None:
        return told
    try:
        result = perform()
    except Refusal as refusal:
        # A twin of this request may have gone through while this one waited for its locks.
        told = _told_before(work, answer)
        if told is not None:
            return told
        work._note(refusal)
        raise
    work._finish(result)
    return result


def _told_before(work: Work, answer: type[A]) -> A | None:
    if work.key is None:
        return None
    told = journal.find_request(work.transaction, work.key)
    if told is None:
        return None
    if told.digest != work.digest:
        raise refuse("request.key_reused")
    refused = told.data.get("reasons")
    if refused is not None:
        raise Refusal(journal.recall_reasons(refused, work.arguments))
    kept = msgspec.convert(told.data["answer"], answer)
    return msgspec.structs.replace(kept, patron_number=told.patron_number, patron_name=told.patron_name)


def _seen_by(work: Work, answer: A) -> A:
    """The answer as this actor may see it: who sorts returns learns no names."""
    if Permission.SEE_PATRONS in work.actor.permissions or answer.patron_number is None:
        return answer
    return msgspec.structs.replace(answer, patron_number=None, patron_name=None)


def _without_patron(answer: Answer) -> journal.Datum:
    kept: journal.Datum = msgspec.to_builtins(
        msgspec.structs.replace(answer, patron_number=None, patron_name=None), builtin_types=(bool,)
    )
    return kept


def _require_key(key: str) -> None:
    if not key or len(key) > LONGEST or not storable(key):
        raise refuse("request.bad_key", longest=LONGEST)


def _digest(work: Work) -> str:
    """What tells this request from another under the same key: the act, its arguments, who asks, and where."""
    arguments = {name: value.name if isinstance(value, Actor) else value for name, value in work.arguments.items()}
    encoded = msgspec.json.encode(
        [work.act_name, arguments, work.actor.name, work.place.branch_id], order="deterministic"
    )
    return hashlib.blake2b(encoded, digest_size=16).hexdigest()
