"""The loan rules are changed row by row or all at once, whole and checked, journalled, and followed at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from db.rules import BlockKind, ClosedDue, FineUnit, PeriodKind, RenewFrom
from db.tables import BLOCK_RULE, EVENT, LIBRARY, POLICY
from libops.bad_files import BadFile, BadRows
from libops.circulation import policies
from libops.circulation.policies import BlockChange, Changes, PolicyChange
from libops.circulation.policy_files import (
    BLOCKS,
    POLICIES,
    as_csv,
    as_toml,
    read_rules,
    rows_of_folder,
    rows_of_toml,
)
from libops.circulation.policy_rows import BLOCK_COLUMNS, POLICY_COLUMNS, BlockRow, CategoryRow, PolicyRow, RuleSet
from libops.doctor import examine
from libops.people import limits
from tests.engines.town import (
    BOOK,
    CHILD,
    CLERK,
    DISC,
    OTHER_BOOK,
    OTHER_DISC,
    READER,
    SUPERVISOR,
    THIRD_BOOK,
    Town,
    reasons,
    refused,
)

A = TypeVar("A")
CODES = {
    "branch": {"MAIN": 1, "WEST": 2, "YORK": 3},
    "category": {"reader": 1, "child": 2},
    "item_type": {"book": 1, "disc": 2, "atlas": 3},
}
FALLBACK = PolicyRow(lendable=True, period=30, renewals=1, renew_from=RenewFrom.DUE)


def do(town: Town, function: Callable[..., A], **arguments: object) -> A:
    return town.act(function, by=SUPERVISOR, at="M1", key=None, **arguments)


def stands(town: Town) -> RuleSet:
    return town.look(policies.show_rules)


def events(town: Town, kind: str) -> list[dict[str, object]]:
    return [dict(data) for (data,) in town.ask(select(EVENT.c.data).where(EVENT.c.kind == kind).order_by(EVENT.c.id))]


def version(town: Town) -> int:
    return int(town.ask(select(LIBRARY.c.rules_version))[0][0])


def test_the_rules_are_shown_with_the_codes_of_whom_they_are_for(town: Town) -> None:
    shown = stands(town)
    assert [row.scope for row in shown.policies] == [
        (None, None, None),
        (None, "child", None),
        (None, None, "disc"),
        (None, None, "atlas"),
    ]
    assert shown.blocks == [BlockRow(category="reader", kind=BlockKind.OVERDUE, threshold=2, stops_renewing=False)]


def test_a_row_is_changed_where_it_says_otherwise_and_followed_by_the_next_loan(town: Town) -> None:
    before = version(town)
    answer = do(town, policies.set_policy, item_type="disc", changes={"period": "3", "fine_amount": "0.50"})
    assert answer.row is not None
    assert answer.was is not None
    assert (answer.was.period, answer.was.type_limit, answer.was.fine_amount) == (7, 1, 0)
    assert answer.row == msgspec.structs.replace(answer.was, period=3, fine_amount=50)
    assert stands(town).policies[2] == answer.row
    assert version(town) == before + 1
    assert town.lend(READER, DISC).due_on == date(2026, 11, 26)
    (told,) = events(town, "policy.changed")
    was, now = told["before"], told["after"]
    assert isinstance(was, dict)
    assert isinstance(now, dict)
    assert {name: (was[name], now[name]) for name in was if was[name] != now[name]} == {
        "period": ("7", "3"),
        "fine_amount": ("0.00", "0.50"),
    }
    assert examine(town.library) == []


def test_a_new_row_takes_the_rest_from_the_row_that_decided_so_far(town: Town) -> None:
    answer = do(town, policies.set_policy, category="reader", item_type="disc", changes={"renewals": "2"})
    assert answer.was is None
    assert answer.row is not None
    assert (answer.row.scope, answer.row.period, answer.row.type_limit, answer.row.renewals) == (
        (None, "reader", "disc"),
        7,
        1,
        2,
    )
    # The branch outweighs the item type: this row decides for discs of children at the west branch.
    child = do(town, policies.set_policy, branch="WEST", category="child", changes={"period": "9"})
    assert child.row is not None
    assert (child.row.renewals, child.row.renew_from) == (2, RenewFrom.TODAY)
    assert town.lend(CHILD, OTHER_DISC, at="W1").due_on == date(2026, 12, 2)


def test_an_empty_cell_goes_back_to_its_default(town: Town) -> None:
    answer = do(town, policies.set_policy, item_type="disc", changes={"type_limit": "", "shelf_days": "3"})
    assert answer.row is not None
    assert (answer.row.type_limit, answer.row.shelf_days) == (None, 3)
    answer = do(town, policies.set_policy, item_type="disc", changes={"shelf_days": " "})
    assert answer.row is not None
    assert answer.row.shelf_days == 7
    assert refused(lambda: do(town, policies.set_policy, item_type="disc", changes={"period": ""})) == ["rule.empty"]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"period": "soon"}, ["rule.unreadable"]),
        ({"period": "１４"}, ["rule.unreadable"]),
        ({"period": "1_000"}, ["rule.unreadable"]),
        ({"period": "-1"}, ["rule.out_of_bounds"]),
        ({"period": "3651"}, ["rule.out_of_bounds"]),
        ({"period": "9" * 5000}, ["rule.unreadable"]),
        ({"renewals": "1001"}, ["rule.out_of_bounds"]),
        ({"fine_every": "0"}, ["rule.out_of_bounds"]),
        ({"lost_after": "0"}, ["rule.out_of_bounds"]),
        ({"shelf_days": "366"}, ["rule.out_of_bounds"]),
        ({"fine_amount": "0.105"}, ["rule.unreadable"]),
        ({"fine_amount": "-1"}, ["rule.unreadable"]),
        ({"lendable": "maybe"}, ["rule.unreadable"]),
        ({"renew_from": "monday"}, ["rule.unreadable"]),
        ({"fixed_on": "15.1.2027"}, ["rule.unreadable"]),
        ({"loan_days": "30"}, ["rule.no_column"]),
        ({"branch": "MAIN"}, ["rule.no_column"]),
        ({"period_kind": "fixed"}, ["policy.fixed_needs_day"]),
        ({"period_kind": "hours", "period": "0"}, ["policy.no_hours"]),
        ({"period_kind": "hours", "period": "many"}, ["rule.unreadable"]),
        (
            {"period": "-1", "renewals": "x", "grace": "4000", "nonsense": "1"},
            ["rule.unreadable", "rule.no_column", "rule.out_of_bounds", "rule.out_of_bounds"],
        ),
    ],
)
def test_what_a_row_cannot_say_is_refused_with_every_fault_and_nothing_changes(
    town: Town, changes: dict[str, str], codes: list[str]
) -> None:
    before = (stands(town), version(town))
    assert refused(lambda: do(town, policies.set_policy, changes=changes)) == codes
    assert (stands(town), version(town)) == before


def test_a_row_for_what_there_is_not_is_refused_and_told_what_there_is(town: Town) -> None:
    told = reasons(lambda: do(town, policies.set_policy, branch="EAST", category="tutor", changes={"period": "1"}))
    assert [(reason.code, reason.facts["column"], reason.facts["code"]) for reason in told] == [
        ("rule.unknown_code", "branch", "EAST"),
        ("rule.unknown_code", "category", "tutor"),
    ]
    assert told[0].facts["known"] == "MAIN, WEST, YORK"


def test_a_row_is_removed_and_a_more_general_one_decides_again(town: Town) -> None:
    answer = do(town, policies.remove_policy, item_type="disc")
    assert answer.row is None
    assert answer.was is not None
    assert answer.was.period == 7
    assert town.lend(READER, DISC).due_on == date(2026, 12, 23)
    assert [told["after"] for told in events(town, "policy.changed")] == [None]
    assert refused(lambda: do(town, policies.remove_policy, item_type="disc")) == ["policy.no_row"]
    assert refused(lambda: do(town, policies.remove_policy)) == ["policy.fallback_stays"]
    assert refused(lambda: do(town, policies.remove_policy, branch="EAST")) == ["policy.no_row"]
    assert examine(town.library) == []


def test_a_block_rule_is_added_changed_and_removed(town: Town) -> None:
    owes = do(town, policies.set_block, kind=BlockKind.OWES, changes={"threshold": "20", "stops_renewing": "no"})
    assert owes.row == BlockRow(kind=BlockKind.OWES, threshold=2000, stops_renewing=False)
    # A category's own rule begins as the one for all.
    child = do(town, policies.set_block, category="child", kind=BlockKind.OWES, changes={"threshold": "5.50"})
    assert child.row == BlockRow(category="child", kind=BlockKind.OWES, threshold=550, stops_renewing=False)
    late = do(town, policies.set_block, category="reader", kind=BlockKind.OVERDUE, changes={"threshold": "1"})
    assert (late.was, late.row) == (
        BlockRow(category="reader", kind=BlockKind.OVERDUE, threshold=2, stops_renewing=False),
        BlockRow(category="reader", kind=BlockKind.OVERDUE, threshold=1, stops_renewing=False),
    )
    town.lend(READER, BOOK)
    town.clock.later(days=40)
    assert refused(lambda: town.lend(READER, OTHER_BOOK)) == ["patron.overdue"]
    do(town, policies.remove_block, category="reader", kind=BlockKind.OVERDUE)
    assert town.lend(READER, OTHER_BOOK).outcome == "lent"
    remove = {"category": "reader", "kind": BlockKind.OVERDUE}
    assert refused(lambda: do(town, policies.remove_block, **remove)) == ["block.no_row"]
    assert len(events(town, "block.changed")) == 4
    assert examine(town.library) == []


@pytest.mark.parametrize(
    ("kind", "changes", "codes"),
    [
        (BlockKind.OWES, {}, ["block.needs_threshold"]),
        (BlockKind.OVERDUE, {}, ["block.needs_threshold"]),
        (BlockKind.MANUAL, {"threshold": "1"}, ["block.no_threshold"]),
        (BlockKind.EXPIRED, {"threshold": "1"}, ["block.no_threshold"]),
        (BlockKind.OVERDUE, {"threshold": "0"}, ["rule.out_of_bounds"]),
        (BlockKind.OVERDUE, {"threshold": "1.5"}, ["rule.unreadable"]),
        (BlockKind.OWES, {"threshold": "0.00"}, ["rule.out_of_bounds"]),
        (BlockKind.MANUAL, {"stops_lending": "perhaps"}, ["rule.unreadable"]),
        (BlockKind.MANUAL, {"stops_everything": "yes"}, ["rule.no_column"]),
    ],
)
def test_what_a_block_rule_cannot_say_is_refused(
    town: Town, kind: BlockKind, changes: dict[str, str], codes: list[str]
) -> None:
    assert refused(lambda: do(town, policies.set_block, kind=kind, changes=changes)) == codes
    assert len(stands(town).blocks or []) == 1


def test_a_block_that_stops_nothing_but_holds_lets_people_borrow(town: Town) -> None:
    changes = {"stops_lending": "no", "stops_renewing": "no"}
    do(town, policies.set_block, kind=BlockKind.EXPIRED, changes=changes)
    assert town.lend("P5", BOOK).outcome == "lent"


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (policies.set_policy, {"changes": {"period": "1"}}),
        (policies.remove_policy, {"item_type": "disc"}),
        (policies.set_block, {"kind": BlockKind.OWES, "changes": {"threshold": "1"}}),
        (policies.remove_block, {"category": "reader", "kind": BlockKind.OVERDUE}),
        (policies.replace_all, {"rules": RuleSet(policies=[FALLBACK])}),
    ],
)
def test_only_who_may_change_rules_changes_them(
    town: Town, function: Callable[..., object], arguments: dict[str, object]
) -> None:
    before = stands(town)
    assert refused(lambda: town.act(function, by=CLERK, at="M1", key=None, **arguments)) == ["permission.missing"]
    assert stands(town) == before


def test_setting_what_is_so_already_changes_nothing_and_is_told_as_that(town: Town) -> None:
    changes = {"period": "7"}
    first = town.act(policies.set_policy, by=SUPERVISOR, key="k", item_type="disc", changes=changes)
    assert first.row == first.was
    assert town.act(policies.set_policy, by=SUPERVISOR, key="k", item_type="disc", changes=changes) == first
    assert "policy.changed" not in town.story()
    assert "policy.confirmed" in town.story()


NEW_RULES = RuleSet(
    policies=[
        msgspec.structs.replace(FALLBACK, period=21),
        PolicyRow(item_type="atlas", lendable=False, period=30, renewals=0, renew_from=RenewFrom.DUE),
        PolicyRow(branch="WEST", item_type="disc", lendable=True, period=2, renewals=0, renew_from=RenewFrom.TODAY),
    ],
    blocks=[
        BlockRow(kind=BlockKind.OWES, threshold=2000),
        BlockRow(category="child", kind=BlockKind.OVERDUE, threshold=1),
    ],
)


def test_all_rules_are_replaced_in_one_act_and_the_preview_says_so_before(town: Town) -> None:
    before = stands(town)
    seen = town.look(policies.preview, rules=NEW_RULES)
    assert stands(town) == before
    rows = {row.scope: row for row in before.policies}
    assert seen.policies == [
        PolicyChange(rows[None, None, None], NEW_RULES.policies[0]),
        PolicyChange(rows[None, "child", None], None),
        PolicyChange(rows[None, None, "disc"], None),
        PolicyChange(None, NEW_RULES.policies[2]),
    ]
    assert before.blocks is not None
    assert NEW_RULES.blocks is not None
    assert seen.blocks == [BlockChange(before.blocks[0], None), *(BlockChange(None, row) for row in NEW_RULES.blocks)]
    assert do(town, policies.replace_all, rules=NEW_RULES) == seen
    shown = stands(town)
    assert {row.scope: row for row in shown.policies} == {row.scope: row for row in NEW_RULES.policies}
    assert shown.blocks == NEW_RULES.blocks
    assert town.lend(CHILD, THIRD_BOOK).due_on == date(2026, 12, 14)
    assert len(events(town, "policy.changed")) == 4
    assert events(town, "rules.replaced") == [{"policies": 4, "blocks": 3}]
    assert town.look(policies.preview, rules=NEW_RULES) == Changes(policies=[], blocks=[])
    assert examine(town.library) == []


def test_a_set_that_says_nothing_of_blocks_leaves_them_and_an_empty_one_takes_them_off(town: Town) -> None:
    do(town, policies.replace_all, rules=RuleSet(policies=[FALLBACK]))
    assert len(stands(town).blocks or []) == 1
    do(town, policies.replace_all, rules=RuleSet(policies=[FALLBACK], blocks=[]))
    assert stands(town).blocks == []


def test_a_set_with_faults_is_refused_with_all_of_them_and_changes_nothing(town: Town) -> None:
    wrong = RuleSet(
        policies=[
            PolicyRow(branch="EAST", lendable=True, period=-1, renewals=0, renew_from=RenewFrom.DUE),
            PolicyRow(
                category="child",
                lendable=True,
                period=0,
                period_kind=PeriodKind.HOURS,
                renewals=0,
                renew_from=RenewFrom.DUE,
            ),
            PolicyRow(category="child", lendable=True, period=1, renewals=0, renew_from=RenewFrom.DUE),
        ],
        blocks=[BlockRow(kind=BlockKind.OWES)],
    )
    before = stands(town)
    expected = [
        "rule.unknown_code",
        "rule.out_of_bounds",
        "policy.no_hours",
        "block.needs_threshold",
        "rule.twice",
        "policy.no_fallback",
    ]
    assert refused(lambda: do(town, policies.replace_all, rules=wrong)) == expected
    assert refused(lambda: town.look(policies.preview, rules=wrong)) == expected
    assert stands(town) == before


def test_the_same_replacement_under_the_same_key_is_done_once(town: Town) -> None:
    first = town.act(policies.replace_all, by=SUPERVISOR, key="k", rules=NEW_RULES)
    town.reopen()
    assert town.act(policies.replace_all, by=SUPERVISOR, key="k", rules=NEW_RULES) == first
    assert len(events(town, "rules.replaced")) == 1


def test_rules_written_to_a_folder_or_a_file_and_read_back_change_nothing(town: Town, tmp_path: Path) -> None:
    do(town, policies.replace_all, rules=NEW_RULES)
    shown = stands(town)
    (tmp_path / POLICIES).write_text(as_csv(shown.policies, POLICY_COLUMNS, "CNY"), encoding="utf-8")
    (tmp_path / BLOCKS).write_text(as_csv(shown.blocks or [], BLOCK_COLUMNS, "CNY"), encoding="utf-8")
    toml = as_toml(shown, "CNY").encode()
    with town.library.look(actor=SUPERVISOR, place=town.place()) as look:
        codes, currency = policies.codes_and_currency(look)
        for rows in (rows_of_folder(tmp_path), rows_of_toml("rules.toml", toml)):
            read = read_rules(rows, codes, currency)
            assert read == shown
            assert policies.preview(look, read) == Changes(policies=[], blocks=[])


def test_a_file_may_leave_out_columns_and_say_amounts_and_days_as_toml_does() -> None:
    content = """
    [[policy]]
    lendable = true
    period = 30
    renewals = 1
    renew_from = "due"
    fixed_on = 2027-01-15
    fine_amount = 0.1
    fine_cap = 30
    lost_fee = "50.00"

    [[block]]
    kind = "owes"
    threshold = 20.5
    stops_holds = false
    """
    read = read_rules(rows_of_toml("rules.toml", content.encode()), CODES, "CNY")
    assert read.policies == [
        msgspec.structs.replace(FALLBACK, fixed_on=date(2027, 1, 15), fine_amount=10, fine_cap=3000, lost_fee=5000)
    ]
    assert read.blocks == [BlockRow(kind=BlockKind.OWES, threshold=2050, stops_holds=False)]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("policy = 3", "rules.toml: policy: each row begins with [[policy]]"),
        ("[policy]\nperiod = 3", "rules.toml: policy: each row begins with [[policy]]"),
        ("policy = [3]", "rules.toml [[policy]], row 1: has no columns with values"),
        ("[[policy]", "rules.toml: is no TOML at line 1, column 9"),
        ("[[policy]]\nperiod = twelve", "rules.toml: is no TOML at line 2, column 10"),
        ('[[policy]]\nbranch = "M', "rules.toml: is no TOML"),
        ("[[rule]]\nperiod = 1", "rules.toml: there is no table rule here (policy, block)"),
        ("block = []", "rules.toml: needs exactly one row with branch, category and item_type all empty"),
        ("[[policy]]\nperiode = 1", "rules.toml [[policy]], row 1: there is no column periode here"),
        ("[[policy]]\nlendable = [1]", "rules.toml [[policy]], row 1: lendable: '[1]' cannot be read."),
        ("[[policy]]\nperiod = 1.5", "rules.toml [[policy]], row 1: period: '1.5' cannot be read."),
        ("[[policy]]\nbranch = 7", "rules.toml [[policy]], row 1: branch: there is no 7"),
        ("[[policy]]\n[[policy]]\nbranch = 'X'", "rules.toml [[policy]], row 2: branch: there is no X"),
        ("[[block]]\nkind = 'owes'", "rules.toml [[block]], row 1: A block of kind owes needs a threshold."),
    ],
)
def test_what_a_file_cannot_say_is_told_with_its_row(content: str, complaint: str) -> None:
    with pytest.raises(BadFile) as caught:
        read_rules(rows_of_toml("rules.toml", content.encode()), CODES, "CNY")
    assert complaint in str(caught.value)


def test_bytes_that_are_no_text_are_no_toml() -> None:
    with pytest.raises(BadFile, match=r"rules\.toml: is no UTF-8 text"):
        rows_of_toml("rules.toml", b"\xff\xfe")


def test_a_folder_without_policies_is_told() -> None:
    with pytest.raises(BadFile, match=r"policies\.csv: cannot be read"):
        rows_of_folder(Path("/nowhere at all"))


def test_every_fault_of_every_row_is_told() -> None:
    content = "[[policy]]\nlendable = true\nperiod = -1\nrenewals = 5000\n[[policy]]\nbranch = 'X'\nperiod = 'x'"
    with pytest.raises(BadRows) as caught:
        read_rules(rows_of_toml("r", content.encode()), CODES, "CNY")
    assert [str(fault).partition(": ")[2] for fault in caught.value.faults] == [
        "renew_from is empty.",
        "period: -1 is not between 0 and 3650.",
        "renewals: 5000 is not between 0 and 1000.",
        "branch: there is no X",
        "period: 'x' cannot be read.",
        "lendable is empty.",
        "renewals is empty.",
        "renew_from is empty.",
    ]


@pytest.mark.parametrize(
    ("category", "changes", "codes"),
    [
        ("reader", {"loans_limit": "-1"}, ["rule.out_of_bounds"]),
        ("reader", {"months": "0"}, ["rule.out_of_bounds"]),
        ("reader", {"deposit": "1.005"}, ["rule.unreadable"]),
        ("reader", {"overdue_limit": "3"}, ["rule.no_column"]),
        ("reader", {"name_zh": ""}, ["rule.empty"]),
        ("reader", {"code": "x"}, ["rule.no_column"]),
        ("guest", {"loans_limit": "3"}, ["rule.empty", "rule.empty"]),
        (" ", {"loans_limit": "3"}, ["rule.empty"]),
    ],
)
def test_what_a_category_cannot_have_is_refused(
    town: Town, category: str, changes: dict[str, str], codes: list[str]
) -> None:
    before = town.look(limits.show_limits)
    assert refused(lambda: do(town, limits.set_category, category=category, changes=changes)) == codes
    assert town.look(limits.show_limits) == before


def test_what_a_category_may_have_is_changed_journalled_and_counts_at_once(town: Town) -> None:
    answer = do(town, limits.set_category, category="reader", changes={"loans_limit": "1", "deposit": "0.00"})
    assert answer.was == CategoryRow(code="reader", name_zh="reader", name_en="reader", loans_limit=3)
    assert answer.row == msgspec.structs.replace(answer.was, loans_limit=1)
    assert town.look(limits.show_category, category="reader") == answer.row
    town.lend(READER, BOOK)
    assert refused(lambda: town.lend(READER, OTHER_BOOK)) == ["patron.loans_limit"]
    (told,) = events(town, "category.changed")
    assert (told["category"], told["before"] == told["after"]) == ("reader", False)
    unknown = reasons(lambda: town.look(limits.show_category, category="guest"))
    assert (unknown[0].code, unknown[0].facts["known"]) == ("rule.unknown_code", "reader, child")
    change = {"category": "reader", "changes": {"loans_limit": "9"}}
    assert refused(lambda: town.act(limits.set_category, by=CLERK, at="M1", key=None, **change)) == [
        "permission.missing"
    ]


MAYBE_NUMBER = st.none() | st.integers(0, 365)
AMOUNTS = st.integers(0, 1_000_000_000)
ANY_POLICY = st.builds(
    PolicyRow,
    branch=st.sampled_from((None, *CODES["branch"])),
    category=st.sampled_from((None, *CODES["category"])),
    item_type=st.sampled_from((None, *CODES["item_type"])),
    lendable=st.booleans(),
    period_kind=st.sampled_from(PeriodKind),
    period=st.integers(1, 3650),
    fixed_on=st.dates(date(2020, 1, 1)),
    closed_due=st.sampled_from(ClosedDue),
    renewals=st.integers(0, 1000),
    renew_from=st.sampled_from(RenewFrom),
    renew_before=MAYBE_NUMBER,
    type_limit=MAYBE_NUMBER,
    grace=st.integers(0, 3650),
    grace_open=st.booleans(),
    fine_unit=st.sampled_from(FineUnit),
    fine_every=st.integers(1, 3650),
    fine_amount=AMOUNTS,
    fine_cap=st.none() | AMOUNTS,
    fine_open=st.booleans(),
    fine_grace=st.booleans(),
    holdable=st.booleans(),
    shelf_days=st.integers(0, 365),
    recall_minimum=MAYBE_NUMBER,
    recall_days=st.integers(0, 3650),
    lost_after=st.none() | st.integers(1, 3650),
    lost_fee=st.none() | AMOUNTS,
    processing_fee=AMOUNTS,
    refund_days=MAYBE_NUMBER,
)
COUNTED = st.builds(
    BlockRow,
    category=st.sampled_from((None, *CODES["category"])),
    kind=st.sampled_from((BlockKind.OVERDUE, BlockKind.OWES)),
    threshold=st.integers(1, 1_000_000_000),
    stops_lending=st.booleans(),
    stops_renewing=st.booleans(),
    stops_holds=st.booleans(),
)


@given(
    policies=st.lists(ANY_POLICY, unique_by=lambda row: row.scope, max_size=6),
    blocks=st.lists(COUNTED, unique_by=lambda row: row.scope, max_size=4),
    currency=st.sampled_from(("CNY", "JPY", "BHD")),
)
def test_any_rules_survive_being_written_and_read(
    policies: list[PolicyRow], blocks: list[BlockRow], currency: str
) -> None:
    rows = [FALLBACK, *(row for row in policies if row.scope != FALLBACK.scope)]
    rules = RuleSet(policies=rows, blocks=blocks)
    assert read_rules(rows_of_toml("r.toml", as_toml(rules, currency).encode()), CODES, currency) == rules


def test_the_tables_hold_one_row_for_each_scope(town: Town) -> None:
    for _ in range(2):
        do(town, policies.set_policy, branch="WEST", changes={"period": "5"})
        do(town, policies.set_block, kind=BlockKind.OWES, changes={"threshold": "5"})
    counts = [town.ask(select(func.count()).select_from(table))[0][0] for table in (POLICY, BLOCK_RULE)]
    assert counts == [5, 2]
