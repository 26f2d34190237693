"""Where a moment stands in the journal: nothing is passed over, though rows are written a little out of order."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from db.tables import EVENT
from libops.today.reaching import APART, first_after, first_since
from tests.engines.town import MORNING, Town

_EVENT = {"act": "made", "kind": "loan.opened", "actor": "staff:S2", "credential": "card", "data": {}}


def write(town: Town, seed: int, count: int = 400) -> None:
    """Events of some days, with holes between their numbers and up to APART out of order."""
    dice = random.Random(seed)
    number, at, rows = 0, MORNING, []
    for _ in range(count):
        number += dice.choice((1, 1, 1, 2, 7, 300))
        at += timedelta(minutes=dice.choice((0, 1, 5, 30, 300)))
        early = timedelta(seconds=dice.randrange(int(APART.total_seconds())))
        rows.append({"id": number, "at": at - early, **_EVENT})
    with town.library.database.act() as transaction:
        transaction.connection.execute(insert(EVENT), rows)


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_passed_over_and_little_is_read_beside(town: Town, seed: int) -> None:
    write(town, seed)
    with town.library.database.reading() as transaction:
        ask = transaction.connection.execute
        for hours in range(0, 600, 7):
            moment = MORNING + timedelta(hours=hours)
            since, after = first_since(transaction, moment), first_after(transaction, moment)
            missed = select(func.count()).select_from(EVENT).where(EVENT.c.id < since, EVENT.c.at >= moment)
            assert ask(missed).scalar_one() == 0
            missed = select(func.count()).select_from(EVENT).where(EVENT.c.id >= after, EVENT.c.at <= moment)
            assert ask(missed).scalar_one() == 0
            beside = select(func.min(EVENT.c.at)).where(EVENT.c.id >= since)
            earliest = ask(beside).scalar_one()
            assert earliest is None or earliest >= moment - 2 * APART


def test_an_empty_journal_begins_and_ends_at_once(town: Town) -> None:
    with town.library.database.reading() as transaction:
        assert first_since(transaction, MORNING) == first_after(transaction, MORNING) == 1
