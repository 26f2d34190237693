"""The catalogue: titles described anew, copies added and changed, many at once, and put back."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from libops.catalogue import adding, batches, cataloguing, changing
from libops.catalogue.adding import CopyAnswer, CopyDraft
from libops.catalogue.cataloguing import TitleAnswer
from libops.catalogue.changing import BatchAnswer, CopyChanges
from libops.catalogue.choosing import Chosen
from libops.catalogue.description import Description
from libops.circulation.errands import Deed, Errand, errand
from libops.i18n import mark
from libops.money.amounts import read_amount
from libops.refusals import Fact
from libops.work import Work

NO_PRICE = -1
"""What takes a price off."""


def add_copy(title_number: str, title: str, copy: CopyDraft, price: str) -> Errand:
    """Add a copy to a title; the price as somebody typed it."""

    def act(work: Work) -> CopyAnswer:
        return adding.add_copy(work, title_number=title_number, copy=_priced(work, copy, price))

    return errand(title, act, _added)


def quick_add(about: Description, copy: CopyDraft, price: str) -> Errand:
    """Add a title with its first copy."""

    def act(work: Work) -> CopyAnswer:
        return adding.quick_add(work, about=about, copy=_priced(work, copy, price))

    return errand(about.title, act, _added)


def _priced(work: Work, copy: CopyDraft, typed: str) -> CopyDraft:
    return msgspec.structs.replace(copy, price=read_amount(work, typed)) if typed else copy


def _added(answer: CopyAnswer) -> Deed:
    facts: dict[str, Fact] = {"barcode": answer.barcode, "number": answer.title_number}
    also = []
    if answer.call_number:
        facts["call_number"] = answer.call_number
        also.append(mark("Its place is {call_number}."))
    done = mark("Added with its title {number}: {barcode}.") if answer.new_title else mark("Copy added: {barcode}.")
    return Deed(done, facts, tuple(also))


def change_title(number: str, about: Description) -> Errand:
    """Describe a title anew."""

    def act(work: Work) -> TitleAnswer:
        return cataloguing.change_title(work, number=number, about=about)

    return errand(about.title, act, lambda _: Deed(mark("Changed.")))


def change_copy(barcode: str, about: str, changes: CopyChanges, price: str | None) -> Errand:
    """Change what is known of one copy; ``price`` as somebody typed it, None where it stays, empty: none."""

    def act(work: Work) -> BatchAnswer:
        priced = changes
        if price is not None:
            amount = read_amount(work, price) if price else NO_PRICE
            priced = msgspec.structs.replace(changes, price=amount)
        return changing.change_copy(work, barcode=barcode, changes=priced)

    return errand(about, act, lambda _: Deed(mark("Changed.")))


def change_copies(about: str, chosen: Chosen, changes: CopyChanges) -> Errand:
    """Change many copies at once."""

    def act(work: Work) -> BatchAnswer:
        return changing.change_copies(work, chosen=chosen, changes=changes)

    def tell(answer: BatchAnswer) -> Deed:
        facts: dict[str, Fact] = {"changed": answer.changed, "chosen": answer.chosen}
        return Deed(mark("{changed} of {chosen} copies changed; this can be undone."), facts)

    return errand(about, act, tell)


def undo_batch(number: str, about: str) -> Errand:
    """Put back what a change of many copies changed."""

    def act(work: Work) -> BatchAnswer:
        return batches.undo_batch(work, number=number)

    def tell(answer: BatchAnswer) -> Deed:
        facts: dict[str, Fact] = {"changed": answer.changed, "left": answer.left}
        also = (mark("{left} were changed by something else since, and stay."),) if answer.left else ()
        return Deed(mark("{changed} copies are as they were."), facts, also)

    # Putting back is not undone in its turn: undoing goes on to what was done before it.
    return msgspec.structs.replace(errand(about, act, tell), undoes=number)


def different(now: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """What of some values is not as it was."""
    return {name: value for name, value in now.items() if name in before and value != before[name]}
