"""The desk's own dialogs: somebody who may allow it, the patron's account, what every key does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

import msgspec
from rich.style import Style
from rich.text import Text
from textual import on
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from libops.circulation.desk import Outcome
from libops.circulation.desk_words import sentences
from libops.i18n import mark
from libops.people.patrons import PatronView
from libops.permissions import NAMES
from libops.refusals import explain
from screens.columns import fit, wrap
from screens.complaints import complaint
from screens.desk.account import Account
from screens.dialogs import Dialog, Sentence
from screens.fields import BadgeAndPin, Credentials
from screens.keymap import CANCEL, CLOSE, DESK, SPEAK, KeyAction, bindings
from screens.messages import DeskView
from screens.spoken import Spoken
from screens.voice import Voice


class Wanted(msgspec.Struct, frozen=True):
    """What was refused, and for whom: whoever allows it must see both, whoever stands at the desk by then."""

    outcome: Outcome
    patron: str

    def widgets(self, voice: Voice) -> list[Widget]:
        """Both, and below them why it was refused, as a dialog shows them."""
        title = self.outcome.title or self.outcome.code
        return [Sentence(voice, "{title}  ·  {patron}", title=title, patron=self.patron), _Refused(voice, self.outcome)]


def permissions_for(outcome: Outcome, voice: Voice) -> str:
    """The permissions that allow it, in the language of now."""
    needed = sorted({reason.override for reason in outcome.reasons if reason.override is not None})
    return voice.language.listed(voice.say(NAMES[permission]) for permission in needed)


class _Refused(Spoken):
    """Why it was refused: whoever allows it takes that upon themselves."""

    def __init__(self, voice: Voice, outcome: Outcome) -> None:
        super().__init__(voice, id="refused")
        self._outcome = outcome

    def text(self) -> Text:
        spoken = self.voice.language
        return Text(sentences([explain(reason, spoken).why for reason in self._outcome.reasons], spoken))


class _Why(Spoken):
    """The permission that is asked for, or why the last badge did not do."""

    def __init__(self, voice: Voice, outcome: Outcome, error: Exception | None) -> None:
        super().__init__(voice, id="hint", classes="" if error is None else "-error")
        self._outcome, self._error = outcome, error

    def text(self) -> Text:
        if self._error is not None:
            told = complaint(self._error, self.voice)
            return Text(sentences([told.why, told.remedy], self.voice.language))
        return Text(self.voice.say("Needed: {permission}", permission=permissions_for(self._outcome, self.voice)))


class Supervisor(Dialog[BadgeAndPin]):
    """Asks for the badge and PIN of somebody who may allow it; the badge may be scanned."""

    HEADING = mark("Somebody who may allow this")
    KEYS = (CANCEL,)
    BINDINGS: ClassVar[list[BindingType]] = bindings((CANCEL, SPEAK))
    AUTO_FOCUS = "#badge"

    def __init__(self, voice: Voice, wanted: Wanted, error: Exception | None = None) -> None:
        super().__init__(voice)
        self._wanted, self._error = wanted, error

    def body(self) -> Iterable[Widget]:
        yield from self._wanted.widgets(self.voice)
        yield _Why(self.voice, self._wanted.outcome, self._error)
        yield Credentials(self.voice)

    def take_badge(self, badge: str) -> None:
        """The badge was scanned."""
        self.query_one(Credentials).take_badge(badge)

    @on(Credentials.Given)
    def _given(self, event: Credentials.Given) -> None:
        event.stop()
        _ = self.dismiss(event.who)


class AccountPanel(Dialog[None]):
    """What the patron has on loan, on screens that have no room for it beside the visit."""

    HEADING = mark("Account")
    KEYS = (CLOSE,)
    BINDINGS: ClassVar[list[BindingType]] = bindings((CLOSE, SPEAK))

    def __init__(self, voice: Voice, patron: PatronView, view: DeskView, today: date) -> None:
        super().__init__(voice)
        self._patron = patron
        self._account = Account(voice, id="account-list")
        self._account.loans, self._account.today = view.loans, today
        self._left = False

    def body(self) -> Iterable[Widget]:
        yield Sentence(self.voice, "{name}  {number}", name=self._patron.name, number=self._patron.number)
        yield VerticalScroll(self._account, id="scroll")

    def follow(self, view: DeskView, today: date) -> None:
        """The desk has changed: show the loans of now, or close once somebody else stands there."""
        self._left = self._left or view.patron is None or view.patron.number != self._patron.number
        if not self._left:
            self._account.show(view.loans, today)
        elif self.is_current:
            _ = self.dismiss(None)

    def on_screen_resume(self) -> None:
        if self._left:
            _ = self.dismiss(None)


class Help(Dialog[None]):
    """Every key of the desk and what it does, from the same list that binds them."""

    HEADING = mark("What every key does")
    KEYS = (CLOSE,)
    BINDINGS: ClassVar[list[BindingType]] = bindings((CLOSE, SPEAK))

    def body(self) -> Iterable[Widget]:
        yield VerticalScroll(_Keys(self.voice), id="scroll")


class _Keys(Spoken):
    COMPONENT_CLASSES = {"help--key", "help--name"}

    def text(self) -> Text:
        text = Text(no_wrap=True)
        names = [self.voice.say(one.label) for one in DESK]
        for one, name in zip(DESK, names, strict=True):
            text.append(fit(one.shown_key, 6), self._style("help--key"))
            text.append(fit(name, 12), self._style("help--name"))
            self._explain(text, one)
        text.append("\n")
        for sentence in (
            mark("A code may be scanned at any time, also while a question is open: it never answers one."),
            mark("A code may also be typed; Enter ends it."),
        ):
            for line in wrap(self.voice.say(sentence), max(self.width, 20)):
                text.append(line + "\n")
        return text

    def _explain(self, text: Text, one: KeyAction) -> None:
        for number, line in enumerate(wrap(self.voice.say(one.tooltip), max(self.width - 18, 20))):
            text.append((" " * 18 if number else "") + line + "\n")

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)
