"""Accounts, payments and tills in plain words and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from rich.console import RenderableType

from libops.cli.answers import line, note, table
from libops.i18n import Language
from libops.money.accounts import AccountView
from libops.money.charges import ChargeAnswer, PaymentAnswer, RefundAnswer, Settled, SettledAnswer
from libops.money.closings import ClosingView
from libops.money.deposits import DepositAnswer
from libops.money.entries import EntryView, PaidBack
from libops.money.tills import Counted, TillAnswer, TillView
from libops.names import ENTRIES, METHODS, handled_by
from libops.pages import Page
from libops.refusals import explain_briefly
from libops.slips.payment_receipts import short_number

Words = Iterator[RenderableType]


def account_shown(account: AccountView, language: Language, today: date) -> Words:
    """What a patron owes, what has to be paid back, what accrues."""
    say = language.say
    yield line(account.patron_name, account.patron_number)
    yield line(*_sums(account, language))
    if account.charges:
        rows = [
            [
                str(one.charge_id),
                say(ENTRIES[one.kind]),
                one.title or one.barcode or "",
                language.money(one.amount, account.currency),
                language.money(one.left, account.currency),
                language.day(one.on, today),
                one.note,
            ]
            for one in account.charges
        ]
        yield line("")
        yield table(
            [say("Entry number"), say("Charge"), say("For"), say("Amount"), say("Left"), say("Day"), say("Note")], rows
        )
    yield from _refunds(account, language)
    yield from _accruing(account, language, today)


def _sums(account: AccountView, language: Language) -> Iterator[str]:
    say, money = language.say, language.money
    yield _owed(account.owed, account.currency, language)
    if account.deposit:
        yield say("deposit held: {amount}", amount=money(account.deposit, account.currency))
    if account.fines_accruing:
        yield say("fines if all came back now: {amount}", amount=money(account.fines_accruing, account.currency))


def _owed(owed: int, currency: str, language: Language) -> str:
    if not owed:
        return language.say("nothing owed")
    return language.say("owes {amount}", amount=language.money(owed, currency))


def _refunds(account: AccountView, language: Language) -> Words:
    if not account.refunds:
        return
    say = language.say
    rows = [
        [
            str(one.charge_id),
            say(ENTRIES[one.kind]),
            one.title or one.barcode or "",
            language.money(one.amount, account.currency),
            f"{one.payer_name} {one.payer_number}",
        ]
        for one in account.refunds
    ]
    yield line("")
    yield table([say("Entry number"), say("Charge"), say("For"), say("To pay back"), say("Paid back to")], rows)


def _accruing(account: AccountView, language: Language, today: date) -> Words:
    if not account.accruing:
        return
    say = language.say
    rows = [
        [one.barcode, one.title, language.day(one.due_on, today), language.money(one.amount, account.currency)]
        for one in account.accruing
    ]
    yield line("")
    yield table([say("Barcode"), say("Title"), say("Due"), say("Fine if returned now")], rows)


def entry_list(page: Page[EntryView], currency: str, language: Language, today: date) -> Words:
    """Entries of an account, one a row."""
    say = language.say
    if not page.results:
        note(say("There are none."))
        return
    headings = [say("Entry number"), say("Day"), say("Entry"), say("Amount"), say("How"), say("Of charge"), say("For")]
    rows = [_entry(one, currency, language, today) for one in page.results]
    yield table([*headings, say("Payer"), say("Where"), say("By"), say("Note")], rows)
    _more(page.next, language)


def _entry(one: EntryView, currency: str, language: Language, today: date) -> list[str]:
    return [
        str(one.entry_id),
        language.day(one.on, today),
        language.say(ENTRIES[one.kind]),
        language.money(one.amount, currency),
        "" if one.method is None else language.say(METHODS[one.method]),
        "" if one.charge_id is None else str(one.charge_id),
        one.title or one.barcode or "",
        " ".join(part for part in (one.payer_name, one.payer_number) if part),
        one.desk_code or one.branch_code,
        handled_by(one.staff_name, one.actor, language),
        one.note,
    ]


def _more(cursor: str | None, language: Language) -> None:
    if cursor is not None:
        note(language.say("More follow: --after {cursor}", cursor=cursor))


def charged(answer: ChargeAnswer, language: Language) -> Words:
    """What was charged, and what is owed by now."""
    say, amount = language.say, language.money(answer.amount, answer.currency)
    yield line(say("Charged: {amount}", amount=amount), say(ENTRIES[answer.kind]), answer.title or "")
    yield line(
        answer.patron_name or "",
        answer.patron_number or "",
        _owed(answer.owed, answer.currency, language),
        say("number {number}", number=answer.charge_id),
    )


def paid(answer: PaymentAnswer, language: Language) -> Words:
    """What was taken, for what, and what is still owed."""
    say, amount = language.say, language.money(answer.amount, answer.currency)
    yield line(
        say("Taken: {amount}", amount=amount),
        say(METHODS[answer.method]),
        say("receipt {number}", number=short_number(answer.receipt)),
    )
    for one in answer.settled:
        yield line(*_settled(one, answer.currency, language))
    if answer.loans_ended:
        yield line(say("The lost item is paid for; its loan has ended."))
    yield line(answer.patron_name or "", answer.patron_number or "", _owed(answer.owed, answer.currency, language))


def _settled(one: Settled, currency: str, language: Language) -> Iterator[str]:
    yield language.say(ENTRIES[one.kind])
    yield language.money(one.amount, currency)
    if one.left:
        yield language.say("{amount} left", amount=language.money(one.left, currency))


def taken_off(answer: SettledAnswer, done: str, language: Language) -> Words:
    """What was waived or cancelled; ``done`` is a marked text that says which."""
    one = answer.settled
    amount = language.money(one.amount, answer.currency)
    left = language.say("{amount} left", amount=language.money(one.left, answer.currency)) if one.left else ""
    yield line(language.say(done, amount=amount), language.say(ENTRIES[one.kind]), left)
    yield line(answer.patron_name or "", answer.patron_number or "", _owed(answer.owed, answer.currency, language))


def paid_back(answer: RefundAnswer, people: Sequence[PaidBack], language: Language) -> Words:
    """What was paid back, and to whom."""
    say, amount = language.say, language.money(answer.amount, answer.currency)
    yield line(
        say("Paid back: {amount}", amount=amount),
        say(METHODS[answer.method]),
        say("receipt {number}", number=short_number(answer.receipt)),
    )
    for one in people:
        # By itself the amount would read as what the patron owes.
        back = say("gets back {amount}", amount=language.money(one.amount, answer.currency))
        yield line(one.name, one.number, back)
    if answer.left:
        left = language.money(answer.left, answer.currency)
        yield line(say("Still to be paid back: {amount}", amount=left))


def deposit_moved(answer: DepositAnswer, done: str, language: Language) -> Words:
    """A deposit that was taken or returned; ``done`` is a marked text that says which."""
    say, amount = language.say, language.money(answer.amount, answer.currency)
    yield line(
        say(done, amount=amount),
        say(METHODS[answer.method]),
        say("receipt {number}", number=short_number(answer.receipt)),
    )
    held = say("deposit held: {amount}", amount=language.money(answer.held, answer.currency))
    yield line(answer.patron_name or "", answer.patron_number or "", held)
    if answer.overridden:
        reasons = language.listed(explain_briefly(code, language) for code in answer.overridden)
        yield line(say("Allowed all the same: {reasons}", reasons=reasons))


def till_shown(till: TillView, language: Language, today: date) -> Words:
    """A till as it stands."""
    say, money = language.say, language.money
    name = language.either(till.desk_zh, till.desk_en)
    if till.since is None:
        yield line(name, till.desk_code, say("never closed yet"))
    else:
        since = _moment(till.since, till.zone, language, today)
        yield line(name, till.desk_code, say("since {moment}", moment=since))
    if not till.movements:
        note(say("No money went in or out."))
        return
    rows = [
        [
            say(METHODS[one.method]),
            money(one.taken, till.currency),
            money(one.given, till.currency),
            money(one.expected, till.currency),
        ]
        for one in till.movements
    ]
    yield table([say("Method"), say("In"), say("Out"), say("Should be there")], rows)


def _moment(moment: datetime, zone_name: str, language: Language, today: date) -> str:
    zone = ZoneInfo(zone_name)
    return f"{language.day(moment.astimezone(zone).date(), today)} {language.time(moment, zone)}"


def till_closed(answer: TillAnswer, language: Language) -> Words:
    """What was counted, and what is too much or missing."""
    say = language.say
    closed = say("Closed: {desk}", desk=answer.desk_code)
    yield line(closed, _difference(answer.difference, answer.currency, language))
    rows = [_counted(one, answer.currency, language) for one in answer.counts]
    yield table([say("Method"), say("Should be there"), say("Counted"), say("Difference")], rows)


def _counted(one: Counted, currency: str, language: Language) -> list[str]:
    money = (language.money(amount, currency) for amount in (one.expected, one.counted))
    return [language.say(METHODS[one.method]), *money, _difference(one.difference, currency, language)]


def _difference(difference: int, currency: str, language: Language) -> str:
    if not difference:
        return language.say("nothing missing")
    amount = language.money(abs(difference), currency)
    if difference > 0:
        return language.say("{amount} too much", amount=amount)
    return language.say("{amount} missing", amount=amount)


def closing_list(page: Page[ClosingView], language: Language, today: date) -> Words:
    """Closings of tills, one a row."""
    say = language.say
    if not page.results:
        note(say("There are none."))
        return
    rows = [
        [
            str(one.closing_id),
            one.desk_code,
            _moment(one.closed_at, one.zone, language, today),
            say(", ").join(_sum_of(count, one.currency, language) for count in one.counts),
            _difference(one.difference, one.currency, language),
            handled_by(one.staff_name, one.actor, language),
            one.note,
        ]
        for one in page.results
    ]
    headings = [
        say("Closing number"),
        say("Desk"),
        say("Closed"),
        say("Counted"),
        say("Difference"),
        say("By"),
        say("Note"),
    ]
    yield table(headings, rows)
    _more(page.next, language)


def _sum_of(one: Counted, currency: str, language: Language) -> str:
    return f"{language.say(METHODS[one.method])} {language.money(one.counted, currency)}"
