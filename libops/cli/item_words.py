"""Lost, missing and damaged items, overdue loans and what was undone, in plain words and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from rich.console import RenderableType

from libops.circulation.marking import MarkAnswer
from libops.circulation.overdue import Bracket, OverdueView
from libops.circulation.undo import UndoAnswer, Undone
from libops.cli.answers import line, note, table
from libops.i18n import Language, mark
from libops.names import ITEM_STATUSES, LOST
from libops.pages import Page

Words = Iterator[RenderableType]

UNDONE: dict[Undone, str] = {
    Undone.CHECK_OUT: mark("loan undone"),
    Undone.CHECK_IN: mark("return undone"),
    Undone.SENDING: mark("not sent after all"),
    Undone.ARRIVAL: mark("arrival undone"),
    Undone.RENEWAL: mark("renewal undone"),
    Undone.HOLD: mark("request undone"),
    Undone.CHARGE: mark("charge undone"),
    Undone.PAYMENT: mark("payment undone: give the money back"),
    Undone.WAIVER: mark("charged again"),
    Undone.REFUND: mark("refund undone: take the money back"),
    Undone.IN_HOUSE: mark("use in the house undone"),
    Undone.BATCH: mark("change of copies undone"),
}
_AMOUNTS: dict[Undone, str] = {
    Undone.CHARGE: mark("{amount} no longer charged"),
    Undone.PAYMENT: mark("{amount} owed again"),
    Undone.WAIVER: mark("{amount} owed again"),
    Undone.REFUND: mark("{amount} to be paid back again"),
}


def marked_in_words(answer: MarkAnswer, language: Language) -> Words:
    """What an item is now, what that cost, and who has to be told."""
    say = language.say
    yield line(say(ITEM_STATUSES[answer.status]), answer.title, answer.barcode)
    if answer.damage:
        yield line(say("damaged: {note}", note=answer.damage))
    if answer.missing_parts:
        yield line(say("parts are missing: {note}", note=answer.missing_parts))
    for told, amount in (
        (mark("charged: {amount}"), answer.charged),
        (mark("owed no longer: {amount}"), answer.cancelled),
        (mark("to be paid back: {amount}"), answer.to_refund),
    ):
        if amount:
            money = say(told, amount=language.money(amount, answer.currency))
            yield line(money, answer.patron_name or "", answer.patron_number or "")
    if answer.given_back:
        yield line(say("The request that it was set aside for waits again."))
    if answer.waiting:
        told = language.count(
            "{n} request waits and no copy is left for it: see to it.",
            "{n} requests wait and no copy is left for them: see to them.",
            answer.waiting,
        )
        yield line(told)


def undone_in_words(answer: UndoAnswer, language: Language, today: date) -> Words:
    """What was undone, and how things stand again."""
    say = language.say
    status = "" if answer.status is None else say(ITEM_STATUSES[answer.status])
    yield line(say(UNDONE[answer.what]), answer.title or "", answer.barcode or "", status)
    if answer.items > 1:
        yield line(language.count("{n} item", "{n} items", answer.items))
    if answer.left:
        yield line(say("{left} were changed by something else since, and stay.", left=answer.left))
    if answer.due_on is not None:
        yield line(say("due {day}", day=language.day(answer.due_on, today)))
    if answer.amount:
        named = _AMOUNTS.get(answer.what, "{amount}")
        yield line(language.say(named, amount=language.money(answer.amount, answer.currency)))
    yield line(answer.patron_name or "", answer.patron_number or "")


def overdue_list(page: Page[OverdueView], language: Language, today: date) -> Words:
    """Overdue loans, one a row, the longest overdue first."""
    say = language.say
    if not page.results:
        note(say("There are none."))
        return
    headings = [say("Barcode"), say("Title"), say("Due"), say("Days"), say("Fine"), say("Branch")]
    rows = [
        [
            view.barcode,
            view.title,
            language.day(view.due_on, today),
            str(view.days_late),
            language.money(view.fine, view.currency) if view.fine else "",
            view.branch_code,
            *(part or "" for part in (view.patron_number, view.patron_name, view.phone)),
            "" if view.lost is None else say(LOST[view.lost]),
        ]
        for view in page.results
    ]
    yield table([*headings, say("Patron"), say("Name"), say("Phone"), ""], rows)
    if page.next is not None:
        note(say("More follow: --after {cursor}", cursor=page.next))


def brackets_in_words(brackets: Sequence[Bracket], language: Language) -> Words:
    """How many loans are late by how many days."""
    say = language.say
    for bracket in brackets:
        span = (
            say("{least} days late and more", least=bracket.least)
            if bracket.most is None
            else say("{least} to {most} days late", least=bracket.least, most=bracket.most)
        )
        yield line(f"{bracket.loans:>10,}", span)
