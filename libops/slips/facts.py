"""What each slip shows: plain facts, the same in every language, and as little of a person as will do.

These are what a library's own templates may use, by these names. Moments are those of the branch they belong to.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import msgspec
import wcwidth

from db.slips import SlipKind
from libops.refusals import Money

_ENDING = 4
"""So much of a patron's number tells two readers with the same first character apart on one shelf."""


class Name(msgspec.Struct, frozen=True):
    """What something is called in both languages; ``|name`` chooses."""

    zh: str
    en: str


class Person(msgspec.Struct, frozen=True):
    """What a slip shows of a patron: the first character of the name, the end of the number, and both as one text."""

    initial: str
    ending: str
    masked: str
    language: str


def masked(name: str, number: str, language: str) -> Person:
    """As much of a patron as a slip shows, which may be left lying about."""
    initial = next(iter(wcwidth.iter_graphemes(name.strip())), "")
    ending = number[-_ENDING:]
    return Person(initial, ending, f"{initial}** {ending}" if initial else ending, language)


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What every slip shows: whose it is, where it was made, and when (``at``)."""

    kind: ClassVar[SlipKind]

    library: Name
    branch: Name
    desk: Name
    at: datetime

    @property
    def person(self) -> Person | None:
        """The patron into whose hands the slip is given; None for one that stays in the library."""
        return None

    @property
    def about(self) -> str:
        """Which slip this is, for whoever has to print it again."""
        raise NotImplementedError


class Lent(msgspec.Struct, frozen=True, kw_only=True):
    """One thing on loan. ``hourly`` says that the hour of ``due_at`` matters, otherwise the day ``due_on`` ends it."""

    title: str
    author: str
    barcode: str
    call_number: str
    due_on: date
    due_at: datetime
    hourly: bool
    overdue: bool
    renewals: int
    parts: int


class LoansSlip(Facts, frozen=True, kw_only=True):
    """The receipt of a visit, or all that a patron has."""

    kind: ClassVar[SlipKind] = SlipKind.LOANS

    patron: Person
    items: list[Lent]

    @property
    def person(self) -> Person | None:
        """Whose loans these are."""
        return self.patron

    @property
    def about(self) -> str:
        """The patron, as the slip says it."""
        return self.patron.masked


class HoldSlip(Facts, frozen=True, kw_only=True):
    """What lies on the hold shelf with this slip in it: ``branch`` is where, up to and including the day ``until``."""

    kind: ClassVar[SlipKind] = SlipKind.HOLD

    label: str
    patron: Person
    title: str
    author: str
    barcode: str
    call_number: str
    until: date
    note: str

    @property
    def about(self) -> str:
        """Where it lies."""
        return self.label or self.barcode


class TransferSlip(Facts, frozen=True, kw_only=True):
    """What travels with this slip in it, from ``origin`` to ``to``."""

    kind: ClassVar[SlipKind] = SlipKind.TRANSFER

    to: Name
    to_code: str
    origin: Name
    origin_code: str
    title: str
    author: str
    barcode: str
    call_number: str
    reason: str
    on: date
    note: str

    @property
    def about(self) -> str:
        """What travels where."""
        return f"{self.barcode} > {self.to_code}"


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a receipt. ``kind`` is how it was settled, ``charge`` what for; empty for a deposit.

    ``amount`` is positive when it was paid or taken off, negative when it was given back.
    """

    kind: str
    charge: str
    title: str
    barcode: str
    amount: Money


class Paid(msgspec.Struct, frozen=True, kw_only=True):
    """What changed hands in one way; negative when it was given back."""

    method: str
    amount: Money


class PaymentReceipt(Facts, frozen=True, kw_only=True):
    """What one act took, took off or gave back. ``left`` and ``deposit`` are as they stood after it.

    ``payers`` are those who paid, or were paid back, where that was not the patron whose account it is.
    """

    kind: ClassVar[SlipKind] = SlipKind.PAYMENT

    number: str
    patron: Person
    payers: list[Person]
    lines: list[Settled]
    payments: list[Paid]
    total: Money
    left: Money
    deposit: Money

    @property
    def person(self) -> Person | None:
        """Whose account it is."""
        return self.patron

    @property
    def about(self) -> str:
        """The receipt's number."""
        return self.number
