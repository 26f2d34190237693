"""What a lost item costs, and what is given back when it turns up."""

from __future__ import annotations

import msgspec

from libops.work import Work


class LostReturned(msgspec.Struct, frozen=True):
    """What was taken off the account, and what has to be paid back, in minor units."""

    cancelled: int
    to_refund: int


def give_back_lost(work: Work, *, loan_id: int) -> LostReturned:
    """Take the replacement charge of a loan off the account."""
    raise NotImplementedError


def cancel_fines(work: Work, *, loan_id: int) -> int:
    """Take the fines of a loan off the account; how much."""
    raise NotImplementedError
