"""What becomes of what is asked for at a desk: the word that says it, and all that is known of it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec

from db.circulation import Credential
from db.troubles import DatabaseTrouble
from libops.circulation.after_loss import Stays
from libops.circulation.errands import Deed, Errand
from libops.circulation.holders import HolderView
from libops.circulation.loans import LoanAnswer
from libops.circulation.returns import ReturnAnswer
from libops.people.patrons import PatronView
from libops.permissions import Permission
from libops.refusals import Reason
from libops.work import Actor, Answer


class Mode(StrEnum):
    """Which way books go."""

    LEND = "lend"
    RETURN = "return"


NEEDED: dict[Mode, Permission] = {Mode.LEND: Permission.LEND, Mode.RETURN: Permission.RETURN}
"""What somebody must be allowed, to have books go this way."""


class Word(StrEnum):
    """The word of outcome, always one of this small set."""

    PATRON = "patron"
    LENT = "lent"
    RENEWED = "renewed"
    SHELVE = "shelve"
    HOLD_SHELF = "hold_shelf"
    SEND = "send"
    ASIDE = "aside"
    ALREADY = "already"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    WHICH = "which"
    NOT_DONE = "not_done"
    DONE = "done"


class Wish(msgspec.Struct, frozen=True):
    """What a scan asked for, kept so that it can be tried again or allowed: the key makes it act once.

    ``patron_*`` is who stood at the desk then, whoever stands there by the time it is done; ``on`` the day to which a
    return is dated back; ``asked_by`` who scanned it, in whose name it is tried again.
    """

    key: str
    code: str
    mode: Mode
    patron_number: str | None
    credential: Credential
    allowed_by: Actor | None = None
    patron_name: str = ""
    on: date | None = None
    asked_by: Actor | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one scan.

    ``patron`` is set when a card was read; ``loan`` and ``returned`` hold the answers of the acts, ``holder`` for whom
    what was returned is set aside, ``stays`` what stays charged though it was lost and is back; ``reasons`` say why
    not; ``trouble`` that the database failed, in which case nothing is known to have changed. Of an ``errand``,
    ``deed`` says what was done, and ``answer`` is the act's own.
    """

    word: Word
    code: str
    title: str = ""
    wish: Wish | None = None
    patron: PatronView | None = None
    loan: LoanAnswer | None = None
    returned: ReturnAnswer | None = None
    holder: HolderView | None = None
    stays: tuple[Stays, ...] = ()
    reasons: tuple[Reason, ...] = ()
    trouble: DatabaseTrouble | None = None
    double_read: bool = False
    errand: Errand | None = None
    deed: Deed | None = None
    answer: Answer | None = None

    @property
    def key(self) -> str | None:
        """The request key under which it was asked for."""
        if self.errand is not None:
            return self.errand.key
        return None if self.wish is None else self.wish.key

    @property
    def can_override(self) -> bool:
        """Whether somebody with the right permissions could allow it."""
        if self.errand is not None and self.errand.allowed is None:
            return False
        return bool(self.reasons) and all(reason.override is not None for reason in self.reasons)
