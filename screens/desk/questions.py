"""What the desk asks before it goes on: which one was meant, and whether what was refused is allowed all the same."""

from __future__ import annotations

from textual.app import App

from libops.circulation.outcomes import Outcome
from libops.codes import CodeKind
from libops.i18n import mark
from screens.desk.panels import Supervisor, Wanted
from screens.dialogs import Ask, Which
from screens.fields import BadgeAndPin
from screens.messages import Asker
from screens.shift import Shift


class Questions:
    """Asks in front of whatever is on screen, and hands the answers to the clerk."""

    def __init__(self, app: App[object], shift: Shift) -> None:
        self._app, self._shift = app, shift
        self._allowing: Wanted | None = None
        self._asker: Asker | None = None

    def which(self, outcome: Outcome) -> None:
        """A code is both a patron's card and an item."""
        name = "" if outcome.patron is None else outcome.patron.name

        def chosen(kind: CodeKind | None) -> None:
            self._shift.clerk.choose(outcome, kind)

        which = Which(self._shift.voice, outcome.code, name, outcome.title)
        self._shift.when_open(lambda: self._app.push_screen(which, chosen))

    def allow(self, outcome: Outcome, patron: str, asker: Asker | None = None) -> None:
        """Whether it is allowed all the same: whoever may, is asked; otherwise somebody who may has to come.

        ``asker`` is the form from which it was asked for, if any.
        """
        wanted, self._asker = Wanted(outcome, patron), asker
        needed = {reason.override for reason in outcome.reasons}
        ask = self._oneself if needed <= self._shift.actor.permissions else self._supervisor
        ask(wanted)

    def allowance_refused(self, error: Exception) -> None:
        """The badge did not do: ask again, and say why."""
        wanted = self._allowing
        if wanted is not None:
            self._shift.when_open(lambda: self._supervisor(wanted, error))

    def _supervisor(self, wanted: Wanted, error: Exception | None = None) -> None:
        self._allowing = wanted

        def given(who: BadgeAndPin | None) -> None:
            if who is not None:
                self._shift.clerk.allow_by(wanted.outcome, who.badge, who.pin, self._asker)

        _ = self._app.push_screen(Supervisor(self._shift.voice, wanted, error), given)

    def _oneself(self, wanted: Wanted) -> None:
        def answered(answer: str | None) -> None:
            if answer == "yes":
                self._shift.clerk.allow(wanted.outcome, self._asker)

        answers = (("no", mark("No, leave it")), ("yes", mark("Yes, allow it")))
        voice = self._shift.voice
        question = Ask(voice, mark("Do it all the same?"), answers, wanted.widgets(voice))
        _ = self._app.push_screen(question, answered)
