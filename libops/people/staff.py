"""Staff: signing in by badge and PIN, signing out, and who they are."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from sqlalchemy import ColumnElement, bindparam, case, insert, literal_column, or_, select, update

from db.people import Role
from db.statement import Statement
from db.tables import STAFF
from libops.codes import CodeKind, storable
from libops.library import Library
from libops.pages import Page, bounded, page_of
from libops.people.pins import hash_pin, pin_matches
from libops.permissions import BY_ROLE, Permission
from libops.refusals import Reason, Refusal, refuse
from libops.work import Actor, Answer, Look, Place, Work, act

ATTEMPTS = 5
"""Wrong PINs in a row before a badge has to wait."""

WAIT = timedelta(minutes=5)
"""How long it then waits."""


class StaffView(msgspec.Struct, frozen=True):
    """A member of staff, as lists show them."""

    badge: str
    name: str
    role: Role
    language: str
    active: bool


class StaffAnswer(Answer, frozen=True, kw_only=True):
    """A member of staff was registered."""

    badge: str
    role: Role


class _Login(msgspec.Struct, frozen=True):
    id: int
    badge: str
    name: str
    role: str
    language: str
    pin_hash: str


def _view(badge: str, name: str, role: str, language: str, active: bool) -> StaffView:
    return StaffView(badge, name, Role(role), language, bool(active))


_FIND = Statement(
    select(STAFF.c.id, STAFF.c.badge, STAFF.c.name, STAFF.c.role, STAFF.c.language, STAFF.c.pin_hash).where(
        STAFF.c.badge == bindparam("badge"), STAFF.c.active
    ),
    _Login,
)
# A badge is taken for ever: the journal names those who left by theirs.
_TAKEN = Statement(select(STAFF.c.badge).where(STAFF.c.badge == bindparam("badge")), str)
_RESTED = or_(STAFF.c.attempted_at.is_(None), STAFF.c.attempted_at <= bindparam("rested"))
# One statement claims an attempt: however many desks guess at once, each takes one of the few there are.
_CLAIM: Statement[None] = Statement(
    update(STAFF)
    .values(attempts=case((_RESTED, 1), else_=STAFF.c.attempts + 1), attempted_at=bindparam("now"))
    .where(STAFF.c.badge == bindparam("badge"), or_(STAFF.c.attempts < ATTEMPTS, _RESTED)),
    lambda: None,
)
_FORGIVE: Statement[None] = Statement(
    update(STAFF).values(attempts=0).where(STAFF.c.badge == bindparam("badge")), lambda: None
)
_ADD: Statement[None] = Statement(
    insert(STAFF)
    .values(
        badge=bindparam("badge"),
        name=bindparam("name"),
        role=bindparam("role"),
        language=bindparam("language"),
        pin_hash=bindparam("pin_hash"),
        active=True,
        attempts=0,
    )
    .inline(),
    lambda: None,
)
_LIST = Statement(
    select(STAFF.c.badge, STAFF.c.name, STAFF.c.role, STAFF.c.language, STAFF.c.active)
    .where(STAFF.c.badge > bindparam("after"))
    .order_by(STAFF.c.badge)
    .limit(bindparam("most")),
    _view,
)


def log_in(library: Library, *, badge: str, pin: str, place: Place) -> Actor:
    """Sign a member of staff in at a place.

    Takes the library, not a work: the attempt is counted and committed before the PIN is looked at, so that a wrong one
    cannot be undone with its transaction, and no lock is held while the hash is computed.
    Refusals: ``staff.wrong_pin``, ``staff.too_many_attempts``.
    """
    now = library.clock()
    badge = badge if storable(badge) else ""
    with library.database.act() as transaction:
        known = transaction.maybe(_FIND, badge=badge)
        claimed = transaction.run(_CLAIM, badge=badge, now=now, rested=now - WAIT) > 0
    fault: Reason | None = None
    if known is not None and not claimed:
        fault = Reason("staff.too_many_attempts", {"minutes": int(WAIT.total_seconds() // 60)})
    elif not pin_matches(None if known is None else known.pin_hash, pin):
        fault = Reason("staff.wrong_pin")
    actor = _NOBODY if known is None else _actor(known)
    with library.work(actor=actor, place=place) as work:
        _sign_in(work, badge=badge, fault=fault)
    return actor


@act("staff.log_in", Answer)
def _sign_in(work: Work, *, badge: str, fault: Reason | None) -> Answer:
    if fault is not None:
        raise Refusal([fault])
    work.transaction.run(_FORGIVE, badge=badge)
    work.record("staff.signed_in")
    return Answer()


def log_out(library: Library, *, actor: Actor, place: Place) -> None:
    """Write down that a member of staff is no longer at work at a place."""
    with library.work(actor=actor, place=place) as work:
        _sign_out(work)


@act("staff.log_out", Answer)
def _sign_out(work: Work) -> Answer:
    work.record("staff.signed_out")
    return Answer()


_NOBODY = Actor("nobody", "", frozenset())


BY_BADGE = "staff:"
"""How the name of an actor begins that is a member of staff; the badge follows."""


def _actor(known: _Login) -> Actor:
    return Actor(f"{BY_BADGE}{known.badge}", known.name, BY_ROLE[Role(known.role)], known.language)


def is_actor(actor: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a member of staff is who did something, as part of a statement."""
    return actor == literal_column(f"'{BY_BADGE}'").concat(STAFF.c.badge)


@act("staff.add", StaffAnswer, secret=frozenset({"pin"}))
def add(work: Work, *, badge: str, name: str, role: Role, pin: str, language: str = "zh") -> StaffAnswer:
    """Register a member of staff.

    Refusals: ``staff.bad_badge``, ``staff.badge_taken``, ``staff.weak_pin``, ``staff.empty_name``,
    ``permission.missing``.
    """
    work.require(Permission.MANAGE_STAFF)
    if CodeKind.BADGE not in work.patterns.kinds(badge):
        raise refuse("staff.bad_badge", badge=badge, pattern=work.patterns.badge)
    if not name.strip():
        raise refuse("staff.empty_name")
    pin_hash = hash_pin(pin)
    if work.transaction.maybe(_TAKEN, badge=badge) is not None:
        raise refuse("staff.badge_taken", badge=badge)
    work.transaction.run(_ADD, badge=badge, name=name.strip(), role=role, language=language, pin_hash=pin_hash)
    work.record("staff.added", badge=badge, role=role)
    return StaffAnswer(badge=badge, role=role)


def list_staff(look: Look, *, after: str = "", limit: int = 100) -> Page[StaffView]:
    """Staff by badge. Refuses without the permission to manage them."""
    look.require(Permission.MANAGE_STAFF)
    limit = bounded(limit)
    return page_of(look.transaction.all(_LIST, after=after, most=limit + 1), limit, lambda row: row.badge)
