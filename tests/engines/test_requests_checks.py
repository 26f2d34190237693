"""The doctor finds what cannot be true of requests, where it is, and nothing in a sound library."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, update

from db.tables import BRANCH, EVENT, ITEM, REQUEST, TRANSFER
from libops.circulation import request_checks
from libops.circulation.request_checks import FAULTS
from libops.findings import Finding
from tests.engines.town import CHILD, MORNING, OTHER_READER, READER, Town, ids
from tests.engines.wishes import LONE_BOOK, RARE, RARE_BOOK, RARE_WEST, add_titles, ask, sound

Break = Callable[[Town], None]

SHELVED, ON_ITS_WAY, WAITING = 1, 2, 3


def _item(**values: object) -> Break:
    return lambda town: town.change(update(ITEM).where(ITEM.c.barcode == LONE_BOOK).values(**values))


def _request(request_id: int, **values: object) -> Break:
    return lambda town: town.change(update(REQUEST).where(REQUEST.c.id == request_id).values(**values))


def _copy_elsewhere(town: Town) -> None:
    west = ids(town, BRANCH)["WEST"]
    town.change(update(ITEM).where(ITEM.c.barcode == LONE_BOOK).values(seen_branch_id=west))


def _no_transfer(town: Town) -> None:
    town.change(update(TRANSFER).values(status="cancelled", ended_at=town.clock()))


def _wrong_copy(town: Town) -> None:
    other = ids(town, ITEM, "barcode")[RARE_BOOK]
    town.change(update(REQUEST).where(REQUEST.c.id == SHELVED).values(item_id=other))


BREAKS: dict[str, tuple[Break, str]] = {
    "item.awaiting_without_request": (
        lambda town: town.change(update(ITEM).where(ITEM.c.barcode == "B1").values(status="awaiting_pickup")),
        "B1",
    ),
    "request.copy_not_on_shelf": (_item(status="available"), str(SHELVED)),
    "request.copy_elsewhere": (_copy_elsewhere, str(SHELVED)),
    "request.copy_not_moving": (_no_transfer, str(ON_ITS_WAY)),
    "request.wrong_copy": (_wrong_copy, str(SHELVED)),
    "request.same_position": (_request(ON_ITS_WAY, position=2), str(WAITING)),
    "request.no_position": (_request(WAITING, position=0), str(WAITING)),
    "request.not_journalled": (
        lambda town: town.change(delete(EVENT).where(EVENT.c.kind == "hold.placed", EVENT.c.patron_id == 3)),
        str(WAITING),
    ),
    "request.status": (_request(WAITING, status="cancelled", closed_at=MORNING), str(WAITING)),
}


@pytest.fixture
def used(town: Town) -> Town:
    """The small library with a request whose copy is on the shelf, one whose copy is on its way, and one that waits."""
    add_titles(town)
    ask(town, READER)
    town.take_back(LONE_BOOK)
    town.lend(READER, RARE_WEST, at="W1")
    ask(town, OTHER_READER, RARE, "WEST")
    town.take_back(RARE_BOOK)
    ask(town, CHILD, RARE)
    return town


def found(town: Town) -> list[Finding]:
    """What the checks of requests find."""
    with town.library.database.reading() as transaction:
        return list(request_checks.find(transaction))


def test_a_sound_library_has_no_faults(used: Town) -> None:
    sound(used)


@pytest.mark.parametrize("code", BREAKS)
def test_each_fault_is_found_where_it_is(used: Town, code: str) -> None:
    breaks, subject = BREAKS[code]
    breaks(used)
    assert Finding(code, subject) in found(used)


def test_every_fault_is_among_those_that_are_tried() -> None:
    assert set(BREAKS) == set(FAULTS)
