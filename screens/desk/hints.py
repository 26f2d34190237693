"""Which keys go with what was answered last: said beside it, so that nobody has to look for them."""

from __future__ import annotations

from collections.abc import Iterator

from libops.circulation.desk import Outcome, Word
from libops.i18n import mark
from screens.desk.panels import permissions_for
from screens.keymap import ALLOW, EXPLAIN, RETRY, SEARCH, KeyAction
from screens.shift import Shift


def unknown_code(shift: Shift) -> str:
    """The code that nobody knew, if it is the newest answer; empty: there is none."""
    return "" if shift.awaiting else shift.visit.unknown_code


def overridable(shift: Shift) -> Outcome | None:
    """The refusal that somebody may allow all the same now."""
    return shift.visit.overridable(shift.view.mode, shift.view.patron)


def key_hint(shift: Shift) -> str:
    """What may be done about the newest answer, each with its key."""
    newest = shift.visit.newest
    return "   ".join(_hints(shift, newest)) if isinstance(newest, Outcome) else ""


def _hints(shift: Shift, newest: Outcome) -> Iterator[str]:
    voice = shift.voice
    if newest.word is Word.NOT_DONE and (newest.wish is not None or newest.errand is not None):
        yield f"{voice.key(RETRY)} {voice.say(RETRY.label)}"
        return
    if unknown_code(shift):
        yield _said(shift, mark("{key} look for it in the catalogue"), SEARCH)
    if newest.can_override and newest is overridable(shift):
        permission = permissions_for(newest, voice)
        yield voice.say("{key} allow it all the same ({permission})", key=voice.key(ALLOW), permission=permission)
    if newest.word is Word.REFUSED and newest.code and newest.code == shift.visit.newest_barcode:
        yield _said(shift, mark("{key} which rules decide"), EXPLAIN)


def _said(shift: Shift, message: str, key: KeyAction) -> str:
    return shift.voice.say(message, key=shift.voice.key(key))
