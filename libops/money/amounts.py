"""Amounts: as people type them, and as they are kept, in whole minor units of the library's currency."""

from __future__ import annotations

import re
import unicodedata

import msgspec
from babel.numbers import get_currency_precision
from sqlalchemy import select

from db.database import Transaction
from db.statement import Statement
from db.tables import LIBRARY
from libops.refusals import Money, refuse
from libops.work import Look

MOST = 10**10
"""No single amount is larger, in minor units; a longer number is a slip of the finger."""

_TYPED = re.compile(r"(?P<whole>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.(?P<part>[0-9]+))?")


class _Currency(msgspec.Struct, frozen=True):
    code: str


_CURRENCY = Statement(select(LIBRARY.c.currency), _Currency)


def currency_of(transaction: Transaction) -> str:
    """The library's currency, as its code: ``CNY``."""
    return transaction.one(_CURRENCY).code


def read_amount(look: Look, typed: str) -> int:
    """An amount as somebody typed it (``12.50``, ``1,250``, ``１２．５``), in minor units.

    Refuses with ``money.unreadable``, also what has more decimals than the currency; nothing with ``money.missing``.
    """
    if not typed.strip():
        raise refuse("money.missing")
    currency = currency_of(look.transaction)
    places = get_currency_precision(currency)
    read = _TYPED.fullmatch(unicodedata.normalize("NFKC", typed).strip())
    part = "" if read is None else read["part"] or ""
    if read is None or len(part) > places or len(read["whole"]) > len(str(MOST)):
        raise refuse("money.unreadable", typed=typed, places=places)
    return int(read["whole"].replace(",", "") + part.ljust(places, "0"))


def read_balance(look: Look, typed: str) -> int:
    """The same for what may be less than nothing, such as a till that gave out more than came in: ``-12.50``."""
    plain = unicodedata.normalize("NFKC", typed).strip().replace("\N{MINUS SIGN}", "-")
    amount = read_amount(look, plain.removeprefix("-"))
    return -amount if plain.startswith("-") else amount


def require_amount(amount: int, currency: str) -> None:
    """Refuse what is no amount to charge, pay or give back (``money.amount``)."""
    if not 0 < amount <= MOST:
        raise refuse("money.amount", most=Money(MOST, currency))
