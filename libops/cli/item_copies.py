"""``libops item``, copies that are added and changed: one by one, and many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from libops.cli.copy_options import (
    BranchOption,
    CallNumberOption,
    ConditionOption,
    LocationOption,
    NewTitleOption,
    NoteOption,
    PriceOption,
    RfidOption,
    StatusOption,
    TitleOption,
    TypeOption,
    VolumeOption,
)
from libops.cli.help_texts import SpokenCommand, say
from libops.cli.item_acts import app as app
from libops.cli.options import AtOption, BadgeOption, BarcodeArgument, JsonOption, KeyOption
from libops.cli.title_options import Said, describing

if TYPE_CHECKING:
    from db.catalogue import ItemStatus
    from libops.catalogue.adding import CopyAnswer, CopyDraft
    from libops.work import Look, Work


@app.command("add", cls=SpokenCommand, help=say("Add a copy to a title, or with a title that is new."))
@describing
def add(
    said: Said,
    barcode: BarcodeArgument,
    title: TitleOption = None,
    new_title: NewTitleOption = None,
    item_type: TypeOption = None,
    branch: BranchOption = None,
    location: LocationOption = None,
    call_number: CallNumberOption = None,
    price: PriceOption = None,
    status: StatusOption = "available",
    volume: VolumeOption = "",
    condition: ConditionOption = "",
    note: NoteOption = "",
    rfid: RfidOption = "",
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Add a copy, at the branch where this happens unless another is named; what is not said is as that branch's copies
    of the title have it.
    """
    from libops.catalogue.adding import CopyDraft, Proposal, proposed
    from libops.catalogue.description import Description
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.copy_words import copy_added

    begins_as = _status(status or "")
    said.of(Description(title=""))
    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            here = desk.place.branch_code if branch is None else branch
            known = _known_title(work, title, new_title, said)
            beside = Proposal() if known is None else proposed(work, known, here)
            draft = CopyDraft(
                barcode,
                (beside.item_type or "book") if item_type is None else item_type,
                here,
                location=beside.location if location is None else location,
                call_number=beside.call_number if call_number is None else call_number,
                price=amount(work, price),
                status=begins_as,
                volume=volume or "",
                condition=condition or "",
                note=note or "",
                rfid_uid=rfid or "",
            )
            answer = _added(work, draft, known, new_title, said)
        give(answer, json, lambda: copy_added(answer, desk.language))


def _status(status: str) -> ItemStatus:
    from db.catalogue import ItemStatus
    from libops.cli.choices import one_of

    return one_of(ItemStatus, status, "--status")


def _known_title(work: Work, title: str | None, new_title: str | None, said: Said) -> str | None:
    """The number of the title that is named by it, or by ISBN alone; None for one that is described as new."""
    from libops.catalogue.scanned import by_isbn

    if new_title is not None and title is None:
        return None
    if title is not None and new_title is None and not said:
        return title
    isbn = said.only_isbn()
    if isbn is None or title is not None or new_title is not None:
        raise typer.BadParameter(say("one of --title, --isbn and --new-title."), param_hint="--title")
    return by_isbn(work, isbn)


def _added(work: Work, draft: CopyDraft, known: str | None, new_title: str | None, said: Said) -> CopyAnswer:
    from libops.catalogue.adding import add_copy, quick_add
    from libops.catalogue.description import Description

    if known is None:
        return quick_add(work, about=said.of(Description(title=new_title or "")), copy=draft)
    return add_copy(work, title_number=known, copy=draft)


def amount(look: Look, typed: str | None) -> int | None:
    """A price as it was typed, in minor units; below zero for an empty one, which takes the price off."""
    from libops.money.amounts import read_amount

    if typed is None:
        return None
    return read_amount(look, typed) if typed else -1


@app.command("change", cls=SpokenCommand, help=say("Change what is named of an item, and nothing else."))
def change(
    barcode: BarcodeArgument,
    item_type: TypeOption = None,
    branch: BranchOption = None,
    location: LocationOption = None,
    call_number: CallNumberOption = None,
    price: PriceOption = None,
    volume: VolumeOption = None,
    condition: ConditionOption = None,
    note: NoteOption = None,
    rfid: RfidOption = None,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Change one copy; an empty text takes what it stands for away."""
    from libops.catalogue.batches import called
    from libops.catalogue.changing import CopyChanges, change_copy
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.copy_words import copies_changed
    from libops.money.amounts import currency_of

    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            changes = CopyChanges(
                item_type=item_type,
                branch=branch,
                location=location,
                call_number=call_number,
                price=amount(work, price),
                volume=volume,
                condition=condition,
                note=note,
                rfid_uid=rfid,
            )
            done = change_copy(work, barcode=barcode, changes=changes)
        with desk.look() as look:
            answer, currency = called(look, done), currency_of(look.transaction)
        give(answer, json, lambda: copies_changed(answer, currency, desk.language))
