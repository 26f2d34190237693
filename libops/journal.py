"""The journal: what happened, written in the transaction of the act, and found again by request key.

It is read by followers (libops/follower.py). Live screens, notices, statistics and audit all come from here; none of
them is written by hand a second time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy import ColumnElement, bindparam, insert, literal_column, or_, select

from db.database import Transaction
from db.statement import Statement
from db.tables import EVENT, PATRON
from libops.permissions import Permission
from libops.refusals import Fact, Marked, Moment, Money, Name, Reason

Datum = str | int | float | bool | None | list["Datum"] | dict[str, "Datum"]

REFUSED = "refused"
"""The kind of an event that says an act was refused; it is never loan history."""


def is_kind(*kinds: str) -> ColumnElement[bool]:
    """Whether an event is of one of these kinds, as part of a statement.

    Spelled into it and joined by OR, because an index of some kinds only serves a statement that names them so.
    """
    return or_(*(EVENT.c.kind == literal_column(f"'{kind}'") for kind in kinds))


class NewEvent(msgspec.Struct):
    """Something that happened in the act under way."""

    kind: str
    patron_id: int | None
    item_id: int | None
    loan_id: int | None
    data: dict[str, Datum]


class Heading(msgspec.Struct, frozen=True):
    """What all events of one act share: the act, when, who, where, by which credential, under which request."""

    act: str
    at: datetime
    actor: str
    branch_id: int | None
    desk_id: int | None
    credential: str
    request_key: str | None
    request_digest: str | None


class Told(msgspec.Struct, frozen=True):
    """What was answered to a request key."""

    digest: str | None
    data: dict[str, Datum]
    patron_number: str | None
    patron_name: str | None


_WRITE: Statement[None] = Statement(
    insert(EVENT)
    .values(
        {
            column.name: bindparam(column.name, type_=column.type)
            for column in EVENT.columns
            if column.name not in ("id", "position")
        }
    )
    .inline(),
    lambda: None,
)

_FIND_REQUEST = Statement(
    select(EVENT.c.request_digest, EVENT.c.data, PATRON.c.number, PATRON.c.name)
    .select_from(EVENT.outerjoin(PATRON, PATRON.c.id == EVENT.c.patron_id))
    .where(EVENT.c.request_key == bindparam("key")),
    Told,
)


def write(transaction: Transaction, heading: Heading, events: Sequence[NewEvent]) -> None:
    """Write an act's events; the first carries the request key and the digest of its arguments."""
    key, digest = heading.request_key, heading.request_digest
    for event in events:
        transaction.run(
            _WRITE,
            act=heading.act,
            kind=event.kind,
            at=heading.at,
            actor=heading.actor,
            branch_id=heading.branch_id,
            desk_id=heading.desk_id,
            patron_id=event.patron_id,
            item_id=event.item_id,
            loan_id=event.loan_id,
            credential=heading.credential,
            data=event.data,
            request_key=key,
            request_digest=digest,
        )
        key = digest = None


def refused(
    act_name: str,
    reasons: Sequence[Reason],
    arguments: Mapping[str, object],
    patron_id: int | None,
    item_id: int | None,
) -> NewEvent:
    """The event that an act was refused, about whom and what, and why."""
    data: dict[str, Datum] = {"act": act_name, "reasons": keep_reasons(reasons, arguments)}
    return NewEvent(REFUSED, patron_id, item_id, None, data)


def keep_reasons(reasons: Sequence[Reason], arguments: Mapping[str, object]) -> Datum:
    """Reasons as the journal keeps them.

    A fact that repeats an argument is kept as that argument's name: it may be a patron's number, which never stands in
    the journal's data. The same request brings the same arguments again, and with them the same words.
    """
    names = {value: name for name, value in arguments.items() if isinstance(value, str)}
    return [
        {
            "code": reason.code,
            "override": reason.override,
            "facts": {name: _kept(fact, names) for name, fact in reason.facts.items()},
        }
        for reason in reasons
    ]


def recall_reasons(kept: Datum, arguments: Mapping[str, object]) -> list[Reason]:
    """The reasons that ``keep_reasons`` kept."""
    reasons = msgspec.convert(kept, list[_KeptReason])
    return [
        Reason(reason.code, {name: _recalled(fact, arguments) for name, fact in reason.facts.items()}, reason.override)
        for reason in reasons
    ]


class _KeptReason(msgspec.Struct, frozen=True):
    code: str
    override: Permission | None
    facts: dict[str, str | int | dict[str, str | int]]


def _kept(fact: Fact, names: Mapping[str, str]) -> Datum:
    if isinstance(fact, date):
        return {"day": fact.isoformat()}
    if isinstance(fact, Money):
        return {"minor": fact.minor, "currency": fact.currency}
    if isinstance(fact, Moment):
        return {"at": fact.at.isoformat(), "zone": fact.zone}
    if isinstance(fact, Name):
        return {"zh": fact.zh, "en": fact.en}
    if isinstance(fact, Marked):
        return {"text": fact.text, "what": fact.what}
    if isinstance(fact, str) and fact in names:
        return {"argument": names[fact]}
    return fact


def _recalled(fact: str | int | dict[str, str | int], arguments: Mapping[str, object]) -> Fact:
    if not isinstance(fact, dict):
        return fact
    if "day" in fact:
        return date.fromisoformat(str(fact["day"]))
    if "minor" in fact:
        return Money(int(fact["minor"]), str(fact["currency"]))
    if "at" in fact:
        return Moment(datetime.fromisoformat(str(fact["at"])), str(fact["zone"]))
    if "zh" in fact:
        return Name(str(fact["zh"]), str(fact["en"]))
    if "text" in fact:
        return Marked(str(fact["text"]), str(fact["what"]))
    return str(arguments[str(fact["argument"])])


def find_request(transaction: Transaction, key: str) -> Told | None:
    """What was answered to this request key; None where it was never used."""
    return transaction.maybe(_FIND_REQUEST, key=key)
