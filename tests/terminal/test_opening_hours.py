"""Opening hours in the console: the week, other hours and closed days, each after a look at what moves."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from libops.circulation import opening
from libops.library import Library
from screens.forms.calendar import AsUsualForm, CloseDays, OpenDays, WeekForm
from screens.lists.screen import ListScreen
from tests.terminal.at_desk import AtDesk, at_desk, place_of, signed_in
from tests.terminal.at_screens import fill_in, go_to, open_form, sent, story_of, told
from tests.terminal.doings import does, lend
from tests.terminal.small_town import CLERK, COPIES, NOON, TEACHER

NEXT = NOON.date() + timedelta(days=1)
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOVES = "1 due date and 0 hold-shelf times move:"


def due_of(library: Library, barcode: str) -> date:
    """When the loan of an item falls due, as a day."""
    loan = story_of(library, barcode).loan
    assert loan is not None
    return loan.due_on


def hours_of(library: Library, day: date) -> tuple[str | None, str | None]:
    """The hours of a day's weekday."""
    with library.look(actor=signed_in(library), place=place_of(library)) as look:
        week = opening.show_calendar(look, branch_code="C").week
    return week[day.weekday()].opens, week[day.weekday()].closes


async def looked_at(me: AtDesk, *shown: str) -> None:
    """The first Enter tells what it would move."""
    await me.press("f9")
    for text in shown:
        await me.until_shown(text)
    await me.until_shown("Enter once more does it.")


async def test_the_week_is_changed_in_one_form_after_a_look_at_what_moves(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    due = due_of(town, COPIES[0])
    weekday = WEEK[due.weekday()]
    before = hours_of(town, due)
    async with at_desk(town) as me:
        await go_to(me, "c")
        form = await open_form(me, "f12", WeekForm)
        await fill_in(me, **{weekday: ""})
        await looked_at(me, MOVES, "1 loan, 0 holds")
        assert hours_of(town, due) == before
        await sent(me, form)
    assert hours_of(town, due) == (None, None)
    assert due_of(town, COPIES[0]) > due


async def test_hours_that_cannot_be_are_told_at_their_day(town: Library) -> None:
    async with at_desk(town) as me:
        await go_to(me, "c")
        form = await open_form(me, "f12", WeekForm)
        assert "Change a day first" in (await told(me, form))["mon"]
        await fill_in(me, tue="nine")
        assert "Write 09:00-21:00" in (await told(me, form))["tue"]
        await fill_in(me, tue="21:00-09:00")
        assert "Hours 21:00 to 09:00 cannot be." in (await told(me, form))["tue"]


async def test_what_is_looked_at_is_looked_at_anew_once_it_is_changed(town: Library) -> None:
    async with at_desk(town) as me:
        await go_to(me, "c")
        form = await open_form(me, "f7", CloseDays)
        await fill_in(me, first="2026-05-01", last="2026-05-01")
        await looked_at(me, "Nothing falls due at another time because of it.")
        await fill_in(me, last="2026-05-03")
        await looked_at(me)
        await sent(me, form)
        screen = me.app.screen
        assert isinstance(screen, ListScreen)
        await me.until(lambda: sum(day.differs and day.opens is None for day in screen.rows.rows) >= 3)


async def test_other_hours_and_as_usual_ask_twice_only_where_something_moves(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    due = due_of(town, COPIES[0])
    does(town, partial(opening.open_days, branch_code="C", first=due, last=due, opens="10:00", closes="12:00"))
    does(town, partial(opening.set_week, branch_code="C", weekdays=[WEEK[due.weekday()]]))
    does(town, partial(opening.open_days, branch_code="C", first=NEXT, last=NEXT, opens="10:00", closes="12:00"))
    async with at_desk(town) as me:
        await go_to(me, "c")
        await me.press("down")
        await sent(me, await open_form(me, "f8", OpenDays))
        form = await open_form(me, "f9", AsUsualForm)
        await fill_in(me, first=due.isoformat(), last=due.isoformat())
        await looked_at(me, MOVES)
        await sent(me, form)
    assert due_of(town, COPIES[0]) > due


async def test_who_may_not_change_rules_is_offered_no_week(town: Library) -> None:
    async with at_desk(town, who=CLERK) as me:
        screen = await go_to(me, "c")
        assert not screen.check_action("do", ("calendar.week",))
