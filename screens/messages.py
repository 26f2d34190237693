"""What has happened, as the parts of the console tell each other."""

from __future__ import annotations

import msgspec
from textual.message import Message

from libops.circulation.desk import Mode, Outcome
from libops.people.patrons import LoanView, PatronView
from libops.scans import Heard, ReaderChanged
from libops.work import Actor


class Failure(msgspec.Struct, frozen=True):
    """The program itself failed on something; ``kind`` is the error's name, never its text."""

    kind: str


class DeskView(msgspec.Struct, frozen=True):
    """The desk as it stands after something was done there; ``loans`` is None until they have been read."""

    mode: Mode
    patron: PatronView | None = None
    loans: tuple[LoanView, ...] | None = None


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


class OutcomeReached(Message):
    """Something that was scanned or asked for has its outcome.

    ``view`` is the desk after it, None where nothing changed there; ``line`` the number of an older line it replaces.
    """

    def __init__(self, result: Outcome | Failure, view: DeskView | None, line: int | None = None) -> None:
        super().__init__()
        self.result = result
        self.view = view
        self.line = line


class DeskChanged(Message):
    """Who stands at the desk, or what they have, was changed or read again."""

    def __init__(self, view: DeskView) -> None:
        super().__init__()
        self.view = view


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
