"""May this item be lent or renewed: pure functions of facts and rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.catalogue import ItemStatus
from db.circulation import RenewFrom
from libops.circulation.calendars import Calendar
from libops.circulation.decisions import (
    ItemFacts,
    LoanFacts,
    PatronFacts,
    card_blocks,
    decide_check_out,
    decide_renewal,
    overdue_block,
    touched_today,
)
from libops.circulation.rules import Policy, Rules
from libops.i18n import Language
from libops.permissions import Permission
from libops.refusals import MESSAGES, Reason, Refusal, explain

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
BRANCH = 1
POLICY = Policy(None, None, None, True, 30, 1, RenewFrom.DUE, None)
PATRON = PatronFacts(1, "P1", "N", 1, "active", date(2030, 1, 1), 10, 3, 0, 0, 0)
ITEM = ItemFacts(1, "B1", "T", 1, "available")
CALENDAR = Calendar("Asia/Shanghai", frozenset(range(7)), {})
END_OF_DAY = CALENDAR.end_of

KEYS = st.one_of(st.none(), st.integers(1, 3))


def rules(*policies: Policy, calendar: Calendar = CALENDAR) -> Rules:
    return Rules(1, list(policies or [POLICY]), {BRANCH: calendar})


def loan(due: date, *, renewals: int = 0, opened: date = TODAY) -> LoanFacts:
    return LoanFacts(1, 1, BRANCH, datetime.combine(opened, NOW.time(), UTC), END_OF_DAY(due), renewals, None)


def policies(draw_keys: list[tuple[int | None, int | None, int | None]]) -> list[Policy]:
    """Policies for these scopes, told apart by their loan days, and the fallback."""
    scopes = dict.fromkeys([*draw_keys, (None, None, None)])
    return [Policy(*scope, True, days, 0, RenewFrom.DUE, None) for days, scope in enumerate(scopes)]


def weight(policy: Policy) -> tuple[bool, bool, bool]:
    return (policy.branch_id is not None, policy.category_id is not None, policy.item_type_id is not None)


@given(
    scopes=st.lists(st.tuples(KEYS, KEYS, KEYS), max_size=20),
    asked=st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4)),
)
def test_the_policy_that_fits_is_the_most_specific_of_all_that_do(
    scopes: list[tuple[int | None, int | None, int | None]], asked: tuple[int, int, int]
) -> None:
    rows = policies(scopes)

    def fits(policy: Policy) -> bool:
        scope = (policy.branch_id, policy.category_id, policy.item_type_id)
        return all(wanted is None or wanted == given for wanted, given in zip(scope, asked, strict=True))

    assert Rules(1, rows, {}).fit(*asked) == max(filter(fits, rows), key=weight)


def test_a_branch_outweighs_a_category_and_a_category_an_item_type() -> None:
    every = [(branch, category, kind) for branch, category, kind in product((1, None), repeat=3)]
    rows = policies(every)
    order = []
    while rows:
        found = Rules(1, rows, {}).fit(1, 1, 1)
        order.append((found.branch_id, found.category_id, found.item_type_id))
        rows.remove(found)
    assert order == every


def test_rules_without_a_fallback_are_an_error_where_nothing_fits() -> None:
    only = Policy(2, None, None, True, 30, 1, RenewFrom.DUE, None)
    with pytest.raises(Refusal, match=r"policy\.no_fallback"):
        Rules(1, [only], {}).fit(1, 1, 1)


def test_nothing_stands_against_a_plain_loan() -> None:
    verdict = decide_check_out(PATRON, ITEM, None, rules(), BRANCH, NOW)
    assert (verdict.reasons, verdict.due_on) == ((), date(2026, 12, 23))


@pytest.mark.parametrize("status", list(ItemStatus))
def test_every_item_status_is_decided_on(status: ItemStatus) -> None:
    verdict = decide_check_out(PATRON, msgspec.structs.replace(ITEM, status=status), None, rules(), BRANCH, NOW)
    expected = {
        ItemStatus.RESTRICTED: ("item.restricted", Permission.OVERRIDE_ITEMS),
        ItemStatus.IN_PROCESS: ("item.in_process", Permission.OVERRIDE_ITEMS),
        ItemStatus.MISSING: ("item.missing", None),
        ItemStatus.WITHDRAWN: ("item.withdrawn", None),
    }
    found = [(reason.code, reason.override) for reason in verdict.reasons]
    assert found == ([expected[status]] if status in expected else [])


@given(
    status=st.sampled_from(["active", "blocked"]),
    expires_on=st.dates(TODAY - timedelta(days=3), TODAY + timedelta(days=3)),
    overdue=st.integers(0, 4),
    overdue_limit=st.one_of(st.none(), st.integers(1, 3)),
)
def test_blocks_are_exactly_what_stands_in_the_facts(
    status: str, expires_on: date, overdue: int, overdue_limit: int | None
) -> None:
    facts = msgspec.structs.replace(
        PATRON, status=status, expires_on=expires_on, overdue=overdue, overdue_limit=overdue_limit
    )
    blocks = {reason.code: reason for reason in card_blocks(facts, TODAY) + overdue_block(facts)}
    assert ("patron.blocked" in blocks) == (status == "blocked")
    assert ("patron.expired" in blocks) == (expires_on < TODAY)
    assert ("patron.overdue" in blocks) == (overdue_limit is not None and overdue >= overdue_limit)
    assert all(reason.override is Permission.OVERRIDE_BLOCKS for reason in blocks.values())


@given(loans=st.integers(0, 6), limit=st.integers(0, 6), of_type=st.integers(0, 6), type_limit=KEYS)
def test_limits_are_reached_when_as_many_loans_are_taken(
    loans: int, limit: int, of_type: int, type_limit: int | None
) -> None:
    patron = msgspec.structs.replace(PATRON, loans=loans, loans_limit=limit, loans_of_type=of_type)
    policy = msgspec.structs.replace(POLICY, type_limit=type_limit)
    codes = [reason.code for reason in decide_check_out(patron, ITEM, None, rules(policy), BRANCH, NOW).reasons]
    assert ("patron.loans_limit" in codes) == (loans >= limit)
    assert ("patron.type_limit" in codes) == (type_limit is not None and of_type >= type_limit)


def test_a_reference_copy_is_told_once_and_not_also_as_a_kind_that_is_not_lent() -> None:
    never = msgspec.structs.replace(POLICY, lendable=False)
    restricted = msgspec.structs.replace(ITEM, status="restricted")
    both = [
        [reason.code for reason in decide_check_out(PATRON, item, None, rules(never), BRANCH, NOW).reasons]
        for item in (ITEM, restricted)
    ]
    assert both == [["item.not_lendable"], ["item.restricted"]]


@given(
    due=st.dates(TODAY - timedelta(days=40), TODAY + timedelta(days=40)),
    days=st.integers(0, 60),
    renew_from=st.sampled_from(RenewFrom),
    expires_on=st.dates(TODAY - timedelta(days=5), TODAY + timedelta(days=80)),
    closed=st.frozensets(st.integers(0, 6), max_size=6),
    renewals=st.integers(0, 3),
)
def test_an_allowed_renewal_makes_a_loan_longer_and_due_in_the_future(
    due: date, days: int, renew_from: RenewFrom, expires_on: date, closed: frozenset[int], renewals: int
) -> None:
    calendar = Calendar("Asia/Shanghai", frozenset(range(7)) - closed, {})
    policy = msgspec.structs.replace(POLICY, loan_days=days, renew_from=renew_from, renewals=2)
    patron = msgspec.structs.replace(PATRON, expires_on=expires_on)
    verdict = decide_renewal(patron, ITEM, loan(due, renewals=renewals), rules(policy, calendar=calendar), NOW)
    codes = {reason.code for reason in verdict.reasons}
    assert ("renewal.exhausted" in codes) == (renewals >= 2)
    if not codes:
        assert verdict.due_on is not None
        assert verdict.due_on > due
        assert verdict.due_on >= TODAY
        assert verdict.due_on <= expires_on
    assert ("renewal.no_gain" in codes) == (verdict.due_on is not None and verdict.due_on <= due)


def test_deciding_to_renew_does_not_look_at_limits() -> None:
    full = msgspec.structs.replace(PATRON, loans=99, loans_of_type=99)
    assert decide_renewal(full, ITEM, loan(TODAY), rules(), NOW).reasons == ()


@pytest.mark.parametrize(
    ("opened", "renewed", "now", "touched"),
    [
        # Midnight in Shanghai is 16:00 in UTC.
        ("2026-11-23T02:00", None, "2026-11-23T15:59", True),
        ("2026-11-23T02:00", None, "2026-11-23T16:00", False),
        ("2026-11-22T16:00", None, "2026-11-23T15:59", True),
        ("2026-11-01T02:00", "2026-11-23T02:00", "2026-11-23T15:59", True),
        ("2026-11-01T02:00", "2026-11-22T02:00", "2026-11-23T02:00", False),
    ],
)
def test_a_loan_is_touched_on_its_own_branchs_day_only(
    opened: str, renewed: str | None, now: str, touched: bool
) -> None:
    def instant(said: str) -> datetime:
        return datetime.fromisoformat(said).replace(tzinfo=UTC)

    facts = LoanFacts(1, 1, BRANCH, instant(opened), NOW, 0, None if renewed is None else instant(renewed))
    assert touched_today(facts, CALENDAR, instant(now)) is touched


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_reason_that_is_decided_can_be_said(language: str) -> None:
    blocked = msgspec.structs.replace(
        PATRON, status="blocked", expires_on=date(2020, 1, 1), overdue=9, loans=10, loans_of_type=9
    )
    policy = msgspec.structs.replace(POLICY, lendable=False, type_limit=1)
    never = Calendar("Asia/Shanghai", frozenset(), {})
    reasons: list[Reason] = []
    for status in ItemStatus:
        item = msgspec.structs.replace(ITEM, status=status)
        reasons += decide_check_out(blocked, item, loan(TODAY), rules(policy, calendar=never), BRANCH, NOW).reasons
    reasons += decide_renewal(blocked, ITEM, loan(date(2027, 6, 1), renewals=5), rules(policy), NOW).reasons
    said = {reason.code: explain(reason, Language(language)) for reason in reasons}
    assert len(said) == 13
    assert all(words.why and words.remedy and "{" not in words.why + words.remedy for words in said.values())
    assert set(said) <= set(MESSAGES)
