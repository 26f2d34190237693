"""Before somebody leaves the desk: what would be lost by it, and whether they mean it."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import App

from libops.i18n import mark
from screens.dialogs import Ask, Sentence
from screens.shift import Shift, Unfinished
from screens.voice import Voice


def ask_to_leave(app: App[None], shift: Shift, sign_out: Callable[[], None]) -> None:
    """Ask, and sign out or end the program as is answered."""
    told = shift.unfinished

    def answered(answer: str | None) -> None:
        if answer not in ("sign-out", "quit"):
            return
        now = shift.unfinished
        if now.waiting > told.waiting or now.undone > told.undone:
            # What came while the question was open was not in it: nobody has agreed to drop that.
            ask_to_leave(app, shift, sign_out)
        elif answer == "quit":
            app.exit()
        else:
            sign_out()

    _ = app.push_screen(_question(shift.voice, told), answered)


def _question(voice: Voice, unfinished: Unfinished) -> Ask:
    sentences = (
        (mark("Scans that still wait for the database: {n}. Leaving drops them."), unfinished.waiting),
        (mark("Scans that the database left undone: {n}. Leaving drops them."), unfinished.undone),
    )
    about = [Sentence(voice, sentence, n=str(number)) for sentence, number in sentences if number]
    answers = (("stay", mark("Stay")), ("sign-out", mark("Sign out")), ("quit", mark("End the program")))
    return Ask(voice, mark("Leave the desk?"), answers, about)
