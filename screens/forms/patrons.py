"""Forms for patrons: a new one, what is known of one, a block."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual.widget import Widget

from libops.circulation.errands import Errand
from libops.i18n import mark
from libops.people.patrons import PatronView
from screens.acts import patrons
from screens.dialogs import Sentence
from screens.forms.choices import LANGUAGE_OPTIONS, branches, categories
from screens.forms.entries import ChoiceEntry, Entry, TextEntry
from screens.forms.form import BadField, Form
from screens.forms.holds import day_of
from screens.shift import Shift

_FIELD_OF = {
    "patron.bad_number": "number",
    "patron.number_taken": "number",
    "patron.empty_name": "name",
    "patron.bad_phone": "phone",
    "patron.bad_email": "email",
    "patron.unknown_category": "category",
    "patron.expiry": "expires_on",
    "patron.maybe_duplicate": "allow_duplicate",
    "place.": "branch",
}


class RegisterPatron(Form):
    """A new patron; the card's number may be scanned."""

    HEADING = mark("Register a patron")
    FIELD_OF: ClassVar[Mapping[str, str]] = _FIELD_OF

    def fields(self) -> Sequence[Entry]:
        voice, here = self.voice, self.shift.place.branch_code
        return (
            TextEntry(voice, "number", mark("Card number"), hint=mark("scan the new card")),
            TextEntry(voice, "name", mark("Name")),
            ChoiceEntry(voice, "category", mark("Category"), (), read=categories),
            ChoiceEntry(voice, "branch", mark("Home branch"), (), here, read=branches),
            TextEntry(voice, "phone", mark("Phone")),
            TextEntry(voice, "email", mark("Email")),
            ChoiceEntry(voice, "language", mark("Language"), LANGUAGE_OPTIONS),
            TextEntry(voice, "expires_on", mark("Card until"), hint=mark("a day; empty: as the category says")),
            TextEntry(voice, "note", mark("Note")),
            TextEntry(voice, "allow_duplicate", mark("Not the same as"), hint=mark("number of who looks alike")),
        )

    def take_card(self, number: str) -> None:
        """The new card was scanned."""
        self.put("number", number)

    def errand(self, values: Mapping[str, str]) -> Errand:
        if not values["name"]:
            raise BadField("name", mark("Give a name."))
        return patrons.register(values, expires_on=day_of(values, "expires_on", self.shift.today))


class EditPatron(Form):
    """What is known of a patron."""

    HEADING = mark("Change what is known")
    FIELD_OF: ClassVar[Mapping[str, str]] = _FIELD_OF

    def __init__(self, shift: Shift, patron: PatronView) -> None:
        super().__init__(shift)
        self._patron = patron

    def about(self) -> Iterable[Widget]:
        yield Sentence(self.voice, "{number}", number=self._patron.number)

    def fields(self) -> Sequence[Entry]:
        voice, patron = self.voice, self._patron
        return (
            TextEntry(voice, "name", mark("Name"), patron.name),
            ChoiceEntry(voice, "category", mark("Category"), (), patron.category_code, read=categories),
            ChoiceEntry(voice, "branch", mark("Home branch"), (), patron.branch_code, read=branches),
            TextEntry(voice, "phone", mark("Phone"), patron.phone),
            TextEntry(voice, "email", mark("Email"), patron.email),
            ChoiceEntry(voice, "language", mark("Language"), LANGUAGE_OPTIONS, patron.language),
            TextEntry(voice, "note", mark("Note"), patron.note),
        )

    def errand(self, values: Mapping[str, str]) -> Errand:
        return patrons.change(self._patron.number, values)


class BlockForm(Form):
    """A block needs a note that tells every desk why."""

    HEADING = mark("Block the patron")
    FIELD_OF: ClassVar[Mapping[str, str]] = {"patron.block_without_note": "note"}

    def __init__(self, shift: Shift, patron: PatronView) -> None:
        super().__init__(shift)
        self._patron = patron

    def about(self) -> Iterable[Widget]:
        yield Sentence(self.voice, "{name}  {number}", name=self._patron.name, number=self._patron.number)

    def fields(self) -> Sequence[Entry]:
        return (TextEntry(self.voice, "note", mark("Why")),)

    def errand(self, values: Mapping[str, str]) -> Errand:
        return patrons.block(self._patron.number, self._patron.name, values["note"])
