"""Changing when a branch is open: its week, single dates, and closing days after all.

Every change moves what falls due at times when the branch is open no longer (``libops/circulation/closing.py``), in the
same transaction. Each can be looked at before: what it comes to is one value (``calendar_changes``), for both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

import msgspec
from sqlalchemy import BindParameter, bindparam, delete, insert, select

from db.database import Transaction
from db.statement import Statement
from db.tables import DATED_HOURS, LIBRARY, OPENING_HOURS
from libops.circulation import calendar_changes, closing, rules
from libops.circulation.calendar_changes import MOST_DAYS, Change, Clock, days_of, place_of
from libops.circulation.calendars import Calendar
from libops.circulation.closing import DayMove, MovedLoan, Plan
from libops.journal import Datum
from libops.library_plan import WEEKDAYS
from libops.permissions import Permission
from libops.places import find_branch
from libops.work import Answer, Look, Place, Work, act


class WeekdayView(msgspec.Struct, frozen=True):
    """A weekday's hours, ``HH:MM``; None where the branch stays closed."""

    day: str
    opens: str | None
    closes: str | None


class DateView(msgspec.Struct, frozen=True):
    """A date that differs from the week; no times where the branch stays closed."""

    day: date
    opens: str | None
    closes: str | None
    note_zh: str
    note_en: str


class CalendarView(msgspec.Struct, frozen=True):
    """When a branch is open: its week, Monday first, and the dates that differ."""

    branch_code: str
    branch_zh: str
    branch_en: str
    zone: str
    week: list[WeekdayView]
    dates: list[DateView]


class CalendarPreview(msgspec.Struct, frozen=True):
    """What a change of a branch's hours would move: how many, from which day to which, and some of the loans.

    It is about the days from ``first`` to ``last``, where this is None about all from then on.
    """

    branch_code: str
    zone: str
    first: date
    last: date | None
    loans: int
    holds: int
    moves: list[DayMove]
    sample: list[MovedLoan]


class CalendarAnswer(Answer, frozen=True, kw_only=True):
    """A calendar was changed, and so many due dates and hold-shelf times with it."""

    branch_code: str
    loans: int
    holds: int
    moves: list[DayMove]


class _Weekday(msgspec.Struct, frozen=True):
    weekday: int
    opens: str
    closes: str


class _Version(msgspec.Struct, frozen=True):
    version: int


_OF_BRANCH: BindParameter[int] = bindparam("branch")
_DATES_OF = (DATED_HOURS.c.branch_id == _OF_BRANCH) & DATED_HOURS.c.day.between(bindparam("first"), bindparam("last"))
_VERSION = Statement(select(LIBRARY.c.rules_version), _Version)
_WEEK = Statement(
    select(OPENING_HOURS.c.weekday, OPENING_HOURS.c.opens, OPENING_HOURS.c.closes)
    .where(OPENING_HOURS.c.branch_id == _OF_BRANCH)
    .order_by(OPENING_HOURS.c.weekday),
    _Weekday,
)
_DATES = Statement(
    select(*(DATED_HOURS.c[name] for name in DateView.__struct_fields__)).where(_DATES_OF).order_by(DATED_HOURS.c.day),
    DateView,
)
_CLEAR_WEEKDAY: Statement[None] = Statement(
    delete(OPENING_HOURS).where(
        OPENING_HOURS.c.branch_id == _OF_BRANCH, OPENING_HOURS.c.weekday == bindparam("on_weekday")
    ),
    lambda: None,
)
_CLEAR_DATES: Statement[None] = Statement(delete(DATED_HOURS).where(_DATES_OF), lambda: None)
_ADD_WEEKDAY: Statement[None] = Statement(
    insert(OPENING_HOURS)
    .values({name: bindparam(name) for name in ("branch_id", "weekday", "opens", "closes")})
    .inline(),
    lambda: None,
)
_ADD_DATE: Statement[None] = Statement(
    insert(DATED_HOURS).values({name: bindparam(name) for name in ("branch_id", *DateView.__struct_fields__)}).inline(),
    lambda: None,
)


def show_calendar(look: Look, *, branch_code: str, first: date | None = None, last: date | None = None) -> CalendarView:
    """A branch's week and the dates that differ from it, from today on for a year unless others are asked for.

    Refuses with ``place.unknown``.
    """
    branch = find_branch(look.transaction, branch_code)
    start = first or look.now.astimezone(branch.zone).date()
    end = last or start + timedelta(days=MOST_DAYS)
    week = {row.weekday: row for row in look.transaction.all(_WEEK, branch=branch.branch_id)}
    return CalendarView(
        branch.branch_code,
        branch.branch_zh,
        branch.branch_en,
        branch.zone_name,
        [
            WeekdayView(name, week[place].opens, week[place].closes) if place in week else WeekdayView(name, None, None)
            for place, name in enumerate(WEEKDAYS)
        ],
        look.transaction.all(_DATES, branch=branch.branch_id, first=start, last=end),
    )


def preview_closing(look: Look, *, branch_code: str, first: date, last: date) -> CalendarPreview:
    """What closing a branch on these days would move. Refuses as ``close_days``, but for the permission."""
    days = days_of(first, last)
    return _preview(look, branch_code, (first, last), lambda old: calendar_changes.of_dates(old, days, None))


def preview_opening(
    look: Look, *, branch_code: str, first: date, last: date, opens: str, closes: str
) -> CalendarPreview:
    """What opening a branch on these days at these hours would move. Refuses as ``open_days``, as before."""
    days, clock = days_of(first, last), (opens, closes)
    return _preview(look, branch_code, (first, last), lambda old: calendar_changes.of_dates(old, days, clock))


def preview_clearing(look: Look, *, branch_code: str, first: date, last: date) -> CalendarPreview:
    """What it would move to have these days as every week. Refuses as ``clear_days``, as before."""
    days = days_of(first, last)
    return _preview(look, branch_code, (first, last), lambda old: calendar_changes.as_usual(old, days))


def preview_week(look: Look, *, branch_code: str, week: Mapping[str, Clock | None]) -> CalendarPreview:
    """What other hours on these weekdays, or none, would move. Refuses as ``change_week``, as before."""
    return _preview(look, branch_code, None, lambda old: calendar_changes.of_week(old, week, look.now))


def _preview(
    look: Look, branch_code: str, ends: tuple[date, date] | None, change_of: Callable[[Calendar], Change]
) -> CalendarPreview:
    branch = find_branch(look.transaction, branch_code)
    version = look.transaction.one(_VERSION).version
    change = change_of(rules.standing(look.transaction, version).calendars[branch.branch_id])
    old, new = change.old, change.new
    calendar_changes.require_possible(change, look.now)
    planned = _plan(look.transaction, branch, change)
    moves = planned.by_day(old, new)
    first, last = ends or (old.local_day(change.span.since), None)
    return CalendarPreview(
        branch.branch_code,
        branch.zone_name,
        first,
        last,
        sum(move.loans for move in moves),
        sum(move.holds for move in moves),
        moves,
        closing.sample(look.transaction, branch.branch_id, planned.loans, old, new),
    )


def _plan(transaction: Transaction, branch: Place, change: Change) -> Plan:
    return closing.plan(transaction, branch.branch_id, change.old, change.new, change.span)


@act("opening.close_days", CalendarAnswer)
def close_days(
    work: Work, *, branch_code: str, first: date, last: date, note_zh: str = "", note_en: str = ""
) -> CalendarAnswer:
    """Close a branch on these days, whatever it was to be open then, and move what falls due on them.

    Due dates and hold-shelf times go to the end of the branch's next open day, those of hourly loans to its next
    opening. Closing the same days again moves what has come to fall on them since.
    Refusals: ``place.unknown``, ``calendar.*``, ``permission.missing``.
    """
    return _set_dates(work, branch_code, (first, last), None, (note_zh, note_en))


@act("opening.open_days", CalendarAnswer)
def open_days(
    work: Work,
    *,
    branch_code: str,
    first: date,
    last: date,
    opens: str,
    closes: str,
    note_zh: str = "",
    note_en: str = "",
) -> CalendarAnswer:
    """Open a branch on these days at these hours, ``HH:MM``, whatever its week says; ``closes`` may be ``26:00``.

    Refusals: as of ``close_days``.
    """
    return _set_dates(work, branch_code, (first, last), (opens, closes), (note_zh, note_en))


@act("opening.clear_days", CalendarAnswer)
def clear_days(work: Work, *, branch_code: str, first: date, last: date) -> CalendarAnswer:
    """Let a branch be open on these days as every week; closures and exceptional openings are taken off.

    Refusals: as of ``close_days``, and ``calendar.as_usual`` where none of these days differs.
    """
    work.require(Permission.MANAGE_RULES)
    branch, old = _begin(work, branch_code)
    change = calendar_changes.as_usual(old, days_of(first, last))
    before = _cleared(work.transaction, branch, first, last)
    return _changed(work, branch, change, what="cleared", first=first, last=last, before=before)


@act("opening.set_week", CalendarAnswer)
def set_week(
    work: Work, *, branch_code: str, weekdays: list[str], opens: str | None = None, closes: str | None = None
) -> CalendarAnswer:
    """Give weekdays (``mon`` to ``sun``) of a branch the same hours, or none: it is then closed on them.

    What falls due from today on moves with them. Refusals: as of ``close_days``.
    """
    clock = None if opens is None and closes is None else (opens or "", closes or "")
    return _set_week(work, branch_code, dict.fromkeys(weekdays, clock))


@act("opening.change_week", CalendarAnswer)
def change_week(work: Work, *, branch_code: str, week: dict[str, Clock | None]) -> CalendarAnswer:
    """Give weekdays of a branch hours of their own, or none, all at once. Refusals: as of ``close_days``."""
    return _set_week(work, branch_code, week)


def _set_week(work: Work, branch_code: str, week: Mapping[str, Clock | None]) -> CalendarAnswer:
    work.require(Permission.MANAGE_RULES)
    branch, old = _begin(work, branch_code)
    change = calendar_changes.of_week(old, week, work.now)
    before = work.transaction.all(_WEEK, branch=branch.branch_id)
    for name, clock in week.items():
        work.transaction.run(_CLEAR_WEEKDAY, branch=branch.branch_id, on_weekday=place_of(name))
        if clock is not None:
            opens, closes = clock
            row = {"branch_id": branch.branch_id, "weekday": place_of(name), "opens": opens, "closes": closes}
            work.transaction.run(_ADD_WEEKDAY, **row)
    return _changed(work, branch, change, what="week", week=dict(week), before=before)


def _set_dates(
    work: Work,
    branch_code: str,
    ends: tuple[date, date],
    clock: Clock | None,
    notes: tuple[str, str],
) -> CalendarAnswer:
    """Give each of these days the same hours, or none."""
    work.require(Permission.MANAGE_RULES)
    branch, old = _begin(work, branch_code)
    days = days_of(*ends)
    change = calendar_changes.of_dates(old, days, clock)
    opens, closes = clock or (None, None)
    before = _cleared(work.transaction, branch, *ends)
    for day in days:
        work.transaction.run(
            _ADD_DATE,
            branch_id=branch.branch_id,
            day=day,
            opens=opens,
            closes=closes,
            note_zh=notes[0].strip(),
            note_en=notes[1].strip(),
        )
    told = {"first": ends[0], "last": ends[1], "before": before, "opens": opens, "closes": closes}
    return _changed(work, branch, change, what="closed" if clock is None else "opened", **told)


def _begin(work: Work, branch_code: str) -> tuple[Place, Calendar]:
    """Move the rules' version, so that nobody decides by half a change; the branch and its calendar as it stands."""
    version, branch = rules.move_version(work.transaction), find_branch(work.transaction, branch_code)
    return branch, rules.load(work.transaction, version).calendars[branch.branch_id]


def _changed(work: Work, branch: Place, change: Change, *, what: str, **told: object) -> CalendarAnswer:
    """Check a changed calendar, move what falls due at times that are closed now, and journal all of it."""
    calendar_changes.require_possible(change, work.now)
    closing.lock(work, branch.branch_id, change.span)
    moves = _plan(work.transaction, branch, change)
    by_day = moves.by_day(change.old, change.new)
    loans, holds = sum(move.loans for move in by_day), sum(move.holds for move in by_day)
    work.record("calendar.changed", branch=branch.branch_code, what=what, loans=loans, holds=holds, days=_plain(told))
    closing.carry_out(work, branch.branch_id, moves)
    return CalendarAnswer(branch_code=branch.branch_code, loans=loans, holds=holds, moves=by_day)


def _plain(told: Mapping[str, object]) -> Datum:
    plain: Datum = msgspec.to_builtins(told)
    return plain


def _cleared(transaction: Transaction, branch: Place, first: date, last: date) -> list[DateView]:
    """The dates that differed, which are taken off."""
    rows = transaction.all(_DATES, branch=branch.branch_id, first=first, last=last)
    transaction.run(_CLEAR_DATES, branch=branch.branch_id, first=first, last=last)
    return rows
