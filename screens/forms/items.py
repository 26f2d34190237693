"""Forms for items: what is wrong with one, and where one is to be sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

from textual.widget import Widget

from libops.catalogue.items import ItemView
from libops.circulation.errands import Errand
from libops.circulation.lost import LossCost
from libops.circulation.missing import BY_HAND
from libops.i18n import mark
from libops.names import ITEM_STATUSES
from libops.work import Look
from screens.acts import items
from screens.acts.items import Marking
from screens.dialogs import Sentence
from screens.forms.act_form import ActForm
from screens.forms.choices import branches
from screens.forms.entries import ChoiceEntry, Entry, Option, TextEntry
from screens.shift import Shift
from screens.voice import Voice


class MarkForm(ActForm):
    """Says what will be done, and asks for what it needs: a note, an amount to charge, or only that it is meant."""

    FIELD_OF: ClassVar[Mapping[str, str]] = {
        "lost.no_note": "note",
        "lost.bad_amount": "amount",
        "lost.no_price": "amount",
        "money.": "amount",
    }

    def __init__(
        self, shift: Shift, marking: Marking, barcode: str, about: str, if_lost: LossCost | None = None
    ) -> None:
        """``if_lost`` is what its borrower is charged if it is lost; None where that is nothing, or not known."""
        super().__init__(shift)
        self._marking, self._barcode, self._title = marking, barcode, about
        self._cost = if_lost if marking.id == "lost" else None

    def heading(self) -> str:
        return self._marking.heading

    def about(self) -> Iterable[Widget]:
        yield Sentence(self.voice, "{title}  {barcode}", title=self._title, barcode=self._barcode)
        if self._cost is not None:
            yield Sentence(self.voice, _charged(self._cost), **_amounts(self._cost, self.voice))

    def fields(self) -> Sequence[Entry]:
        fields: list[Entry] = []
        if self._marking.needs_note:
            fields.append(TextEntry(self.voice, "note", mark("What")))
        if self._marking.takes_amount:
            label, hint = self._what_is_asked()
            fields.append(TextEntry(self.voice, "amount", label, hint=hint))
        if not fields:
            sure = (("no", mark("no, leave it")), ("yes", mark("yes")))
            fields.append(ChoiceEntry(self.voice, "sure", mark("Sure?"), self.options(sure)))
        return fields

    def _what_is_asked(self) -> tuple[str, str]:
        """What the amount is called, and what it is where none is given."""
        if self._cost is None:
            return mark("Charge"), mark("empty: nothing")
        if self._cost.price is None:
            return mark("Replacement"), mark("what replacing it costs")
        return mark("Replacement"), mark("another price; empty: as above")

    def send(self) -> None:
        if self.values().get("sure") == "no":
            _ = self.dismiss(None)
        else:
            super().send()

    def errand(self, values: Mapping[str, str]) -> Errand:
        return items.marking(
            self._marking,
            self._barcode,
            self._title,
            note=values.get("note", ""),
            typed=values.get("amount", ""),
        )


def _charged(cost: LossCost) -> str:
    """What is charged, as a message of ``price``, ``fee`` and ``sum``."""
    if cost.price is None and cost.processing_fee:
        return mark("Nobody knows what replacing it costs. The processing fee of {fee} is charged on top.")
    if cost.price is None:
        return mark("Nobody knows what replacing it costs. There is no processing fee.")
    if cost.processing_fee:
        return mark("{sum} will be charged: replacement {price}, processing fee {fee}.")
    return mark("{price} will be charged: the replacement. There is no processing fee.")


def _amounts(cost: LossCost, voice: Voice) -> dict[str, Callable[[], str]]:
    price, fee = cost.price or 0, cost.processing_fee
    amounts = {"price": price, "fee": fee, "sum": price + fee}
    return {name: voice.money(amount, cost.currency) for name, amount in amounts.items()}


class StatusForm(ActForm):
    """The status that an item which is in is to have."""

    HEADING = mark("Change its status")
    FIELD_OF: ClassVar[Mapping[str, str]] = {"lost.by_hand": "status", "lost.already": "status"}

    def __init__(self, shift: Shift, item: ItemView) -> None:
        super().__init__(shift)
        self._item = item

    def about(self) -> Iterable[Widget]:
        yield Sentence(self.voice, "{title}  {barcode}", title=self._item.title, barcode=self._item.barcode)

    def fields(self) -> Sequence[Entry]:
        others = [(one.value, ITEM_STATUSES[one]) for one in BY_HAND if one != self._item.status]
        return (ChoiceEntry(self.voice, "status", mark("Status"), self.options(others)),)

    def errand(self, values: Mapping[str, str]) -> Errand:
        return items.set_status(self._item.barcode, self._item.title, values["status"])


class TransferForm(ActForm):
    """Where an item is to be sent."""

    HEADING = mark("Send to another branch")
    FIELD_OF: ClassVar[Mapping[str, str]] = {"place.": "to", "transfer.there_already": "to"}

    def __init__(self, shift: Shift, barcode: str, about: str) -> None:
        super().__init__(shift)
        self._barcode, self._title = barcode, about

    def about(self) -> Iterable[Widget]:
        yield Sentence(self.voice, "{title}  {barcode}", title=self._title, barcode=self._barcode)

    def fields(self) -> Sequence[Entry]:
        return (
            ChoiceEntry(self.voice, "to", mark("To branch"), (), read=self._elsewhere_first),
            TextEntry(self.voice, "note", mark("Note")),
        )

    def _elsewhere_first(self, look: Look) -> list[Option]:
        """Every branch; this one last, for what is sent leaves it."""
        return sorted(branches(look), key=lambda one: one.value == self.shift.place.branch_code)

    def errand(self, values: Mapping[str, str]) -> Errand:
        return items.request_transfer(self._barcode, self._title, to=values["to"], note=values["note"])
