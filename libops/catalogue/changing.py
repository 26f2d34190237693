"""What is known of copies is changed: of one, or of many at once after a look at what would change; and put back."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import bindparam, select, update

from db.database import Transaction
from db.row_lists import among, among_codes
from db.statement import Statement
from db.tables import ITEM, TITLE
from libops.catalogue.adding import against_price, against_tag, against_words, tag
from libops.catalogue.call_numbers.schemes import normal, shelf_key
from libops.catalogue.choosing import Chosen, choose
from libops.catalogue.places import Places, read_places
from libops.catalogue.search.indexing import index_titles
from libops.catalogue.titles import lock_titles
from libops.permissions import Permission
from libops.refusals import Refusal, refuse
from libops.work import Answer, Look, Work, act

OF_MANY, OF_ONE = "item.batch", "item.edited"
"""The kinds of the events that say of a change of many copies, or of one, what was set."""

_EXAMPLES = 20

Value = str | int | None


class CopyChanges(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is to be changed about a copy; None leaves it as it is.

    A ``price`` below zero takes the price off, an empty text what it stands for.
    """

    item_type: str | None = None
    branch: str | None = None
    location: str | None = None
    call_number: str | None = None
    price: int | None = None
    volume: str | None = None
    condition: str | None = None
    note: str | None = None
    rfid_uid: str | None = None


class CopyState(msgspec.Struct, frozen=True):
    """What of a copy can be changed, as its row has it."""

    item_type_id: int
    branch_id: int
    location_id: int | None
    call_number: str
    shelf_key: str
    price: int | None
    volume: str
    condition: str
    note: str
    rfid_uid: str | None


class Changed(msgspec.Struct, frozen=True):
    """One copy before and after, by the names of what differs; branches, locations and types by their codes."""

    barcode: str
    title: str
    before: dict[str, Value]
    after: dict[str, Value]


class BatchAnswer(Answer, frozen=True, kw_only=True):
    """Copies were changed, or would be: ``number`` names the change (empty in a preview).

    ``chosen`` copies were looked at, ``changed`` of them differ now; ``examples`` are the first of these. ``left`` are
    copies that an undoing left as they are, because something else has changed them since.
    """

    number: str
    chosen: int
    changed: int
    left: int = 0
    examples: tuple[Changed, ...] = ()


class Copy(msgspec.Struct, frozen=True):
    """A copy as changes read it."""

    id: int
    barcode: str
    title_id: int
    title: str
    state: CopyState


FIELDS = CopyState.__struct_fields__


def _copy(key: int, barcode: str, title_id: int, title: str, *state: object) -> Copy:
    return Copy(key, barcode, title_id, title, msgspec.convert(dict(zip(FIELDS, state, strict=True)), CopyState))


_ROWS = select(
    ITEM.c.id, ITEM.c.barcode, ITEM.c.title_id, TITLE.c.title, *(ITEM.c[name] for name in FIELDS)
).select_from(ITEM.join(TITLE, TITLE.c.id == ITEM.c.title_id))
_BY_BARCODE = Statement(_ROWS.where(ITEM.c.barcode == bindparam("barcode")), _copy)
_BY_IDS = Statement(_ROWS.where(among(ITEM.c.id, "item_ids")).order_by(ITEM.c.id), _copy)
_BY_BARCODES = Statement(_ROWS.where(among_codes(ITEM.c.barcode, "barcodes")), _copy)
_LOCK = Statement(select(ITEM.c.id).where(among(ITEM.c.id, "item_ids")).order_by(ITEM.c.id).with_for_update(), int)
_WRITE = Statement[None](
    update(ITEM).where(ITEM.c.id == bindparam("item_id")).values({name: bindparam(name) for name in FIELDS}),
    lambda: None,
)


@act("item.change", BatchAnswer)
def change_copy(work: Work, *, barcode: str, changes: CopyChanges) -> BatchAnswer:
    """Change what is known of one copy.

    Refuses with what is wrong with the barcode, ``batch.no_change``, ``copy.no_branch``, ``copy.no_location``,
    ``copy.no_type``, ``copy.bad_condition``, ``copy.too_long``, ``copy.bad_price``, ``copy.bad_tag``,
    ``copy.rfid_taken``, ``permission.missing``.
    """
    work.require(Permission.CATALOGUE)
    seen = work.transaction.maybe(_BY_BARCODE, barcode=barcode)
    if seen is None:
        raise Refusal([work.patterns.why_not_item(barcode)])
    work.about(item_id=seen.id)
    reasons = against_tag(work, changes.rfid_uid or "", barcode)
    if reasons:
        raise Refusal(reasons)
    return _change(work, OF_ONE, [seen.id], changes)


def preview(look: Look, *, chosen: Chosen, changes: CopyChanges) -> BatchAnswer:
    """What a change of many copies would change; nothing is written. Refuses as ``change_copies``."""
    look.require(Permission.MANAGE_CATALOGUE)
    if changes.rfid_uid:
        raise refuse("batch.one_tag")
    places = read_places(look.transaction)
    _require_sound(look, changes, places)
    copies = look.transaction.all(_BY_IDS, item_ids=choose(look.transaction, chosen, places, look.patterns))
    return _told("", copies, [_after(copy.state, changes, places) for copy in copies], places)


@act("item.change_many", BatchAnswer)
def change_copies(work: Work, *, chosen: Chosen, changes: CopyChanges) -> BatchAnswer:
    """Change what is known of many copies at once; ``batches.undo_batch`` puts it back.

    Refuses with ``batch.nothing``, ``batch.too_many``, ``batch.one_tag``, and as ``change_copy``.
    """
    work.require(Permission.MANAGE_CATALOGUE)
    if changes.rfid_uid:
        raise refuse("batch.one_tag")
    item_ids = choose(work.transaction, chosen, read_places(work.transaction), work.patterns)
    return _change(work, OF_MANY, item_ids, changes)


def _change(work: Work, kind: str, item_ids: Sequence[int], changes: CopyChanges) -> BatchAnswer:
    places = read_places(work.transaction)
    _require_sound(work, changes, places)
    copies = locked(work.transaction, item_ids)
    after = [_after(copy.state, changes, places) for copy in copies]
    answer = _told(work.act_id, copies, after, places)
    work.record(kind, changed=answer.changed, chosen=answer.chosen, what=msgspec.to_builtins(changes))
    write_states(work, copies, after)
    return answer


def copies_by_barcode(transaction: Transaction, barcodes: Sequence[str]) -> dict[str, Copy]:
    """Those of these copies that there are, by their barcodes."""
    if not barcodes:
        return {}
    return {copy.barcode: copy for copy in transaction.all(_BY_BARCODES, barcodes=sorted(set(barcodes)))}


def locked(transaction: Transaction, item_ids: Sequence[int]) -> list[Copy]:
    """The copies, locked as every act locks: their titles first."""
    titles = sorted({copy.title_id for copy in transaction.all(_BY_IDS, item_ids=item_ids)})
    lock_titles(transaction, titles)
    transaction.lock(_LOCK, item_ids=item_ids)
    return transaction.all(_BY_IDS, item_ids=item_ids)


def write_states(work: Work, copies: Sequence[Copy], after: Sequence[CopyState]) -> None:
    """Write what differs, tell the journal of each copy what it was, and bring the search up to it."""
    rows, titles = [], set()
    for copy, state in zip(copies, after, strict=True):
        before, now = _differing(copy.state, state)
        if now:
            rows.append({"item_id": copy.id, **msgspec.structs.asdict(state)})
            titles.add(copy.title_id)
            work.record("item.changed", item_id=copy.id, before=dict(before), after=dict(now))
    work.transaction.run_many(_WRITE, rows)
    index_titles(work.transaction, titles)


def _differing(before: CopyState, after: CopyState) -> tuple[dict[str, Value], dict[str, Value]]:
    was, now = msgspec.structs.asdict(before), msgspec.structs.asdict(after)
    different = [name for name in FIELDS if was[name] != now[name]]
    return {name: was[name] for name in different}, {name: now[name] for name in different}


def _after(state: CopyState, changes: CopyChanges, places: Places) -> CopyState:
    """The copy as it is to be: what is not named stays; another branch takes its location away unless one is named."""
    branch_id, location_id = _where(state, changes, places)
    call_number = state.call_number if changes.call_number is None else normal(changes.call_number)
    price = state.price if changes.price is None else changes.price
    return CopyState(
        item_type_id=state.item_type_id if changes.item_type is None else places.item_types[changes.item_type],
        branch_id=branch_id,
        location_id=location_id,
        call_number=call_number,
        shelf_key=shelf_key(places.scheme_of(location_id), call_number),
        price=None if price is not None and price < 0 else price,
        volume=state.volume if changes.volume is None else changes.volume.strip(),
        condition=state.condition if changes.condition is None else changes.condition,
        note=state.note if changes.note is None else changes.note.strip(),
        rfid_uid=state.rfid_uid if changes.rfid_uid is None else tag(changes.rfid_uid),
    )


def _where(state: CopyState, changes: CopyChanges, places: Places) -> tuple[int, int | None]:
    if changes.location:
        place = places.locations[changes.location]
        return place.branch_id, place.id
    branch_id = state.branch_id if changes.branch is None else places.branches[changes.branch]
    stays = changes.location is None and branch_id == state.branch_id
    return branch_id, state.location_id if stays else None


def _require_sound(look: Look, changes: CopyChanges, places: Places) -> None:
    if changes == CopyChanges():
        raise refuse("batch.no_change")
    reasons = places.against_change(changes.branch, changes.location, changes.item_type)
    texts = (changes.call_number, changes.note, changes.condition, changes.volume)
    reasons += against_words(*(text or "" for text in texts))
    # A price below zero takes the price off.
    reasons += against_price(look, None if changes.price is None else max(changes.price, 0))
    if reasons:
        raise Refusal(reasons)


def _told(number: str, copies: Sequence[Copy], after: Sequence[CopyState], places: Places) -> BatchAnswer:
    pairs = [(copy, state) for copy, state in zip(copies, after, strict=True) if state != copy.state]
    examples = tuple(_shown(copy, state, places) for copy, state in pairs[:_EXAMPLES])
    return BatchAnswer(number=number, chosen=len(copies), changed=len(pairs), examples=examples)


def _shown(copy: Copy, after: CopyState, places: Places) -> Changed:
    before, now = _differing(copy.state, after)
    return Changed(copy.barcode, copy.title, places.in_codes(before), places.in_codes(now))
