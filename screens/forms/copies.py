"""The fields of a copy: added to a title, or changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

import msgspec
from textual.widget import Widget

from libops.catalogue.adding import ADDED_AS, CopyDraft, Proposal
from libops.catalogue.changing import CopyChanges
from libops.catalogue.titles import TitleCard
from libops.circulation.errands import Errand
from libops.circulation.item_stories import ItemStory
from libops.i18n import mark
from libops.names import CONDITIONS, ITEM_STATUSES
from libops.rows import in_units
from screens.acts import catalogue
from screens.dialogs import Sentence
from screens.forms.act_form import ActForm
from screens.forms.choices import branch_and_location, item_types, shelf_code, shelves
from screens.forms.entries import ChoiceEntry, Entry, TextEntry
from screens.forms.form import Form
from screens.shift import Shift
from screens.voice import Voice

FIELD_OF: Mapping[str, str] = {
    "copy.barcode_taken": "barcode",
    "copy.not_a_barcode": "barcode",
    "code.": "barcode",
    "copy.no_branch": "shelf",
    "copy.no_location": "shelf",
    "copy.no_type": "item_type",
    "copy.bad_condition": "condition",
    "copy.bad_status": "status",
    "copy.rfid_taken": "rfid_uid",
    "copy.too_long": "call_number",
    "money.": "price",
}
"""Which field of a copy a reason is about."""

_CONDITIONS = (("", mark("not said")), *((word, CONDITIONS[word]) for word in CONDITIONS))


def shelved(shift: Shift) -> dict[str, str]:
    """Where the last copy was added in this shift, and as what; before the first, at this branch."""
    return shift.last_added or {"shelf": shelf_code(shift.place.branch_code, "")}


def where_and_what(voice: Voice, now: Mapping[str, str]) -> list[Entry]:
    """The shelf, the type and the call number."""
    return [
        ChoiceEntry(voice, "shelf", mark("Place"), (), now.get("shelf", ""), read=shelves),
        ChoiceEntry(voice, "item_type", mark("Type"), (), now.get("item_type", ""), read=item_types),
        TextEntry(voice, "call_number", mark("Call number"), now.get("call_number", "")),
    ]


def about_the_copy(form: Form, now: Mapping[str, str]) -> list[Entry]:
    """What tells this copy from others."""
    voice = form.voice
    return [
        TextEntry(voice, "volume", mark("Volume"), now.get("volume", "")),
        ChoiceEntry(voice, "condition", mark("Condition"), form.options(_CONDITIONS), now.get("condition", "")),
        TextEntry(voice, "price", mark("Price"), now.get("price", ""), mark("such as 39.80; may be empty")),
        TextEntry(voice, "rfid_uid", mark("RFID tag"), now.get("rfid_uid", ""), mark("hexadecimal; may be empty")),
        TextEntry(voice, "note", mark("Note"), now.get("note", "")),
    ]


def draft(values: Mapping[str, str]) -> CopyDraft:
    """A new copy as the fields have it, without its price."""
    branch, location = branch_and_location(values["shelf"])
    named = ("barcode", "item_type", "call_number", "volume", "condition", "note", "rfid_uid", "status")
    fields = {name: values[name] for name in named if name in values}
    return msgspec.convert({**fields, "branch": branch, "location": location}, CopyDraft)


class AddCopy(ActForm):
    """A copy of a title; its label may be scanned."""

    HEADING = mark("Add a copy")
    FIELD_OF: ClassVar[Mapping[str, str]] = FIELD_OF

    def __init__(self, shift: Shift, card: TitleCard, proposal: Proposal) -> None:
        super().__init__(shift)
        self._card, self._proposal = card, proposal

    def about(self) -> Iterable[Widget]:
        yield Sentence(self.voice, "{title}  {number}", title=self._card.about.title, number=self._card.number)

    def fields(self) -> Sequence[Entry]:
        now = shelved(self.shift) | beside(self._card, self._proposal, self.shift)
        statuses = self.options((one.value, ITEM_STATUSES[one]) for one in ADDED_AS)
        return (
            TextEntry(self.voice, "barcode", mark("Barcode"), hint=mark("scan the label")),
            *where_and_what(self.voice, now),
            ChoiceEntry(self.voice, "status", mark("Status"), statuses),
            *about_the_copy(self, {}),
        )

    def take_item(self, barcode: str) -> None:
        """The label was scanned."""
        self.put("barcode", barcode)
        self.tell("barcode", None)
        self.go_to("call_number")

    def take_other(self, code: str) -> None:
        """Something was scanned that is no code of the library: it stands where a label would, and is wrong."""
        self.put("barcode", code)
        self.tell("barcode", self.shift.library.patterns.why_not_item(code))

    def errand(self, values: Mapping[str, str]) -> Errand:
        self.shift.last_added = {name: values[name] for name in ("shelf", "item_type")}
        return catalogue.add_copy(self._card.number, self._card.about.title, draft(values), values["price"])


def beside(card: TitleCard, proposal: Proposal, shift: Shift) -> dict[str, str]:
    """What the copies of a title say of a new one at this branch, field by field.

    Where this branch has none, those of others still say its call number.
    """
    elsewhere = next((copy.call_number for copy in card.copies if copy.call_number), "")
    # Of every copy its type is known: without one, there was no copy.
    shelf = shelf_code(shift.place.branch_code, proposal.location) if proposal.item_type else ""
    found = {"shelf": shelf, "item_type": proposal.item_type, "call_number": proposal.call_number or elsewhere}
    return {name: value for name, value in found.items() if value}


class EditCopy(ActForm):
    """What is known of a copy."""

    HEADING = mark("Change the copy")
    FIELD_OF: ClassVar[Mapping[str, str]] = {**FIELD_OF, "code.": "note", "batch.no_change": "call_number"}

    def __init__(self, shift: Shift, story: ItemStory) -> None:
        super().__init__(shift)
        item = story.item
        self._barcode, self._title = item.barcode, item.title
        self._before = {
            "shelf": shelf_code(item.branch_code, item.location_code),
            "item_type": item.item_type,
            "call_number": item.call_number,
            "volume": story.volume,
            "condition": story.condition,
            "price": "" if item.price is None else in_units(item.price, story.currency),
            "rfid_uid": story.rfid_uid or "",
            "note": story.note,
        }

    def about(self) -> Iterable[Widget]:
        yield Sentence(self.voice, "{title}  {barcode}", title=self._title, barcode=self._barcode)

    def fields(self) -> Sequence[Entry]:
        return (*where_and_what(self.voice, self._before), *about_the_copy(self, self._before))

    def errand(self, values: Mapping[str, str]) -> Errand:
        changed = catalogue.different(values, self._before)
        price = changed.pop("price", None)
        return catalogue.change_copy(self._barcode, self._title, changes_of(changed), price)


def changes_of(changed: Mapping[str, str]) -> CopyChanges:
    """The fields that were changed, as the act takes them."""
    others = {name: value for name, value in changed.items() if name != "shelf"}
    if "shelf" not in changed:
        return msgspec.convert(others, CopyChanges)
    branch, location = branch_and_location(changed["shelf"])
    return msgspec.convert({**others, "branch": branch, "location": location}, CopyChanges)
