"""Changing when a branch is open: its week, single dates, and closing days after all.

Every change moves what falls due at times when the branch is open no longer (``libops/circulation/closing.py``), in the
same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec
from sqlalchemy import BindParameter, bindparam, delete, insert, select

from db.database import Transaction
from db.statement import Statement
from db.tables import DATED_HOURS, LIBRARY, OPENING_HOURS
from libops.circulation import closing, rules
from libops.circulation.calendars import Calendar, Hours, overlaps, read_hours, week_overlaps
from libops.circulation.closing import DayMove, MovedLoan, Span
from libops.journal import Datum
from libops.library_plan import WEEKDAYS
from libops.permissions import Permission
from libops.places import all_branches
from libops.refusals import refuse
from libops.rows import clock_time, closing_time
from libops.work import Answer, Look, Place, Work, act

MOST_DAYS = 366
"""How many days are changed at once at most."""

_AHEAD = timedelta(days=11_000)
"""Further than any loan reaches."""


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


class ClosingPreview(msgspec.Struct, frozen=True):
    """What closing a branch from one day to another would move: how many, from which day to which, and some loans."""

    branch_code: str
    zone: str
    first: date
    last: date
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
    branch = _branch(look.transaction, branch_code)
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


def preview_closing(look: Look, *, branch_code: str, first: date, last: date) -> ClosingPreview:
    """What closing a branch on these days would move. Refuses as ``close_days``, but for the permission."""
    branch, days = _branch(look.transaction, branch_code), _days(first, last)
    version = look.transaction.one(_VERSION).version
    old = rules.standing(look.transaction, version).calendars[branch.branch_id]
    new, span = _with_dates(old, dict.fromkeys(days)), _span(old, days, closed=True)
    planned = closing.plan(look.transaction, branch.branch_id, old, new, span)
    moves = planned.by_day(old, new)
    return ClosingPreview(
        branch.branch_code,
        branch.zone_name,
        first,
        last,
        sum(move.loans for move in moves),
        sum(move.holds for move in moves),
        moves,
        closing.sample(look.transaction, branch.branch_id, planned.loans, old, new),
    )


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
    version, branch = rules.move_version(work.transaction), _branch(work.transaction, branch_code)
    days = _days(first, last)
    old = rules.load(work.transaction, version).calendars[branch.branch_id]
    before = _cleared(work.transaction, branch, first, last)
    if not before:
        raise refuse("calendar.as_usual", first=first, last=last)
    kept = {day: hours for day, hours in old.dated.items() if day not in days}
    new = Calendar(old.zone_name, old.week, kept)
    return _changed(work, branch, old, new, _span(old, days), what="cleared", first=first, last=last, before=before)


@act("opening.set_week", CalendarAnswer)
def set_week(
    work: Work, *, branch_code: str, weekdays: list[str], opens: str | None = None, closes: str | None = None
) -> CalendarAnswer:
    """Give weekdays (``mon`` to ``sun``) of a branch other hours, or none: it is then closed on them.

    What falls due from today on moves with them. Refusals: as of ``close_days``.
    """
    work.require(Permission.MANAGE_RULES)
    version, branch = rules.move_version(work.transaction), _branch(work.transaction, branch_code)
    hours = None if opens is None and closes is None else _hours(opens or "", closes or "")
    places = [_weekday(name) for name in weekdays]
    old = rules.load(work.transaction, version).calendars[branch.branch_id]
    before = work.transaction.all(_WEEK, branch=branch.branch_id)
    week = {place: kept for place, kept in old.week.items() if place not in places}
    week |= dict.fromkeys(places, hours) if hours is not None else {}
    for place in dict.fromkeys(places):
        work.transaction.run(_CLEAR_WEEKDAY, branch=branch.branch_id, on_weekday=place)
        if hours is not None:
            work.transaction.run(_ADD_WEEKDAY, branch_id=branch.branch_id, weekday=place, opens=opens, closes=closes)
    clash = week_overlaps(week)
    if clash is not None:
        raise refuse("calendar.overlap", day=WEEKDAYS[clash])
    new = Calendar(old.zone_name, week, old.dated)
    span = Span(old.start_of(old.local_day(work.now)), work.now + _AHEAD)
    return _changed(
        work,
        branch,
        old,
        new,
        span,
        what="week",
        weekdays=[WEEKDAYS[place] for place in places],
        opens=opens,
        closes=closes,
        before=before,
    )


def _set_dates(
    work: Work,
    branch_code: str,
    ends: tuple[date, date],
    clock: tuple[str, str] | None,
    notes: tuple[str, str],
) -> CalendarAnswer:
    """Give each of these days the same hours, or none."""
    work.require(Permission.MANAGE_RULES)
    version, branch, days = rules.move_version(work.transaction), _branch(work.transaction, branch_code), _days(*ends)
    hours = None if clock is None else _hours(*clock)
    opens, closes = clock or (None, None)
    old = rules.load(work.transaction, version).calendars[branch.branch_id]
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
    new, span = _with_dates(old, dict.fromkeys(days, hours)), _span(old, days, closed=hours is None)
    what = "closed" if hours is None else "opened"
    told = {"first": ends[0], "last": ends[1], "before": before, "opens": opens, "closes": closes}
    return _changed(work, branch, old, new, span, what=what, **told)


def _changed(
    work: Work, branch: Place, old: Calendar, new: Calendar, span: Span, *, what: str, **told: object
) -> CalendarAnswer:
    """Check a changed calendar, move what falls due at times that are closed now, and journal all of it."""
    first, last = old.local_day(span.since), old.local_day(span.until)
    clash = overlaps(new, [day for day in sorted({*new.dated, *span.days}) if first <= day <= last])
    if clash is not None:
        raise refuse("calendar.overlap", day=clash)
    today = new.local_day(work.now)
    if new.open_day_from(today) is None:
        raise refuse("calendar.no_open_day", due=today)
    closing.lock(work, branch.branch_id, span)
    moves = closing.plan(work.transaction, branch.branch_id, old, new, span)
    by_day = moves.by_day(old, new)
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


def _with_dates(calendar: Calendar, dates: Mapping[date, Hours | None]) -> Calendar:
    return Calendar(calendar.zone_name, calendar.week, {**calendar.dated, **dates})


def _span(old: Calendar, days: Sequence[date], *, closed: bool = False) -> Span:
    return Span(old.start_of(days[0]), old.end_of(days[-1]), frozenset(days), closes=closed)


def _days(first: date, last: date) -> list[date]:
    count = (last - first).days + 1
    if not 1 <= count <= MOST_DAYS:
        raise refuse("calendar.bad_range", first=first, last=last, most=MOST_DAYS)
    return [first + timedelta(days=ahead) for ahead in range(count)]


def _hours(opens: str, closes: str) -> Hours:
    try:
        hours = read_hours(clock_time(opens), closing_time(closes))
    except ValueError:
        hours = Hours(0, 0)
    if hours.opens >= hours.closes:
        raise refuse("calendar.bad_hours", opens=opens or "—", closes=closes or "—")
    return hours


def _weekday(name: str) -> int:
    if name not in WEEKDAYS:
        raise refuse("calendar.bad_weekday", day=name, known=", ".join(WEEKDAYS))
    return WEEKDAYS.index(name)


def _branch(transaction: Transaction, code: str) -> Place:
    branches = all_branches(transaction)
    found = next((branch for branch in branches if branch.branch_code == code), None)
    if found is None:
        raise refuse("place.unknown", code=code or "—", known=", ".join(branch.branch_code for branch in branches))
    return found
