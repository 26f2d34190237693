"""Merging: the other card, both people side by side, which of the two is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import zip_longest
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import on
from textual.message import Message
from textual.widget import Widget

from libops.circulation.desk_words import STANDINGS
from libops.circulation.errands import Errand
from libops.circulation.outcomes import Outcome, Word
from libops.i18n import mark
from libops.people import patrons
from libops.people.merging import MergeAnswer
from libops.people.patrons import PatronView
from screens.acts.patrons import merge
from screens.attempts import attempt
from screens.columns import fit, wrap
from screens.dialogs import Ask, Sentence
from screens.forms.act_form import ActForm
from screens.forms.entries import Entry, TextEntry
from screens.forms.form import BadField, Reply
from screens.messages import Failure
from screens.shift import Shift
from screens.spoken import Spoken


class OtherRead(Message):
    """Who has the other card, or why that is not known."""

    def __init__(self, number: str, other: PatronView | None, error: Exception | None = None) -> None:
        super().__init__()
        self.number, self.other, self.error = number, other, error


class MergePatrons(ActForm):
    """Asks for the other card, which may be scanned; then which of the two is kept, and only then merges.

    ``merged`` is told the number of the one that was kept.
    """

    HEADING = mark("One person with two cards")
    FIELD_OF: ClassVar[Mapping[str, str]] = {"patron.": "other", "code.": "other"}

    def __init__(self, shift: Shift, patron: PatronView, merged: Callable[[str], None]) -> None:
        super().__init__(shift)
        self._patron, self._merged = patron, merged
        self._asked = ""
        self._another = False
        self._keep = self._drop = ""

    def about(self) -> Iterable[Widget]:
        yield Sentence(self.voice, "{name}  {number}", name=self._patron.name, number=self._patron.number)

    def fields(self) -> Sequence[Entry]:
        return (TextEntry(self.voice, "other", mark("Other card"), hint=mark("scan the card, or type its number")),)

    def take_card(self, number: str) -> None:
        """The other card was scanned: looking who has it changes nothing."""
        self.put("other", number)
        self._another = bool(self._asked)
        self.action_save()

    # --- who has it -----------------------------------------------------------------------------------------------

    def send(self) -> None:
        number = super().values()["other"]
        if self._busy or self._asked:
            return
        if not number:
            self._clear()
            self.complain(BadField("other", mark("Scan the other card, or type its number.")))
            return
        self._asked = number
        self._clear()
        self.query_one(Reply).show(self.voice.say("One moment…"))
        self.run_worker(partial(self._look, number), thread=True, name="other", group="other", exit_on_error=False)

    def _look(self, number: str) -> None:
        def other() -> PatronView:
            with self.shift.look() as look:
                return patrons.show(look, number)

        self.post_message(OtherRead(number, *attempt(other, "other card")))

    @on(OtherRead)
    def _other_read(self, event: OtherRead) -> None:
        event.stop()
        self._asked = ""
        self._clear()
        if self._another:
            # What stands in the field is what is asked about: another card was scanned meanwhile.
            self._another = False
            self.action_save()
        elif event.other is None:
            if event.error is not None:
                self.not_found(event.error)
        elif event.other.number == self._patron.number:
            self.complain(BadField("other", mark("That card leads to this patron already.")))
        else:
            self._ask(event.other)

    # --- who is kept ----------------------------------------------------------------------------------------------

    def _ask(self, other: PatronView) -> None:
        here = self._patron

        def answered(answer: str | None) -> None:
            if answer == "left":
                self._merge(here.number, other.number)
            elif answer == "right":
                self._merge(other.number, here.number)

        answers = (
            ("no", mark("No, leave both")),
            ("left", mark("Keep the left one")),
            ("right", mark("Keep the right one")),
        )
        about = (
            SideBySide(self.shift, here, other),
            Sentence(self.voice, mark("Loans, holds and money of the other go over, and its card leads on.")),
            Sentence(self.voice, mark("This cannot be undone.")),
        )
        question = Ask(self.voice, mark("Are they one person?"), answers, about)
        self.shift.when_open(lambda: self.app.push_screen(question, answered), self)

    def _merge(self, keep: str, drop: str) -> None:
        self._keep, self._drop = keep, drop
        super().send()

    def values(self) -> dict[str, str]:
        # Who is kept is a part of what is asked for: another answer is another request.
        return {**super().values(), "keep": self._keep, "drop": self._drop}

    def errand(self, values: Mapping[str, str]) -> Errand:
        return merge(values["keep"], values["drop"], self._patron.name)

    def answered(self, result: Outcome | Failure) -> None:
        if isinstance(result, Outcome) and result.word is Word.DONE and isinstance(result.answer, MergeAnswer):
            self._merged(result.answer.patron_number or "")
        super().answered(result)


class SideBySide(Spoken):
    """Two people, so that somebody sees whether they are one: what differs stands out."""

    COMPONENT_CLASSES = {"side-by-side--name", "side-by-side--other", "side-by-side--head"}

    def __init__(self, shift: Shift, left: PatronView, right: PatronView) -> None:
        super().__init__(shift.voice, id="side-by-side")
        self._shift, self._left, self._right = shift, left, right

    def text(self) -> Text:
        rows = [
            (name, left, right)
            for (name, left), (_, right) in zip(self._facts(self._left), self._facts(self._right), strict=True)
            if left or right
        ]
        first = max(cell_len(name) for name, _, _ in rows) + 2
        width = max((self.width - first) // 2 - 2, 12)
        text = Text(no_wrap=True)
        for name, left, right in rows:
            style = "head" if name == rows[0][0] else "other" if left != right else "name"
            for label, one, other in zip_longest([name], wrap(left, width), wrap(right, width), fillvalue=""):
                text.append(fit(label, first), self._style("name"))
                text.append(fit(one, width) + "  " + fit(other, width) + "\n", self._style(style))
        return text

    def _facts(self, patron: PatronView) -> Iterator[tuple[str, str]]:
        say, spoken = self.voice.say, self.voice.language
        yield say("Name"), patron.name
        yield say("Number"), patron.number
        yield say("Category"), spoken.either(patron.category_zh, patron.category_en)
        yield say("Standing"), say(STANDINGS[patron.status])
        yield say("On loan"), str(patron.loans)
        yield say("Holds"), str(patron.holds)
        yield say("Owes"), spoken.money(patron.owes, patron.currency)
        yield say("Deposit"), spoken.money(patron.deposit, patron.currency) if patron.deposit else ""
        yield say("Card until"), spoken.day(patron.expires_on, self._shift.today)
        yield say("Phone"), patron.phone
        yield say("Email"), patron.email

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"side-by-side--{name}", partial=True)
