"""Undoing: what is undone is named before, so that nobody takes back another thing than they think of."""

from __future__ import annotations

from textual.app import App

from libops.circulation.outcomes import Outcome, Word
from libops.i18n import mark
from screens.acts import loans
from screens.columns import plain
from screens.dialogs import ask_first
from screens.shift import Shift

_DONE = (Word.LENT, Word.RENEWED, Word.SHELVE, Word.HOLD_SHELF, Word.SEND, Word.ASIDE, Word.DONE)


def last_done(shift: Shift) -> Outcome | None:
    """What was done last in this visit; None where nothing was."""
    for line in reversed(shift.visit.lines):
        result = line.result
        if isinstance(result, Outcome) and result.word in _DONE and not line.settled and not _is_undoing(result):
            return result
    return None


def _is_undoing(outcome: Outcome) -> bool:
    return outcome.errand is not None and outcome.errand.undoes is not None


def _of(outcome: Outcome) -> tuple[str, ...]:
    """Which copy it was, and whose account: titles and names are not alone in the world."""
    answer = next((one for one in (outcome.loan, outcome.returned, outcome.answer) if one is not None), None)
    barcode = "" if outcome.code == outcome.title else outcome.code
    if answer is None:
        return (barcode,)
    name = "" if answer.patron_name == outcome.title else answer.patron_name
    return barcode, *(plain(part) for part in (name, answer.patron_number) if part)


def ask_to_undo(app: App[object], shift: Shift) -> None:
    """Ask whether to undo what was done last: in this visit, or before it at this desk."""
    outcome, voice = last_done(shift), shift.voice
    if outcome is None:
        key, title = None, voice.say("the last thing that you did at this desk")
        about = title
    else:
        said = shift.visit.said(outcome, voice, shift.today)
        key, title = outcome.key, said.title
        about = "  ".join(part for part in (said.word, plain(title), *_of(outcome), said.fact) if part)
    question, yes = mark("Undo this?"), mark("Yes, undo it")
    ask_first(app, voice, question, yes, about, lambda: shift.clerk.do(loans.take_back(key, title)))
