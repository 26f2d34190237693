"""Requests in the small library, as short as tests need them: titles with few copies, and what became of each."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, update

from db.catalogue import ItemStatus
from db.places import Scheme
from db.tables import BRANCH, EVENT, ITEM, ITEM_TYPE, LOCATION, POLICY, REQUEST, TITLE, TRANSFER
from libops.catalogue.call_numbers.schemes import shelf_key
from libops.catalogue.search.indexing import index_titles
from libops.circulation import request_checks, requests
from libops.circulation.requests import PlacedAnswer, RequestAnswer
from libops.doctor import examine
from libops.work import Actor
from tests.engines.town import CLERK, READER, SUPERVISOR, TODAY, Town, ids, put

RARE, LONE = "T2", "T3"
"""A title with one copy at the main branch and one at the west one; a title with a single copy at the main branch."""

RARE_BOOK, RARE_WEST, LONE_BOOK = "B41", "B42", "B51"


def add_titles(town: Town) -> None:
    """Write the titles that tests of requests wait for."""
    branches, types = ids(town, BRANCH), ids(town, ITEM_TYPE)
    with town.library.database.act() as transaction:
        rare = put(transaction, TITLE, number=RARE, title="三体")
        lone = put(transaction, TITLE, number=LONE, title="The Lone Copy")
    add_copy(town, RARE_BOOK, rare, "MAIN", types["book"], branches)
    add_copy(town, RARE_WEST, rare, "WEST", types["book"], branches)
    add_copy(town, LONE_BOOK, lone, "MAIN", types["book"], branches)


def add_copy(
    town: Town,
    barcode: str,
    title_id: int,
    branch: str,
    item_type_id: int,
    branches: dict[str, int],
    *,
    call_number: str = "I247.55/1",
    location_id: int | None = None,
) -> None:
    """Write one copy that is in at a branch."""
    with town.library.database.act() as transaction:
        put(
            transaction,
            ITEM,
            barcode=barcode,
            title_id=title_id,
            item_type_id=item_type_id,
            branch_id=branches[branch],
            call_number=call_number,
            shelf_key=shelf_key(Scheme.CLC, call_number),
            location_id=location_id,
            status=ItemStatus.AVAILABLE,
        )
        index_titles(transaction, [title_id])


def ask(
    town: Town,
    patron: str,
    title: str = LONE,
    pickup: str = "MAIN",
    *,
    by: Actor = CLERK,
    at: str = "M1",
    key: str | None = None,
    **rest: object,
) -> PlacedAnswer:
    """Place a request for a title."""
    return town.act(
        requests.place, by=by, at=at, key=key, patron_number=patron, title_number=title, pickup=pickup, **rest
    )


def cancel(town: Town, request_id: int, reason: str = "") -> RequestAnswer:
    """Cancel a request."""
    return town.act(requests.cancel, request_id=request_id, reason=reason)


def pick_up_at(town: Town, request_id: int, pickup: str, at: str = "M1") -> RequestAnswer:
    """Have a request picked up elsewhere."""
    return town.act(requests.change_pickup, at=at, request_id=request_id, pickup=pickup)


def fill(town: Town, count: int) -> list[str]:
    """Put so many parcels on the shelf of the main branch: their barcodes, in the order of the shelf."""
    title_id, types, branches = ids(town, TITLE, "number")[RARE], ids(town, ITEM_TYPE), ids(town, BRANCH)
    barcodes = [f"B{300 + number}" for number in range(count)]
    for barcode in barcodes:
        add_copy(town, barcode, title_id, "MAIN", types["book"], branches)
        placed = town.act(
            requests.place,
            by=SUPERVISOR,
            patron_number=READER,
            barcode=barcode,
            item_level=True,
            pickup="MAIN",
            override_by=SUPERVISOR,
        )
        assert town.take_back(barcode).hold is not None
        assert holding(town, placed.request_id) == barcode
    return barcodes


def state(town: Town, request_id: int) -> str:
    """The status that a request is recorded with."""
    return str(town.ask(select(REQUEST.c.status).where(REQUEST.c.id == request_id))[0][0])


def holding(town: Town, request_id: int) -> str | None:
    """The barcode of the copy that is set aside for a request."""
    query = select(ITEM.c.barcode).join(REQUEST, REQUEST.c.held_item_id == ITEM.c.id).where(REQUEST.c.id == request_id)
    rows = town.ask(query)
    return str(rows[0][0]) if rows else None


def ways(town: Town, barcode: str) -> list[tuple[str, str, str]]:
    """Reason, status and end of each transfer of an item, the first one first."""
    query = (
        select(TRANSFER.c.reason, TRANSFER.c.status, BRANCH.c.code)
        .join(ITEM, ITEM.c.id == TRANSFER.c.item_id)
        .join(BRANCH, BRANCH.c.id == TRANSFER.c.to_branch_id)
        .where(ITEM.c.barcode == barcode)
        .order_by(TRANSFER.c.id)
    )
    return [(reason, status, code) for reason, status, code in town.ask(query)]


def sound(town: Town) -> None:
    """What must be true of the data is, also of what the doctor does not ask yet."""
    assert examine(town.library) == []
    with town.library.database.reading() as transaction:
        assert list(request_checks.find(transaction)) == []


def told(town: Town) -> str:
    """Everything that the journal's data says, as one text."""
    return " ".join(str(data) for (data,) in town.ask(select(EVENT.c.data)))


def let_books(town: Town, **terms: object) -> None:
    """Change the rules for books, which fit everything that has no row of its own."""
    everything = POLICY.c.branch_id.is_(None) & POLICY.c.category_id.is_(None) & POLICY.c.item_type_id.is_(None)
    town.change_rules(update(POLICY).where(everything).values(**terms))


def shelf(town: Town, code: str) -> int:
    """A new shelving place at the main branch; its id."""
    with town.library.database.act() as transaction:
        return put(transaction, LOCATION, branch_id=ids(town, BRANCH)["MAIN"], code=code, name_zh=code, name_en=code)


def day(days: int) -> date:
    """The day so many days from the first one."""
    return date.fromordinal(TODAY.toordinal() + days)
