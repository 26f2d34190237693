"""The doctor finds what is wrong with accounts and tills, and says where; in a sound library it finds nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import Executable, delete, insert, select, update

from db.money import EntryKind, Method
from db.tables import BRANCH, DESK, ENTRY, EVENT, PATRON, TILL_COUNT
from libops.doctor import Finding
from libops.money import deposits, tills
from tests.engines.at_till import charge, faults, pay
from tests.engines.town import MORNING, OTHER_READER, READER, Town, ids

MONEY = (EntryKind.PAYMENT, EntryKind.REFUND, EntryKind.DEPOSIT, EntryKind.DEPOSIT_RETURNED)


@pytest.fixture
def sound(town: Town) -> Town:
    """A charge of 500 (entry 1) of which 300 were paid (entry 2); a deposit (entry 3); the till was closed."""
    one = charge(town, 500)
    pay(town, 300)
    town.act(deposits.give_deposit, patron_number=READER, amount=1000, method=Method.WECHAT)
    town.act(tills.close, counted={"cash": 300, "wechat": 1000})
    assert one == 1
    return town


def entry(town: Town, kind: EntryKind, amount: int, *, patron: str = READER, payer: str | None = None) -> Executable:
    """An entry that no act wrote; it settles the charge where its kind does."""
    numbers = ids(town, PATRON, "number")
    held = kind in (EntryKind.DEPOSIT, EntryKind.DEPOSIT_RETURNED)
    return insert(ENTRY).values(
        account="deposit" if held else "fees",
        kind=kind,
        amount=amount,
        patron_id=numbers[patron],
        payer_id=None if payer is None else numbers[payer],
        charge_id=1 if kind in ("payment", "waiver", "cancelled", "refund") else None,
        method=Method.CARD if kind in MONEY else None,
        at=MORNING,
        actor="nobody",
        branch_id=select(BRANCH.c.id).where(BRANCH.c.code == "MAIN").scalar_subquery(),
        desk_id=select(DESK.c.id).where(DESK.c.code == "M2").scalar_subquery(),
        receipt="r",
        note="",
    )


def found(town: Town) -> set[tuple[str, str]]:
    """What the doctor finds, each thing once."""
    return {(finding.code, finding.subject) for finding in faults(town)}


def test_a_sound_account_and_till_have_no_faults(sound: Town) -> None:
    assert faults(sound) == []


def test_an_entry_that_the_journal_tells_otherwise_or_not_at_all_is_found(sound: Town) -> None:
    sound.change(update(ENTRY).where(ENTRY.c.id == 1).values(amount=600))
    assert found(sound) == {("entry.not_journalled", "1"), ("entry.only_journalled", "1")}
    sound.change(update(ENTRY).where(ENTRY.c.id == 1).values(amount=500))
    sound.change(delete(EVENT).where(EVENT.c.kind == "charge.paid"))
    assert found(sound) == {("entry.not_journalled", "2")}


@pytest.mark.parametrize(
    ("kind", "amount", "payer", "codes"),
    [
        (EntryKind.PAYMENT, -201, None, {"charge.overpaid"}),
        (EntryKind.PAYMENT, -200, None, set()),
        (EntryKind.WAIVER, -201, None, {"charge.overpaid"}),
        (EntryKind.CANCELLED, -500, None, set()),
        (EntryKind.CANCELLED, -501, None, {"charge.taken_off_twice"}),
        (EntryKind.REFUND, 1, None, {"charge.refunded_too_much"}),
        (EntryKind.REFUND, 301, None, {"charge.refunded_too_much", "charge.refunded_to_another"}),
        (EntryKind.REFUND, 5, OTHER_READER, {"charge.refunded_too_much", "charge.refunded_to_another"}),
    ],
)
def test_a_charge_that_was_settled_wrongly_is_found(
    sound: Town, kind: EntryKind, amount: int, payer: str | None, codes: set[str]
) -> None:
    sound.change(entry(sound, kind, amount, payer=payer))
    assert {(code, subject) for code, subject in found(sound) if code.startswith("charge.")} == {
        (code, "1") for code in codes
    }


def test_what_settles_somebody_elses_charge_or_no_charge_is_found(sound: Town) -> None:
    sound.change(entry(sound, EntryKind.WAIVER, -1, patron=OTHER_READER))
    assert ("entry.other_patron", "4") in found(sound)
    sound.change(
        update(ENTRY).where(ENTRY.c.id == 4).values(charge_id=2, patron_id=ids(sound, PATRON, "number")[READER])
    )
    assert found(sound) == {("entry.settles_no_charge", "4"), ("entry.not_journalled", "4")} | {
        fault for fault in found(sound) if fault[0].startswith("charge.")
    }


def test_a_deposit_of_which_too_much_was_given_back_is_found(sound: Town) -> None:
    sound.change(entry(sound, EntryKind.DEPOSIT_RETURNED, 1000))
    assert "deposit.negative" not in {code for code, _ in found(sound)}
    sound.change(entry(sound, EntryKind.DEPOSIT_RETURNED, 1))
    assert ("deposit.negative", READER) in found(sound)


@pytest.mark.parametrize(
    "broken",
    [
        update(TILL_COUNT).where(TILL_COUNT.c.method == "cash").values(expected=299),
        delete(TILL_COUNT).where(TILL_COUNT.c.method == "wechat"),
        update(TILL_COUNT).where(TILL_COUNT.c.method == "wechat").values(method="card"),
        update(ENTRY).where(ENTRY.c.id == 2).values(desk_id=None),
    ],
)
def test_a_closing_that_says_other_sums_than_went_through_its_till_is_found(sound: Town, broken: Executable) -> None:
    sound.change(broken)
    (closing,) = [finding for finding in faults(sound) if finding.code.startswith("till.")]
    assert closing == Finding("till.counts", closing.subject)


def test_what_was_counted_later_is_no_fault_of_the_closing_before(sound: Town) -> None:
    pay(sound, 200)
    sound.act(tills.close, counted={"cash": 150, "card": 20})
    assert faults(sound) == []
