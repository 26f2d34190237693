"""Why a patron may or may not have an item: which rules decided, as the domain explains it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget

from libops.circulation.explain import Explanation
from libops.circulation.explain import explain as explain_rules
from libops.circulation.policy_labels import COLUMNS, STOPS
from libops.circulation.policy_rows import written
from libops.i18n import mark
from libops.refusals import Reason, explain
from screens.attempts import attempt
from screens.dialogs import Dialog, Sentence
from screens.forms.entries import Entry, TextEntry
from screens.forms.form import BadField, Form, Reply
from screens.keymap import CLOSE, COPY_TEXT, PAGER, SPEAK, TEXT, bindings
from screens.lists.about import Details
from screens.lists.listing import Detail
from screens.rule_names import ANSWERS, SCOPE, YES_NO, YES_NO_COLUMNS
from screens.rule_scopes import ScopeNames, scope_names
from screens.shift import Shift
from screens.voice import Voice

_WISHED: dict[str, str] = {
    "check_out": mark("to be lent"),
    "renewal": mark("to be renewed"),
    "nothing": mark("nothing: it was lent or renewed just now"),
}
_ENDED_BY: dict[str, str] = {"card": mark("the card runs out before"), "term": mark("the term ends before")}


Asked = tuple[str, str]
"""A patron's number and an item's barcode."""


Told = tuple[Explanation, ScopeNames]
"""What the rules say, and what the codes in them are called."""


class Explained(Message):
    """The rules were asked: what they say, or why they say nothing."""

    def __init__(self, asked: Asked, told: Told | None, error: Exception | None = None) -> None:
        super().__init__()
        self.asked, self.told, self.error = asked, told, error


_NEEDED = {"patron": mark("Scan a patron's card."), "item": mark("Scan an item, or type its barcode.")}
"""What has to be known before anything can be explained."""


class ExplainForm(Form):
    """Asks for a patron and an item; card and item may be scanned. Once both are known, it is answered."""

    HEADING = mark("Which rules decide?")
    FIELD_OF: ClassVar[Mapping[str, str]] = {"patron.": "patron", "item.": "item", "code.": "item"}

    def __init__(self, shift: Shift, barcode: str = "") -> None:
        super().__init__(shift)
        self._barcode = barcode
        self._asked: Asked | None = None
        self._had_both = False

    def fields(self) -> Sequence[Entry]:
        patron = self.shift.view.patron
        number = "" if patron is None else patron.number
        return (
            TextEntry(self.voice, "patron", mark("Patron"), number, mark("scan the card, or type its number")),
            TextEntry(self.voice, "item", mark("Item"), self._barcode, mark("scan it, or type its barcode")),
        )

    def on_mount(self) -> None:
        super().on_mount()
        self._had_both = all(self.values().values())
        self._go_on()

    def database_is_back(self) -> None:
        """It is asked again: that changes nothing."""
        if self._unsent:
            self._unsent = False
            self.action_save()

    def take_card(self, number: str) -> None:
        """The patron's card was scanned."""
        self.put("patron", number)
        self._go_on()

    def take_item(self, barcode: str) -> None:
        """The item was scanned."""
        self.put("item", barcode)
        self._go_on()

    def _go_on(self) -> None:
        """Go to what is still empty; with both there it is asked at once, for asking changes nothing."""
        empty = [name for name, value in self.values().items() if not value]
        if empty:
            self.go_to(empty[0])
        else:
            self.action_save()

    def field_of(self, reason: Reason) -> str | None:
        return "patron" if reason.facts.get("code") == self.values()["patron"] else super().field_of(reason)

    def send(self) -> None:
        values = self.values()
        for name, message in _NEEDED.items():
            if not values[name]:
                self._clear()
                self.complain(BadField(name, message))
                return
        asked = values["patron"], values["item"]
        if asked == self._asked:
            return
        self._asked = asked
        self._clear()
        self.query_one(Reply).show(self.voice.say("One moment…"))
        self.run_worker(partial(self._ask, asked), thread=True, name="explain", group="explain", exit_on_error=False)

    def _ask(self, asked: Asked) -> None:
        number, barcode = asked

        def explanation() -> Told:
            with self.shift.look() as look:
                return explain_rules(look, patron_number=number, barcode=barcode), scope_names(look)

        self.post_message(Explained(asked, *attempt(explanation, "explain")))

    @on(Explained)
    def _explained(self, event: Explained) -> None:
        event.stop()
        if event.asked != self._asked:
            # Another item was scanned meanwhile.
            return
        self._asked = None
        if event.error is not None:
            self.not_found(event.error)
        elif event.told is not None:
            self.query_one(Reply).show()
            panel = ExplanationPanel(self.voice, *event.told)
            self.shift.when_open(lambda: self.app.push_screen(panel, self._has_been_read), self)

    def _has_been_read(self, _nothing: None) -> None:
        """Whoever opened this with both there never asked for a form, and is not left with one."""
        if self._had_both:
            _ = self.dismiss(None)


class ExplanationPanel(Dialog[None]):
    """Whether it is allowed, why not, until when, and the rows that fit, the one that decides first."""

    KEYS = (COPY_TEXT, PAGER, CLOSE)
    BINDINGS: ClassVar[list[BindingType]] = bindings((COPY_TEXT, PAGER, CLOSE, SPEAK, *TEXT))

    def __init__(self, voice: Voice, explanation: Explanation, names: ScopeNames) -> None:
        super().__init__(voice)
        self._explanation, self._names = explanation, names

    def heading(self) -> str:
        return mark("allowed") if self._explanation.allowed else mark("not allowed")

    def body(self) -> Iterable[Widget]:
        said = self._explanation
        who = f"{said.patron_name}  {said.patron_number}"
        yield Sentence(self.voice, "{who} · {title}", who=who, title=said.title)
        yield VerticalScroll(_Explanation(self.voice, said, self._names), id="scroll")


class _Explanation(Details):
    def __init__(self, voice: Voice, explanation: Explanation, names: ScopeNames) -> None:
        super().__init__(voice, id="explanation")
        self._said, self._names = explanation, names

    def details(self) -> Sequence[Detail]:
        return [*self._verdict(), *self._rows(), *self._blocks()]

    def _verdict(self) -> Iterator[Detail]:
        say, spoken, said = self.voice.say, self.voice.language, self._said
        yield Detail(say("Scanned now"), say(_WISHED[said.wished]))
        for reason in said.reasons:
            yield Detail(say("Against it"), explain(reason, spoken).why, alarm=True)
        if said.due_on is not None:
            ends = (say(_ENDED_BY[one]) for one in said.ended_by)
            yield Detail(say("Due"), say(", ").join((spoken.day(said.due_on, said.calendar.today), *ends)))
        for name, limit in (
            (mark("Loans"), said.loans),
            (mark("Of this type"), said.loans_of_type),
            (mark("Holds"), said.holds),
        ):
            most = say("no limit") if limit.limit is None else str(limit.limit)
            yield Detail(say(name), say("{n} of {limit}", n=limit.used, limit=most))

    def _rows(self) -> Iterator[Detail]:
        say = self.voice.say
        for row in self._said.rows:
            yield Detail(say("Decides") if row.decides else say("Fits too"), self._names.of(row.row, self.voice))
        for column, value in written(self._said.terms, self._said.currency).items():
            if column not in SCOPE and value:
                yield Detail(say(COLUMNS[column]), self._cell(column, value))

    def _cell(self, column: str, value: str) -> str:
        if column in YES_NO_COLUMNS:
            return self.voice.say(YES_NO[value])
        return self.voice.say(ANSWERS[column][value]) if column in ANSWERS and value in ANSWERS[column] else value

    def _blocks(self) -> Iterator[Detail]:
        say, spoken = self.voice.say, self.voice.language
        for block in self._said.blocks:
            stops = spoken.listed(say(STOPS[stop]) for stop in block.stops)
            stands = say("stands") if block.stands else say("does not stand")
            name = say(ANSWERS["kind"][str(block.kind)])
            stopped = say("stops: {acts}", acts=stops)
            yield Detail(name, f"{stands} · {stopped}" if stops else stands, alarm=block.stands)
