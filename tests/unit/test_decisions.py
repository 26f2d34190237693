"""May this item be lent or renewed: pure functions of facts and rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.catalogue import ItemStatus
from db.rules import BlockKind, PeriodKind, RenewFrom
from libops.circulation.calendars import Calendar, Hours
from libops.circulation.decisions import (
    NOBODY_WAITS,
    HeldFacts,
    ItemFacts,
    LoanFacts,
    PatronFacts,
    QueueFacts,
    Wish,
    blocks_of,
    decide_check_out,
    decide_renewal,
    touched_lately,
)
from libops.circulation.rules import Block, Policy, Rules, Stops
from libops.i18n import Language
from libops.permissions import Permission
from libops.refusals import MESSAGES, Reason, Refusal, explain

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
BRANCH = 1
DAY = Hours(9 * 60, 21 * 60)


def row(
    scope: tuple[int | None, int | None, int | None] = (None, None, None), *, period: int = 30, renewals: int = 1
) -> Policy:
    branch, category, item_type = scope
    return Policy(
        id=0,
        branch_id=branch,
        category_id=category,
        item_type_id=item_type,
        lendable=True,
        period=period,
        renewals=renewals,
        renew_from=RenewFrom.DUE,
        type_limit=None,
    )


def open_on(weekdays: frozenset[int]) -> Calendar:
    return Calendar("Asia/Shanghai", dict.fromkeys(weekdays, DAY), {})


POLICY = row()
PATRON = PatronFacts(1, "P1", "N", 1, "active", date(2030, 1, 1), 10, 0, 0, 0, 0, 0, 0)
ITEM = ItemFacts(1, "B1", 1, "T", 1, 1, "available", 1, "", "")
CALENDAR = open_on(frozenset(range(7)))
OVERDUE = Block(BlockKind.OVERDUE, 3, frozenset({Stops.LENDING, Stops.HOLDS}))
END_OF_DAY = CALENDAR.end_of

KEYS = st.one_of(st.none(), st.integers(1, 3))


def rules(*policies: Policy, calendar: Calendar = CALENDAR, blocks: tuple[Block, ...] = (OVERDUE,)) -> Rules:
    return Rules(1, list(policies or [POLICY]), {BRANCH: calendar}, {(None, block.kind): block for block in blocks})


def codes_of(wish: Wish, standing: Rules) -> list[str]:
    return [reason.code for reason in decide_check_out(wish, standing, BRANCH, NOW).reasons]


def loan(due: date, *, renewals: int = 0, opened: date = TODAY) -> LoanFacts:
    began = datetime.combine(opened, NOW.time(), UTC)
    return LoanFacts(1, 2, BRANCH, began, END_OF_DAY(due), renewals, None, "available", None, None, None)


def policies(draw_keys: list[tuple[int | None, int | None, int | None]]) -> list[Policy]:
    """Policies for these scopes, told apart by their loan days, and the fallback."""
    scopes = dict.fromkeys([*draw_keys, (None, None, None)])
    return [row(scope, period=days, renewals=0) for days, scope in enumerate(scopes)]


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
    only = row((2, None, None))
    with pytest.raises(Refusal, match=r"policy\.no_fallback"):
        Rules(1, [only], {}).fit(1, 1, 1)


def test_nothing_stands_against_a_plain_loan() -> None:
    verdict = decide_check_out(Wish(PATRON, ITEM), rules(), BRANCH, NOW)
    assert (verdict.reasons, verdict.due_at) == ((), END_OF_DAY(date(2026, 12, 23)))


@pytest.mark.parametrize("status", list(ItemStatus))
def test_every_item_status_is_decided_on(status: ItemStatus) -> None:
    verdict = decide_check_out(Wish(PATRON, msgspec.structs.replace(ITEM, status=status)), rules(), BRANCH, NOW)
    expected = {
        ItemStatus.RESTRICTED: ("item.restricted", Permission.OVERRIDE_ITEMS),
        ItemStatus.IN_PROCESS: ("item.in_process", Permission.OVERRIDE_ITEMS),
        ItemStatus.ON_ORDER: ("item.on_order", Permission.OVERRIDE_ITEMS),
        ItemStatus.UNAVAILABLE: ("item.unavailable", Permission.OVERRIDE_ITEMS),
        ItemStatus.PAGED: ("item.paged", Permission.OVERRIDE_HOLDS),
        ItemStatus.AWAITING_DELIVERY: ("item.paged", Permission.OVERRIDE_HOLDS),
        ItemStatus.MISSING: ("item.missing", None),
        ItemStatus.LONG_MISSING: ("item.missing", None),
        ItemStatus.LOST_AND_PAID: ("item.lost", None),
        ItemStatus.WITHDRAWN: ("item.withdrawn", None),
    }
    found = [(reason.code, reason.override) for reason in verdict.reasons]
    assert found == ([expected[status]] if status in expected else [])


@given(
    status=st.sampled_from(["active", "blocked"]),
    expires_on=st.dates(TODAY - timedelta(days=3), TODAY + timedelta(days=3)),
    overdue=st.integers(0, 4),
    owes=st.integers(0, 4),
    limits=st.tuples(KEYS, KEYS),
    stops=st.sampled_from(Stops),
    stopped=st.frozensets(st.sampled_from(Stops)),
)
def test_blocks_are_exactly_what_stands_in_the_facts_and_what_the_rules_say_they_stop(
    status: str,
    expires_on: date,
    overdue: int,
    owes: int,
    limits: tuple[int | None, int | None],
    stops: Stops,
    stopped: frozenset[Stops],
) -> None:
    facts = msgspec.structs.replace(PATRON, status=status, expires_on=expires_on, overdue=overdue, owes=owes)
    kinds = zip((BlockKind.OVERDUE, BlockKind.OWES), limits, strict=True)
    standing = rules(blocks=tuple(Block(kind, limit, stopped) for kind, limit in kinds if limit is not None))
    blocks = {reason.code: reason for reason in blocks_of(facts, standing, TODAY, stops)}
    assert ("patron.blocked" in blocks) == (status == "blocked")
    assert ("patron.expired" in blocks) == (expires_on < TODAY)
    assert ("patron.overdue" in blocks) == (limits[0] is not None and overdue >= limits[0] and stops in stopped)
    assert ("patron.owes" in blocks) == (limits[1] is not None and owes >= limits[1] and stops in stopped)
    assert all(reason.override is Permission.OVERRIDE_BLOCKS for reason in blocks.values())


def test_a_categorys_own_block_outweighs_the_one_for_all() -> None:
    own = Block(BlockKind.OVERDUE, 5, frozenset({Stops.LENDING}))
    standing = Rules(1, [POLICY], {BRANCH: CALENDAR}, {(None, own.kind): OVERDUE, (1, own.kind): own})
    late = msgspec.structs.replace(PATRON, overdue=4)
    assert codes_of(Wish(late, ITEM), standing) == []
    assert codes_of(Wish(msgspec.structs.replace(late, category_id=2), ITEM), standing) == ["patron.overdue"]


def test_a_deposit_that_is_lacking_stops_lending() -> None:
    poor = msgspec.structs.replace(PATRON, deposit_needed=100, deposit=99)
    assert codes_of(Wish(poor, ITEM), rules()) == ["patron.deposit"]
    assert codes_of(Wish(msgspec.structs.replace(poor, deposit=100), ITEM), rules()) == []


@given(holder=st.integers(1, 2), minutes=st.one_of(st.none(), st.integers(-5, 5)), ahead=st.integers(0, 3))
def test_an_item_on_the_hold_shelf_is_for_its_holder_until_its_time_is_over(
    holder: int, minutes: int | None, ahead: int
) -> None:
    until = None if minutes is None else NOW + timedelta(minutes=minutes)
    wish = Wish(PATRON, ITEM, held=HeldFacts(1, holder, BRANCH, "x", until), queue=QueueFacts(None, ahead, 0, 0))
    stands = minutes is None or minutes >= 0
    expected = [] if stands and holder == PATRON.id else ["item.held"] if stands else []
    assert codes_of(wish, rules()) == (expected if stands else ["item.others_waiting"] if ahead else [])


@given(ahead=st.integers(0, 4), spare=st.integers(0, 4))
def test_others_who_wait_stop_a_loan_and_a_renewal_only_where_no_other_copies_are_in_for_them(
    ahead: int, spare: int
) -> None:
    queue = QueueFacts(None, ahead, 0, spare)
    assert codes_of(Wish(PATRON, ITEM, queue=queue), rules()) == (["item.others_waiting"] if ahead > spare else [])
    renewal = decide_renewal(PATRON, ITEM, loan(TODAY), queue, rules(), NOW)
    codes = [reason.code for reason in renewal.reasons]
    assert codes == (["renewal.others_waiting"] if ahead > spare else [])


@pytest.mark.parametrize(("days_before", "allowed"), [(0, True), (3, True), (4, False), (30, False)])
def test_a_renewal_is_not_allowed_before_its_time(days_before: int, allowed: bool) -> None:
    policy = msgspec.structs.replace(POLICY, renew_before=3)
    verdict = decide_renewal(PATRON, ITEM, loan(TODAY + timedelta(days=days_before)), NOBODY_WAITS, rules(policy), NOW)
    assert [reason.code for reason in verdict.reasons] == ([] if allowed else ["renewal.too_early"])


@given(loans=st.integers(0, 6), limit=st.integers(0, 6), of_type=st.integers(0, 6), type_limit=KEYS)
def test_limits_are_reached_when_as_many_loans_are_taken(
    loans: int, limit: int, of_type: int, type_limit: int | None
) -> None:
    patron = msgspec.structs.replace(PATRON, loans=loans, loans_limit=limit, loans_of_type=of_type)
    policy = msgspec.structs.replace(POLICY, type_limit=type_limit)
    codes = codes_of(Wish(patron, ITEM), rules(policy))
    assert ("patron.loans_limit" in codes) == (loans >= limit)
    assert ("patron.type_limit" in codes) == (type_limit is not None and of_type >= type_limit)


def test_a_reference_copy_is_told_once_and_not_also_as_a_kind_that_is_not_lent() -> None:
    never = msgspec.structs.replace(POLICY, lendable=False)
    restricted = msgspec.structs.replace(ITEM, status="restricted")
    both = [codes_of(Wish(PATRON, item), rules(never)) for item in (ITEM, restricted)]
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
    calendar = open_on(frozenset(range(7)) - closed)
    policy = msgspec.structs.replace(POLICY, period=days, renew_from=renew_from, renewals=2)
    patron = msgspec.structs.replace(PATRON, expires_on=expires_on)
    verdict = decide_renewal(
        patron, ITEM, loan(due, renewals=renewals), NOBODY_WAITS, rules(policy, calendar=calendar), NOW
    )
    codes = {reason.code for reason in verdict.reasons}
    assert ("renewal.exhausted" in codes) == (renewals >= 2)
    due_on = None if verdict.due_at is None else calendar.local_day(verdict.due_at)
    if not codes:
        assert due_on is not None
        assert due_on > due
        assert due_on >= TODAY
        assert due_on <= expires_on
    assert ("renewal.no_gain" in codes) == (due_on is not None and due_on <= due)


def test_deciding_to_renew_does_not_look_at_limits() -> None:
    full = msgspec.structs.replace(PATRON, loans=99, loans_of_type=99)
    assert decide_renewal(full, ITEM, loan(TODAY), NOBODY_WAITS, rules(), NOW).reasons == ()


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

    facts = msgspec.structs.replace(
        loan(TODAY), opened_at=instant(opened), renewed_at=None if renewed is None else instant(renewed)
    )
    assert touched_lately(facts, POLICY, CALENDAR, instant(now)) is touched


def test_what_is_lent_by_the_hour_may_be_renewed_on_the_same_day_after_ten_minutes() -> None:
    hourly = msgspec.structs.replace(POLICY, period_kind=PeriodKind.HOURS, period=2)
    facts = msgspec.structs.replace(loan(TODAY), opened_at=NOW)
    assert touched_lately(facts, hourly, CALENDAR, NOW + timedelta(minutes=9))
    assert not touched_lately(facts, hourly, CALENDAR, NOW + timedelta(minutes=10))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_reason_that_is_decided_can_be_said(language: str) -> None:
    blocked = msgspec.structs.replace(
        PATRON,
        status="blocked",
        expires_on=date(2020, 1, 1),
        overdue=9,
        owes=9,
        deposit_needed=1,
        loans=10,
        loans_of_type=9,
    )
    policy = msgspec.structs.replace(POLICY, lendable=False, type_limit=1, renew_before=0)
    blocks = (OVERDUE, Block(BlockKind.OWES, 1, frozenset(Stops)))
    never = rules(policy, calendar=open_on(frozenset()), blocks=blocks)
    waited_for = QueueFacts(None, 2, 0, 0)
    reasons: list[Reason] = []
    for status in ItemStatus:
        item = msgspec.structs.replace(ITEM, status=status)
        reasons += decide_check_out(Wish(blocked, item, loan(TODAY)), never, BRANCH, NOW).reasons
        reasons += decide_check_out(Wish(blocked, item, queue=waited_for), never, BRANCH, NOW).reasons
    held = HeldFacts(1, 9, BRANCH, "x", None)
    reasons += decide_check_out(Wish(blocked, ITEM, held=held), never, BRANCH, NOW).reasons
    late = loan(date(2027, 6, 1), renewals=5)
    lost = msgspec.structs.replace(late, lost_at=NOW, lost_as="declared", recalled_at=NOW)
    for one in (late, lost):
        reasons += decide_renewal(blocked, ITEM, one, waited_for, rules(policy, blocks=blocks), NOW).reasons
    said = {reason.code: explain(reason, Language(language)) for reason in reasons}
    assert len(said) == 24
    assert all(words.why and words.remedy and "{" not in words.why + words.remedy for words in said.values())
    assert set(said) <= set(MESSAGES)
