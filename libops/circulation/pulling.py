"""Holds to pull: what somebody waits for and stands on a shelf of this branch, in the order of the shelves.

Of each title, everybody who waits is given one copy that is in, first come, first served: one at the branch where they
pick it up rather than one that has to be sent, and none that somebody else asked for by its barcode. So no request is
pulled for at two branches, and no copy twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import msgspec
from sqlalchemy import ColumnElement, bindparam, exists, select

from db.circulation import RequestKind
from db.statement import Statement
from db.tables import ITEM, LIBRARY, LOCATION, PATRON, REQUEST, TITLE
from libops.circulation.copies import is_in, lies_at
from libops.circulation.queues import waits
from libops.circulation.rules import Rules, standing
from libops.codes import storable
from libops.pages import Page, bounded, page_of
from libops.permissions import Permission
from libops.work import Look


class PullView(msgspec.Struct, frozen=True):
    """A copy to fetch from its shelf, and the request that it is for; the patron is None for who may not see patrons.

    ``branch_*`` is where it is picked up. A copy that stands away from home has no location.
    """

    barcode: str
    title: str
    call_number: str
    location_code: str | None
    location_zh: str | None
    location_en: str | None
    request_id: int
    kind: RequestKind
    branch_code: str
    branch_zh: str
    branch_en: str
    patron_number: str | None
    patron_name: str | None


class Waiting(msgspec.Struct, frozen=True):
    """A request that waits now, for a title or one item of it; the rows come in the order of the queue."""

    id: int
    title_id: int
    item_id: int | None
    branch_id: int
    category_id: int
    kind: str
    patron_number: str
    patron_name: str


class CopyIn(msgspec.Struct, frozen=True):
    """A copy that stands on a shelf of ``lies_at``."""

    id: int
    title_id: int
    item_type_id: int
    lies_at: int
    barcode: str
    call_number: str
    shelf_key: str
    title: str
    home: int
    location_code: str | None
    location_zh: str | None
    location_en: str | None

    @property
    def place(self) -> tuple[str, str, str]:
        """Where it stands among the others: by location, place on the shelf, barcode."""
        code = self.location_code if self.home == self.lies_at else None
        return (code or "", self.shelf_key, self.barcode)


class _Version(msgspec.Struct, frozen=True):
    rules_version: int


_VERSION = Statement(select(LIBRARY.c.rules_version), _Version)
_HERE: ColumnElement[int] = bindparam("here")
_WANTED = REQUEST.alias("wanted")
_COPY = ITEM.alias("copy")


# Titles with a queue, each once, as the index of the queues alone tells it; and of these the ones of which a copy is in
# here: few, for most of those who wait do so because none is. Who of them waits today is asked title by title.
_QUEUES = (
    select(_WANTED.c.title_id)
    .where(_WANTED.c.closed_at.is_(None), _WANTED.c.held_item_id.is_(None))
    .distinct()
    .subquery("queues")
)
_STANDS_HERE = exists().where(_COPY.c.title_id == _QUEUES.c.title_id, is_in(_COPY), lies_at(_COPY) == _HERE)
_TITLES = select(_QUEUES.c.title_id).where(_STANDS_HERE)
_WAITING = Statement(
    select(
        REQUEST.c.id,
        REQUEST.c.title_id,
        REQUEST.c.item_id,
        REQUEST.c.branch_id,
        PATRON.c.category_id,
        REQUEST.c.kind,
        PATRON.c.number,
        PATRON.c.name,
    )
    .select_from(REQUEST.join(PATRON, PATRON.c.id == REQUEST.c.patron_id))
    .where(waits(REQUEST), REQUEST.c.title_id == bindparam("title_id"))
    .order_by(REQUEST.c.position, REQUEST.c.id),
    Waiting,
)
_COPIES_IN = Statement(
    select(
        ITEM.c.id,
        ITEM.c.title_id,
        ITEM.c.item_type_id,
        lies_at(ITEM),
        ITEM.c.barcode,
        ITEM.c.call_number,
        ITEM.c.shelf_key,
        TITLE.c.title,
        ITEM.c.branch_id,
        LOCATION.c.code,
        LOCATION.c.name_zh,
        LOCATION.c.name_en,
    )
    .select_from(
        ITEM.join(TITLE, TITLE.c.id == ITEM.c.title_id).outerjoin(LOCATION, LOCATION.c.id == ITEM.c.location_id)
    )
    .where(is_in(ITEM), ITEM.c.title_id.in_(_TITLES)),
    CopyIn,
)


class _Place(msgspec.Struct, frozen=True):
    barcode: str
    shelf_key: str
    home: int
    location_code: str | None


_CURSOR = Statement(
    select(ITEM.c.barcode, ITEM.c.shelf_key, ITEM.c.branch_id, LOCATION.c.code)
    .select_from(ITEM.outerjoin(LOCATION, LOCATION.c.id == ITEM.c.location_id))
    .where(ITEM.c.barcode == bindparam("barcode")),
    _Place,
)


def choose(
    requests: Iterable[Waiting], copies: Iterable[CopyIn], fits: Callable[[Waiting, CopyIn], bool]
) -> list[tuple[Waiting, CopyIn]]:
    """Give each request, in their order, a copy of its title that fits it; each copy to one request."""
    free: dict[int, list[CopyIn]] = defaultdict(list)
    for copy in sorted(copies, key=lambda copy: copy.id):
        free[copy.title_id].append(copy)
    requests = list(requests)
    named = {request.item_id for request in requests if request.item_id is not None}
    chosen = []
    for request in requests:
        fitting = [
            copy for copy in free[request.title_id] if request.item_id in (None, copy.id) and fits(request, copy)
        ]
        if fitting:
            best = min(fitting, key=lambda copy: (copy.id in named, copy.lies_at != request.branch_id, copy.id))
            free[request.title_id].remove(best)
            chosen.append((request, best))
    return chosen


def pull_list(look: Look, *, after: str = "", limit: int = 100) -> Page[PullView]:
    """What to fetch from the shelves of the look's branch for those who wait, in the order of the shelves.

    ``after`` is the barcode of the last one of the page before. Refuses without the permission for returns.
    """
    look.require(Permission.RETURN)
    tx, here, limit = look.transaction, look.place.branch_id, bounded(limit)
    rules = standing(tx, tx.one(_VERSION).rules_version)
    copies_in = tx.all(_COPIES_IN, here=here)
    titles = dict.fromkeys(copy.title_id for copy in copies_in)
    waiting = [request for title_id in titles for request in tx.all(_WAITING, title_id=title_id, now=look.now)]
    here_only = [pair for pair in choose(waiting, copies_in, _holdable(rules)) if pair[1].lies_at == here]
    passed = _passed(look, after)
    rest = sorted((pair for pair in here_only if pair[1].place > passed), key=lambda pair: pair[1].place)
    page = page_of(rest, limit, lambda pair: pair[1].barcode)
    return Page(_views(look, rules, page.results), page.next)


def _holdable(rules: Rules) -> Callable[[Waiting, CopyIn], bool]:
    def fits(request: Waiting, copy: CopyIn) -> bool:
        return rules.fit(request.branch_id, request.category_id, copy.item_type_id).holdable

    return fits


def _passed(look: Look, barcode: str) -> tuple[str, str, str]:
    """The place of the copy that the page before ended with, which may be on the list no longer."""
    found = look.transaction.maybe(_CURSOR, barcode=barcode) if barcode and storable(barcode) else None
    if found is None:
        return ("", "", "")
    code = found.location_code if found.home == look.place.branch_id else None
    return (code or "", found.shelf_key, found.barcode)


def _views(look: Look, rules: Rules, pairs: Sequence[tuple[Waiting, CopyIn]]) -> list[PullView]:
    seen = Permission.SEE_PATRONS in look.actor.permissions
    views = []
    for request, copy in pairs:
        branch, at_home = rules.branches[request.branch_id], copy.home == copy.lies_at
        views.append(
            PullView(
                barcode=copy.barcode,
                title=copy.title,
                call_number=copy.call_number,
                location_code=copy.location_code if at_home else None,
                location_zh=copy.location_zh if at_home else None,
                location_en=copy.location_en if at_home else None,
                request_id=request.id,
                kind=RequestKind(request.kind),
                branch_code=branch.code,
                branch_zh=branch.zh,
                branch_en=branch.en,
                patron_number=request.patron_number if seen else None,
                patron_name=request.patron_name if seen else None,
            )
        )
    return views
