"""Registering patrons, changing what is known of them, renewing their cards, blocking them.

The journal tells which fields were written, never what stands in them.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date

import msgspec
from sqlalchemy import bindparam, func, select

from db.people import PatronStatus
from db.statement import Statement
from db.tables import CATEGORY, PATRON
from libops.circulation.loans import allow
from libops.codes import CodeKind, storable
from libops.people.contact import same_email, same_phone
from libops.people.records import (
    PatronAnswer,
    Record,
    add,
    branch_of,
    category_of,
    full_name,
    is_taken,
    known_patron,
    spoken,
    today_at,
    usable,
    write,
)
from libops.permissions import Permission
from libops.refusals import Reason, refuse
from libops.work import Actor, Look, Work, act

BESIDE = " · "
"""Stands between the note that says why a patron is blocked and the one that was there before."""


TWICE = frozenset({"patron.maybe_duplicate", "patron.namesakes"})
"""Why somebody is not registered who may be registered already."""


class Alike(msgspec.Struct, frozen=True):
    """A patron of the same name, and what tells namesakes apart: the category, and how one reaches them."""

    number: str
    name: str
    phone: str
    email: str
    category_zh: str
    category_en: str


_NAMESAKES = Statement(
    select(PATRON.c.number, PATRON.c.name, PATRON.c.phone, PATRON.c.email, CATEGORY.c.name_zh, CATEGORY.c.name_en)
    .select_from(PATRON.join(CATEGORY, CATEGORY.c.id == PATRON.c.category_id))
    .where(
        func.lower(PATRON.c.name) == func.lower(bindparam("name", type_=PATRON.c.name.type)),
        PATRON.c.merged_into_id.is_(None),
    )
    .order_by(PATRON.c.number),
    Alike,
)


@act("patrons.register", PatronAnswer)
def register(
    work: Work,
    *,
    number: str,
    name: str,
    category: str,
    branch: str,
    language: str = "zh",
    phone: str = "",
    email: str = "",
    expires_on: date | None = None,
    note: str = "",
    allow_duplicate: str = "",
    override_by: Actor | None = None,
) -> PatronAnswer:
    """Register a patron under the number of a new card; category and branch by their codes.

    Without ``expires_on`` the card lasts as many calendar months as its category says, from the branch's today on.
    Who seems to be registered already is refused; ``allow_duplicate`` is the number of that patron, given by somebody
    who has looked (see ``alike``) and found that it is another person. Of mere namesakes it is asked first:
    ``override_by`` allows them, by the permission to register.
    Refusals: ``patron.bad_number``, ``patron.number_taken``, ``patron.empty_name``, ``patron.bad_phone``,
    ``patron.bad_email``, ``patron.unknown_category``, ``patron.unknown_language``, ``patron.expiry_past``,
    ``patron.maybe_duplicate``, ``patron.namesakes``, ``place.unknown``, ``code.unreadable``, ``override.*``,
    ``permission.missing``.
    """
    work.require(Permission.REGISTER_PATRONS)
    if CodeKind.PATRON not in work.patterns.kinds(number) or work.patterns.fault(number) is not None:
        raise refuse("patron.bad_number", number=number, pattern=work.patterns.patron)
    name, (phone, email) = full_name(name), usable(phone, email)
    group, branch_id = category_of(work, category), branch_of(work, branch)
    if is_taken(work, number):
        raise refuse("patron.number_taken", number=number)
    today = today_at(work, branch_id, group.rules_version)
    record = Record(
        name=name,
        category_id=group.id,
        branch_id=branch_id,
        language=spoken(language),
        phone=phone,
        email=email,
        note=note.strip(),
        status=PatronStatus.ACTIVE,
        expires_on=_not_before(today, expires_on or months_after(today, group.months)),
    )
    reasons = _against_twice(work, record, allow_duplicate)
    allow(reasons, override_by)
    return add(work, number, record, reasons, override_by)


@act("patrons.change", PatronAnswer)
def change(
    work: Work,
    *,
    number: str,
    name: str | None = None,
    category: str | None = None,
    branch: str | None = None,
    language: str | None = None,
    phone: str | None = None,
    email: str | None = None,
    note: str | None = None,
) -> PatronAnswer:
    """Change what is known of a patron; what is left out stays, and an empty text empties a field.

    Refusals: those of ``register`` for what is given, and what is wrong with the number.
    """
    work.require(Permission.REGISTER_PATRONS)
    known = known_patron(work, number)
    was = known.record
    new_phone, new_email = usable(phone or "", email or "")
    record = msgspec.structs.replace(
        was,
        name=was.name if name is None else full_name(name),
        category_id=was.category_id if category is None else category_of(work, category).id,
        branch_id=was.branch_id if branch is None else branch_of(work, branch),
        language=was.language if language is None else spoken(language),
        phone=was.phone if phone is None else new_phone,
        email=was.email if email is None else new_email,
        note=was.note if note is None else note.strip(),
    )
    return write(work, known, "patron.changed", record)


@act("patrons.renew", PatronAnswer)
def renew(work: Work, *, number: str, expires_on: date | None = None) -> PatronAnswer:
    """Renew a patron's card: from today, or from its last day where that is later, by its category's months.

    ``expires_on`` names another last day, which may not come before the one that stands. A block stays.
    Refusals: ``patron.expiry_shorter``, ``patron.expiry_past``, what is wrong with the number, ``permission.missing``.
    """
    work.require(Permission.REGISTER_PATRONS)
    known = known_patron(work, number)
    today = today_at(work, known.record.branch_id, known.rules_version)
    stands = known.record.expires_on
    expires = expires_on or months_after(max(today, stands), known.months)
    if expires < stands:
        raise refuse("patron.expiry_shorter", expires=stands)
    record = msgspec.structs.replace(known.record, expires_on=_not_before(today, expires))
    return write(work, known, "patron.renewed", record)


@act("patrons.block", PatronAnswer)
def block(work: Work, *, number: str, note: str) -> PatronAnswer:
    """Block a patron, with a note that tells every desk why; it is put before the note that stands there.

    Blocking again changes the reason.
    Refusals: ``patron.block_without_note``, what is wrong with the number, ``permission.missing``.
    """
    work.require(Permission.REGISTER_PATRONS)
    # What stands before the mark is taken away with the block.
    why = note.strip().replace(BESIDE, ", ")
    if not why:
        raise refuse("patron.block_without_note")
    known = known_patron(work, number)
    was = known.record
    kept = _beside(was.note) if was.status is PatronStatus.BLOCKED else was.note
    both = BESIDE.join(part for part in (why, kept) if part)
    record = msgspec.structs.replace(was, status=PatronStatus.BLOCKED, note=both)
    return write(work, known, "patron.blocked", record)


@act("patrons.unblock", PatronAnswer)
def unblock(work: Work, *, number: str) -> PatronAnswer:
    """Take a patron's block away, and the note that said why; the one from before it stays.

    Refusals: ``patron.not_blocked``, what is wrong with the number, ``permission.missing``.
    """
    work.require(Permission.REGISTER_PATRONS)
    known = known_patron(work, number)
    if known.record.status is not PatronStatus.BLOCKED:
        raise refuse("patron.not_blocked")
    record = msgspec.structs.replace(known.record, status=PatronStatus.ACTIVE, note=_beside(known.record.note))
    return write(work, known, "patron.unblocked", record)


def alike(look: Look, *, name: str, phone: str = "", email: str = "") -> list[Alike]:
    """Patrons of this name who have the same phone or email: they may be the same person. By number.

    Without phone and email everybody of this name. Capitals and the way a number is written make no difference.
    Refuses without the permission to see patrons.
    """
    look.require(Permission.SEE_PATRONS)
    if not storable(name):
        return []
    name = " ".join(name.split())
    if not phone.strip() and not email.strip():
        return look.transaction.all(_NAMESAKES, name=name)
    return _alike(look, name, phone, email)


def those_meant(look: Look, code: str, *, name: str, phone: str = "", email: str = "") -> list[Alike]:
    """Whom a refusal with this code, one of ``TWICE``, is about, as ``alike`` tells of them."""
    if code == "patron.namesakes":
        return alike(look, name=name)
    return alike(look, name=name, phone=phone, email=email)


def months_after(day: date, months: int) -> date:
    """The same day so many calendar months later; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _alike(look: Look, name: str, phone: str, email: str) -> list[Alike]:
    return _reached_alike(look.transaction.all(_NAMESAKES, name=name), phone, email)


def _reached_alike(people: Sequence[Alike], phone: str, email: str) -> list[Alike]:
    return [one for one in people if same_phone(one.phone, phone) or same_email(one.email, email)]


def _against_twice(work: Work, record: Record, looked_at: str) -> list[Reason]:
    """What stands against registering somebody who may be registered already, unless the right one was looked at.

    Who that may be is looked up and not told: a refusal is journalled, and the journal names nobody.
    """
    namesakes = work.transaction.all(_NAMESAKES, name=record.name)
    alike = _reached_alike(namesakes, record.phone, record.email)
    if not namesakes or looked_at in {one.number for one in alike or namesakes}:
        return []
    if alike:
        return [Reason("patron.maybe_duplicate")]
    return [Reason("patron.namesakes", {"count": len(namesakes)}, Permission.REGISTER_PATRONS)]


def _not_before(today: date, expires: date) -> date:
    if expires < today:
        raise refuse("patron.expiry_past", expires=expires)
    return expires


def _beside(note: str) -> str:
    return note.partition(BESIDE)[2]
