"""The rules, the opening days and the till by keys: what is changed there holds from then on, what is wrong is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import select

from db.tables import TILL_CLOSING, TILL_COUNT
from libops.circulation import policies
from libops.circulation.outcomes import Word
from libops.circulation.policy_rows import BlockRow, PolicyRow
from libops.library import Library
from libops.money import charges
from libops.money.kinds import Method
from screens.desk.screen import Desk
from screens.dialogs import Ask
from screens.explaining import ExplainForm, ExplanationPanel
from screens.forms.calendar import CloseDays
from screens.forms.rules import BlockRuleForm, PolicyForm
from screens.forms.till import CloseTill
from screens.lists.screen import ListScreen
from tests.terminal.at_desk import AtDesk, at_desk, place_of, signed_in
from tests.terminal.at_screens import account_of, fill_in, go_to, open_form, sent, told
from tests.terminal.doings import charge, does, lend
from tests.terminal.small_town import COPIES, REFERENCE, SUPERVISOR, TEACHER, TEACHER_NAME, events_of


def rules_of(town: Library) -> tuple[list[PolicyRow], list[BlockRow]]:
    """The rules as the library knows them."""
    with town.look(actor=signed_in(town), place=place_of(town)) as look:
        shown = policies.show_rules(look)
        return shown.policies, shown.blocks or []


def policy_of(town: Library, *scope: str | None) -> PolicyRow | None:
    """The row for this branch, category and item type, if there is one."""
    return next((row for row in rules_of(town)[0] if (row.branch, row.category, row.item_type) == scope), None)


def block_of(town: Library, category: str | None, kind: str) -> BlockRow | None:
    """The block rule of a category, if there is one."""
    return next((row for row in rules_of(town)[1] if (row.category, str(row.kind)) == (category, kind)), None)


async def choose(me: AtDesk, screen: ListScreen, wanted: Callable[[Any], bool]) -> None:
    """Go to the row that is wanted, by the arrows."""
    at = next(number for number, row in enumerate(screen.rows.rows) if wanted(row))
    me.press_quickly("ctrl+home", *["down"] * at)
    await me.until(lambda: screen.rows.chosen is not None and wanted(screen.rows.chosen))


def is_of(*scope: str | None) -> Callable[[PolicyRow], bool]:
    """Whether a row of the matrix is the one for these."""
    return lambda row: (row.branch, row.category, row.item_type) == scope


def is_block(category: str | None, kind: str) -> Callable[[BlockRow], bool]:
    """Whether a block rule is the one for these."""
    return lambda row: (row.category, str(row.kind)) == (category, kind)


async def test_a_rule_that_is_changed_decides_the_next_loan(town: Library) -> None:
    async with at_desk(town) as me:
        screen = await go_to(me, "r")
        await choose(me, screen, is_of(None, "teacher", "book"))
        form = await open_form(me, "f7", PolicyForm)
        assert "Teacher · Book" in me.shown()
        await fill_in(me, period="many")
        assert "period" in await told(me, form)
        await fill_in(me, period="20")
        elsewhere = {"branch": None, "category": "teacher", "item_type": "book"}
        does(town, lambda work: policies.set_policy(work, **elsewhere, changes={"renewals": "2"}))
        await sent(me, form)
        await me.until_shown("The rule stands; it holds from now on.")
        row = policy_of(town, None, "teacher", "book")
        assert row is not None
        assert (row.period, row.renewals) == (20, 2), "only what was changed here is changed"
        await me.until_shown("20 days")
        await me.press("escape")
        await me.until_screen(Desk)
        await me.scan(TEACHER, COPIES[0])
        assert me.last_word() is Word.LENT
        assert [loan.due_on for loan in account_of(town, TEACHER).loans] == [date(2026, 3, 24)]


async def test_a_rule_for_somebody_else_is_added_decides_and_is_removed_again(town: Library) -> None:
    async with at_desk(town) as me:
        screen = await go_to(me, "r")
        await choose(me, screen, is_of(None, "teacher", "book"))
        form = await open_form(me, "f12", PolicyForm)
        await fill_in(me, branch="C", period="5")
        await sent(me, form)
        await me.until(lambda: any(is_of("C", "teacher", "book")(row) for row in screen.rows.rows))
        added = policy_of(town, "C", "teacher", "book")
        assert added is not None
        assert (added.period, added.renewals) == (5, 3)
        await choose(me, screen, is_of("C", "teacher", "book"))
        await me.press("f8")
        await me.until_screen(Ask)
        await me.press("enter")
        await me.until_screen(ListScreen)
        assert policy_of(town, "C", "teacher", "book") == added, "no is the safe answer"
        await me.press("f8")
        await me.until_screen(Ask)
        await me.press("right", "enter")
        await me.until(lambda: not any(is_of("C", "teacher", "book")(row) for row in screen.rows.rows))
        await me.until_shown("Removed; a more general rule decides now.")
        assert policy_of(town, "C", "teacher", "book") is None


async def test_the_rule_for_everybody_else_cannot_be_removed(town: Library) -> None:
    async with at_desk(town) as me:
        screen = await go_to(me, "r")
        await choose(me, screen, is_of(None, None, None))
        assert "F8" not in me.shown().splitlines()[-1]
        await me.press("f8")
        assert isinstance(me.app.screen, ListScreen)


async def test_which_row_decided_is_told_for_a_card_and_an_item_that_are_scanned(town: Library) -> None:
    async with at_desk(town, size=(140, 40)) as me:
        await go_to(me, "r")
        form = await open_form(me, "f4", ExplainForm)
        assert "patron" in await told(me, form)
        await fill_in(me, patron=COPIES[0], item=COPIES[1])
        assert "patron" in await told(me, form), "that is no card"
        await fill_in(me, item="")
        me.hear_code(TEACHER)
        await me.until(lambda: form.values()["patron"] == TEACHER)
        me.hear_code(COPIES[0])
        await me.until_screen(ExplanationPanel)
        await me.until_shown(f"{TEACHER_NAME}  {TEACHER} · 红楼梦")
        lines = [" ".join(line.split()) for line in me.shown().splitlines()]
        assert any("Decides Teacher · Book" in line for line in lines)
        assert any("Fits too all patrons and items" in line for line in lines)
        assert not any("Decides all patrons and items" in line for line in lines)
        await me.press("escape")
        await me.until_screen(ExplainForm)
        me.hear_code(REFERENCE)
        await me.until_screen(ExplanationPanel)
        await me.until_shown("not allowed")
        lines = [" ".join(line.split()) for line in me.shown().splitlines()]
        assert any("Against it Reference copy" in line for line in lines)
        assert any("Decides Reference" in line for line in lines)
        assert events_of(str(town.database.url), "loan.opened") == 0, "asking changes nothing"


async def test_a_block_that_is_changed_stops_at_once_and_one_that_is_removed_no_more(town: Library) -> None:
    charge(town, TEACHER, 500)
    async with at_desk(town) as me:
        screen = await go_to(me, "b")
        await choose(me, screen, is_block(None, "owes"))
        form = await open_form(me, "f7", BlockRuleForm)
        await fill_in(me, threshold="a lot")
        assert "threshold" in await told(me, form)
        await fill_in(me, threshold="4.00")
        await sent(me, form)
        await me.until_shown("The rule stands; it holds from now on.")
        await me.until(lambda: any("4.00" in line for line in me.shown().splitlines()))
        await me.press("escape")
        await me.until_screen(Desk)
        await me.scan(TEACHER, COPIES[0])
        assert me.last_word() is Word.REFUSED
        screen = await go_to(me, "b")
        await choose(me, screen, is_block(None, "owes"))
        await me.press("f8")
        await me.until_screen(Ask)
        await me.press("right", "enter")
        await me.until(lambda: not any(is_block(None, "owes")(row) for row in screen.rows.rows))
        assert block_of(town, None, "owes") is None
        await me.press("escape")
        await me.until_screen(Desk)
        await me.scan(COPIES[0])
        assert me.last_word() is Word.LENT


async def test_a_block_is_added_for_one_category(town: Library) -> None:
    async with at_desk(town) as me:
        screen = await go_to(me, "b")
        await choose(me, screen, is_block(None, "owes"))
        form = await open_form(me, "f12", BlockRuleForm)
        await fill_in(me, category="child", threshold="1")
        await sent(me, form)
        await me.until(lambda: any(is_block("child", "owes")(row) for row in screen.rows.rows))
        added = block_of(town, "child", "owes")
        assert added is not None
        assert (added.threshold, added.stops_lending) == (100, True)


async def test_closing_a_day_shows_what_moves_before_it_moves(town: Library) -> None:
    lend(town, TEACHER, *COPIES[:3])
    (due,) = {loan.due_on for loan in account_of(town, TEACHER).loans}
    async with at_desk(town) as me:
        screen = await go_to(me, "c")
        await choose(me, screen, lambda day: day.day == due)
        form = await open_form(me, "f7", CloseDays)
        assert form.values()["first"] == form.values()["last"] == due.isoformat()
        await fill_in(me, last="2026-01-01", note="painters")
        assert "last" in await told(me, form)
        await fill_in(me, last=due.isoformat())
        await me.press("f9")
        await me.until_shown("3 due dates and 0 hold-shelf times move:")
        await me.until_shown("3 loans, 0 holds")
        assert {loan.due_on for loan in account_of(town, TEACHER).loans} == {due}
        await sent(me, form)
        await me.until_shown("The calendar is changed. Moved: due dates 3")
        (moved,) = {loan.due_on for loan in account_of(town, TEACHER).loans}
        assert moved > due
        await me.until_shown("painters")
        assert screen.rows.chosen is not None
        await me.until(lambda: next(day for day in screen.rows.rows if day.day == due).opens is None)


def closing(town: Library) -> tuple[str, list[tuple[str, int, int]]] | None:
    """Who closed the till last with which note, and what was there of each way to pay."""
    with town.database.reading() as transaction:
        run = transaction.connection.execute
        last = run(select(TILL_CLOSING).order_by(TILL_CLOSING.c.id.desc()).limit(1)).first()
        if last is None:
            return None
        counts = run(select(TILL_COUNT).where(TILL_COUNT.c.closing_id == last.id))
        return last.note, sorted((one.method, one.expected, one.counted) for one in counts)


async def test_a_till_is_counted_without_being_told_what_should_be_there_and_a_difference_is_kept(
    town: Library,
) -> None:
    charge(town, TEACHER, 1_500)
    for amount, method in ((1_000, Method.CASH), (300, Method.CARD)):
        does(town, partial(charges.pay, patron_number=TEACHER, amount=amount, method=method))
    async with at_desk(town) as me:
        screen = await go_to(me, "t")
        assert [(row.method, row.entries) for row in screen.rows.rows] == [(Method.CASH, 1), (Method.CARD, 1)]
        assert "CN¥" not in me.shown(), "whoever counts is not told what should be there"
        form = await open_form(me, "f12", CloseTill)
        assert "CN¥" not in me.shown()
        assert form.values() == {"cash": "", "card": "", "note": ""}
        await fill_in(me, cash="some")
        assert await told(me, form) == {"card": "Count this too; 0 where there is nothing."}
        await fill_in(me, card="3.00")
        assert set(await told(me, form)) == {"cash"}
        assert closing(town) is None
        await fill_in(me, cash="9.50", note="counted twice")
        await sent(me, form)
        await me.until_shown("The till is closed; CN¥0.50 is lacking. Entries: 2.")
        assert closing(town) == ("counted twice", [("card", 300, 300), ("cash", 1_000, 950)])
        await me.until_shown("Nothing went through this till since it was last closed.")
        form = await open_form(me, "f12", CloseTill)
        await fill_in(me, cash="-0.20")
        await sent(me, form)
        assert closing(town) == ("", [("cash", 0, -20)]), "money may be lacking also where nobody paid"


async def test_a_till_that_is_right_says_so(town: Library) -> None:
    charge(town, TEACHER, 1_500)
    does(town, partial(charges.pay, patron_number=TEACHER, amount=1_500, method=Method.CASH))
    async with at_desk(town, who=SUPERVISOR) as me:
        await go_to(me, "t")
        form = await open_form(me, "f12", CloseTill)
        await fill_in(me, cash="15")
        await sent(me, form)
        await me.until_shown("The till is closed; it is right to the last coin. Entries: 1.")
        assert closing(town) == ("", [("cash", 1_500, 1_500)])
