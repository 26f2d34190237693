"""Forms for holds: placing one, suspending one, having one picked up elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import ClassVar

from textual import on
from textual.widget import Widget

from libops.catalogue.search.finding import TitleHit
from libops.circulation.errands import Errand
from libops.circulation.requests import RequestView
from libops.codes import CodeKind
from libops.i18n import mark
from libops.people.patrons import PatronView
from screens.acts import holds
from screens.attempts import attempt
from screens.days import NoDay, read_day
from screens.dialogs import Sentence
from screens.forms.act_form import ActForm
from screens.forms.choices import branches
from screens.forms.entries import ChoiceEntry, Entry, TextEntry
from screens.forms.form import BadField, Reply
from screens.forms.title_by_words import TitlesFound, WhichTitle, in_a_line, titles_for
from screens.shift import Shift
from screens.typed import is_words


def day_of(values: Mapping[str, str], field: str, today: date) -> date | None:
    """The day in a field, None where it is empty. Raises ``BadField`` for what is no day."""
    text = values[field]
    if not text:
        return None
    try:
        return read_day(text, today)
    except NoDay:
        raise BadField(field, mark("{text} is no day: write 2026-12-24, 12-24 or +14."), text=text) from None


class PlaceHold(ActForm):
    """A hold on a title, by the barcode of any copy, the title's number or words of it; a copy may be scanned.

    Without a patron it asks for whom it is; the card may be scanned.
    """

    HEADING = mark("Place a hold")
    FIELD_OF: ClassVar[Mapping[str, str]] = {
        "item.unknown": "title",
        "patron.unknown": "patron",
        "code.": "title",
        "request.unknown_title": "title",
        "place.": "pickup",
        "request.needed": "needed_by",
    }

    def __init__(self, shift: Shift, patron: PatronView | None, barcode: str = "", named: str = "") -> None:
        """``barcode`` may be a title's number; ``named`` is what it is called."""
        super().__init__(shift)
        self._patron, self._barcode, self._named = patron, barcode, named

    def about(self) -> Iterable[Widget]:
        if self._patron is not None:
            yield Sentence(self.voice, "{name}  {number}", name=self._patron.name, number=self._patron.number)
        if self._named:
            yield Sentence(self.voice, "{title}", title=self._named)

    def fields(self) -> Sequence[Entry]:
        what = (
            ("hold", mark("hold on any copy")),
            ("item", mark("hold on this copy only")),
            ("recall", mark("recall: call a loan back")),
        )
        hint = mark("scan the card, or type its number")
        by = mark("scan a copy, or type words or its number")
        whom = () if self._patron is not None else (TextEntry(self.voice, "patron", mark("Patron"), hint=hint),)
        return (
            *whom,
            TextEntry(self.voice, "title", mark("Title"), self._barcode, by),
            ChoiceEntry(self.voice, "pickup", mark("Pickup at"), (), self.shift.place.branch_code, read=branches),
            ChoiceEntry(self.voice, "what", mark("Kind"), self.options(what)),
            TextEntry(self.voice, "starts_on", mark("Not before"), hint=mark("a day; may be empty")),
            TextEntry(self.voice, "needed_by", mark("Needed by"), hint=mark("a day; may be empty")),
            TextEntry(self.voice, "note", mark("Note")),
        )

    def begin(self) -> Widget:
        # What it is on and for whom may be known: neither is to be typed over.
        known = bool(self._barcode) and self._patron is not None
        return self._control_of(self.entry("pickup")) if known else super().begin()

    # --- a title by words -----------------------------------------------------------------------------------------

    def action_next(self) -> None:
        if not (self.focused is self._control_of(self.entry("title")) and self._looks_for_title()):
            super().action_next()

    def send(self) -> None:
        if not self._looks_for_title():
            super().send()

    def _looks_for_title(self) -> bool:
        """Whether words stand where the title is asked for: then titles are looked for, and nothing else is done."""
        words = self.entry("title").value
        if not is_words(words, self.shift.library.patterns):
            return False
        self._clear()
        self.query_one(Reply).show(self.voice.say("One moment…"))
        self.run_worker(partial(self._find, words), thread=True, name="titles", group="titles", exit_on_error=False)
        return True

    def _find(self, words: str) -> None:
        def found() -> Sequence[TitleHit]:
            with self.shift.look() as look:
                return titles_for(look, words)

        self.post_message(TitlesFound(words, *attempt(found, "titles")))

    @on(TitlesFound)
    def _titles_found(self, event: TitlesFound) -> None:
        event.stop()
        if event.words != self.entry("title").value:
            return
        self._clear()
        if event.error is not None:
            self.not_found(event.error)
        elif not event.titles:
            self.complain(BadField("title", mark("Nothing is found for “{words}”."), words=event.words))
        else:
            names = {one.number: in_a_line(one) for one in event.titles}
            _ = self.app.push_screen(WhichTitle(self.voice, event.titles), partial(self._chosen, names))

    def _chosen(self, names: Mapping[str, str], number: str | None) -> None:
        if number is not None:
            self._barcode, self._named = number, names.get(number, "")
            self.put("title", number)
            self.query_one(Reply).show(self._named)
            self.go_to("pickup")

    def take_item(self, barcode: str) -> None:
        """A copy was scanned: the hold is on its title."""
        self.put("title", barcode)

    def take_card(self, number: str) -> None:
        """A card was scanned: the hold is for that patron. Where it is for somebody already, it says so."""
        if self._patron is None:
            self.put("patron", number)
            self.go_to("pickup")
        elif number != self._patron.number:
            told = mark("This hold is for {name}.")
            remedy = mark("Place it or leave the form, then scan the other card again.")
            self.query_one(Reply).show(self.voice.say(told, name=self._patron.name), self.voice.say(remedy))
            self.shift.attention.call()

    def _number(self, values: Mapping[str, str]) -> str:
        if self._patron is not None:
            return self._patron.number
        if not values["patron"]:
            raise BadField("patron", mark("Scan the card, or type its number."))
        return values["patron"]

    def errand(self, values: Mapping[str, str]) -> Errand:
        title = values["title"]
        if not title:
            raise BadField("title", mark("Scan a copy, or type words of the title or its number."))
        by_item = CodeKind.ITEM in self.shift.library.patterns.kinds(title)
        number, barcode = (None, title) if by_item else (title, None)
        one_copy = values["what"] == "item"
        if one_copy and not by_item:
            raise BadField("title", mark("Scan the copy that is wanted."))
        about = self._named if self._named and title == self._barcode else title
        patron, pickup, today = self._number(values), values["pickup"], self.shift.today
        if values["what"] == "recall":
            return holds.recall(patron, about, title_number=number, barcode=barcode, item_level=False, pickup=pickup)
        return holds.place(
            patron,
            about,
            title_number=number,
            barcode=barcode,
            item_level=one_copy,
            pickup=pickup,
            starts_on=day_of(values, "starts_on", today),
            needed_by=day_of(values, "needed_by", today),
            note=values["note"],
        )

    def whom(self) -> str:
        return self.values()["patron"] if self._patron is None else self._patron.name


class _OfRequest(ActForm):
    """A form about one hold, named above its fields."""

    def __init__(self, shift: Shift, request: RequestView) -> None:
        super().__init__(shift)
        self._request = request

    def about(self) -> Iterable[Widget]:
        request = self._request
        who = " ".join(part for part in (request.patron_name, request.patron_number) if part)
        yield Sentence(self.voice, "{title}", title=request.title)
        yield Sentence(self.voice, "{who}", who=who)

    def whom(self) -> str:
        return self._request.patron_name or ""


class HoldDates(_OfRequest):
    """From which day and until when a hold waits."""

    HEADING = mark("From when until when")
    FIELD_OF: ClassVar[Mapping[str, str]] = {"request.needed": "needed_by"}

    def fields(self) -> Sequence[Entry]:
        starts, needed = self._request.starts_on, self._request.needed_by
        to_come = starts is not None and starts > self.shift.today
        return (
            TextEntry(
                self.voice,
                "starts_on",
                mark("Not before"),
                starts.isoformat() if starts is not None and to_come else "",
                mark("a day; empty: from now on"),
            ),
            TextEntry(
                self.voice,
                "needed_by",
                mark("Needed by"),
                "" if needed is None else needed.isoformat(),
                mark("a day; empty: as long as it takes"),
            ),
        )

    def errand(self, values: Mapping[str, str]) -> Errand:
        starts, needed = (day_of(values, field, self.shift.today) for field in ("starts_on", "needed_by"))
        return holds.change_dates(self._request.id, self._request.title, starts, needed)


class MoveHold(_OfRequest):
    """Another place in the queue of its title."""

    HEADING = mark("Another place in the queue")
    FIELD_OF: ClassVar[Mapping[str, str]] = {"request.no_place": "place"}

    def fields(self) -> Sequence[Entry]:
        place = "" if self._request.place is None else str(self._request.place)
        return (TextEntry(self.voice, "place", mark("Place in queue"), place, mark("1 is served next")),)

    def errand(self, values: Mapping[str, str]) -> Errand:
        place = values["place"]
        if not (place.isdecimal() and len(place) <= _LONGEST_PLACE):
            raise BadField("place", mark("Give a number: 1 is served next."))
        return holds.move(self._request.id, self._request.title, int(place))


_LONGEST_PLACE = 6


class SuspendForm(_OfRequest):
    """A hold is passed over until a day, or until somebody resumes it."""

    HEADING = mark("Suspend the hold")
    FIELD_OF: ClassVar[Mapping[str, str]] = {"request.suspended": "until"}

    def fields(self) -> Sequence[Entry]:
        return (
            TextEntry(self.voice, "until", mark("Suspended until"), hint=mark("a day; empty: until it is resumed")),
        )

    def errand(self, values: Mapping[str, str]) -> Errand:
        until = day_of(values, "until", self.shift.today)
        return holds.suspend(self._request.id, self._request.title, until)


class PickupForm(_OfRequest):
    """A hold is picked up at another branch."""

    HEADING = mark("Pick up elsewhere")
    FIELD_OF: ClassVar[Mapping[str, str]] = {"place.": "pickup"}

    def fields(self) -> Sequence[Entry]:
        now = self._request.branch_code
        return (ChoiceEntry(self.voice, "pickup", mark("Pickup at"), (), now, read=branches),)

    def errand(self, values: Mapping[str, str]) -> Errand:
        return holds.change_pickup(self._request.id, self._request.title, values["pickup"])
