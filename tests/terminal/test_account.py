"""A patron's whole account by keys: what is done there is done in the library, and what is refused says why."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

from sqlalchemy import select

from db.tables import ENTRY, PATRON
from libops.circulation import lost
from libops.circulation.outcomes import Word
from libops.library import Library
from libops.money.kinds import EntryKind
from libops.people.patrons import Standing
from libops.scans import Scan
from screens.account.panel import AccountPanel
from screens.account.row_list import RowList
from screens.account.sections import RowKind
from screens.desk.screen import Desk
from screens.dialogs import Ask
from screens.forms.form import Form
from screens.forms.holds import PlaceHold
from screens.forms.money import ChargeForm, DepositForm, PayForm, WaiveForm
from screens.forms.patrons import BlockForm, EditPatron
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import account_of, fill_in, open_form, sent, told
from tests.terminal.doings import charge, does, lend, pay, place_hold, take_back
from tests.terminal.small_town import (
    BRACKETED,
    BRACKETED_COPY,
    CLERK,
    COPIES,
    NASTY_COPY,
    NO_COPY,
    OTHER,
    OTHER_NAME,
    SUPERVISOR,
    TEACHER,
    TEACHER_NAME,
    events_of,
)


@asynccontextmanager
async def at_account(
    town: Library, who: tuple[str, str] = SUPERVISOR, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[AtDesk]:
    """The teacher's account in front of the desk."""
    async with at_desk(town, size=size, who=who) as me:
        await me.scan(TEACHER)
        await me.press("f4")
        await me.until_screen(AccountPanel)
        await me.until(lambda: me.shift.view.account is not None)
        yield me


def entries(town: Library) -> list[tuple[str, int, str | None]]:
    """What was written into accounts: kind, minor units, how it was paid."""
    with town.database.reading() as transaction:
        query = select(ENTRY.c.kind, ENTRY.c.amount, ENTRY.c.method).order_by(ENTRY.c.id)
        return [(row.kind, row.amount, row.method) for row in transaction.connection.execute(query)]


async def test_money_that_is_owed_to_the_patron_stands_beside_the_name_and_heads_the_account(town: Library) -> None:
    lend(town, TEACHER, BRACKETED_COPY)
    does(town, lambda work: lost.declare_lost(work, barcode=BRACKETED_COPY, price=2_300))
    (lost_one,) = (one for one in account_of(town, TEACHER).charges if one.kind is EntryKind.LOST)
    pay(town, TEACHER, 2_300, lost_one.entry_id)
    take_back(town, BRACKETED_COPY)
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        await me.until_shown("refund due CN¥23.00")
        await me.press("f4")
        await me.until_screen(AccountPanel)
        await me.until_shown("Refund due  CN¥23.00")
        assert "Owes  CN¥5.00 · Refund due  CN¥23.00" in me.shown(), "the processing fee is owed still"
        (fee,) = (one for one in account_of(town, TEACHER).charges if one.kind is EntryKind.PROCESSING)
        pay(town, TEACHER, 500, fee.entry_id)
        await me.until(lambda: "Owes" not in me.shown())
        assert "Refund due  CN¥23.00" in me.shown()


async def test_one_loan_is_renewed_and_its_new_day_stands_in_its_row(town: Library) -> None:
    lend(town, TEACHER, BRACKETED_COPY, COPIES[0])
    async with at_account(town) as me:
        before = {loan.barcode: loan.due_on for loan in account_of(town, TEACHER).loans}
        await me.press("r")
        await me.until_shown("renewed 1 time")
        await me.until_shown("Renewed: due")
        after = {loan.barcode: loan for loan in account_of(town, TEACHER).loans}
        assert after[BRACKETED_COPY].renewals == 1
        assert after[BRACKETED_COPY].due_on > before[BRACKETED_COPY]
        assert after[COPIES[0]].due_on == before[COPIES[0]], "only the chosen one"


async def test_holds_and_money_are_one_key_from_the_loans_however_many_there_are(town: Library) -> None:
    lend(town, TEACHER, *COPIES[:5])
    place_hold(town, TEACHER, BRACKETED_COPY)
    charge(town, TEACHER, 300)
    charge(town, TEACHER, 200)
    async with at_account(town) as me:
        rows = me.app.screen.query_one(RowList)

        async def kind_after(*keys: str) -> tuple[RowKind, int]:
            await me.press(*keys)
            assert rows.chosen is not None
            return rows.chosen.kind, rows._at

        assert "Tab next part" in me.shown()
        assert "Shift+Tab part before" in me.shown()
        await me.press("down", "down")
        assert await kind_after("tab") == (RowKind.HOLD, 5)
        assert await kind_after("tab") == (RowKind.CHARGE, 6)
        await me.press("down")
        assert await kind_after("tab") == (RowKind.LOAN, 0)
        assert await kind_after("shift+tab") == (RowKind.CHARGE, 6)
        assert await kind_after("shift+tab") == (RowKind.HOLD, 5)


async def test_an_account_of_loans_alone_has_no_other_part_to_go_to(town: Library) -> None:
    lend(town, TEACHER, *COPIES[:2])
    async with at_account(town) as me:
        assert "next part" not in me.shown()
        await me.press("down", "tab")
        chosen = me.app.screen.query_one(RowList).chosen
        assert chosen is not None
        assert chosen.ref == COPIES[0]


async def test_renewing_all_says_how_many_were_not_and_why(town: Library) -> None:
    lend(town, TEACHER, BRACKETED_COPY, NASTY_COPY)
    place_hold(town, OTHER, BRACKETED_COPY)
    async with at_account(town) as me:
        await me.press("a")
        await me.until_shown("Renewed: 1. Not renewed: 1. ")
        assert f"Not renewed: 1. {BRACKETED}: others wait for it." in " ".join(me.shown().split())
        renewals = {loan.barcode: loan.renewals for loan in account_of(town, TEACHER).loans}
        assert renewals == {BRACKETED_COPY: 0, NASTY_COPY: 1}
        await me.until(lambda: {loan.barcode: loan.renewals for loan in me.loans() or ()} == renewals)
        await me.press("down", "up", "r")
        await me.until_shown("REFUSED")
        assert "Others wait for this title and no copy is in: 1." in me.shown()
        await me.press("f8")
        await me.until_screen(Ask)
        await me.press("right", "enter")
        await me.until_shown("Renewed: due")
        assert {loan.barcode: loan.renewals for loan in account_of(town, TEACHER).loans}[BRACKETED_COPY] == 1


async def test_where_nothing_was_renewed_it_is_not_called_done_and_says_why(town: Library) -> None:
    lend(town, TEACHER, BRACKETED_COPY)
    place_hold(town, OTHER, BRACKETED_COPY)
    async with at_account(town) as me:
        await me.press("a")
        await me.until_shown("REFUSED")
        assert f"Nothing is renewed. {BRACKETED}: others wait for it." in " ".join(me.shown().split())
        assert "DONE" not in me.shown()
        await me.press("escape")
        await me.until_screen(Desk)
        assert me.shift.visit.lines == [], "nothing was done that could be undone"


async def test_a_hold_is_placed_by_a_scan_into_the_form_and_stands_in_the_account(town: Library) -> None:
    async with at_account(town) as me:
        form = await open_form(me, "h", PlaceHold)
        assert await told(me, form) == {"title": "Scan a copy, or type words of the title or its number."}
        await fill_in(me, title="T9999")
        assert "title" in await told(me, form)
        await fill_in(me, needed_by="soon")
        await fill_in(me, title="T9001")
        assert await told(me, form) == {"needed_by": "soon is no day: write 2026-12-24, 12-24 or +14."}
        assert account_of(town, TEACHER).requests == []
        await fill_in(me, needed_by="+30", pickup="N")
        me.app.hear(Scan(NASTY_COPY, "reader", 500.0))
        await me.until(lambda: form.values()["title"] == NASTY_COPY)
        await sent(me, form)
        await me.until_shown("Hold placed:")
        await me.until_shown("Holds  1")
        (request,) = account_of(town, TEACHER).requests
        assert (request.branch_code, request.needed_by) == ("N", date(2026, 4, 3))
        assert "North Campus" in me.shown()


async def test_a_charge_by_hand_is_owed_and_wrong_amounts_are_told_and_charge_nothing(town: Library) -> None:
    async with at_account(town) as me:
        form = await open_form(me, "f", ChargeForm)
        for typed in ("", "1.234", "0"):
            await fill_in(me, amount=typed)
            assert "amount" in await told(me, form), typed
        await fill_in(me, amount="2.50", barcode=NO_COPY)
        assert (await told(me, form))["barcode"].startswith(f"No item has the barcode {NO_COPY}.")
        assert entries(town) == []
        await fill_in(me, barcode=BRACKETED_COPY, kind="damage", note="coffee")
        await sent(me, form)
        await me.until_shown("CN¥2.50 charged.")
        await me.until_shown("Owes  CN¥2.50")
        (owed,) = account_of(town, TEACHER).charges
        assert (owed.kind, owed.left, owed.barcode, owed.note) == ("damage", 250, BRACKETED_COPY, "coffee")


async def test_a_part_is_paid_in_cash_and_the_rest_by_card(town: Library) -> None:
    charge(town, TEACHER, 300)
    charge(town, TEACHER, 200)
    async with at_account(town) as me:
        form = await open_form(me, "p", PayForm)
        assert form.values() == {"amount": "5.00", "method": "cash", "payer": ""}
        for typed in ("5.01", ""):
            await fill_in(me, amount=typed)
            assert "amount" in await told(me, form), typed
        assert account_of(town, TEACHER).patron.owes == 500
        await fill_in(me, amount="4.00")
        await sent(me, form)
        await me.until_shown("CN¥4.00 paid; CN¥1.00 is still owed.")
        await me.until_shown("Owes  CN¥1.00")
        assert [(one.amount, one.left) for one in account_of(town, TEACHER).charges] == [(200, 100)]
        await me.until(lambda: me.app.screen.check_action("pay", ()) is True)
        form = await open_form(me, "p", PayForm)
        await fill_in(me, method="card")
        await sent(me, form)
        await me.until_shown("CN¥1.00 paid; nothing is owed any more.")
        assert entries(town)[2:] == [("payment", -300, "cash"), ("payment", -100, "cash"), ("payment", -100, "card")]
        await me.until(lambda: me.app.screen.check_action("pay", ()) is False)
        await me.press("p")
        assert isinstance(me.app.screen, AccountPanel), "there is nothing left to pay"


async def test_one_charge_is_paid_alone_and_somebody_else_may_pay(town: Library) -> None:
    charge(town, TEACHER, 300)
    charge(town, TEACHER, 200)
    async with at_account(town) as me:
        await me.press("down")
        form = await open_form(me, "m", PayForm)
        await fill_in(me, payer="P20179999")
        assert "payer" in await told(me, form)
        me.app.hear(Scan(OTHER, "reader", 500.0))
        await me.until(lambda: form.values()["payer"] == OTHER)
        await sent(me, form)
        await me.until_shown("CN¥2.00 paid; CN¥3.00 is still owed.")
        assert [one.left for one in account_of(town, TEACHER).charges] == [300]
        with town.database.reading() as transaction:
            query = select(PATRON.c.number).join(ENTRY, ENTRY.c.payer_id == PATRON.c.id)
            assert list(transaction.connection.execute(query).scalars()) == [OTHER]
        await me.press("escape")
        await me.until_screen(Desk)
        assert TEACHER_NAME in me.shown(), "the payer's card was for the form"


async def test_what_somebody_else_took_meanwhile_is_not_taken_twice(town: Library) -> None:
    charge(town, TEACHER, 300)
    async with at_account(town) as me:
        form = await open_form(me, "p", PayForm)
        charge(town, TEACHER, 200)
        wrong = await told(me, form)
        assert "CN¥5.00 is left to pay, no longer CN¥3.00." in wrong[""]
        assert account_of(town, TEACHER).patron.owes == 500


async def test_a_charge_is_waived_with_a_reason_and_not_without(town: Library) -> None:
    charge(town, TEACHER, 300)
    async with at_account(town) as me:
        form = await open_form(me, "w", WaiveForm)
        assert await told(me, form) == {"note": "Say why."}
        await fill_in(me, amount="3.01", note="machine was broken")
        assert "amount" in await told(me, form)
        assert account_of(town, TEACHER).patron.owes == 300
        await fill_in(me, amount="1.00")
        await sent(me, form)
        await me.until_shown("CN¥1.00 waived.")
        await me.until_shown("Owes  CN¥2.00")
        form = await open_form(me, "w", WaiveForm)
        await fill_in(me, note="the rest too")
        await sent(me, form)
        await me.until(lambda: account_of(town, TEACHER).patron.owes == 0)
        await me.until(lambda: "Owes" not in me.shown())


async def test_what_a_form_is_about_and_what_is_wrong_in_it_change_with_the_language(town: Library) -> None:
    charge(town, TEACHER, 300)
    async with at_account(town) as me:
        form = await open_form(me, "w", WaiveForm)
        await fill_in(me, amount="3.01", note="机器坏了")
        await told(me, form)
        assert "CN¥3.01 is more than the CN¥3.00 that is left." in me.shown()
        await me.press("f6")
        await me.until_shown("¥3.01 超过")
        said = me.shown()
        await me.press("f6")
        await me.until_shown("CN¥3.01 is more than")
        await fill_in(me, amount="3.00", note="")
        assert await told(me, form) == {"note": "Say why."}
        await me.press("f6")
        said += me.shown()
        # "copies" is what was written when it was charged.
        assert set(re.findall(r"[A-Za-z]{3,}", said)) <= {"English", "Enter", "Ctrl", "Esc", "Tab", "copies"}


async def test_a_clerk_is_offered_no_waiver(town: Library) -> None:
    charge(town, TEACHER, 300)
    async with at_account(town, who=CLERK) as me:
        await me.until_shown("pay this")
        assert "waive" not in me.shown()
        await me.press("w")
        assert isinstance(me.app.screen, AccountPanel)


async def test_a_deposit_is_taken_and_given_back_and_no_more_than_is_held(town: Library) -> None:
    async with at_account(town) as me:
        form = await open_form(me, "d", DepositForm)
        assert "amount" in await told(me, form), "how much has to be said"
        await fill_in(me, amount="100", method="wechat")
        await sent(me, form)
        await me.until_shown("Deposit held now: CN¥100.00.")
        await me.until_shown("deposit CN¥100.00")
        form = await open_form(me, "d", DepositForm)
        await fill_in(me, way="return", amount="100.01")
        assert "amount" in await told(me, form)
        await fill_in(me, amount="40")
        await sent(me, form)
        await me.until_shown("Deposit held now: CN¥60.00.")
        assert account_of(town, TEACHER).patron.deposit == 6_000
        assert entries(town) == [("deposit", -10_000, "wechat"), ("deposit_returned", 4_000, "cash")]


async def test_a_deposit_stays_while_things_are_on_loan_unless_somebody_allows_it(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    async with at_account(town) as me:
        form = await open_form(me, "d", DepositForm)
        await fill_in(me, amount="50")
        await sent(me, form)
        await me.until_shown("deposit CN¥50.00")
        form = await open_form(me, "d", DepositForm)
        await fill_in(me, way="return")
        assert "The deposit stays while things are on loan: 1." in (await told(me, form))[""]
        assert account_of(town, TEACHER).patron.deposit == 5_000
        await me.press("f8")
        await me.until_screen(Ask)
        await me.press("right", "enter")
        await me.until_shown("Deposit held now: CN¥0.00.")
        assert account_of(town, TEACHER).patron.deposit == 0


async def test_what_is_known_of_a_patron_is_changed_and_what_cannot_be_is_told_at_its_field(town: Library) -> None:
    async with at_account(town) as me:
        form = await open_form(me, "e", EditPatron)
        before = form.values()
        assert (before["name"], before["category"], before["branch"]) == (TEACHER_NAME, "teacher", "C")
        await fill_in(me, name="", phone="call me")
        assert set(await told(me, form)) == {"phone"}
        await fill_in(me, phone="13800000000", email="nobody")
        assert set(await told(me, form)) == {"email"}
        await fill_in(me, email="zhou@example.org")
        assert await told(me, form) == {"name": "A patron needs a name. Give a name."}
        assert account_of(town, TEACHER).patron.phone == ""
        await fill_in(me, name="周文博士", branch="N", note="on leave")
        await sent(me, form)
        await me.until_shown("Changed.")
        await me.until_shown("zhou@example.org")
        patron = account_of(town, TEACHER).patron
        assert (patron.name, patron.email, patron.branch_code) == ("周文博士", "zhou@example.org", "N")
        assert "周文博士" in me.shown()
        assert "on leave" in me.shown()


async def test_a_card_is_renewed_by_the_months_of_its_category(town: Library) -> None:
    with town.database.act() as transaction:
        _ = transaction.connection.execute(PATRON.update().values(expires_on=date(2026, 3, 1)))
    async with at_account(town) as me:
        await me.until_shown("! ")
        await me.press("k")
        await me.until_shown("The card is good until")
        assert account_of(town, TEACHER).patron.expires_on == date(2031, 3, 4)
        await me.until(lambda: "! " not in me.shown())
        await me.press("k")
        await me.until_screen(Ask)
        await me.press("enter")
        await me.until_screen(AccountPanel)
        assert account_of(town, TEACHER).patron.expires_on == date(2031, 3, 4), "no is the safe answer"


async def test_a_patron_is_blocked_with_a_reason_lent_nothing_and_unblocked_by_the_same_key(town: Library) -> None:
    async with at_account(town) as me:
        form = await open_form(me, "b", BlockForm)
        assert "note" in await told(me, form)
        assert account_of(town, TEACHER).patron.status is Standing.ACTIVE
        await fill_in(me, note="lost two keys")
        await sent(me, form)
        await me.until_shown("Blocked.")
        await me.until_shown("lost two keys")
        assert account_of(town, TEACHER).patron.status is Standing.BLOCKED
        await me.scan(COPIES[0])
        assert me.last_word() is Word.REFUSED
        await me.press("b")
        await me.until_shown("The block is taken away.")
        assert account_of(town, TEACHER).patron.status is Standing.ACTIVE
        await me.scan(COPIES[1])
        assert me.last_word() is Word.LENT


async def test_the_account_closes_under_a_form_too_once_somebody_else_stands_at_the_desk(town: Library) -> None:
    charge(town, TEACHER, 300)
    async with at_account(town) as me:
        form = await open_form(me, "w", WaiveForm)
        await me.scan(OTHER)
        assert me.app.screen is form, "what was begun is not torn away"
        await me.until_shown(f"▌ PATRON  {OTHER_NAME}")
        assert TEACHER_NAME in me.shown(), "whom the form is about"
        await me.press("escape")
        await me.until_screen(Desk)
        assert OTHER_NAME in me.shown()
        assert TEACHER_NAME not in me.shown()
        assert account_of(town, TEACHER).patron.owes == 300


async def test_a_second_patrons_card_closes_the_account_and_its_letters_do_nothing_any_more(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    async with at_account(town) as me:
        await me.scan(OTHER)
        await me.until_screen(Desk)
        await me.press("r", "a", "k")
        assert events_of(str(town.database.url), "loan.renewed") == 0
        assert account_of(town, TEACHER).patron.expires_on == date(2999, 12, 31)


async def test_every_form_of_an_account_fits_a_small_terminal_and_esc_leaves_it_with_nothing_done(
    town: Library,
) -> None:
    charge(town, TEACHER, 300)
    async with at_account(town, size=(80, 24)) as me:
        for key in "hpdeb":
            await me.press(key)
            await me.until(lambda: isinstance(me.app.screen, Form))
            box = me.app.screen.query_one("#dialog").region
            assert box.right <= 80
            assert box.bottom <= 24
            assert "F9 do it" in me.shown()
            await me.press("escape")
            await me.until_screen(AccountPanel)
        assert entries(town) == [("fee", 300, None)]


async def test_a_key_that_is_pressed_twice_in_a_moment_renews_once(town: Library) -> None:
    lend(town, TEACHER, NASTY_COPY, BRACKETED_COPY)
    async with at_account(town) as me:
        me.press_quickly("r", "r")
        await me.until_shown("Renewed: due")
        await me.settled()
        assert sorted(loan.renewals for loan in account_of(town, TEACHER).loans) == [0, 1]


async def test_a_hold_in_the_account_is_ended_only_once_somebody_said_so(town: Library) -> None:
    place_hold(town, TEACHER, BRACKETED_COPY)
    async with at_account(town) as me:
        await me.press("c")
        await me.until_screen(Ask)
        assert BRACKETED in me.shown()
        await me.press("enter")
        await me.until_screen(AccountPanel)
        assert len(account_of(town, TEACHER).requests) == 1
        await me.press("c")
        await me.until_screen(Ask)
        await me.press("right", "enter")
        await me.until_shown("Hold cancelled.")
        assert account_of(town, TEACHER).requests == []
