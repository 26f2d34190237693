"""Before somebody leaves the desk: what would be lost by it, and whether they mean it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, runtime_checkable

from textual.app import App

from libops.i18n import mark
from screens.dialogs import Ask, Sentence
from screens.shift import Shift, Unfinished
from screens.voice import Voice


@runtime_checkable
class HoldsUnsaved(Protocol):
    """A screen into which somebody writes."""

    def unsaved(self) -> tuple[str, str] | None:
        """A marked sentence about ``{what}`` was written and is not saved, and what that is; None: nothing is."""
        ...


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
            return
        shift.clerk.leave()
        if answer == "quit":
            shift.leave_patron(app.exit, True)
        else:
            shift.leave_patron(sign_out, False)

    _ = app.push_screen(_question(shift.voice, told, list(_unsaved(app))), answered)


def _unsaved(app: App[None]) -> Iterator[tuple[str, str]]:
    held = (screen.unsaved() for screen in app.screen_stack if isinstance(screen, HoldsUnsaved))
    return (one for one in held if one is not None)


def _question(voice: Voice, unfinished: Unfinished, unsaved: Sequence[tuple[str, str]]) -> Ask:
    sentences = (
        (mark("Scans that still wait for the database: {n}. Leaving drops them."), unfinished.waiting),
        (mark("Scans that the database left undone: {n}. Leaving drops them."), unfinished.undone),
    )
    about = [Sentence(voice, sentence, n=str(number)) for sentence, number in sentences if number]
    about += [Sentence(voice, sentence, what=voice.say(what)) for sentence, what in unsaved]
    answers = (("stay", mark("Stay")), ("sign-out", mark("Sign out")), ("quit", mark("End the program")))
    return Ask(voice, mark("Leave the desk?"), answers, about)
