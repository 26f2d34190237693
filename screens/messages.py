"""What has happened, as the parts of the console tell each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

import msgspec
from textual.message import Message

from libops.circulation.outcomes import Mode, Outcome
from libops.people.accounts import Account
from libops.people.patrons import PatronView
from libops.scans import Heard, ReaderChanged
from libops.slips.printing import PrinterChanged, SlipEnded
from libops.troubles import DatabaseTrouble
from libops.work import Actor


class Failure(msgspec.Struct, frozen=True):
    """The program itself failed on something; ``kind`` is the error's name, never its text."""

    kind: str


class Asker(Protocol):
    """Whatever asked for something and shows itself what came of it: a form that stays open on a refusal."""

    @property
    def is_attached(self) -> bool:
        """Whether it is still on screen."""
        ...

    def answered(self, result: Outcome | Failure) -> None:
        """What came of it."""
        ...


class DeskView(msgspec.Struct, frozen=True):
    """The desk as it stands after something was done there; ``account`` is None until it has been read.

    ``batch`` is the day to which returns are dated back.
    """

    mode: Mode
    patron: PatronView | None = None
    account: Account | None = None
    batch: date | None = None


class ScanHeard(Message):
    """A reader, of whatever kind, read something."""

    def __init__(self, heard: Heard) -> None:
        super().__init__()
        self.heard = heard


class CodeTyped(Message):
    """Somebody typed a code and pressed Enter; it may be empty."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code


class ReaderStateChanged(Message):
    """A reader is in another state than before."""

    def __init__(self, changed: ReaderChanged) -> None:
        super().__init__()
        self.changed = changed


class PrinterStateChanged(Message):
    """A printer is in another state than before."""

    def __init__(self, changed: PrinterChanged) -> None:
        super().__init__()
        self.changed = changed


class SlipFailed(Message):
    """A slip was not printed; ``ended`` says why, None: it could not even be made."""

    def __init__(self, ended: SlipEnded | None) -> None:
        super().__init__()
        self.ended = ended


class OutcomeReached(Message):
    """Something that was scanned or asked for has its outcome.

    ``view`` is the desk after it, None where nothing changed there; ``line`` the number of an older line it replaces;
    ``asker`` who asked for it by a form.
    """

    def __init__(
        self,
        result: Outcome | Failure,
        view: DeskView | None,
        line: int | None = None,
        asker: Asker | None = None,
    ) -> None:
        super().__init__()
        self.result = result
        self.view = view
        self.line = line
        self.asker = asker


class DeskChanged(Message):
    """Who stands at the desk, or what they have, was changed or read again."""

    def __init__(self, view: DeskView) -> None:
        super().__init__()
        self.view = view


class Happened(Message):
    """The journal tells of such events, at whichever desk; None: anything may have changed."""

    def __init__(self, kinds: frozenset[str] | None) -> None:
        super().__init__()
        self.kinds = kinds


class DatabaseStands(Message):
    """What is wrong with the database; None: nothing any more, and then whether it is the ``same`` one as before."""

    def __init__(self, trouble: DatabaseTrouble | None, *, same: bool = True) -> None:
        super().__init__()
        self.trouble, self.same = trouble, same


class WaitingChanged(Message):
    """There are now so many scans that have no outcome yet."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    def can_replace(self, message: Message) -> bool:
        """Only the last count matters."""
        return isinstance(message, WaitingChanged)


class AllowanceRefused(Message):
    """Somebody's badge and PIN did not allow it; the texts say why and what to do."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class SignedIn(Message):
    """Somebody has signed in."""

    def __init__(self, actor: Actor) -> None:
        super().__init__()
        self.actor = actor


class SignInFailed(Message):
    """Nobody was signed in: a refusal, or the database's trouble, or a failure of the program."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class CommandReached(Message):
    """The turn of a code of the desk card has come, which is for the screen; ``word`` is what it says."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.word = word


class TitlesKnown(Message):
    """By this ISBN these titles are known; ``outcome`` is what came of the scan."""

    def __init__(self, outcome: Outcome, numbers: Sequence[str]) -> None:
        super().__init__()
        self.outcome, self.numbers = outcome, numbers
