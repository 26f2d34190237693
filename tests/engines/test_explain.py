"""Whoever asks why is told which rows decide, what stands against it, and what a check-out would come to."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import msgspec
import pytest
from sqlalchemy import insert, select, update

from db.money import EntryKind
from db.rules import BlockKind, PeriodKind
from db.tables import (
    BLOCK_RULE,
    BRANCH,
    CATEGORY,
    DATED_HOURS,
    EVENT,
    ITEM_TYPE,
    PATRON,
    POLICY,
)
from libops.circulation.explain import BlockView, Explanation, LimitView, RuleRow, Wished, explain
from libops.circulation.rules import Stops
from libops.money import charges
from tests.engines.town import (
    BLOCKED,
    BOOK,
    CHILD,
    CLERK,
    DISC,
    EXPIRED,
    MISSING,
    MORNING,
    NOT_LENT,
    OTHER_BOOK,
    OTHER_DISC,
    OTHER_READER,
    READER,
    RESTRICTED,
    SHANGHAI,
    SORTER,
    THIRD_BOOK,
    WITHDRAWN,
    Town,
    ids,
    refused,
)
from tests.engines.wishes import LONE, LONE_BOOK, add_titles, ask

PATRONS = (READER, OTHER_READER, CHILD, BLOCKED, EXPIRED)
ITEMS = (BOOK, OTHER_BOOK, DISC, OTHER_DISC, NOT_LENT, RESTRICTED, MISSING, WITHDRAWN)


def why(town: Town, patron: str, barcode: str, at: str = "M1") -> Explanation:
    return town.look(explain, at=at, patron_number=patron, barcode=barcode)


def scopes(found: Explanation) -> list[tuple[str | None, ...]]:
    return [rule.row.scope for rule in found.rows]


def test_all_rows_that_fit_are_told_and_the_first_decides(town: Town) -> None:
    branches, categories, types = ids(town, BRANCH), ids(town, CATEGORY), ids(town, ITEM_TYPE)
    row = {"period": 3, "renewals": 0}
    town.change_rules(
        insert(POLICY).values(branch_id=branches["WEST"], **row),
        insert(POLICY).values(branch_id=branches["WEST"], category_id=categories["reader"], **row),
        insert(POLICY).values(category_id=categories["reader"], item_type_id=types["disc"], **{**row, "period": 5}),
    )
    found = why(town, READER, DISC)
    assert scopes(found) == [(None, "reader", "disc"), (None, None, "disc"), (None, None, None)]
    assert [(rule.names, rule.decides) for rule in found.rows] == [
        (["category", "item_type"], True),
        (["item_type"], False),
        ([], False),
    ]
    assert (found.terms, found.due_on) == (found.rows[0].row, date(2026, 11, 28))
    west = why(town, READER, DISC, at="W1")
    assert scopes(west)[:2] == [("WEST", "reader", None), ("WEST", None, None)]
    assert (west.calendar.branch_code, west.due_on) == ("WEST", date(2026, 11, 26))
    assert scopes(why(town, CHILD, BOOK)) == [(None, "child", None), (None, None, None)]


@pytest.mark.parametrize("barcode", ITEMS)
@pytest.mark.parametrize("patron", PATRONS)
def test_what_is_explained_is_what_a_check_out_then_comes_to(town: Town, patron: str, barcode: str) -> None:
    town.lend(OTHER_READER, DISC)
    town.lend(READER, OTHER_BOOK)
    town.clock.later(days=2)
    found = why(town, patron, barcode)
    if found.allowed:
        lent = town.lend(patron, barcode)
        assert (lent.due_at, lent.due_on) == (found.due_at, found.due_on)
        assert lent.outcome == {"check_out": "lent", "renewal": "renewed", "nothing": "already"}[found.wished]
    else:
        assert refused(lambda: town.lend(patron, barcode)) == [reason.code for reason in found.reasons]


def test_explaining_changes_nothing_and_writes_no_history(town: Town) -> None:
    before = town.story()
    why(town, READER, BOOK)
    assert town.story() == before
    assert town.open_loans() == []


def test_blocks_are_told_with_what_they_stop_whether_or_not_they_stand(town: Town) -> None:
    reader = ids(town, CATEGORY)["reader"]
    town.change_rules(insert(BLOCK_RULE).values(category_id=reader, kind="owes", threshold=2000, stops_holds=False))
    town.act(charges.charge, patron_number=READER, kind=EntryKind.FEE, amount=2500)
    everything = sorted(Stops)
    assert why(town, READER, BOOK).blocks == [
        BlockView(BlockKind.MANUAL, None, None, False, everything),
        BlockView(BlockKind.EXPIRED, None, None, False, everything),
        BlockView(BlockKind.OVERDUE, 2, 0, False, [Stops.HOLDS, Stops.LENDING]),
        BlockView(BlockKind.OWES, 2000, 2500, True, [Stops.LENDING, Stops.RENEWING]),
    ]
    found = why(town, READER, BOOK)
    assert (found.allowed, [reason.code for reason in found.reasons]) == (False, ["patron.owes"])
    child = why(town, CHILD, BOOK).blocks
    assert [block.kind for block in child] == [BlockKind.MANUAL, BlockKind.EXPIRED]
    assert [block.stands for block in why(town, BLOCKED, BOOK).blocks] == [True, False, False, False]
    assert [block.stands for block in why(town, EXPIRED, BOOK).blocks] == [False, True, False, False]


def test_limits_are_told_with_what_is_used_and_free(town: Town) -> None:
    add_titles(town)
    town.lend(READER, DISC)
    town.lend(OTHER_READER, LONE_BOOK)
    ask(town, READER, LONE)
    found = why(town, READER, OTHER_DISC)
    assert (found.loans, found.loans.free) == (LimitView(1, 3), 2)
    assert (found.loans_of_type, found.loans_of_type.free) == (LimitView(1, 1), 0)
    assert (found.holds, found.holds.free) == (LimitView(1, 10), 9)
    assert [reason.code for reason in found.reasons] == ["patron.type_limit"]
    assert why(town, READER, BOOK).loans_of_type.free is None


def test_the_calendar_that_is_asked_is_that_of_the_branch(town: Town) -> None:
    main = ids(town, BRANCH)["MAIN"]
    town.change_rules(insert(DATED_HOURS).values(branch_id=main, day=date(2026, 11, 24), note_zh="", note_en=""))
    town.clock.now = MORNING.replace(hour=22)
    shown = why(town, READER, BOOK).calendar
    assert (shown.branch_code, shown.zone, shown.today, shown.is_open) == (
        "MAIN",
        "Asia/Shanghai",
        MORNING.date(),
        False,
    )
    assert shown.opens_next == datetime.combine(date(2026, 11, 25), time(9), SHANGHAI)
    york = why(town, READER, BOOK, at="Y1").calendar
    assert (york.zone, york.today, york.is_open) == ("America/New_York", date(2026, 11, 23), True)


def test_what_ends_a_loan_before_its_period_is_told(town: Town) -> None:
    assert why(town, READER, BOOK).ended_by == []
    town.change(update(PATRON).where(PATRON.c.number == READER).values(expires_on=date(2026, 12, 1)))
    found = why(town, READER, BOOK)
    assert (found.ended_by, found.due_on) == (["card"], date(2026, 12, 1))
    everything = POLICY.c.category_id.is_(None) & POLICY.c.item_type_id.is_(None)
    town.change_rules(update(POLICY).where(everything).values(fixed_on=date(2026, 11, 30)))
    found = why(town, READER, BOOK)
    assert (found.ended_by, found.due_on) == (["term"], date(2026, 11, 30))
    town.change_rules(update(POLICY).where(everything).values(period_kind=PeriodKind.FIXED, fixed_on=date(2026, 12, 9)))
    found = why(town, READER, BOOK)
    assert (found.ended_by, found.due_on) == (["card"], date(2026, 12, 1))


def test_of_what_the_patron_has_already_the_renewal_is_explained_by_the_lending_branchs_rules(town: Town) -> None:
    town.lend(READER, BOOK, at="W1")
    found = why(town, READER, BOOK)
    assert (found.wished, found.allowed, found.due_on) == (Wished.NOTHING, True, date(2026, 12, 23))
    town.clock.later(days=3)
    found = why(town, READER, BOOK)
    assert (found.wished, found.calendar.branch_code) == (Wished.RENEWAL, "WEST")
    assert found.due_on == town.renew(BOOK).due_on
    town.clock.later(days=1)
    assert [reason.code for reason in why(town, READER, BOOK).reasons] == ["renewal.exhausted"]


def test_hours_and_fines_are_told_as_the_row_that_decides_says(town: Town) -> None:
    disc = ids(town, ITEM_TYPE)["disc"]
    terms = {"period_kind": "hours", "period": 4, "fine_unit": "hour", "fine_amount": 100, "fine_cap": 2000}
    town.change_rules(
        update(POLICY).where(POLICY.c.item_type_id == disc).values(holdable=False, recall_days=3, **terms)
    )
    found = why(town, READER, DISC)
    assert (found.hourly, found.due_at) == (True, MORNING + timedelta(hours=4))
    assert (found.terms.fine_amount, found.terms.fine_cap, found.terms.fine_unit) == (100, 2000, "hour")
    assert (found.terms.holdable, found.terms.recall_minimum, found.terms.recall_days) == (False, None, 3)
    assert found.currency == "CNY"


def test_an_explanation_is_plain_data(town: Town) -> None:
    found = why(town, BLOCKED, THIRD_BOOK)
    told = msgspec.json.decode(msgspec.json.encode(found))
    assert told["reasons"][0]["code"] == "patron.blocked"
    assert told["rows"][0]["decides"] is True
    assert isinstance(found.rows[0], RuleRow)


def test_who_may_not_see_patrons_is_told_nothing_and_unknown_codes_are_named(town: Town) -> None:
    wish = {"patron_number": READER, "barcode": BOOK}
    assert refused(lambda: town.look(explain, by=SORTER, at="M1", **wish)) == ["permission.missing"]
    unknown = {"patron_number": "P99", "barcode": "B99"}
    assert refused(lambda: town.look(explain, by=CLERK, at="M1", **unknown)) == ["patron.unknown", "item.unknown"]
    assert town.ask(select(EVENT.c.id)) == []
