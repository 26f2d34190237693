"""Quick add: a book in the hand becomes a copy; its title is made with it where the library has none yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import ClassVar

import msgspec
from textual import on
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from libops.catalogue.adding import Proposal, proposed
from libops.catalogue.description import Description, TitleName
from libops.catalogue.identifiers import isbn13, issn8, standard_number
from libops.catalogue.titles import TitleCard, known_by, show_title
from libops.circulation.desk_words import say as say_outcome
from libops.circulation.errands import Errand
from libops.circulation.outcomes import Outcome, Word
from libops.codes import CodeKind
from libops.i18n import mark
from libops.refusals import Reason
from screens.acts import catalogue
from screens.attempts import attempt
from screens.columns import plain
from screens.forms import copies
from screens.forms.act_form import ActForm
from screens.forms.copies import beside, draft, shelved, where_and_what
from screens.forms.entries import ChoiceEntry, Entry, TextEntry
from screens.forms.form import Reply
from screens.forms.narrowing import year_of
from screens.forms.titles import split
from screens.messages import Failure
from screens.picker import Choosable, Picker
from screens.shift import Shift
from screens.spoken import Phrase
from screens.voice import Voice

_OF_TITLE = ("title", "author", "publisher", "year")
_OF_THIS_BOOK = ("isbn", *_OF_TITLE, "barcode", "call_number", "price")


class Known(msgspec.Struct, frozen=True):
    """A title that is in the catalogue, and as what another copy of it would stand at this branch."""

    card: TitleCard
    proposal: Proposal


class KnownRead(Message):
    """The titles with an ISBN were read, each with as what another copy would stand here; or could not be."""

    def __init__(self, isbn: str, known: Sequence[Known] | None, error: Exception | None = None) -> None:
        super().__init__()
        self.isbn, self.known, self.error = isbn, known, error


class QuickAdd(ActForm):
    """One book after the other: an ISBN tells whether its title is known, the label is scanned, and it is added.

    It stays open, with the place and the type of the last one, until somebody closes it.
    """

    HEADING = mark("Add books")
    FIELD_OF: ClassVar[Mapping[str, str]] = {
        **copies.FIELD_OF,
        "title.": "title",
        "title.isbn_wrong": "isbn",
    }

    def __init__(self, shift: Shift) -> None:
        super().__init__(shift)
        self._known: TitleCard | None = None
        self._looked_for = ""
        self._is_looking = False
        self._save_then = False
        self._proposed: dict[str, str] = {}
        self._before: dict[str, str] = {}

    def about(self) -> Iterable[Widget]:
        yield Phrase(self.voice, mark("Scan the ISBN, then the label. What is scanned goes into its own field."))

    def fields(self) -> Sequence[Entry]:
        voice = self.voice
        return (
            TextEntry(voice, "isbn", mark("ISBN or ISSN"), hint=mark("scan it; may be empty")),
            TextEntry(voice, "title", mark("Title")),
            TextEntry(voice, "author", mark("Author"), hint=mark("several with ; between them")),
            TextEntry(voice, "publisher", mark("Publisher")),
            TextEntry(voice, "year", mark("Year")),
            TextEntry(voice, "barcode", mark("Barcode"), hint=mark("scan the label")),
            *where_and_what(voice, shelved(self.shift)),
            TextEntry(voice, "price", mark("Price"), hint=mark("such as 39.80; may be empty")),
        )

    @property
    def changed(self) -> int:
        values = self.values()
        proposed = (name for name, value in self._proposed.items() if values[name] == value)
        return super().changed - sum(self.entry(name).is_changed for name in proposed)

    # --- scans ----------------------------------------------------------------------------------------------------

    def take_isbn(self, code: str) -> None:
        """The bars on the back of the book were scanned."""
        self.put("isbn", code)
        self._check("isbn")
        self.go_to("barcode")

    def take_item(self, barcode: str) -> None:
        """The label was scanned."""
        self.put("barcode", barcode)
        self._check("barcode")
        self.go_to("call_number")

    def take_other(self, code: str) -> None:
        """Something else was scanned that is no code of the library: it stands where a label would, and is wrong."""
        self.take_item(code)

    # --- what is wrong is said before anything is asked for ---------------------------------------------------------

    @on(Input.Blurred)
    def _left(self, event: Input.Blurred) -> None:
        if event.input.id in ("isbn", "barcode"):
            self._check(event.input.id)

    def _check(self, field: str) -> None:
        """Say at once what is wrong with a number that was typed or scanned; the rest of the form stays as it is."""
        value = self.values()[field]
        if self._sent is None or self._sent[field] != value:
            # Otherwise the library itself has answered about it, which stands there.
            self.tell(field, self._against(field, value) if value else None)

    def _against(self, field: str, value: str) -> Reason | None:
        if field == "isbn":
            return None if standard_number(value) else Reason("title.isbn_wrong", {"number": value})
        patterns = self.shift.library.patterns
        return patterns.fault(value) if CodeKind.ITEM in patterns.kinds(value) else patterns.why_not_item(value)

    def database_is_back(self) -> None:
        super().database_is_back()
        self._look_for(self.values()["isbn"])

    # --- whether the title is known -------------------------------------------------------------------------------

    @on(Input.Changed, "#isbn")
    def _isbn_typed(self, event: Input.Changed) -> None:
        event.stop()
        self._look_for(event.value)

    def _look_for(self, typed: str) -> None:
        isbn = standard_number(typed) or ""
        if isbn == self._looked_for:
            return
        self._looked_for, self._is_looking = isbn, bool(isbn)
        self._use(None)
        if isbn:
            self.run_worker(
                partial(self._look, isbn), thread=True, name="isbn", group="isbn", exclusive=True, exit_on_error=False
            )

    def _look(self, isbn: str) -> None:
        def known() -> list[Known]:
            here = self.shift.place.branch_code
            with self.shift.look() as look:
                return [
                    Known(show_title(look, row.number), proposed(look, row.number, here))
                    for row in known_by(look, isbn)
                ]

        self.post_message(KnownRead(isbn, *attempt(known, "isbn")))

    @on(KnownRead)
    def _known_read(self, event: KnownRead) -> None:
        event.stop()
        if event.isbn != self._looked_for:
            return
        self._is_looking = False
        save, self._save_then = self._save_then, False
        known = event.known or ()
        if event.error is not None:
            # It is not known whether its title is: it is looked for again before anything is added.
            self._looked_for = ""
            self.not_found(event.error)
            return
        if len(known) > 1:
            self._ask_which(known)
            return
        self._use(known[0] if known else None)
        if save:
            self.action_save()

    def _ask_which(self, known: Sequence[Known]) -> None:
        def chosen(number: str | None) -> None:
            self._use(next((one for one in known if one.card.number == number), None))

        which = WhichTitle(self.voice, [one.card for one in known])
        self.shift.when_open(lambda: self.app.push_screen(which, chosen), self)

    def _use(self, known: Known | None) -> None:
        """A copy is added to this title; None: its title is new."""
        card = self._known = None if known is None else known.card
        for name in _OF_TITLE:
            self.entry(name).display = card is None
        self._take_proposals_back()
        if card is None or known is None:
            self.query_one(Reply).show()
            return
        self._propose(beside(card, known.proposal, self.shift))
        about = " · ".join(part for part in (card.about.title, card.about.volume, card.about.publisher) if part)
        copies_of = self.voice.language.count("{n} copy", "{n} copies", len(card.copies))
        self.query_one(Reply).show(
            self.voice.say("Known: {title}, {copies}. Another copy is added.", title=plain(about), copies=copies_of)
        )

    def _propose(self, found: Mapping[str, str]) -> None:
        """What other copies of it say: where they stand here and as what, and a call number where none was typed."""
        self._before = self.values()
        self._proposed = {
            name: value for name, value in found.items() if name != "call_number" or not self._before["call_number"]
        }
        for name, value in self._proposed.items():
            self._fill(name, value)

    def _take_proposals_back(self) -> None:
        """Another book: what was proposed for the last one, and was left as proposed, is not for this one."""
        values, left, self._proposed = self.values(), self._proposed, {}
        for name, value in left.items():
            if values[name] == value:
                self._fill(name, self._before[name])

    def _fill(self, name: str, value: str) -> None:
        entry = self.entry(name)
        if isinstance(entry, ChoiceEntry):
            entry.choose(value)
        else:
            self.put(name, value)

    # --- sending --------------------------------------------------------------------------------------------------

    def send(self) -> None:
        self._look_for(self.values()["isbn"])
        if self._is_looking:
            # Whether its title is known decides what is done.
            self._save_then = True
            self.query_one(Reply).show(self.voice.say("One moment…"))
        else:
            super().send()

    def errand(self, values: Mapping[str, str]) -> Errand:
        copy, known = draft(values), self._known
        if known is not None:
            return catalogue.add_copy(known.number, known.about.title, copy, values["price"])
        number = values["isbn"]
        issn = issn8(number)
        about = Description(
            title=values["title"],
            names=tuple(TitleName(name) for name in split(values["author"])),
            publisher=values["publisher"],
            year=year_of(values, "year"),
            isbns=(isbn13(number) or number,) if number and issn is None else (),
            issns=() if issn is None else (issn,),
        )
        return catalogue.quick_add(about, copy, values["price"])

    def answered(self, result: Outcome | Failure) -> None:
        if not isinstance(result, Outcome) or result.word is not Word.DONE:
            super().answered(result)
            return
        self._busy, self._errand, self._sent = False, None, None
        self._clear()
        self._use(None)
        values = self.values()
        self.shift.last_added = {name: values[name] for name in ("shelf", "item_type")}
        for name in _OF_THIS_BOOK:
            self.put(name, "")
        self._looked_for = ""
        for entry in self.query(Entry):
            entry.settle()
        self.go_to("isbn")
        said = say_outcome(result, self.voice.language, self.shift.today)
        self.query_one(Reply).show(f"{said.word}  {plain(said.title)}", said.fact)

    def _controls(self) -> list[Widget]:
        return [self._control_of(entry) for entry in self.query(Entry) if entry.display]


class WhichTitle(Picker):
    """Several titles have the same ISBN: of which one it is a copy."""

    HEADING = mark("Which title is it?")

    def __init__(self, voice: Voice, cards: Sequence[TitleCard]) -> None:
        self._named = {card.number: card for card in cards}
        super().__init__(voice, [Choosable(card.number, str(at % 10), "") for at, card in enumerate(cards, 1)])

    def said(self, line: Choosable) -> str:
        about = self._named[line.id].about
        parts = (about.title, about.volume, about.publisher, str(about.year or ""))
        return plain(" · ".join(part for part in parts if part))
