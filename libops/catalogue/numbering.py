"""Numbers of titles: what may be one, and the library's next."""

from __future__ import annotations

import re

from sqlalchemy import Text, cast, func, select

from db.database import Transaction
from db.statement import Statement
from db.tables import TITLE

_OWN_NUMBER = "L{:08d}"
_NUMBER = re.compile(r"[\x21-\x7e]{1,40}")


def is_number(number: str) -> bool:
    """Whether a title may be numbered so."""
    return _NUMBER.fullmatch(number) is not None


# From the end of the index backwards: numbers of other libraries' records may begin as ours do.
_HIGHEST = Statement(
    select(TITLE.c.number)
    .where(TITLE.c.number >= "L00000000", TITLE.c.number <= "L99999999", TITLE.c.number.regexp_match("^L[0-9]{8}$"))
    .order_by(TITLE.c.number.desc())
    .limit(1),
    str,
)
# One name among this database's advisory locks.
_NUMBERING = 7_110_704
_TAKE_TURNS = Statement(select(func.length(cast(func.pg_advisory_xact_lock(_NUMBERING), Text))), int)


def next_numbers(transaction: Transaction, count: int) -> list[str]:
    """The library's next numbers for titles; whoever else wants some waits until this transaction ends."""
    transaction.lock(_TAKE_TURNS)
    highest = transaction.maybe(_HIGHEST) or _OWN_NUMBER.format(0)
    return [_OWN_NUMBER.format(int(highest[1:]) + step) for step in range(1, count + 1)]
