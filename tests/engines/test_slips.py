"""Slips and receipts: what they show on both engines, in whose language, and the library's own wording of them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from db.money import EntryKind, Method
from db.rules import PeriodKind
from db.slips import SlipKind
from db.tables import BRANCH, DESK, EVENT, ITEM, PATRON, POLICY, SLIP_TEMPLATE, TITLE
from libops.circulation import returns
from libops.circulation.requests import place
from libops.circulation.returns import ReturnAnswer
from libops.doctor import examine
from libops.money import charges, deposits
from libops.refusals import Money
from libops.slips import loan_slips, parcel_slips, payment_receipts, slips, templates
from libops.slips.facts import HoldSlip, Name, PaymentReceipt, TransferSlip
from libops.slips.templates import TemplateAnswer
from libops.work import Actor, Look
from tests.engines.town import (
    BOOK,
    CHILD,
    CLERK,
    DISC,
    MORNING,
    OPERATOR,
    OTHER_BOOK,
    OTHER_READER,
    READER,
    SORTER,
    SUPERVISOR,
    TODAY,
    WEST_BOOK,
    Town,
    reasons,
    refused,
)

OWN = "{{ library|name }}\n{{ branch|name }}: {{ label }} [right] {{ until|day }}\n"
TODAYS_HOLD_END = date(2026, 11, 30)


def hold_one(town: Town, *, reader: str = READER, book: str = BOOK, at: str = "M1") -> ReturnAnswer:
    """Lend a book to somebody else, place a hold for the reader, and take it back: onto the hold shelf."""
    town.act(place, patron_number=reader, barcode=book, item_level=True, pickup="MAIN", note="光盘 [1]")
    return town.act(returns.check_in, by=SORTER, at=at, barcode=book)


class TestLoans:
    def test_a_visit_is_on_its_receipt_in_the_order_of_the_desk(self, town: Town) -> None:
        town.clock.later(days=-2)
        town.lend(READER, OTHER_BOOK)
        town.clock.later(days=2)
        lent = [town.lend(READER, barcode) for barcode in (DISC, BOOK)]
        slip = town.look(loan_slips.loans_slip, loan_ids=[answer.loan_id for answer in lent])
        assert [item.barcode for item in slip.items] == [DISC, BOOK]
        assert [item.due_on for item in slip.items] == [answer.due_on for answer in lent]
        assert [item.title for item in slip.items] == ["红楼梦 [b]"] * 2
        assert (slip.library, slip.branch, slip.desk) == (
            Name("小镇图书馆", "Town Library"),
            Name("总馆", "Main"),
            Name("M1台", "Desk M1"),
        )
        assert slip.at == MORNING
        assert (slip.patron.masked, slip.patron.language) == ("李** P1", "zh")
        assert not any(item.hourly or item.overdue for item in slip.items)

    def test_all_that_a_patron_has_or_only_what_was_lent_or_renewed_today(self, town: Town) -> None:
        for barcode in (BOOK, OTHER_BOOK):
            town.lend(READER, barcode)
        town.clock.later(days=1)
        town.lend(READER, DISC)
        town.renew(OTHER_BOOK)
        everything = town.look(loan_slips.account_slip, patron_number=READER)
        assert [item.barcode for item in everything.items] == [DISC, BOOK, OTHER_BOOK]
        assert [item.renewals for item in everything.items] == [0, 0, 1]
        today = town.look(loan_slips.todays_slip, patron_number=READER)
        assert [item.barcode for item in today.items] == [DISC, OTHER_BOOK]

    def test_what_came_back_meanwhile_is_left_out_and_nothing_at_all_is_refused(self, town: Town) -> None:
        lent = [town.lend(READER, barcode).loan_id for barcode in (BOOK, OTHER_BOOK)]
        town.take_back(BOOK)
        assert [item.barcode for item in town.look(loan_slips.loans_slip, loan_ids=lent).items] == [OTHER_BOOK]
        town.take_back(OTHER_BOOK)
        assert refused(lambda: town.look(loan_slips.loans_slip, loan_ids=lent)) == ["slip.no_loans"]
        assert refused(lambda: town.look(loan_slips.account_slip, patron_number=READER)) == ["slip.no_loans"]
        assert refused(lambda: town.look(loan_slips.account_slip, patron_number="P99")) == ["patron.unknown"]

    def test_a_loan_by_the_hour_says_the_hour_of_the_branch_that_lent_it(self, town: Town) -> None:
        town.change_rules(update(POLICY).values(period=3, period_kind=PeriodKind.HOURS))
        answer = town.lend(READER, BOOK, at="Y1")
        (item,) = town.look(loan_slips.loans_slip, at="M1", loan_ids=[answer.loan_id]).items
        assert item.hourly
        assert item.due_at == answer.due_at
        assert str(item.due_at.tzinfo) == "America/New_York"

    def test_a_receipt_is_for_one_patron_and_for_who_may_see_patrons(self, town: Town) -> None:
        lent = [town.lend(READER, BOOK).loan_id, town.lend(OTHER_READER, OTHER_BOOK).loan_id]
        with pytest.raises(ValueError, match="one patron"):
            town.look(loan_slips.loans_slip, loan_ids=lent)
        assert refused(lambda: town.look(loan_slips.loans_slip, by=SORTER, loan_ids=lent[:1])) == ["permission.missing"]
        assert refused(lambda: town.look(loan_slips.account_slip, by=SORTER, patron_number=READER)) == [
            "permission.missing"
        ]


class TestParcels:
    def test_what_lies_on_the_hold_shelf_says_where_for_whom_and_until_when(self, town: Town) -> None:
        answer = hold_one(town)
        assert answer.hold is not None
        slip = town.look(parcel_slips.slip_after, by=SORTER, answer=answer)
        assert isinstance(slip, HoldSlip)
        assert slip == town.look(parcel_slips.hold_slip_of, by=SORTER, barcode=BOOK)
        assert (slip.label, slip.patron.masked, slip.title) == ("A-01", "李** P1", "红楼梦 [b]")
        assert (slip.barcode, slip.call_number, slip.note) == (BOOK, "I242.4/C118", "光盘 [1]")
        assert slip.until == TODAYS_HOLD_END
        assert slip.branch == Name("总馆", "Main")

    def test_the_day_until_which_it_is_kept_is_one_of_the_branch_where_it_lies(self, town: Town) -> None:
        town.act(place, patron_number=READER, barcode=BOOK, item_level=True, pickup="YORK")
        town.act(returns.check_in, at="M1", barcode=BOOK)
        answer = town.act(returns.check_in, at="Y1", barcode=BOOK)
        slip = town.look(parcel_slips.slip_after, at="M1", answer=answer)
        assert isinstance(slip, HoldSlip)
        assert answer.hold is not None
        assert answer.hold.until is not None
        assert str(slip.at.tzinfo) == "America/New_York"
        assert slip.until == answer.hold.until.astimezone(slip.at.tzinfo).date()

    def test_what_goes_to_another_branch_says_where_to_from_where_and_why(self, town: Town) -> None:
        home = town.act(returns.check_in, by=SORTER, barcode=WEST_BOOK)
        slip = town.look(parcel_slips.slip_after, by=SORTER, answer=home)
        assert isinstance(slip, TransferSlip)
        assert slip == town.look(parcel_slips.transfer_slip_of, by=SORTER, barcode=WEST_BOOK)
        assert (slip.to, slip.to_code, slip.origin_code) == (Name("西馆", "West"), "WEST", "MAIN")
        assert (slip.reason, slip.on, slip.barcode) == ("return_home", TODAY, WEST_BOOK)
        town.act(place, patron_number=OTHER_READER, barcode=BOOK, item_level=True, pickup="WEST")
        held = town.look(parcel_slips.slip_after, answer=town.act(returns.check_in, barcode=BOOK))
        assert isinstance(held, TransferSlip)
        assert (held.reason, held.to_code) == ("hold", "WEST")

    def test_what_needs_no_slip_gets_none(self, town: Town) -> None:
        assert town.look(parcel_slips.slip_after, answer=town.take_back(BOOK)) is None
        assert refused(lambda: town.look(parcel_slips.hold_slip_of, barcode=BOOK)) == ["slip.not_on_shelf"]
        assert refused(lambda: town.look(parcel_slips.transfer_slip_of, barcode=BOOK)) == ["slip.not_on_its_way"]
        assert refused(lambda: town.look(parcel_slips.hold_slip, request_id=99)) == ["slip.not_on_shelf"]
        assert refused(lambda: town.look(parcel_slips.transfer_slip, transfer_id=99)) == ["slip.not_on_its_way"]
        assert refused(lambda: town.look(parcel_slips.hold_slip_of, barcode="\x00")) == ["slip.not_on_shelf"]

    def test_once_it_is_fetched_there_is_no_slip_for_it(self, town: Town) -> None:
        hold_one(town)
        town.lend(READER, BOOK)
        assert refused(lambda: town.look(parcel_slips.hold_slip_of, barcode=BOOK)) == ["slip.not_on_shelf"]


class TestReceipts:
    def charge(self, town: Town, kind: EntryKind, amount: int, barcode: str | None = None) -> int:
        made = town.act(charges.charge, patron_number=READER, kind=kind, amount=amount, barcode=barcode)
        return made.charge_id

    def test_a_payment_says_for_what_how_and_what_is_left(self, town: Town) -> None:
        self.charge(town, EntryKind.FINE, 240, BOOK)
        self.charge(town, EntryKind.FEE, 500)
        town.clock.later(days=1)
        paid = town.act(charges.pay, patron_number=READER, amount=640, method=Method.WECHAT)
        slip = town.look(payment_receipts.payment_receipt, patron_number=READER, receipt=paid.receipt)
        assert [(line.kind, line.charge, line.title, line.barcode, line.amount.minor) for line in slip.lines] == [
            ("payment", "fine", "红楼梦 [b]", BOOK, 240),
            ("payment", "fee", "", "", 400),
        ]
        assert [(one.method, one.amount) for one in slip.payments] == [("wechat", Money(640, "CNY"))]
        assert (slip.total.minor, slip.left.minor, slip.deposit.minor) == (640, 100, 0)
        assert slip.number == f"{paid.receipt[:4]}-{paid.receipt[4:8]}".upper()
        assert slip.at == MORNING + timedelta(days=1)
        assert (slip.desk, slip.patron.masked) == (Name("M1台", "Desk M1"), "李** P1")

    def test_a_receipt_printed_again_says_the_same_whatever_happened_since(self, town: Town) -> None:
        self.charge(town, EntryKind.FEE, 500)
        paid = town.act(charges.pay, patron_number=READER, amount=200, method=Method.CASH)
        before = town.look(payment_receipts.payment_receipt, patron_number=READER)
        self.charge(town, EntryKind.FEE, 700)
        town.act(deposits.give_deposit, patron_number=READER, amount=900, method=Method.CASH)
        later = town.act(charges.pay, patron_number=READER, amount=1000, method=Method.CASH)
        again = town.look(payment_receipts.payment_receipt, patron_number=READER, receipt=before.number)
        assert again == before
        assert again.left.minor == 300
        last = town.look(payment_receipts.payment_receipt, patron_number=READER)
        assert last.number == payment_receipts.short_number(later.receipt)
        assert (last.left.minor, last.deposit.minor, last.total.minor) == (0, 900, 1000)
        assert paid.receipt != later.receipt

    def test_waivers_refunds_and_deposits_have_receipts_too(self, town: Town) -> None:
        charge = self.charge(town, EntryKind.DAMAGE, 500, OTHER_BOOK)
        waived = town.act(charges.waive, by=SUPERVISOR, charge_id=charge, amount=100, note="x")
        slip = town.look(payment_receipts.payment_receipt, patron_number=READER, receipt=waived.receipt)
        assert [(line.kind, line.amount.minor) for line in slip.lines] == [("waiver", 100)]
        assert (slip.payments, slip.total.minor, slip.left.minor) == ([], 0, 400)
        town.act(deposits.give_deposit, patron_number=READER, amount=10000, method=Method.CARD)
        given = town.look(payment_receipts.payment_receipt, patron_number=READER)
        assert [(line.kind, line.charge, line.amount.minor) for line in given.lines] == [("deposit", "", 10000)]
        assert (given.total.minor, given.deposit.minor) == (10000, 10000)
        town.act(charges.pay, patron_number=READER, amount=400, method=Method.CASH)
        town.act(deposits.return_deposit, patron_number=READER, method=Method.CASH)
        back = town.look(payment_receipts.payment_receipt, patron_number=READER)
        assert (back.total.minor, back.deposit.minor) == (-10000, 0)
        assert examine(town.library) == []

    def test_a_receipt_names_whoever_else_paid_and_is_found_by_them(self, town: Town) -> None:
        self.charge(town, EntryKind.LOST, 500)
        paid = town.act(charges.pay, patron_number=READER, amount=500, method=Method.CASH, payer_number=OTHER_READER)
        slip = town.look(payment_receipts.payment_receipt, patron_number=READER)
        assert [payer.ending for payer in slip.payers] == [OTHER_READER[-4:]]
        assert slip.patron.ending == READER[-4:]
        for receipt in ("", paid.receipt, slip.number):
            found = town.look(payment_receipts.payment_receipt, patron_number=OTHER_READER, receipt=receipt)
            assert found == slip
        assert town.look(slips.text_of, facts=slip, language="en", columns=32).count("Paid by ") == 1
        town.act(charges.waive, by=SUPERVISOR, charge_id=self.charge(town, EntryKind.FEE, 100), note="x")
        assert town.look(payment_receipts.payment_receipt, patron_number=READER).payers == []

    def test_only_receipts_of_this_patron_are_found_and_only_by_who_may_see_patrons(self, town: Town) -> None:
        self.charge(town, EntryKind.FEE, 500)
        assert refused(self.look(town, READER)) == ["slip.no_receipt"]
        paid = town.act(charges.pay, patron_number=READER, amount=500, method=Method.CASH)
        assert refused(self.look(town, OTHER_READER, paid.receipt)) == ["slip.no_receipt"]
        assert refused(self.look(town, READER, "0000-0000")) == ["slip.no_receipt"]
        assert refused(self.look(town, READER, "\x00")) == ["slip.no_receipt"]
        assert refused(self.look(town, "P99")) == ["patron.unknown"]
        assert refused(self.look(town, READER, by=SORTER)) == ["permission.missing"]

    def look(self, town: Town, number: str, receipt: str = "", by: Actor = CLERK) -> Callable[[], PaymentReceipt]:
        return lambda: town.look(payment_receipts.payment_receipt, by=by, patron_number=number, receipt=receipt)


class TestWording:
    def text(self, town: Town, language: str = "") -> str:
        def say(look: Look) -> str:
            return slips.text_of(look, parcel_slips.hold_slip_of(look, BOOK), language=language, columns=32)

        return town.look(say)

    def word(self, town: Town, text: str = OWN, *, by: Actor = SUPERVISOR, key: str | None = None) -> TemplateAnswer:
        return town.act(templates.change_template, by=by, key=key, kind=SlipKind.HOLD, language="zh", text=text)

    def reset(self, town: Town, *, by: Actor = SUPERVISOR, key: str | None = None) -> TemplateAnswer:
        return town.act(templates.reset_template, by=by, key=key, kind=SlipKind.HOLD, language="zh")

    def test_what_the_patron_takes_home_speaks_the_patrons_language_the_rest_that_of_the_staff(
        self, town: Town
    ) -> None:
        town.change(update(PATRON).where(PATRON.c.number == READER).values(language="zh"))
        hold_one(town, reader=CHILD)
        lent = town.lend(READER, OTHER_BOOK).loan_id

        def languages(look: Look) -> list[str]:
            facts = (loan_slips.loans_slip(look, [lent]), parcel_slips.hold_slip_of(look, BOOK))
            return [slips.make(look, one).language for one in facts]

        assert town.look(languages) == ["zh", "en"]
        town.change(update(PATRON).where(PATRON.c.number == READER).values(language="fr"))
        assert town.look(languages) == ["en", "en"]

    def test_the_librarys_own_wording_wins_in_its_language_until_it_is_reset(self, town: Town) -> None:
        hold_one(town)
        usual = self.text(town, "zh")
        answer = self.word(town, OWN.replace("\n", "\r\n"))
        assert (answer.kind, answer.language, answer.changed) == (SlipKind.HOLD, "zh", True)
        assert self.text(town, "zh") == "小镇图书馆\n总馆: A-01         11月30日 周一\n"
        assert "ON HOLD" in self.text(town, "en")
        assert self.word(town).changed is False
        assert self.word(town, "{{ label }}").changed is True
        assert self.text(town, "zh") == "A-01\n"
        assert self.reset(town).changed is True
        assert self.reset(town).changed is False
        assert self.text(town, "zh") == usual
        assert examine(town.library) == []

    def test_every_change_is_told_to_the_journal_with_its_text(self, town: Town) -> None:
        self.word(town, key="k1")
        self.reset(town, key="k2")
        told = town.ask(select(EVENT.c.kind, EVENT.c.data, EVENT.c.request_key).order_by(EVENT.c.id))
        assert [(kind, key) for kind, _, key in told] == [
            ("slip.template_changed", "k1"),
            ("slip.template_reset", "k2"),
        ]
        assert {name: told[0][1][name] for name in ("slip", "language", "text")} == {
            "slip": "hold",
            "language": "zh",
            "text": OWN,
        }

    def test_a_template_that_cannot_be_used_changes_nothing(self, town: Town) -> None:
        self.word(town)
        for text, code, line in (
            ("{{ label }}\n{{ titel }}", "slip.unknown_fact", 2),
            ("a\n\n{% if %}", "slip.bad_template", 3),
            ("[hugh] {{ label }}", "slip.unknown_tag", 1),
        ):
            (reason,) = reasons(partial(self.word, town, text))
            assert (reason.code, reason.facts["line"]) == (code, line)
        assert town.look(templates.show, kind=SlipKind.HOLD, language="zh").text == OWN
        assert len(town.ask(select(SLIP_TEMPLATE.c.id))) == 1

    def test_of_several_who_word_a_slip_at_once_all_are_answered_and_one_wording_is_left(self, town: Town) -> None:
        texts = [f"{{{{ label }}}} {number}" for number in range(4)]
        with ThreadPoolExecutor(len(texts)) as desks:
            answers = list(desks.map(lambda text: self.word(town, text), texts))
        assert all(answer.changed for answer in answers)
        assert len(town.ask(select(SLIP_TEMPLATE.c.id))) == 1
        assert town.look(templates.show, kind=SlipKind.HOLD, language="zh").text in texts
        assert town.story() == ["slip.template_changed"] * len(texts)

    def test_only_some_may_change_slips_and_only_in_languages_there_are(self, town: Town) -> None:
        assert refused(lambda: self.word(town, by=CLERK)) == ["permission.missing"]
        assert refused(lambda: self.reset(town, by=CLERK)) == ["permission.missing"]
        french = {"kind": SlipKind.HOLD, "language": "fr"}
        assert refused(lambda: town.act(templates.reset_template, by=OPERATOR, at="M1", key=None, **french)) == [
            "slip.unknown_language"
        ]
        assert refused(lambda: town.look(templates.show, by=OPERATOR, at="M1", **french)) == ["slip.unknown_language"]

    def test_a_template_that_comes_to_grief_is_passed_over_and_the_slip_comes_out(self, town: Town) -> None:
        hold_one(town)
        # As an older program may have left it, or as facts may be that nobody thought of.
        self.word(town)
        town.change(update(SLIP_TEMPLATE).values(text="{{ label }} {{ shelf }}"))
        assert "预约到馆" in self.text(town, "zh")

    def test_all_wordings_are_listed_with_who_worded_them(self, town: Town) -> None:
        town.act(templates.change_template, by=SUPERVISOR, kind=SlipKind.TRANSFER, language="en", text="{{ to_code }}")
        wordings = town.look(templates.list_wordings)
        assert len(wordings) == 8
        assert [(one.kind, one.language) for one in wordings if one.changed_at] == [(SlipKind.TRANSFER, "en")]
        assert all(one.text for one in wordings)

    def test_names_in_one_language_only_stand_in_for_the_other(self, town: Town) -> None:
        town.change(update(BRANCH).values(name_en=""), update(DESK).values(name_zh=""), update(TITLE).values(author=""))
        hold_one(town)
        assert "总馆" in self.text(town, "en")

    def test_a_long_title_with_brackets_keeps_within_the_paper(self, town: Town) -> None:
        title = "三体：地球往事三部曲（典藏版）[electronic resource] [cut] {{ x }} " * 3
        town.change(update(TITLE).values(title=title.strip()))
        town.change(update(ITEM).values(call_number="I247.55/L73:1-3(2)" * 2))
        hold_one(town)
        for language in ("zh", "en"):
            text = self.text(town, language)
            assert "".join(title.split()) in "".join(text.split())
            assert all(len(line.encode("gbk")) <= 32 for line in text.splitlines())
