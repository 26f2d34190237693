"""The question before somebody leaves a desk: what is unfinished there would be lost by it."""

from __future__ import annotations

from libops.i18n import mark
from screens.dialogs import Ask, Sentence
from screens.shift import Unfinished
from screens.voice import Voice


def leaving(voice: Voice, unfinished: Unfinished) -> Ask:
    """The question before somebody leaves the desk; what is unfinished there would be lost by it."""
    sentences = (
        (mark("Scans that still wait for the database: {n}. Leaving drops them."), unfinished.waiting),
        (mark("Scans that the database left undone: {n}. Leaving drops them."), unfinished.undone),
    )
    about = [Sentence(voice, sentence, n=str(number)) for sentence, number in sentences if number]
    answers = (("stay", mark("Stay")), ("sign-out", mark("Sign out")), ("quit", mark("End the program")))
    return Ask(voice, mark("Leave the desk?"), answers, about)
