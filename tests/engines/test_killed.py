"""kill -9 in the middle of two hundred check-outs, twenty times: what was confirmed is there, nothing is half done."""

from __future__ import annotations

import random

from sqlalchemy import select

from db.tables import EVENT, LOAN
from libops.doctor import examine
from libops.follower import Follower
from tests.engines.doomed import Doomed
from tests.engines.lender import lend_and_take_back
from tests.engines.town import BOOKS, Town

KILLS = 20
ACTS = 200


def test_every_confirmed_loan_survives_kill_nine_and_the_doctor_finds_nothing_wrong(town: Town) -> None:
    confirmed: set[int] = set()
    dice = random.Random(9)
    follower = Follower.from_start(town.library.database)
    seen: list[int] = []
    for life in range(KILLS):
        # Anywhere in the two hundred check-outs and returns; early ends are likelier, because they take less time.
        end = int(dice.triangular(1, 2 * ACTS, 1))
        lent, returned = _live_and_die(town.url, life, after=end)
        confirmed |= lent
        loans = dict(town.ask(select(LOAN.c.id, LOAN.c.returned_at)))
        assert confirmed <= set(loans), "a confirmed loan is gone"
        # The last one may have been lent or returned without the news having come through.
        assert len(town.open_loans()) <= 1
        assert len([loan for loan in lent if loans[loan] is None]) <= 1
        assert returned <= len(lent)
        seen += [event.id for event in follower.poll(10_000)]
        for _, barcode in town.open_loans():
            town.take_back(barcode)
    seen += [event.id for event in follower.poll(10_000)]
    assert examine(town.library) == []
    assert len(confirmed) >= KILLS
    assert sorted(seen) == [row[0] for row in town.ask(select(EVENT.c.id).order_by(EVENT.c.id))]
    assert len(set(seen)) == len(seen)


def _live_and_die(url: str, life: int, *, after: int) -> tuple[set[int], int]:
    """Run the lender until it has confirmed so many acts, then kill it: loans and returns that it confirmed."""
    lent: set[int] = set()
    returned = 0
    with Doomed(lend_and_take_back, url, ACTS, life) as lender:
        assert lender.hear() == "ready"
        heard = [lender.hear() for _ in range(after)]
        lender.kill()
        # What it had said before it died was confirmed too.
        for said in (*heard, *lender.rest()):
            word, *rest = said.split()
            if word == "lent":
                lent.add(int(rest[0]))
                assert rest[1] in BOOKS
            else:
                returned += 1
    return lent, returned
