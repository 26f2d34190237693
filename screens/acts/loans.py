"""Renewing, and undoing what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from libops.circulation import loans, undo
from libops.circulation.errands import Deed, Errand, NotDone, errand, overridable
from libops.circulation.loans import LoanAnswer, RenewedAll
from libops.circulation.undo import UndoAnswer
from libops.i18n import mark
from libops.refusals import Fact, Money, Refusal
from libops.work import Actor, Work


def renew(barcode: str, title: str) -> Errand:
    """Renew one loan."""

    def act(work: Work, by: Actor | None) -> LoanAnswer:
        return loans.renew(work, barcode=barcode, override_by=by)

    def tell(answer: LoanAnswer) -> Deed:
        return Deed(mark("Renewed: due {day}."), {"day": answer.due_on})

    return overridable(title, act, tell)


def renew_all(patron_number: str, name: str, titles: Mapping[str, str]) -> Errand:
    """Renew everything that a patron has; ``titles`` by barcode name what could not be renewed."""

    def act(work: Work) -> RenewedAll:
        return loans.renew_all(work, patron_number=patron_number)

    def tell(answer: RenewedAll) -> Deed:
        facts: dict[str, Fact] = {"renewed": len(answer.renewed), "refused": len(answer.refused)}
        if not answer.refused:
            return Deed(mark("Everything is renewed ({renewed})."), facts)
        left = _by_reason(answer.refused, titles)
        if not answer.renewed:
            return Deed(mark("Nothing is renewed."), left=left, nothing=True)
        return Deed(mark("Renewed: {renewed}. Not renewed: {refused}."), facts, left=left)

    return errand(name, act, tell)


def _by_reason(refused: Mapping[str, Sequence[str]], titles: Mapping[str, str]) -> tuple[NotDone, ...]:
    """What was not renewed, together where it was for the same reasons."""
    about: dict[tuple[str, ...], list[str]] = {}
    for barcode, codes in refused.items():
        about.setdefault(tuple(codes), []).append(titles.get(barcode, barcode))
    return tuple(NotDone(tuple(named), codes) for codes, named in about.items())


UNDONE: dict[str, str] = {
    "check_out": mark("Undone: it is no longer on loan."),
    "check_in": mark("Undone: the return is taken back, all is as before it."),
    "sending": mark("Undone: it is not sent, all is as before it."),
    "arrival": mark("Undone: it has not arrived, all is as before it."),
    "renewal": mark("Undone: the renewal is taken back, the old due date stands."),
    "hold": mark("Undone: the hold is taken back."),
    "charge": mark("Undone: {amount} is no longer charged."),
    "payment": mark("Undone: {amount} is owed again. Give the money back."),
    "waiver": mark("Undone: {amount} is owed again."),
    "refund": mark("Undone: {amount} is to be paid back again. Take the money back."),
    "in_house": mark("Undone: the use in the house is not counted."),
    "batch": mark("{changed} copies are as they were."),
}


def take_back(key: str | None, about: str, named: str = "") -> Errand:
    """Undo what was done under a request key; None: the last thing here, the act that was ``named``."""

    def act(work: Work) -> UndoAnswer:
        return undo.undo_last(work, named=named) if key is None else undo.undo(work, act_key=key)

    def tell(answer: UndoAnswer) -> Deed:
        facts: dict[str, Fact] = {"changed": answer.items, "left": answer.left}
        if answer.currency:
            facts["amount"] = Money(answer.amount, answer.currency)
        also = (mark("{left} were changed by something else since, and stay."),) if answer.left else ()
        return Deed(UNDONE[answer.what], facts, also)

    return msgspec.structs.replace(errand(about, act, tell), undoes=key or "")


def cannot_take_back(refusal: Refusal, about: str) -> Errand:
    """Have it told why what was done is not undone; it changes nothing."""

    def act(_: Work) -> UndoAnswer:
        raise refusal

    return errand(about, act, lambda _: Deed(""))
