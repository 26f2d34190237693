"""Items: lost, said to be returned, found, missing, damaged, without parts; sent to another branch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from libops.circulation import condition, lost, missing, transfers
from libops.circulation.errands import Deed, Errand, errand
from libops.circulation.marking import MarkAnswer
from libops.circulation.returns import ReturnAnswer
from libops.circulation.transfers import TransferAnswer
from libops.i18n import mark
from libops.money.amounts import read_amount
from libops.refusals import Fact, Money, Name
from libops.work import Work


class Marking(msgspec.Struct, frozen=True):
    """A way to mark an item: the act, what is said once it is done, and what it asks for."""

    id: str
    # Any, because each act has arguments of its own.
    act: Callable[..., Any]
    heading: str
    done: str
    needs_note: bool = False
    takes_amount: str = ""
    """The name of the argument that takes an amount, if any."""


MARKINGS: Mapping[str, Marking] = {
    one.id: one
    for one in (
        Marking("lost", lost.declare_lost, mark("Declare lost"), mark("Declared lost."), takes_amount="price"),
        Marking("claimed", lost.claim_returned, mark("Patron says it was returned"), mark("Noted: look for it.")),
        Marking("missing", missing.mark_missing, mark("Mark as missing"), mark("Marked as missing.")),
        Marking(
            "damaged",
            condition.mark_damaged,
            mark("Mark as damaged"),
            mark("Damage noted."),
            needs_note=True,
            takes_amount="charge",
        ),
        Marking(
            "parts",
            condition.mark_missing_parts,
            mark("Parts are missing"),
            mark("Missing parts noted."),
            needs_note=True,
            takes_amount="charge",
        ),
        Marking("undamaged", condition.clear_damage, mark("Take the note of damage off"), mark("Note taken off.")),
        Marking(
            "complete",
            condition.clear_missing_parts,
            mark("Take the note of missing parts off"),
            mark("Note taken off."),
        ),
        Marking("withdrawn", missing.withdraw, mark("Withdraw"), mark("Withdrawn."), needs_note=True),
    )
}


def set_status(barcode: str, about: str, status: str) -> Errand:
    """Give an item that is in another status, as far as that is done by hand."""

    def act(work: Work) -> MarkAnswer:
        return missing.set_status(work, barcode=barcode, status=status)

    def tell(answer: MarkAnswer) -> Deed:
        facts: dict[str, Fact] = {"waiting": answer.waiting} if answer.waiting else {}
        also = (mark("No copy is left for those who wait: {waiting}."),) if answer.waiting else ()
        return Deed(_SET[status], facts, also)

    return errand(about, act, tell)


_SET: Mapping[str, str] = {
    "available": mark("It is available now. Scan it once more to see where it goes."),
    "restricted": mark("It is for reference only now."),
    "in_process": mark("It is in process now."),
    "unavailable": mark("It is unavailable now."),
}


def marking(one: Marking, barcode: str, about: str, *, note: str = "", typed: str = "") -> Errand:
    """Mark an item; the note and the amount as somebody typed them."""

    def act(work: Work) -> MarkAnswer:
        more: dict[str, Any] = {"note": note} if one.needs_note else {}
        if one.takes_amount and typed:
            more[one.takes_amount] = read_amount(work, typed)
        answer: MarkAnswer = one.act(work, barcode=barcode, **more)
        return answer

    def tell(answer: MarkAnswer) -> Deed:
        facts: dict[str, Fact] = {}
        also = []
        for amount, name, message in (
            (answer.charged, "charged", mark("{charged} charged.")),
            (answer.cancelled, "cancelled", mark("{cancelled} taken off.")),
            (answer.to_refund, "refund", mark("{refund} has to be paid back.")),
        ):
            if amount:
                facts[name] = Money(amount, answer.currency)
                also.append(message)
        if answer.waiting:
            facts["waiting"] = answer.waiting
            also.append(mark("No copy is left for those who wait: {waiting}."))
        return Deed(one.done, facts, tuple(also))

    return errand(about, act, tell)


def found(barcode: str, about: str) -> Errand:
    """Staff found it in the house: it is taken in, and nobody is fined."""

    def act(work: Work) -> ReturnAnswer:
        return lost.found_by_staff(work, barcode=barcode)

    def tell(answer: ReturnAnswer) -> Deed:
        facts: dict[str, Fact] = {}
        also = []
        if answer.cancelled:
            facts["cancelled"] = Money(answer.cancelled, answer.currency)
            also.append(mark("{cancelled} taken off."))
        if answer.to_refund:
            facts["refund"] = Money(answer.to_refund, answer.currency)
            also.append(mark("{refund} has to be paid back."))
        return Deed(mark("Found and taken in. Scan it once more to see where it goes."), facts, tuple(also))

    return errand(about, act, tell)


def request_transfer(barcode: str, about: str, *, to: str, note: str) -> Errand:
    """Ask for an item to be sent to another branch."""

    def act(work: Work) -> TransferAnswer:
        return transfers.request_transfer(work, barcode=barcode, to=to, note=note)

    def tell(answer: TransferAnswer) -> Deed:
        return Deed(mark("Asked for: to be sent to {branch}."), {"branch": Name(answer.to_zh, answer.to_en)})

    return errand(about, act, tell)


def cancel_transfer(barcode: str, about: str) -> Errand:
    """Call a transfer off."""

    def act(work: Work) -> TransferAnswer:
        return transfers.cancel(work, barcode=barcode)

    return errand(about, act, lambda _: Deed(mark("The transfer is called off.")))
