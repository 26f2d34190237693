"""Which keys go with what was answered last: said beside it, so that nobody has to look for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from libops.circulation.outcomes import NEEDED, Mode, Outcome, Word
from libops.codes import CodeKind
from libops.i18n import mark
from screens.desk.panels import permissions_for
from screens.desk.ways_on import LEADS_ON, ways_on
from screens.forms.batch import END
from screens.keymap import ACCOUNT, ALLOW, BATCH, EXPLAIN, GO_TO, ITEM_CARD, NEXT, RETRY, SEARCH, TURN, KeyAction
from screens.shift import Shift

MOST = 3
"""Keys that are offered at once: more would have to be looked through."""

_SAID: Mapping[KeyAction, str] = {
    ACCOUNT: mark("{key} the account"),
    ITEM_CARD: mark("{key} the item"),
    TURN: mark("{key} change to lending"),
    EXPLAIN: mark("{key} which rules decide"),
    SEARCH: mark("{key} look for it in the catalogue"),
    BATCH: mark("{key}, then {end} and {enter}: no more dating back"),
}
_TO_DESK = mark("{key} go to the desk")
_LEFT_AT_THE_DESK = {"scan.card_in_returns", "return.before_loan", "return.too_far_back"}
"""Why something is refused in a list that is changed at the desk only."""


def unknown_code(shift: Shift) -> str:
    """The code that nobody knew, if it is the newest answer and may stand in the catalogue; empty: there is none."""
    code, newest = shift.visit.unknown_code, shift.visit.newest
    if shift.awaiting or not code or not isinstance(newest, Outcome):
        return ""
    kinds = shift.library.patterns.kinds(code)
    nobodys = not kinds or CodeKind.ITEM in kinds
    return code if nobodys and any(SEARCH in LEADS_ON.get(one.code, ()) for one in newest.reasons) else ""


def overridable(shift: Shift) -> Outcome | None:
    """The refusal that somebody may allow all the same now."""
    return shift.visit.overridable(shift.view.mode, shift.view.patron)


def key_hints(shift: Shift) -> list[str]:
    """What may be done about the newest answer at the desk, each with its key; the most useful first."""
    newest = shift.visit.newest
    return list(islice(_hints(shift, newest), MOST)) if isinstance(newest, Outcome) else []


def list_hints(shift: Shift) -> list[str]:
    """The same where a list is in front: a card goes on at the desk, and a batch is ended there."""
    newest = shift.visit.newest
    reasons = newest.reasons if isinstance(newest, Outcome) else ()
    return [_said(shift, _TO_DESK, GO_TO)] if any(one.code in _LEFT_AT_THE_DESK for one in reasons) else []


def _hints(shift: Shift, newest: Outcome) -> Iterator[str]:
    voice = shift.voice
    if newest.word is Word.NOT_DONE and (newest.wish is not None or newest.errand is not None):
        yield f"{voice.key(RETRY)} {voice.say(RETRY.label)}"
        return
    if newest.can_override and newest is overridable(shift):
        permission = permissions_for(newest, voice)
        yield voice.say("{key} allow it all the same ({permission})", key=voice.key(ALLOW), permission=permission)
    if newest.word in (Word.REFUSED, Word.UNKNOWN):
        yield from (_said(shift, _SAID[key], key) for key in ways_on(newest.reasons) if _leads_on(shift, newest, key))


def _leads_on(shift: Shift, newest: Outcome, key: KeyAction) -> bool:
    """Whether this key does at the desk now what the newest answer needs."""
    if key is ACCOUNT:
        return _is_about_who_stands_here(shift, newest)
    if key is TURN:
        return shift.view.mode is Mode.RETURN and NEEDED[Mode.LEND] in shift.actor.permissions
    if key is SEARCH:
        return bool(unknown_code(shift))
    if key is BATCH:
        return shift.view.batch is not None
    return bool(newest.code) and newest.code == shift.visit.newest_barcode


def _is_about_who_stands_here(shift: Shift, newest: Outcome) -> bool:
    patron, wish = shift.view.patron, newest.wish
    return patron is not None and wish is not None and wish.patron_number == patron.number


def _said(shift: Shift, message: str, key: KeyAction) -> str:
    return shift.voice.say(message, key=shift.voice.key(key), end=END, enter=shift.voice.key(NEXT))
