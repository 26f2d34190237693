"""What the codes of a desk card stand for. Each does what a key of the desk does, and is explained by it."""

from __future__ import annotations

import msgspec

from libops.codes import COMMANDS_BEGIN
from libops.i18n import mark
from screens.account.keys import RENEW_ALL
from screens.keymap import (
    ACCOUNT,
    ALLOW,
    DONE,
    EXPLAIN,
    ITEM_CARD,
    LOCK,
    RETRY,
    SLIP,
    SPEAK,
    TO_DESK,
    TURN,
    UNDO,
    KeyAction,
)


class Command(msgspec.Struct, frozen=True):
    """One code of the card: the word behind its beginning, and the key that does the same.

    ``name`` and ``tooltip`` are marked texts, the key's own where nothing else is said.
    """

    word: str
    key: KeyAction
    name: str
    tooltip: str

    @property
    def code(self) -> str:
        """What stands in the bars."""
        return COMMANDS_BEGIN + self.word


def _by(word: str, key: KeyAction, name: str = "", tooltip: str = "") -> Command:
    return Command(word, key, name or key.label, tooltip or key.tooltip)


LOCKS = _by("LOCK", LOCK)
TO_THE_DESK = _by("DESK", TO_DESK, mark("to the desk"), mark("Close what is open in front of the desk."))
LANGUAGE = _by("LANGUAGE", SPEAK)
TRY_AGAIN = _by("RETRY", RETRY)
LETS_GO = _by("DONE", DONE)
LENDS = _by("LENDING", TURN, mark("lending"), mark("Lend books from now on."))
TAKES_BACK = _by("RETURNS", TURN, mark("returns"), mark("Take books back from now on."))
RENEWS = _by("RENEW", RENEW_ALL, "", mark("Renew everything that the patron at the desk has."))

CARD = (
    LETS_GO,
    LENDS,
    TAKES_BACK,
    RENEWS,
    _by("ACCOUNT", ACCOUNT),
    _by("ITEM", ITEM_CARD),
    _by("SLIP", SLIP),
    _by("UNDO", UNDO, "", mark("Undo what was done last; it asks before.")),
    _by("ALLOW", ALLOW, "", mark("Do what was refused; it asks before.")),
    _by("RULES", EXPLAIN),
    TRY_AGAIN,
    TO_THE_DESK,
    LANGUAGE,
    LOCKS,
)
"""Every code of the card, in the order in which it is printed."""

COMMANDS = {one.word: one for one in CARD}
