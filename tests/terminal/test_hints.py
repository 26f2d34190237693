"""What was refused offers the keys that lead on from it: those that do something about it now, and whole."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from sqlalchemy import update

from db.tables import CATEGORY, ITEM
from libops.circulation.desk_words import say
from libops.circulation.outcomes import Mode, Outcome, Word
from libops.library import Library
from libops.refusals import MESSAGES, Reason
from screens.account.panel import AccountPanel
from screens.desk.hints import MOST, key_hints
from screens.desk.ways_on import LEADS_ON, ways_on
from screens.item_card import ItemCard
from screens.keymap import ACCOUNT, DESK, EXPLAIN, ITEM_CARD
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import go_to
from tests.terminal.doings import lend, place_hold
from tests.terminal.small_town import (
    BLOCKED,
    CLERK,
    COPIES,
    NO_COPY,
    OTHER,
    REFERENCE,
    SORTER,
    TEACHER,
)


def hints(me: AtDesk) -> list[str]:
    """The keys that are offered, without what they do."""
    return [one.split()[0] for one in key_hints(me.shift)]


def codes_of(outcome: Outcome) -> list[str]:
    """The codes of its reasons."""
    return [reason.code for reason in outcome.reasons]


def limit_loans(library: Library, limit: int) -> None:
    """Let every category have so many loans."""
    with library.database.act() as transaction:
        transaction.connection.execute(update(CATEGORY).values(loans_limit=limit))


def test_every_reason_that_leads_on_is_one_that_is_known_and_by_a_key_of_the_desk() -> None:
    for code, keys in LEADS_ON.items():
        assert code in MESSAGES, code
        assert keys, code
        assert set(keys) <= set(DESK), code


def test_the_same_way_on_is_offered_once_and_the_rules_last() -> None:
    assert ways_on([Reason("patron.loans_limit"), Reason("patron.owes"), Reason("item.held")]) == [
        ACCOUNT,
        ITEM_CARD,
        EXPLAIN,
    ]
    assert ways_on([Reason("scan.no_patron"), Reason("code.check_digit")]) == []


async def test_whoever_is_blocked_or_at_the_limit_has_the_account_one_key_away(town: Library) -> None:
    async with at_desk(town, who=CLERK) as me:
        await me.scan(BLOCKED, COPIES[0])
        assert codes_of(me.outcomes[-1]) == ["patron.blocked"]
        assert "F4" in hints(me)
        assert "Ctrl+E" not in hints(me), "no loan rule decided that"
        await me.until_shown("F4 the account")
        await me.press("f4")
        await me.until_screen(AccountPanel)
        await me.press("escape")
        limit_loans(town, 0)
        await me.scan(TEACHER, COPIES[0])
        assert "patron.loans_limit" in codes_of(me.outcomes[-1])
        assert hints(me)[-2:] == ["F4", "Ctrl+E"]
        await me.press("f9")
        await me.until(lambda: me.shift.view.patron is None)
        assert "F4" not in hints(me)


async def test_an_account_is_offered_only_while_its_patron_stands_at_the_desk(town: Library) -> None:
    limit_loans(town, 0)
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        refused = me.outcomes[-1]
        await me.scan(BLOCKED)
        me.shift.visit.newest = refused
        assert me.shift.view.patron is not None
        assert "F4" not in hints(me)


async def test_an_item_that_cannot_be_lent_as_it_is_has_its_card_one_key_away(town: Library) -> None:
    with town.database.act() as transaction:
        transaction.connection.execute(update(ITEM).where(ITEM.c.barcode == COPIES[0]).values(status="missing"))
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        assert codes_of(me.outcomes[-1]) == ["item.missing"]
        assert "F7" in hints(me)
        assert "Ctrl+E" not in hints(me)
        await me.until_shown("F7 the item")
        await me.press("f7")
        await me.until_screen(ItemCard)


async def test_what_somebody_else_has_offers_its_card_and_no_rules(town: Library) -> None:
    lend(town, OTHER, COPIES[0])
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        assert codes_of(me.outcomes[-1]) == ["item.on_loan"]
        assert hints(me) == ["F7"]


async def test_the_rules_are_offered_where_rules_decided(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(COPIES[0])
        assert codes_of(me.outcomes[-1]) == ["scan.no_patron"]
        assert hints(me) == []
        await me.scan(TEACHER, REFERENCE)
        assert codes_of(me.outcomes[-1]) == ["item.restricted"]
        assert hints(me)[-1] == "Ctrl+E"


@pytest.mark.parametrize(
    ("code", "offered"),
    [("T0001", True), ("9780306406157", True), (NO_COPY, True), ("S0004", False), ("P29990001", False)],
)
async def test_only_what_may_stand_in_the_catalogue_is_looked_for_there(
    town: Library, code: str, offered: bool
) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, code)
        assert me.last_word() is Word.UNKNOWN
        assert hints(me) == (["Ctrl+F"] if offered else [])
        assert ("look for it in the catalogue" in me.shown()) is offered


async def test_a_wrong_check_digit_is_not_looked_for(town: Library) -> None:
    wrong = COPIES[0][:-1] + str((int(COPIES[0][-1]) + 1) % 10)
    async with at_desk(town) as me:
        await me.scan(wrong)
        assert codes_of(me.outcomes[-1]) == ["code.check_digit"]
        assert hints(me) == []


async def test_a_card_in_returns_offers_the_key_that_changes_to_lending_to_whoever_may(town: Library) -> None:
    async with at_desk(town) as me:
        await me.press("f2")
        await me.until(lambda: me.shift.view.mode is Mode.RETURN)
        await me.scan(TEACHER)
        await me.until_shown("F2 change to lending")
        await me.press("f2")
        await me.until(lambda: me.shift.view.mode is Mode.LEND)
    async with at_desk(town, who=SORTER) as me:
        await me.scan(TEACHER)
        assert codes_of(me.outcomes[-1]) == ["scan.card_in_returns"]
        assert hints(me) == []


async def test_a_card_in_a_list_that_checks_in_is_told_what_is_true_there(town: Library) -> None:
    place_hold(town, TEACHER, COPIES[0])
    async with at_desk(town) as me:
        await go_to(me, "1")
        await me.scan(TEACHER)
        await me.until_shown("F3 go to the desk")
        assert "At the desk, change to lending and scan the card again." in " ".join(me.shown().split())
        assert "F2 change" not in me.shown()
        await me.press("f3", "d")
        await me.until(lambda: me.app.screen is me.desk)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_no_key_is_cut_and_the_last_goes_first_where_there_is_no_room(town: Library, language: str) -> None:
    limit_loans(town, 0)
    async with at_desk(town, language) as me:
        await me.scan(TEACHER, COPIES[0])
        told = key_hints(me.shift)
        assert len(told) == MOST
        for width, height in ((80, 24), (50, 24), (120, 40)):
            await me.pilot.resize_terminal(width, height)
            lines = me.shown().splitlines()
            shown = [one for one in told if any(one in line for line in lines)]
            assert shown == told[: len(shown)]
            assert shown, me.shown()
            together = "   ".join(told)
            assert (shown == told) is (cell_len(together) <= me.desk.query_one("#newest").size.width - 4)


async def test_each_remedy_is_told_and_the_same_one_only_once(town: Library) -> None:
    async with at_desk(town) as me:
        language, today = me.shift.voice.language, me.shift.today
    lost, missing, others = Reason("item.lost"), Reason("item.missing"), Reason("item.others_waiting", {"count": 2})
    told = say(Outcome(word=Word.REFUSED, code="1", reasons=(lost, missing, others)), language, today)
    assert told.remedy.count("Check it in first") == 1
    assert "so that it goes to the first of them" in told.remedy
