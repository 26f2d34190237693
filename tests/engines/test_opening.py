"""A branch's calendar is changed by acts that move what falls due when it is closed after all, and journal it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FuturesTimeout
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import TypeVar

import pytest
from sqlalchemy import func, insert, select, update

from db.tables import (
    BRANCH,
    CATEGORY,
    DATED_HOURS,
    EVENT,
    ITEM,
    ITEM_TYPE,
    LIBRARY,
    LOAN,
    OPENING_HOURS,
    PATRON,
    POLICY,
    REQUEST,
    TITLE,
)
from libops.circulation import loans, opening
from libops.circulation.closing import DayMove, MovedLoan
from libops.circulation.opening import CalendarAnswer, CalendarPreview, DateView, WeekdayView
from libops.doctor import examine
from libops.refusals import Refusal
from tests.engines.town import (
    BOOK,
    CHILD,
    CLERK,
    DISC,
    FOURTH_BOOK,
    MORNING,
    OPERATOR,
    OTHER_BOOK,
    OTHER_READER,
    READER,
    SHANGHAI,
    SUPERVISOR,
    THIRD_BOOK,
    Town,
    ids,
    refused,
)
from tests.engines.wishes import LONE_BOOK, add_titles, ask

DUE = date(2026, 12, 23)
"""When a book that is lent on the first morning falls due, a Wednesday."""

ONE_DAY = timedelta(days=1)


A = TypeVar("A")


def do(town: Town, function: Callable[..., A], **arguments: object) -> A:
    return town.act(function, by=SUPERVISOR, at="M1", key=None, **arguments)


def close(
    town: Town, first: date, last: date | None = None, *, branch: str = "MAIN", **notes: object
) -> CalendarAnswer:
    return do(town, opening.close_days, branch_code=branch, first=first, last=last or first, **notes)


def preview(town: Town, first: date, last: date | None = None, *, branch: str = "MAIN") -> CalendarPreview:
    return town.look(opening.preview_closing, branch_code=branch, first=first, last=last or first)


def end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, SHANGHAI)


def due(town: Town, barcode: str) -> datetime:
    """When the open loan of an item falls due."""
    query = select(LOAN.c.due_at).join(ITEM, ITEM.c.id == LOAN.c.item_id)
    at: datetime = town.ask(query.where(ITEM.c.barcode == barcode, LOAN.c.returned_at.is_(None)))[0][0]
    return at


def lend_discs_by_the_hour(town: Town, hours: int, **terms: object) -> None:
    disc = ids(town, ITEM_TYPE)["disc"]
    rule = update(POLICY).where(POLICY.c.item_type_id == disc)
    town.change_rules(rule.values(period_kind="hours", period=hours, renewals=1, **terms))


def moved_events(town: Town) -> list[dict[str, object]]:
    return [dict(data) for (data,) in town.ask(select(EVENT.c.data).where(EVENT.c.kind == "loan.due_moved"))]


def as_it_is(town: Town) -> list[object]:
    """All that a change of calendar may touch."""
    counts = [town.ask(select(func.count()).select_from(table)) for table in (DATED_HOURS, OPENING_HOURS)]
    return [*counts, town.ask(select(LOAN.c.due_at).order_by(LOAN.c.id)), town.ask(select(LIBRARY.c.rules_version))]


def test_what_is_due_on_a_day_that_is_closed_after_all_moves_to_the_next_open_day(town: Town) -> None:
    town.lend(READER, BOOK)
    town.clock.later(days=1)
    town.lend(READER, OTHER_BOOK)
    town.lend(CHILD, THIRD_BOOK)
    told = close(town, DUE)
    assert told == CalendarAnswer(branch_code="MAIN", loans=1, holds=0, moves=[DayMove(DUE, DUE + ONE_DAY, 1, 0)])
    assert due(town, BOOK) == end_of(DUE + ONE_DAY)
    assert due(town, OTHER_BOOK) == end_of(DUE + ONE_DAY)
    assert due(town, THIRD_BOOK) == end_of(date(2026, 12, 8))
    assert examine(town.library) == []


def test_several_days_are_closed_at_once_and_all_of_it_moves_behind_them(town: Town) -> None:
    for days, barcode in enumerate((BOOK, OTHER_BOOK, THIRD_BOOK)):
        town.clock.now = MORNING + timedelta(days=days)
        town.lend(READER, barcode)
    last = DUE + timedelta(days=2)
    assert close(town, DUE, last).moves == [
        DayMove(DUE + timedelta(days=days), last + ONE_DAY, 1, 0) for days in range(3)
    ]
    assert {due(town, barcode) for barcode in (BOOK, OTHER_BOOK, THIRD_BOOK)} == {end_of(last + ONE_DAY)}
    town.clock.now = end_of(last + ONE_DAY)
    assert town.take_back(BOOK).days_overdue == 0
    assert examine(town.library) == []


def test_a_closure_moves_only_open_loans_of_its_branch(town: Town) -> None:
    town.lend(READER, BOOK, at="W1")
    town.lend(READER, OTHER_BOOK)
    town.lend(OTHER_READER, THIRD_BOOK)
    town.take_back(THIRD_BOOK)
    assert close(town, DUE).loans == 1
    assert due(town, BOOK) == end_of(DUE)
    ended = select(LOAN.c.due_at).where(LOAN.c.returned_at.is_not(None))
    assert town.ask(ended)[0][0] == end_of(DUE)
    assert len(moved_events(town)) == 1


def test_the_next_open_day_is_the_branchs_own(town: Town) -> None:
    # West is closed on Mondays: 28 December is one.
    town.clock.later(days=4)
    town.lend(READER, BOOK, at="W1")
    close(town, date(2026, 12, 27), branch="WEST")
    assert due(town, BOOK) == end_of(date(2026, 12, 29))


def test_an_hourly_loan_moves_to_the_next_opening(town: Town) -> None:
    lend_discs_by_the_hour(town, 26)
    town.lend(READER, DISC)
    assert due(town, DISC) == MORNING + timedelta(hours=26)
    tuesday = MORNING.date() + ONE_DAY
    seen = preview(town, tuesday)
    assert (seen.loans, seen.moves) == (1, [DayMove(tuesday, tuesday + ONE_DAY, 1, 0)])
    assert close(town, tuesday).moves == seen.moves
    assert due(town, DISC) == datetime.combine(tuesday + ONE_DAY, time(9), SHANGHAI)
    assert examine(town.library) == []


def test_what_waits_on_the_hold_shelf_waits_until_the_next_open_day(town: Town) -> None:
    add_titles(town)
    ask(town, READER)
    town.lend(OTHER_READER, LONE_BOOK, allowed_by=SUPERVISOR)
    town.take_back(LONE_BOOK)
    until = town.ask(select(REQUEST.c.shelf_until))[0][0]
    last = MORNING.date() + timedelta(days=7)
    assert until == end_of(last)
    seen = preview(town, last)
    assert (seen.loans, seen.holds, seen.moves) == (0, 1, [DayMove(last, last + ONE_DAY, 0, 1)])
    assert close(town, last).holds == 1
    assert town.ask(select(REQUEST.c.shelf_until))[0][0] == end_of(last + ONE_DAY)
    data, patron, item = town.ask(
        select(EVENT.c.data, EVENT.c.patron_id, EVENT.c.item_id).where(EVENT.c.kind == "hold.shelf_moved")
    )[0]
    assert (data["until"], data["was_until"]) == (
        end_of(last + ONE_DAY).astimezone(UTC).isoformat(),
        until.isoformat(),
    )
    assert (patron, item) == (ids(town, PATRON, "number")[READER], ids(town, ITEM, "barcode")[LONE_BOOK])
    town.clock.now = end_of(last + ONE_DAY)
    assert town.lend(READER, LONE_BOOK).filled
    assert examine(town.library) == []


def test_each_loan_that_moves_is_journalled_with_whose_and_what_it_is(town: Town) -> None:
    town.lend(READER, BOOK)
    town.lend(READER, OTHER_BOOK)
    close(town, DUE, note_zh="停电", note_en="Power cut")
    rows = town.ask(
        select(EVENT.c.patron_id, EVENT.c.item_id, EVENT.c.loan_id, EVENT.c.actor, EVENT.c.act, EVENT.c.data)
        .where(EVENT.c.kind == "loan.due_moved")
        .order_by(EVENT.c.id)
    )
    patron, items = ids(town, PATRON, "number")[READER], ids(town, ITEM, "barcode")
    assert [(row[0], row[1], row[3]) for row in rows] == [
        (patron, items[BOOK], SUPERVISOR.name),
        (patron, items[OTHER_BOOK], SUPERVISOR.name),
    ]
    assert len({row[2] for row in rows}) == 2
    was, now = (end_of(day).astimezone(UTC).isoformat() for day in (DUE, DUE + ONE_DAY))
    assert [row[5] for row in rows] == [{"due_at": now, "was_due_at": was}] * 2
    (changed,) = town.ask(select(EVENT.c.act, EVENT.c.data).where(EVENT.c.kind == "calendar.changed"))
    assert {row[4] for row in rows} == {changed[0]}
    assert (changed[1]["what"], changed[1]["branch"], changed[1]["loans"]) == ("closed", "MAIN", 2)
    assert town.ask(select(DATED_HOURS.c.opens, DATED_HOURS.c.note_zh, DATED_HOURS.c.note_en)) == [
        (None, "停电", "Power cut")
    ]


def test_the_preview_says_what_the_act_then_does_and_changes_nothing(town: Town) -> None:
    lend_discs_by_the_hour(town, 24 * 30 + 1)
    town.lend(READER, BOOK)
    town.lend(READER, OTHER_BOOK)
    town.lend(OTHER_READER, DISC)
    town.clock.later(days=1)
    town.lend(OTHER_READER, THIRD_BOOK)
    before = as_it_is(town)
    seen = preview(town, DUE, DUE + ONE_DAY)
    assert as_it_is(town) == before
    assert (seen.loans, seen.holds) == (4, 0)
    friday = date(2026, 12, 25)
    hour = MORNING + timedelta(days=30, hours=1)
    assert seen.sample == [
        MovedLoan(DISC, "红楼梦 [b]", hour, DUE, datetime.combine(friday, time(9), SHANGHAI), friday),
        *(MovedLoan(book, "红楼梦 [b]", end_of(DUE), DUE, end_of(friday), friday) for book in (BOOK, OTHER_BOOK)),
        MovedLoan(THIRD_BOOK, "红楼梦 [b]", end_of(DUE + ONE_DAY), DUE + ONE_DAY, end_of(friday), friday),
    ]
    told = close(town, DUE, DUE + ONE_DAY)
    assert (told.loans, told.holds, told.moves) == (seen.loans, seen.holds, seen.moves)
    for loan in seen.sample:
        assert due(town, loan.barcode) == loan.due_at


def test_a_preview_names_ten_loans_of_many(town: Town) -> None:
    town.change(update(CATEGORY).values(loans_limit=100))
    title, kind, main = (
        next(iter(ids(town, TITLE, "number").values())),
        ids(town, ITEM_TYPE)["book"],
        ids(town, BRANCH)["MAIN"],
    )
    for number in range(100, 112):
        row = {"title_id": title, "item_type_id": kind, "branch_id": main, "call_number": "", "status": "available"}
        town.change(insert(ITEM).values(barcode=f"B{number}", **row))
        town.lend(READER, f"B{number}")
    seen = preview(town, DUE)
    assert (seen.loans, len(seen.sample)) == (12, 10)
    assert close(town, DUE).loans == 12


def test_closing_again_moves_what_has_come_to_fall_on_the_day_and_nothing_twice(town: Town) -> None:
    town.lend(READER, BOOK)
    close(town, DUE)
    # As if another desk had decided a moment before the closure, and written a moment after it.
    town.lend(READER, OTHER_BOOK)
    town.change(update(LOAN).values(due_at=end_of(DUE)).where(LOAN.c.item_id == ids(town, ITEM, "barcode")[OTHER_BOOK]))
    assert close(town, DUE).loans == 1
    assert due(town, OTHER_BOOK) == end_of(DUE + ONE_DAY)
    assert close(town, DUE) == CalendarAnswer(branch_code="MAIN", loans=0, holds=0, moves=[])
    assert len(moved_events(town)) == 2
    assert close(town, DUE + ONE_DAY).loans == 2
    assert due(town, BOOK) == end_of(DUE + 2 * ONE_DAY)
    assert examine(town.library) == []


def test_a_day_that_is_over_is_closed_after_the_fact_and_nobody_is_late_for_it(town: Town) -> None:
    town.change_rules(update(POLICY).values(fine_amount=10, fine_open=False))
    town.lend(READER, BOOK)
    town.clock.now = end_of(DUE) + timedelta(hours=10)
    town.change(update(LOAN).values(overdue_told_at=town.clock()))
    assert close(town, DUE).moves == [DayMove(DUE, DUE + ONE_DAY, 1, 0)]
    # It is overdue no longer, and would have to be told anew.
    assert town.ask(select(LOAN.c.overdue_told_at)) == [(None,)]
    back = town.take_back(BOOK)
    assert (back.days_overdue, "charge.made" in town.story()) == (0, False)


def test_what_stays_overdue_is_not_told_twice(town: Town) -> None:
    town.lend(READER, BOOK)
    town.clock.now = end_of(DUE) + timedelta(days=3)
    town.change(update(LOAN).values(overdue_told_at=town.clock()))
    close(town, DUE)
    assert town.ask(select(LOAN.c.overdue_told_at)) == [(town.clock(),)]
    assert town.take_back(BOOK).days_overdue == 2


def test_a_branch_that_would_not_open_within_a_year_is_not_closed(town: Town) -> None:
    town.lend(READER, BOOK)
    before = as_it_is(town)
    every_day = {"branch_code": "MAIN", "weekdays": list(WEEK)}
    assert refused(lambda: do(town, opening.set_week, **every_day)) == ["calendar.no_open_day"]
    assert refused(lambda: close(town, DUE, DUE + timedelta(days=366))) == ["calendar.bad_range"]
    assert as_it_is(town) == before
    close(town, DUE + ONE_DAY, DUE + timedelta(days=365))
    assert refused(lambda: preview(town, DUE)) == ["calendar.no_open_day"]
    assert refused(lambda: close(town, DUE)) == ["calendar.no_open_day"]
    assert due(town, BOOK) == end_of(DUE)


WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"branch_code": "NOWHERE"}, "place.unknown"),
        ({"last": DUE - ONE_DAY}, "calendar.bad_range"),
        ({"opens": "9:00"}, "calendar.bad_hours"),
        ({"opens": "24:30"}, "calendar.bad_hours"),
        ({"closes": "08:00"}, "calendar.bad_hours"),
        ({"closes": "09:00"}, "calendar.bad_hours"),
        ({"closes": "36:01"}, "calendar.bad_hours"),
        ({"closes": "33:01"}, "calendar.overlap"),
    ],
)
def test_a_date_that_cannot_be_is_refused_and_changes_nothing(
    town: Town, arguments: dict[str, object], code: str
) -> None:
    before = as_it_is(town)
    wish = {"branch_code": "MAIN", "first": DUE, "last": DUE, "opens": "09:00", "closes": "26:00", **arguments}
    assert refused(lambda: do(town, opening.open_days, **wish)) == [code]
    assert as_it_is(town) == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"weekdays": ["monday"]}, "calendar.bad_weekday"),
        ({"closes": None}, "calendar.bad_hours"),
        ({"weekdays": list(WEEK), "closes": "33:01"}, "calendar.overlap"),
        ({"closes": "35:00"}, "calendar.overlap"),
    ],
)
def test_a_week_that_cannot_be_is_refused_and_changes_nothing(
    town: Town, arguments: dict[str, object], code: str
) -> None:
    before = as_it_is(town)
    wish = {"branch_code": "MAIN", "weekdays": ["mon"], "opens": "09:00", "closes": "21:00", **arguments}
    assert refused(lambda: do(town, opening.set_week, **wish)) == [code]
    assert as_it_is(town) == before


def test_a_week_that_runs_into_a_date_of_its_own_is_refused(town: Town) -> None:
    day = date(2026, 12, 8)
    wish = {"branch_code": "MAIN", "first": day, "last": day, "opens": "08:00", "closes": "21:00"}
    do(town, opening.open_days, **wish)
    late = {"branch_code": "MAIN", "weekdays": ["mon"], "opens": "09:00", "closes": "32:30"}
    assert refused(lambda: do(town, opening.set_week, **late)) == ["calendar.overlap"]
    do(town, opening.clear_days, branch_code="MAIN", first=day, last=day)
    do(town, opening.set_week, **late)


@pytest.mark.parametrize(
    "function",
    [opening.close_days, opening.open_days, opening.clear_days, opening.set_week, opening.change_week],
)
def test_only_who_may_change_rules_changes_a_calendar(town: Town, function: Callable[..., object]) -> None:
    days: dict[str, object] = {"first": DUE, "last": DUE}
    hours = {"opens": "09:00", "closes": "10:00"}
    arguments: dict[Callable[..., object], dict[str, object]] = {
        opening.close_days: days,
        opening.open_days: {**days, **hours},
        opening.clear_days: days,
        opening.set_week: {"weekdays": ["mon"], **hours},
        opening.change_week: {"week": {"mon": None}},
    }
    wish = {"branch_code": "MAIN", **arguments[function]}
    assert refused(lambda: town.act(function, by=CLERK, at="M1", key=None, **wish)) == ["permission.missing"]


def test_an_exceptional_opening_counts_for_what_is_lent_from_now_on(town: Town) -> None:
    monday = date(2026, 12, 21)
    town.change_rules(update(POLICY).values(period=28))
    town.act(
        opening.open_days, by=SUPERVISOR, branch_code="WEST", first=monday, last=monday, opens="10:00", closes="16:00"
    )
    assert town.lend(READER, BOOK, at="W1").due_on == monday
    # Taken off again, the branch is closed on it as on every Monday, and the loan moves.
    told = do(town, opening.clear_days, branch_code="WEST", first=monday, last=monday)
    assert told.moves == [DayMove(monday, monday + ONE_DAY, 1, 0)]
    assert due(town, BOOK) == end_of(monday + ONE_DAY)
    assert examine(town.library) == []


def test_a_closure_that_is_taken_off_shortens_no_loan(town: Town) -> None:
    town.lend(READER, BOOK)
    close(town, DUE)
    told = do(town, opening.clear_days, branch_code="MAIN", first=DUE, last=DUE)
    assert (told.loans, due(town, BOOK)) == (0, end_of(DUE + ONE_DAY))
    assert town.lend(READER, OTHER_BOOK).due_on == DUE
    clear = {"branch_code": "MAIN", "first": DUE, "last": DUE}
    assert refused(lambda: do(town, opening.clear_days, **clear)) == ["calendar.as_usual"]


def test_a_weekday_that_is_closed_from_now_on_moves_what_falls_due_on_it(town: Town) -> None:
    town.lend(READER, BOOK)
    town.lend(READER, OTHER_BOOK)
    town.take_back(OTHER_BOOK)
    town.lend(CHILD, THIRD_BOOK)
    wednesdays = {"branch_code": "MAIN", "weekdays": ["wed", "thu"]}
    told = do(town, opening.set_week, **wednesdays)
    assert told.moves == [DayMove(DUE, DUE + 2 * ONE_DAY, 1, 0)]
    assert due(town, THIRD_BOOK) == end_of(date(2026, 12, 7))
    week = town.look(opening.show_calendar, branch_code="MAIN").week
    assert [day.opens for day in week] == ["09:00", "09:00", None, None, "09:00", "09:00", "09:00"]
    assert examine(town.library) == []


WEEKDAY_HOURS = {"wed": None, "thu": ("09:00", "12:00")}


@pytest.mark.parametrize(
    ("look_at", "act", "wish", "loans"),
    [
        (opening.preview_week, opening.change_week, {"week": WEEKDAY_HOURS}, 2),
        (
            opening.preview_opening,
            opening.open_days,
            {"first": DUE, "last": DUE + ONE_DAY, "opens": "08:00", "closes": "09:30"},
            1,
        ),
        (opening.preview_clearing, opening.clear_days, {"first": date(2026, 12, 26), "last": date(2026, 12, 27)}, 1),
    ],
)
def test_every_change_of_hours_can_be_looked_at_before_and_then_does_just_that(
    town: Town,
    look_at: Callable[..., CalendarPreview],
    act: Callable[..., CalendarAnswer],
    wish: dict[str, object],
    loans: int,
) -> None:
    do(town, opening.set_week, branch_code="MAIN", weekdays=["sun"])
    weekend = {"first": date(2026, 12, 27), "last": date(2026, 12, 27), "opens": "09:00", "closes": "12:00"}
    do(town, opening.open_days, branch_code="MAIN", **weekend)
    lend_discs_by_the_hour(town, 24 * 30 + 1)
    town.lend(READER, BOOK)
    town.lend(OTHER_READER, DISC)
    town.clock.later(days=4)
    town.lend(READER, THIRD_BOOK)
    assert due(town, THIRD_BOOK) == datetime.combine(date(2026, 12, 28), time(0), SHANGHAI) - timedelta(microseconds=1)
    before = as_it_is(town)
    seen = town.look(partial(look_at, branch_code="MAIN", **wish))
    assert as_it_is(town) == before
    assert (seen.loans, len(seen.sample)) == (loans, loans)
    told = do(town, act, branch_code="MAIN", **wish)
    assert (told.loans, told.holds, told.moves) == (seen.loans, seen.holds, seen.moves)
    for loan in seen.sample:
        assert due(town, loan.barcode) == loan.due_at
    assert examine(town.library) == []


def test_a_week_is_given_each_day_hours_of_its_own_at_once(town: Town) -> None:
    week = {"mon": ("08:00", "26:00"), "tue": ("10:00", "12:00"), "sun": None}
    do(town, opening.change_week, branch_code="MAIN", week=week)
    shown = {day.day: (day.opens, day.closes) for day in town.look(opening.show_calendar, branch_code="MAIN").week}
    assert (shown["mon"], shown["tue"], shown["sun"]) == (("08:00", "26:00"), ("10:00", "12:00"), (None, None))
    assert shown["wed"] == ("09:00", "21:00")


@pytest.mark.parametrize(
    ("week", "code", "column"),
    [
        ({"mon": ("9", "x")}, "calendar.bad_hours", "mon"),
        ({"mon": ("09:00", "33:00"), "tue": ("08:00", "12:00")}, "calendar.overlap", "tue"),
        ({"someday": None}, "calendar.bad_weekday", None),
        (dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun")), "calendar.no_open_day", None),
    ],
)
def test_a_week_that_cannot_be_is_refused_at_its_day_before_and_when_it_is_done(
    town: Town, week: dict[str, tuple[str, str] | None], code: str, column: str | None
) -> None:
    before = as_it_is(town)
    for attempt in (
        lambda: town.look(opening.preview_week, branch_code="MAIN", week=week),
        lambda: do(town, opening.change_week, branch_code="MAIN", week=week),
    ):
        with pytest.raises(Refusal) as caught:
            attempt()
        (reason,) = caught.value.reasons
        assert (reason.code, reason.facts.get("column")) == (code, column)
    assert as_it_is(town) == before


def test_shorter_hours_move_hourly_loans_and_leave_days_alone(town: Town) -> None:
    lend_discs_by_the_hour(town, 32)
    tuesday = MORNING.date() + ONE_DAY
    town.lend(READER, DISC)
    town.change_rules(update(POLICY).where(POLICY.c.item_type_id.is_(None)).values(period=1))
    town.lend(READER, BOOK)
    assert due(town, DISC) == datetime.combine(tuesday, time(18), SHANGHAI)
    hours = {"opens": "09:00", "closes": "17:00"}
    told = do(town, opening.open_days, branch_code="MAIN", first=tuesday, last=tuesday, **hours)
    assert told.moves == [DayMove(tuesday, tuesday + ONE_DAY, 1, 0)]
    assert due(town, DISC) == datetime.combine(tuesday + ONE_DAY, time(9), SHANGHAI)
    assert due(town, BOOK) == end_of(tuesday)


def test_a_night_that_is_open_lengthens_the_day_of_what_is_due_on_it(town: Town) -> None:
    town.lend(READER, BOOK)
    do(town, opening.open_days, branch_code="MAIN", first=DUE, last=DUE, opens="09:00", closes="26:00")
    assert due(town, BOOK) == datetime.combine(DUE + ONE_DAY, time(2), SHANGHAI) - timedelta(microseconds=1)
    town.clock.now = datetime.combine(DUE + ONE_DAY, time(1, 30), SHANGHAI)
    assert town.lend(READER, OTHER_BOOK).due_on == DUE + timedelta(days=30)
    assert town.take_back(BOOK).days_overdue == 0
    assert examine(town.library) == []


def test_a_late_day_that_is_closed_after_all_is_told_as_that_day(town: Town) -> None:
    do(town, opening.open_days, branch_code="MAIN", first=DUE, last=DUE, opens="09:00", closes="26:00")
    town.lend(READER, BOOK)
    seen = preview(town, DUE)
    assert seen.moves == [DayMove(DUE, DUE + ONE_DAY, 1, 0)]
    assert seen.sample[0].was_due_on == DUE
    assert close(town, DUE).moves == seen.moves
    assert due(town, BOOK) == end_of(DUE + ONE_DAY)


def test_a_calendar_shows_its_week_and_the_dates_that_differ(town: Town) -> None:
    close(town, DUE, branch="WEST", note_zh="盘点", note_en="Stocktaking")
    close(town, date(2028, 1, 1), branch="WEST")
    shown = town.look(opening.show_calendar, branch_code="WEST")
    assert (shown.branch_code, shown.branch_zh, shown.zone) == ("WEST", "西馆", "Asia/Shanghai")
    assert shown.week[0] == WeekdayView("mon", None, None)
    assert shown.week[6] == WeekdayView("sun", "09:00", "21:00")
    assert shown.dates == [DateView(DUE, None, None, "盘点", "Stocktaking")]
    later = town.look(opening.show_calendar, branch_code="WEST", first=date(2028, 1, 1), last=date(2028, 1, 1))
    assert [view.day for view in later.dates] == [date(2028, 1, 1)]
    assert refused(lambda: town.look(opening.show_calendar, branch_code="EAST")) == ["place.unknown"]


def test_the_same_closing_under_the_same_key_is_done_once(town: Town) -> None:
    town.lend(READER, BOOK)
    first = close_under_key(town)
    town.reopen()
    assert close_under_key(town) == first
    assert len(moved_events(town)) == 1


def close_under_key(town: Town) -> CalendarAnswer:
    return town.act(
        opening.close_days, by=OPERATOR, key="storm", branch_code="MAIN", first=DUE, last=DUE, note_en="Storm"
    )


def test_a_program_that_is_running_follows_a_calendar_that_another_changed(town: Town) -> None:
    assert town.lend(READER, BOOK).due_on == DUE
    other = Town(town.url)
    close(other, DUE)
    other.library.close()
    assert town.lend(READER, OTHER_BOOK).due_on == DUE + ONE_DAY


def test_desks_go_on_while_days_are_closed_and_no_due_date_is_lost(town: Town) -> None:
    for patron, books in ((READER, (BOOK, OTHER_BOOK)), (OTHER_READER, (THIRD_BOOK, FOURTH_BOOK))):
        for book in books:
            town.lend(patron, book)
    town.change_rules(update(POLICY).values(renewals=1000, renew_from="due", closed_due="keep"))

    def at_a_desk(patron: str, book: str) -> None:
        for _ in range(10):
            with suppress(Refusal):
                town.act(loans.renew_all, patron_number=patron)
            town.take_back(book)
            with suppress(Refusal):
                town.lend(patron, book)

    def closing() -> None:
        for turn in range(10):
            close(town, DUE + timedelta(days=30 * turn), DUE + timedelta(days=30 * turn + 2))

    with ThreadPoolExecutor(3) as pool:
        busy = [
            pool.submit(at_a_desk, READER, BOOK),
            pool.submit(at_a_desk, OTHER_READER, THIRD_BOOK),
            pool.submit(closing),
        ]
        for one in busy:
            one.result(90)
    assert examine(town.library) == []
    assert len(town.open_loans()) == 4


def test_what_is_lent_while_a_day_is_being_closed_is_not_due_on_it(town: Town) -> None:
    with ThreadPoolExecutor() as others:
        with town.library.work(actor=SUPERVISOR, place=town.place("M1"), key=None) as work:
            opening.close_days(work, branch_code="MAIN", first=DUE, last=DUE)
            lent = others.submit(town.lend, READER, BOOK)
            with pytest.raises(FuturesTimeout):
                lent.result(timeout=0.5)
        assert lent.result(timeout=20).due_on == DUE + ONE_DAY
