"""A patron's record: what is known of them, what may stand in it, and how it is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec
from sqlalchemy import bindparam, insert, select, update

from db.people import PatronStatus
from db.statement import Statement
from db.tables import BRANCH, CATEGORY, LIBRARY, PATRON
from libops.circulation.rules import standing
from libops.i18n import LANGUAGES
from libops.people.contact import usable_email, usable_phone
from libops.people.numbers import leads_to, lock_number
from libops.refusals import Reason, Refusal, refuse
from libops.work import Actor, Answer, Work


class PatronAnswer(Answer, frozen=True, kw_only=True):
    """A patron was registered, or something about them was changed.

    ``fields`` names what was written; empty where everything stood so already. ``expires_on`` is the card's last day.
    """

    fields: tuple[str, ...]
    status: PatronStatus
    expires_on: date


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What can be written of a patron."""

    name: str
    category_id: int
    branch_id: int
    language: str
    phone: str
    email: str
    note: str
    status: PatronStatus
    expires_on: date


class Known(msgspec.Struct, frozen=True):
    """A patron, their record, and how many months their category's cards last."""

    id: int
    number: str
    months: int
    rules_version: int
    record: Record


class Category(msgspec.Struct, frozen=True):
    """A category of patrons; its cards last ``months``."""

    id: int
    code: str
    months: int
    rules_version: int


class _Branch(msgspec.Struct, frozen=True):
    id: int
    code: str


class _Id(msgspec.Struct, frozen=True):
    id: int


_FIELDS = Record.__struct_fields__
_TAKEN = Statement(select(PATRON.c.id).where(PATRON.c.number == bindparam("number")), _Id)
_CATEGORIES = Statement(
    select(CATEGORY.c.id, CATEGORY.c.code, CATEGORY.c.months, LIBRARY.c.rules_version)
    .select_from(CATEGORY.join(LIBRARY, LIBRARY.c.id == 1))
    .order_by(CATEGORY.c.code),
    Category,
)
_BRANCHES = Statement(select(BRANCH.c.id, BRANCH.c.code).order_by(BRANCH.c.id), _Branch)


def _known(patron_id: int, number: str, months: int, rules_version: int, *cells: object) -> Known:
    record = msgspec.convert(dict(zip(_FIELDS, cells, strict=True)), Record)
    return Known(patron_id, number, months, rules_version, record)


_KNOWN = Statement(
    select(
        PATRON.c.id,
        PATRON.c.number,
        CATEGORY.c.months,
        LIBRARY.c.rules_version,
        *(PATRON.c[field] for field in _FIELDS),
    )
    .select_from(PATRON.join(CATEGORY, CATEGORY.c.id == PATRON.c.category_id).join(LIBRARY, LIBRARY.c.id == 1))
    .where(PATRON.c.id == leads_to(bindparam("number"))),
    _known,
)
_ADD = Statement(
    insert(PATRON)
    .values({field: bindparam(field, type_=PATRON.c[field].type) for field in ("number", "registered_at", *_FIELDS)})
    .returning(PATRON.c.id),
    _Id,
)
_WRITE: Statement[None] = Statement(
    update(PATRON)
    .values({field: bindparam(f"new_{field}", type_=PATRON.c[field].type) for field in _FIELDS})
    .where(PATRON.c.id == bindparam("patron_id")),
    lambda: None,
)


def is_taken(work: Work, number: str) -> bool:
    """Whether a number is somebody's, or was before they were merged."""
    return work.transaction.maybe(_TAKEN, number=number) is not None


def known_patron(work: Work, number: str) -> Known:
    """Lock the patron whom a number leads to, then read what is known; refuses with what is wrong with the number."""
    lock_number(work.transaction, number)
    known = work.transaction.maybe(_KNOWN, number=number)
    if known is None:
        raise Refusal([work.patterns.why_not_patron(number)])
    work.about(patron_id=known.id)
    return known


def add(
    work: Work, number: str, record: Record, overridden: Sequence[Reason] = (), allowed_by: Actor | None = None
) -> PatronAnswer:
    """Write a new patron, and journal which fields are filled, and what somebody allowed all the same."""
    patron = work.transaction.one(_ADD, number=number, registered_at=work.now, **msgspec.structs.asdict(record))
    fields = sorted(["number", *(_told(field) for field in _FIELDS if getattr(record, field))])
    work.record(
        "patron.registered",
        patron_id=patron.id,
        fields=[*fields],
        expires_on=record.expires_on.isoformat(),
        overridden=[reason.code for reason in overridden],
        allowed_by=allowed_by.name if allowed_by is not None and overridden else None,
    )
    return _answer(number, record, fields)


def write(work: Work, known: Known, kind: str, record: Record) -> PatronAnswer:
    """Write what differs of a patron's record, and journal which fields these are."""
    changed = [field for field in _FIELDS if getattr(record, field) != getattr(known.record, field)]
    fields = sorted(_told(field) for field in changed)
    if not changed:
        # What stood so already is no change; the request is answered all the same.
        work.record("patron.seen", patron_id=known.id)
        return _answer(known.number, record, fields)
    values = {f"new_{field}": getattr(record, field) for field in _FIELDS}
    work.transaction.run(_WRITE, patron_id=known.id, **values)
    expires = record.expires_on.isoformat() if "expires_on" in changed else None
    work.record(kind, patron_id=known.id, fields=[*fields], expires_on=expires)
    return _answer(known.number, record, fields)


def _told(field: str) -> str:
    return field.removesuffix("_id")


def _answer(number: str, record: Record, fields: list[str]) -> PatronAnswer:
    return PatronAnswer(
        fields=tuple(fields),
        status=record.status,
        expires_on=record.expires_on,
        patron_number=number,
        patron_name=record.name,
    )


def full_name(name: str) -> str:
    """A name without the spaces around it and with single ones inside. Refuses with ``patron.empty_name``."""
    name = " ".join(name.split())
    if not name:
        raise refuse("patron.empty_name")
    return name


def usable(phone: str, email: str) -> tuple[str, str]:
    """Phone and email as they are written. Refuses with ``patron.bad_phone``, ``patron.bad_email``."""
    if phone.strip() and not usable_phone(phone):
        raise refuse("patron.bad_phone", phone=phone)
    if email.strip() and not usable_email(email):
        raise refuse("patron.bad_email", email=email)
    return phone.strip(), email.strip()


def spoken(language: str) -> str:
    """A language that messages to patrons are written in. Refuses with ``patron.unknown_language``."""
    if language not in LANGUAGES:
        raise refuse("patron.unknown_language", language=language, known=", ".join(LANGUAGES))
    return language


def category_of(work: Work, code: str) -> Category:
    """The category with this code. Refuses with ``patron.unknown_category``, naming those there are."""
    categories = work.transaction.all(_CATEGORIES)
    for category in categories:
        if category.code == code:
            return category
    known = ", ".join(category.code for category in categories)
    raise refuse("patron.unknown_category", category=code or "—", known=known or "—")


def branch_of(work: Work, code: str) -> int:
    """The id of the branch with this code. Refuses with ``place.unknown``, naming those there are."""
    branches = work.transaction.all(_BRANCHES)
    for branch in branches:
        if branch.code == code:
            return branch.id
    raise refuse("place.unknown", code=code or "—", known=", ".join(branch.code for branch in branches) or "—")


def today_at(work: Work, branch_id: int, rules_version: int) -> date:
    """The day at a branch, by its calendar."""
    return standing(work.transaction, rules_version).calendars[branch_id].local_day(work.now)
