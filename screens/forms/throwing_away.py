"""Before a form that was filled in is thrown away: one more key, and no scan gives it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import BindingType

from libops.i18n import mark
from screens.dialogs import Ask, Sentence
from screens.keymap import CHOOSE, CONFIRM, KeyAction, bindings
from screens.voice import Voice

THROW_AWAY = KeyAction(
    "throw_away",
    "escape",
    mark("throw it away"),
    mark("Close the form; what was filled in is lost."),
    id="dialog.close",
)


class ThrowAway(Ask):
    """Asks whether what stands in a form is to go. The same key once more throws it away: who means it is quick."""

    KEYS = (CHOOSE, CONFIRM, THROW_AWAY)
    BINDINGS: ClassVar[list[BindingType]] = bindings((THROW_AWAY,))

    def __init__(self, voice: Voice, form: Callable[[], str]) -> None:
        answers = (("no", mark("No, keep it")), ("yes", mark("Yes, throw it away")))
        about = [Sentence(voice, "{about}", about=voice.say(form()))]
        super().__init__(voice, mark("Throw away what was filled in?"), answers, about)

    def action_throw_away(self) -> None:
        """The answer that the key gives."""
        _ = self.dismiss("yes")
