"""A card: a dialog about one thing, from which acts are done and forms filled in, and that says what came of them."""

from __future__ import annotations

from collections.abc import Hashable
from math import inf
from time import monotonic
from typing import ClassVar, TypeVar

from textual.binding import BindingType

from libops.circulation.desk_words import say as say_outcome
from libops.circulation.errands import Errand
from libops.circulation.outcomes import Outcome
from libops.troubles import DatabaseTrouble
from screens.columns import plain
from screens.complaints import complaint, failure
from screens.dialogs import Dialog
from screens.forms.form import Form, Reply
from screens.key_bar import Named
from screens.keymap import COPY_TEXT, PALETTE, TEXT, bindings
from screens.messages import Failure
from screens.shift import Shift

R = TypeVar("R")

_A_MOMENT = 0.5
"""Seconds behind an answer in which the same key is not meant once more."""


class Card(Dialog[R]):
    """It has a ``Reply`` in its body. ``NAMES_WHAT`` says whether an answer names what it is about."""

    BINDINGS: ClassVar[list[BindingType]] = bindings((PALETTE, COPY_TEXT))
    NAMES_WHAT = False

    def __init__(self, shift: Shift) -> None:
        super().__init__(shift.voice)
        self.shift = shift
        self._undone: Errand | None = None
        self._doing: Hashable = None
        self._doing_until = 0.0
        self._unread = False

    def on_mount(self) -> None:
        # One that was taken away again before it stood has nothing in it.
        for reply in self.query(Reply):
            reply.display = False

    def commands(self) -> list[Named]:
        """The keys that do something now, but for those that only lead about."""
        return [(one, name) for one, name in self.keys() if one not in TEXT]

    async def action_commands(self) -> None:
        await self.app.run_action("app.commands")

    def read(self) -> None:
        """Read anew what is shown: something may have changed it. A card that follows the desk has nothing to read."""

    def done(self, outcome: Outcome) -> None:
        """An act was done, or refused."""

    def answered(self, result: Outcome | Failure) -> None:
        """What came of it."""
        reply = self.query_one(Reply)
        self._doing_until = monotonic() + _A_MOMENT
        self._undone = result.errand if isinstance(result, Outcome) and result.trouble is not None else None
        self._unread = False
        if isinstance(result, Failure):
            told = failure(result.kind, self.voice)
            reply.show(told.why, told.remedy)
            return
        self.done(result)
        said = say_outcome(result, self.voice.language, self.shift.today)
        if self.NAMES_WHAT:
            reply.show(f"{said.word}  {plain(said.title)}", said.fact, said.remedy)
        else:
            reply.show(f"{said.word}  {said.fact}", said.remedy)
        self.refresh_keys()
        self.read()

    def complain(self, error: Exception) -> None:
        """Say why something could not be read."""
        self._unread = isinstance(error, DatabaseTrouble)
        told = complaint(error, self.voice)
        self.query_one(Reply).show(told.why, told.remedy)

    def database_is_back(self) -> None:
        """What it left undone is tried again, under the same key; what could not be read is read."""
        undone, self._undone = self._undone, None
        if undone is not None:
            self.do(undone)
        elif self._unread:
            self._unread = False
            self.query_one(Reply).show()
        self.read()

    def do(self, errand: Errand, once: Hashable = None) -> None:
        """Have something done. ``once`` says what and with which: of two such in a moment the second is the key's own
        repeating, or a hand that saw no answer yet, and is not done.
        """
        if once is not None and once == self._doing and monotonic() < self._doing_until:
            return
        self._doing, self._doing_until = once, inf
        self.query_one(Reply).show(self.voice.say("One moment…"))
        self.shift.clerk.do(errand, self)

    def fill_in(self, form: Form) -> None:
        """Have a form filled in, and say what came of it."""

        def filled(outcome: Outcome | None) -> None:
            if outcome is not None:
                self.answered(outcome)

        self.query_one(Reply).show()
        _ = self.app.push_screen(form, filled)
