"""Forms for patrons: a new one, what is known of one, a block."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import ClassVar

from textual import on
from textual.message import Message
from textual.widget import Widget

from libops.circulation.errands import Errand
from libops.circulation.outcomes import Outcome, Word
from libops.i18n import mark
from libops.people import registration
from libops.people.patrons import PatronView
from libops.people.registration import Alike
from libops.refusals import Refusal
from libops.troubles import DatabaseTrouble
from screens.acts import patrons
from screens.columns import plain
from screens.dialogs import Sentence
from screens.forms.act_form import ActForm
from screens.forms.choices import LANGUAGE_OPTIONS, branches, categories
from screens.forms.entries import ChoiceEntry, Entry, TextEntry
from screens.forms.form import BadField, Reply
from screens.forms.holds import day_of
from screens.messages import Failure
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


_MOST_NAMED = 4
"""People who look alike that are named; of more it is said how many."""


class LookAlikesRead(Message):
    """Who seems to be registered already was read."""

    def __init__(self, found: Sequence[Alike]) -> None:
        super().__init__()
        self.found = found


class RegisterPatron(ActForm):
    """A new patron; the card's number may be scanned. ``registered`` is told the number once it is done.

    Where somebody seems to be registered already, or has the same name, it says who: the refusal itself is journalled
    and names nobody.
    """

    HEADING = mark("Register a patron")
    FIELD_OF: ClassVar[Mapping[str, str]] = _FIELD_OF

    def __init__(self, shift: Shift, registered: Callable[[str], None]) -> None:
        super().__init__(shift)
        self._registered = registered

    def fields(self) -> Sequence[Entry]:
        voice, here = self.voice, self.shift.place.branch_code
        return (
            TextEntry(voice, "number", mark("Card number"), hint=mark("scan the new card")),
            TextEntry(voice, "name", mark("Name")),
            ChoiceEntry(voice, "category", mark("Category"), (), read=categories),
            ChoiceEntry(voice, "branch", mark("Home branch"), (), here, read=branches),
            TextEntry(voice, "phone", mark("Phone")),
            TextEntry(voice, "email", mark("Email")),
            ChoiceEntry(voice, "language", mark("Language"), LANGUAGE_OPTIONS, voice.language.code),
            TextEntry(voice, "expires_on", mark("Card until"), hint=mark("a day; empty: as the category says")),
            TextEntry(voice, "note", mark("Note")),
            TextEntry(voice, "allow_duplicate", mark("Not the same as"), hint=mark("number of who looks alike")),
        )

    def take_card(self, number: str) -> None:
        """The new card was scanned."""
        self.put("number", number)
        self.go_to("name")

    def errand(self, values: Mapping[str, str]) -> Errand:
        if not values["name"]:
            raise BadField("name", mark("Give a name."))
        return patrons.register(values, expires_on=day_of(values, "expires_on", self.shift.today))

    def answered(self, result: Outcome | Failure) -> None:
        super().answered(result)
        if not isinstance(result, Outcome):
            return
        if result.word is Word.DONE and result.answer is not None:
            self._registered(result.answer.patron_number or "")
            return
        code = next((reason.code for reason in result.reasons if reason.code in registration.TWICE), None)
        if code is not None:
            read = partial(self._read_alike, code, self.values())
            self.run_worker(read, thread=True, name="alike", group="alike", exit_on_error=False)

    def _read_alike(self, code: str, values: Mapping[str, str]) -> None:
        # Who may not see patrons is not told; the reason stands in the form in any case.
        with suppress(Refusal, DatabaseTrouble), self.shift.look() as look:
            found = registration.those_meant(
                look, code, name=values["name"], phone=values["phone"], email=values["email"]
            )
            self.post_message(LookAlikesRead(found))

    @on(LookAlikesRead)
    def _alike_read(self, event: LookAlikesRead) -> None:
        event.stop()
        if event.found:
            reply = self.query_one(Reply)
            # Behind why, before what can be done.
            reply.show(*reply.telling[:1], self._named(event.found), *reply.telling[1:])

    def _named(self, found: Sequence[Alike]) -> str:
        spoken = self.voice.language
        people = spoken.listed(
            f"{plain(one.name)} {one.number} · {spoken.either(one.category_zh, one.category_en)}"
            for one in found[:_MOST_NAMED]
        )
        more = len(found) - _MOST_NAMED
        if more > 0:
            return self.voice.say("Registered already: {people}, and {n} more", people=people, n=more)
        return self.voice.say("Registered already: {people}", people=people)

    def whom(self) -> str:
        """Whoever stands at the desk is not who is registered, and the new patron is what it is about already."""
        return ""


class EditPatron(ActForm):
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


class BlockForm(ActForm):
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
