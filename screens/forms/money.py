"""Forms for money: a payment, a waiver, money paid back, a charge by hand, a deposit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import ClassVar

from textual.widget import Widget

from libops.circulation.errands import Errand
from libops.i18n import mark
from libops.names import CHARGES
from libops.people.accounts import ChargeView
from libops.people.patrons import PatronView
from libops.rows import in_units
from screens.acts import money
from screens.dialogs import Sentence
from screens.forms.act_form import ActForm
from screens.forms.choices import CHARGE_OPTIONS, METHOD_OPTIONS
from screens.forms.entries import ChoiceEntry, Entry, TextEntry
from screens.forms.form import BadField
from screens.shift import Shift
from screens.voice import Voice


def about_charge(charge: ChargeView, voice: Voice) -> str:
    """What a charge is for, in a few words."""
    parts = (voice.say(CHARGES[charge.kind]), charge.title or "", charge.note)
    return " · ".join(part for part in parts if part)


class _MoneyForm(ActForm):
    FIELD_OF: ClassVar[Mapping[str, str]] = {
        "money.unreadable": "amount",
        "money.missing": "amount",
        "money.amount": "amount",
        "money.too_much": "amount",
        "money.deposit_too_much": "amount",
        "money.empty_note": "note",
        "money.no_note": "note",
    }


class PayForm(_MoneyForm):
    """A payment: all that is owed, or a part of it; for all charges, or for one."""

    HEADING = mark("Take a payment")
    FIELD_OF: ClassVar[Mapping[str, str]] = {**_MoneyForm.FIELD_OF, "patron.unknown": "payer", "code.": "payer"}

    def __init__(self, shift: Shift, patron: PatronView, charge: ChargeView | None = None) -> None:
        super().__init__(shift)
        self._patron, self._charge = patron, charge
        self._owed = patron.owes if charge is None else charge.left

    def about(self) -> Iterable[Widget]:
        yield Sentence(self.voice, "{name}  {number}", name=self._patron.name, number=self._patron.number)
        if self._charge is not None:
            yield Sentence(self.voice, "{what}", what=partial(about_charge, self._charge, self.voice))
        yield Sentence(self.voice, mark("owes {amount}"), amount=self.voice.money(self._owed, self._patron.currency))

    def fields(self) -> Sequence[Entry]:
        amount = in_units(self._owed, self._patron.currency)
        return (
            TextEntry(self.voice, "amount", mark("Amount"), amount),
            ChoiceEntry(self.voice, "method", mark("Paid by"), METHOD_OPTIONS),
            TextEntry(self.voice, "payer", mark("Payer"), hint=mark("somebody else's card; may be empty")),
        )

    def take_card(self, number: str) -> None:
        """The card of whoever pays for the patron was scanned."""
        self.put("payer", number)

    def errand(self, values: Mapping[str, str]) -> Errand:
        chosen = None if self._charge is None else (self._charge.entry_id,)
        return money.pay(
            self._patron.number,
            self._patron.name,
            typed=values["amount"],
            method=values["method"],
            charge_ids=chosen,
            payer=values["payer"],
            expected=self._owed,
        )


class _OfCharge(_MoneyForm):
    """A form about one charge of a patron; both are named above its fields."""

    def __init__(self, shift: Shift, patron: PatronView, charge: ChargeView) -> None:
        super().__init__(shift)
        self._patron, self._charge = patron, charge

    def about(self) -> Iterable[Widget]:
        left = self.voice.money(abs(self._charge.left), self._charge.currency)
        what = partial(about_charge, self._charge, self.voice)
        yield Sentence(self.voice, "{name}  {number}", name=self._patron.name, number=self._patron.number)
        yield Sentence(self.voice, "{what}  {left}", what=what, left=left)

    def whom(self) -> str:
        return self._patron.name


class WaiveForm(_OfCharge):
    """Letting a patron off a charge needs a reason; without an amount it is all of it."""

    HEADING = mark("Waive")

    def fields(self) -> Sequence[Entry]:
        amount = in_units(self._charge.left, self._charge.currency)
        return (
            TextEntry(self.voice, "amount", mark("Amount"), amount),
            TextEntry(self.voice, "note", mark("Why")),
        )

    def begin(self) -> Widget:
        # All of it is what is waived as a rule; the reason is what nobody can know before.
        return self._control_of(self.entry("note"))

    def errand(self, values: Mapping[str, str]) -> Errand:
        if not values["note"]:
            raise BadField("note", mark("Say why."))
        about = about_charge(self._charge, self.voice)
        return money.waive(self._charge.entry_id, about, typed=values["amount"], note=values["note"])


class CancelChargeForm(_OfCharge):
    """A charge that was a mistake is taken off whole; why may be said."""

    HEADING = mark("Take a mistaken charge off")

    def fields(self) -> Sequence[Entry]:
        return (TextEntry(self.voice, "note", mark("Note")),)

    def errand(self, values: Mapping[str, str]) -> Errand:
        return money.cancel_charge(self._charge.entry_id, about_charge(self._charge, self.voice), note=values["note"])


class RefundForm(_OfCharge):
    """Money paid back, all that is due of one charge."""

    HEADING = mark("Pay back")

    def fields(self) -> Sequence[Entry]:
        return (ChoiceEntry(self.voice, "method", mark("Paid by"), METHOD_OPTIONS),)

    def errand(self, values: Mapping[str, str]) -> Errand:
        return money.refund(self._charge.entry_id, about_charge(self._charge, self.voice), method=values["method"])


class ChargeForm(_MoneyForm):
    """A charge by hand, for an item or for none."""

    HEADING = mark("Charge by hand")
    FIELD_OF: ClassVar[Mapping[str, str]] = {**_MoneyForm.FIELD_OF, "item.": "barcode", "code.": "barcode"}

    def __init__(self, shift: Shift, patron: PatronView) -> None:
        super().__init__(shift)
        self._patron = patron

    def about(self) -> Iterable[Widget]:
        yield Sentence(self.voice, "{name}  {number}", name=self._patron.name, number=self._patron.number)

    def fields(self) -> Sequence[Entry]:
        return (
            ChoiceEntry(self.voice, "kind", mark("Kind"), CHARGE_OPTIONS),
            TextEntry(self.voice, "amount", mark("Amount")),
            TextEntry(self.voice, "barcode", mark("Item"), hint=mark("barcode; may be empty")),
            TextEntry(self.voice, "note", mark("Note")),
        )

    def take_item(self, barcode: str) -> None:
        """The item was scanned."""
        self.put("barcode", barcode)

    def errand(self, values: Mapping[str, str]) -> Errand:
        return money.charge(
            self._patron.number,
            self._patron.name,
            kind=values["kind"],
            typed=values["amount"],
            barcode=values["barcode"] or None,
            note=values["note"],
        )


class DepositForm(_MoneyForm):
    """A deposit taken, or given back."""

    HEADING = mark("Deposit")

    def __init__(self, shift: Shift, patron: PatronView) -> None:
        super().__init__(shift)
        self._patron = patron

    def about(self) -> Iterable[Widget]:
        held = self.voice.money(self._patron.deposit, self._patron.currency)
        yield Sentence(self.voice, "{name}  {number}", name=self._patron.name, number=self._patron.number)
        yield Sentence(self.voice, mark("held now: {held}"), held=held)

    def fields(self) -> Sequence[Entry]:
        ways = (("take", mark("take a deposit")), ("return", mark("give it back")))
        return (
            ChoiceEntry(self.voice, "way", mark("Kind"), self.options(ways)),
            TextEntry(self.voice, "amount", mark("Amount")),
            ChoiceEntry(self.voice, "method", mark("Paid by"), METHOD_OPTIONS),
        )

    def errand(self, values: Mapping[str, str]) -> Errand:
        do = money.give_deposit if values["way"] == "take" else money.return_deposit
        return do(self._patron.number, self._patron.name, typed=values["amount"], method=values["method"])

    def whom(self) -> str:
        return self._patron.name
