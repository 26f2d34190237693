"""Copies are added one by one at the desk, with a new title where there is none yet."""

from __future__ import annotations

import re

import msgspec
from sqlalchemy import bindparam, func, select

from db.catalogue import Condition, ItemStatus
from db.places import Scheme
from db.statement import Statement
from db.tables import BRANCH, ITEM, ITEM_TYPE, LOCATION, TITLE
from libops.catalogue.call_numbers.schemes import normal
from libops.catalogue.cataloguing import make_title
from libops.catalogue.description import Description
from libops.catalogue.places import read_places
from libops.catalogue.search.indexing import index_titles
from libops.catalogue.titles import find_title, lock_titles
from libops.catalogue.writing import NewCopy, write_copies
from libops.codes import CodeKind, storable
from libops.money.amounts import currency_of
from libops.permissions import Permission
from libops.refusals import Money, Reason, Refusal
from libops.work import Answer, Look, Work, act

ADDED_AS = (ItemStatus.AVAILABLE, ItemStatus.RESTRICTED, ItemStatus.IN_PROCESS, ItemStatus.ON_ORDER)
"""What a copy may be when it is added; all else comes from what happens to it."""

LONGEST_CALL_NUMBER = 120
LONGEST_NOTE = 500
DEAREST = 10**9
"""No copy is dearer, in minor units; more is a slip of the finger."""

_TAG = re.compile("[0-9A-F]{1,64}")


class CopyDraft(msgspec.Struct, frozen=True):
    """A copy as somebody describes it, by codes; ``price`` in minor units, ``rfid_uid`` in hexadecimal or empty."""

    barcode: str
    item_type: str
    branch: str
    location: str = ""
    call_number: str = ""
    price: int | None = None
    status: ItemStatus = ItemStatus.AVAILABLE
    volume: str = ""
    condition: str = ""
    note: str = ""
    rfid_uid: str = ""


class CopyAnswer(Answer, frozen=True, kw_only=True):
    """A copy was added; ``new_title`` says that its title was made with it."""

    barcode: str
    title_number: str
    title: str
    call_number: str
    location: str = ""
    new_title: bool = False


class Proposal(msgspec.Struct, frozen=True):
    """What a branch's copies of a title have: a new one most likely has it too. Codes; empty where they say nothing."""

    location: str = ""
    call_number: str = ""
    item_type: str = ""


class _Taken(msgspec.Struct, frozen=True):
    barcode: str
    title: str


_WITH_TITLE = ITEM.join(TITLE, TITLE.c.id == ITEM.c.title_id)
_BARCODE_TAKEN = Statement(
    select(ITEM.c.barcode, TITLE.c.title).select_from(_WITH_TITLE).where(ITEM.c.barcode == bindparam("barcode")), _Taken
)
_RFID_TAKEN = Statement(
    select(ITEM.c.barcode, TITLE.c.title).select_from(_WITH_TITLE).where(ITEM.c.rfid_uid == bindparam("uid")), _Taken
)

_BESIDE = Statement(
    select(func.coalesce(LOCATION.c.code, ""), ITEM.c.call_number, ITEM_TYPE.c.code)
    .select_from(
        _WITH_TITLE.join(BRANCH, BRANCH.c.id == ITEM.c.branch_id)
        .join(ITEM_TYPE, ITEM_TYPE.c.id == ITEM.c.item_type_id)
        .outerjoin(LOCATION, LOCATION.c.id == ITEM.c.location_id)
    )
    .where(
        TITLE.c.number == bindparam("title_number"),
        BRANCH.c.code == bindparam("branch"),
        ITEM.c.status != ItemStatus.WITHDRAWN,
    )
    .order_by(ITEM.c.call_number == "", ITEM.c.id.desc())
    .limit(1),
    Proposal,
)


def proposed(look: Look, title_number: str, branch: str) -> Proposal:
    """Where a new copy of a title is likely to stand at a branch, and as what: as the latest copy there that has a call
    number, else as the latest. Says nothing where the branch has none; copies that were withdrawn do not count.
    """
    if not (storable(title_number) and storable(branch)):
        return Proposal()
    return look.transaction.maybe(_BESIDE, title_number=title_number, branch=branch) or Proposal()


@act("item.add", CopyAnswer)
def add_copy(work: Work, *, title_number: str, copy: CopyDraft) -> CopyAnswer:
    """Add a copy to a title.

    Refuses with ``title.unknown``, what is wrong with the barcode, ``copy.barcode_taken``, ``copy.rfid_taken``,
    ``copy.no_branch``, ``copy.no_location``, ``copy.no_type``, ``copy.bad_condition``, ``copy.bad_status``,
    ``copy.bad_tag``, ``copy.bad_price``, ``copy.too_long``, ``permission.missing``.
    """
    work.require(Permission.CATALOGUE)
    copy = _without_signs(work, copy)
    title = find_title(work, title_number)
    lock_titles(work.transaction, [title.id])
    stored = _write(work, title.id, copy)
    index_titles(work.transaction, [title.id])
    return CopyAnswer(
        barcode=copy.barcode,
        title_number=title.number,
        title=title.about.title,
        call_number=stored,
        location=copy.location,
    )


@act("item.quick_add", CopyAnswer)
def quick_add(work: Work, *, about: Description, copy: CopyDraft) -> CopyAnswer:
    """Add a title that is not in the catalogue yet, with its first copy. Refuses as ``add_title`` and ``add_copy``."""
    work.require(Permission.CATALOGUE)
    copy = _without_signs(work, copy)
    title_id, title = make_title(work, about)
    stored = _write(work, title_id, copy)
    index_titles(work.transaction, [title_id], new=True)
    return CopyAnswer(
        barcode=copy.barcode,
        title_number=title.number,
        title=about.title,
        call_number=stored,
        location=copy.location,
        new_title=True,
    )


def _without_signs(work: Work, copy: CopyDraft) -> CopyDraft:
    """The barcode as it is kept: not with the signs around it that a reader may have sent along."""
    return msgspec.structs.replace(copy, barcode=work.patterns.bare(copy.barcode))


def _write(work: Work, title_id: int, copy: CopyDraft) -> str:
    """Write a copy; its call number as it is stored."""
    places = read_places(work.transaction)
    reasons = [*_against_barcode(work, copy.barcode), *places.against(copy.branch, copy.location, copy.item_type)]
    reasons += against_words(copy.call_number, copy.note, copy.condition, copy.volume)
    reasons += against_price(work, copy.price)
    if copy.status not in ADDED_AS:
        reasons.append(Reason("copy.bad_status", {"status": copy.status}))
    reasons += against_tag(work, copy.rfid_uid, copy.barcode)
    if reasons:
        raise Refusal(reasons)
    place = places.locations.get(copy.location)
    new = NewCopy(
        barcode=copy.barcode,
        title_id=title_id,
        item_type_id=places.item_types[copy.item_type],
        branch_id=places.branches[copy.branch],
        location_id=None if place is None else place.id,
        scheme=Scheme.CLC if place is None else place.scheme,
        call_number=copy.call_number,
        price=copy.price,
        status=copy.status,
        volume=copy.volume.strip(),
        condition=copy.condition,
        note=copy.note.strip(),
        rfid_uid=tag(copy.rfid_uid),
        added_at=work.now,
    )
    (item_id,) = write_copies(work.transaction, [new])
    work.about(item_id=item_id)
    work.record("item.added", item_id=item_id, title=title_id, branch=new.branch_id)
    return normal(copy.call_number)


def _against_barcode(work: Work, barcode: str) -> list[Reason]:
    fault = work.patterns.fault(barcode)
    if fault is not None:
        return [fault]
    if CodeKind.ITEM not in work.patterns.kinds(barcode):
        return [Reason("copy.not_a_barcode", {"barcode": barcode})]
    taken = work.transaction.maybe(_BARCODE_TAKEN, barcode=barcode)
    return [] if taken is None else [Reason("copy.barcode_taken", {"barcode": barcode, "title": taken.title})]


def against_words(call_number: str, note: str, condition: str, volume: str) -> list[Reason]:
    """What stands against the texts of a copy."""
    reasons = []
    for text, most in ((call_number, LONGEST_CALL_NUMBER), (note, LONGEST_NOTE), (volume, LONGEST_CALL_NUMBER)):
        if not storable(text):
            reasons.append(Reason("code.unreadable"))
        elif len(text) > most:
            reasons.append(Reason("copy.too_long", {"length": len(text), "most": most}))
    if condition and condition not in set(Condition):
        reasons.append(Reason("copy.bad_condition", {"word": condition}))
    return reasons


def against_price(look: Look, price: int | None) -> list[Reason]:
    """What stands against a copy's price, in minor units."""
    if price is None or 0 <= price <= DEAREST:
        return []
    return [Reason("copy.bad_price", {"most": Money(DEAREST, currency_of(look.transaction))})]


def against_tag(look: Look, uid: str, barcode: str) -> list[Reason]:
    """What stands against an RFID tag on a copy: it is none, or another copy's."""
    stored = tag(uid)
    if stored is not None and not _TAG.fullmatch(stored):
        return [Reason("copy.bad_tag", {"uid": uid if storable(uid) else "—"})]
    taken = None if stored is None else look.transaction.maybe(_RFID_TAKEN, uid=stored)
    if taken is None or taken.barcode == barcode:
        return []
    return [Reason("copy.rfid_taken", {"uid": uid, "barcode": taken.barcode})]


def tag(uid: str) -> str | None:
    """An RFID tag's number in the one form in which it is stored: hexadecimal digits, nothing between them."""
    return "".join(sign for sign in uid.upper() if sign.isalnum()) or None
