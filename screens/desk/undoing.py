"""Undoing: what is undone is named before, so that nobody takes back another thing than they think of."""

from __future__ import annotations

from typing import Any, NamedTuple

from textual.app import App
from textual.screen import Screen

from libops.circulation.outcomes import Outcome, Word
from libops.circulation.undo import Undoable, undoable
from libops.i18n import mark
from libops.refusals import Refusal, refuse
from libops.today.kinds import what_happened
from screens.acts import loans
from screens.attempts import attempt
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


class _Asked(NamedTuple):
    """What is to be undone: under which request key (None: the last thing here), its title, and all of it."""

    key: str | None
    title: str
    about: str


def ask_to_undo(app: App[object], shift: Shift, desk: Screen[Any]) -> None:
    """Name what was done last, in this visit or before it at this desk, and ask whether to undo it.

    What cannot be undone is not asked about: it is told why. What is still being done comes first, and reaches
    the ``desk`` before the question does.
    """
    front = app.screen
    shift.clerk.afterwards(lambda: desk.call_later(_look, app, shift, front))


def _look(app: App[object], shift: Shift, front: Screen[Any]) -> None:
    if app.screen is not front:
        return
    outcome, voice = last_done(shift), shift.voice
    asked = _Asked(None, voice.say("the last thing that you did at this desk"), "")
    if outcome is not None:
        said = shift.visit.said(outcome, voice, shift.today)
        parts = (said.word, plain(said.title), *_of(outcome), said.fact)
        asked = _Asked(outcome.key, said.title, "  ".join(part for part in parts if part))

    def look() -> None:
        found, error = attempt(lambda: _find(shift, asked.key), "undo")
        _ = front.call_later(_ask, app, shift, front, asked, found, error)

    front.run_worker(look, thread=True, name="undo", group="undo", exclusive=True, exit_on_error=False)


def _find(shift: Shift, key: str | None) -> Undoable:
    with shift.look() as look:
        return undoable(look, act_key=key)


def _ask(
    app: App[object],
    shift: Shift,
    front: Screen[Any],
    asked: _Asked,
    found: Undoable | None,
    error: Exception | None,
) -> None:
    if app.screen is not front or shift.closed:
        # Something else has come in front since: whoever meant it asks again.
        return
    if isinstance(error, Refusal):
        shift.clerk.do(loans.cannot_take_back(error, asked.title))
        return
    title, about, named = asked.title, asked.about, ""
    if found is not None and asked.key is None:
        title, named = found.title or title, found.act
        parts = (found.title, found.barcode, found.patron_name, found.patron_number)
        about = "  ".join([what_happened(found.kind, shift.voice.language), *(plain(part) for part in parts if part)])

    def undo() -> None:
        shift.clerk.do(loans.take_back(asked.key, title, named))

    if about:
        ask_first(app, shift.voice, mark("Undo this?"), mark("Yes, undo it"), about, undo)
    else:
        # The database cannot be read: that is told, and nothing is undone that was not named.
        shift.clerk.do(loans.cannot_take_back(refuse("undo.unread"), title))
