"""A form that asks for an act of the library, with the same words as at the desk where it is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import msgspec
from textual.binding import BindingType

from libops.circulation.desk_words import Said
from libops.circulation.desk_words import say as say_outcome
from libops.circulation.errands import Errand
from libops.circulation.outcomes import Outcome, Word
from libops.refusals import Reason
from screens.complaints import failure
from screens.desk.panels import permissions_for
from screens.forms.form import BadField, Form, Reply
from screens.keymap import ALLOW, CANCEL, NEXT, SAVE, KeyAction, bindings
from screens.messages import Failure
from screens.shift import Shift


class AnsweredForm(Form):
    """A form that the desk answers: its result is the outcome, and a refusal leaves it open."""

    KEYS: ClassVar[tuple[KeyAction, ...]] = (NEXT, SAVE, ALLOW, CANCEL)
    BINDINGS: ClassVar[list[BindingType]] = bindings((ALLOW,))

    def __init__(self, shift: Shift) -> None:
        super().__init__(shift)
        self._refused: Outcome | None = None
        self._at_the_desk = shift.view.patron

    def answered(self, result: Outcome | Failure) -> None:
        """What came of it."""
        self._clear()
        if isinstance(result, Failure):
            kind = result.kind
            self.query_one(Reply).show(lambda: failure(kind, self.voice).why, lambda: failure(kind, self.voice).remedy)
        elif result.word is Word.DONE:
            _ = self.dismiss(result)
        else:
            self._show_why(result)
        self.refresh_keys()

    def _show_why(self, outcome: Outcome) -> None:
        if outcome.word is Word.REFUSED:
            self._refused = outcome if outcome.can_override else None
        self._unsent = outcome.trouble is not None
        rest = self._complain_of(outcome.reasons)
        if rest or outcome.trouble is not None:
            left = _only(outcome, rest)

            def said() -> Said:
                return say_outcome(left, self.voice.language, self.shift.today)

            self.query_one(Reply).show(lambda: said().fact, lambda: said().remedy, self._how_to_allow)

    def _clear(self) -> None:
        self._refused = None
        super()._clear()

    def _how_to_allow(self) -> str:
        if self._refused is None:
            return ""
        return self.voice.say(
            "{key} allow it all the same ({permission})",
            key=self.voice.key(ALLOW),
            permission=permissions_for(self._refused, self.voice),
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self._refused is not None if action == "allow" else True

    def action_allow(self) -> None:
        if self._refused is not None:
            self.shift.ask_to_allow(self._refused, self.whom(), self)

    def whom(self) -> str:
        """For whom it is, as whoever allows it has to see."""
        return "" if self._at_the_desk is None else self._at_the_desk.name


class ActForm(AnsweredForm):
    """Asks for an errand. Sent again just so after trouble it keeps its request key, so that it acts once."""

    def __init__(self, shift: Shift) -> None:
        super().__init__(shift)
        self._sent: dict[str, str] | None = None
        self._errand: Errand | None = None
        self._busy = False

    def errand(self, values: Mapping[str, str]) -> Errand:
        """What is asked for with these values. Raises ``BadField`` for what cannot be read."""
        raise NotImplementedError

    def send(self) -> None:
        """Ask for it, unless it is being asked for already."""
        if self._busy:
            return
        values = self.values()
        self._clear()
        # The very same once more, after the database failed, is the same request.
        if self._errand is None or values != self._sent:
            try:
                self._errand = self.errand(values)
            except BadField as bad:
                self._errand = None
                self.complain(bad)
                return
        self._sent, self._busy = values, True
        self.query_one(Reply).show(self.voice.say("One moment…"))
        self.shift.clerk.do(self._errand, self)

    def action_allow(self) -> None:
        # What was refused is what was sent: where something else stands there by now, that is asked for anew.
        if self.values() == self._sent:
            super().action_allow()
        else:
            self.action_save()

    def answered(self, result: Outcome | Failure) -> None:
        self._busy = False
        if isinstance(result, Outcome) and result.word is Word.REFUSED:
            self._errand = None
        super().answered(result)


def _only(outcome: Outcome, reasons: Sequence[Reason]) -> Outcome:
    """The outcome with only these reasons: the others stand at their fields."""
    return msgspec.structs.replace(outcome, reasons=tuple(reasons))
