"""``libops item``, many copies changed at once: looked at first, done, listed, and put back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from libops.cli.copy_options import (
    BarcodesArgument,
    BatchArgument,
    BeginningOption,
    BranchOption,
    ConditionOption,
    DoOption,
    LocationOption,
    SetBranchOption,
    SetCallNumberOption,
    SetConditionOption,
    SetLocationOption,
    SetNoteOption,
    SetPriceOption,
    SetTypeOption,
    SetVolumeOption,
    TitleOption,
    TypeOption,
)
from libops.cli.help_texts import SpokenCommand, say
from libops.cli.item_copies import amount
from libops.cli.item_copies import app as app
from libops.cli.options import AtOption, BadgeOption, JsonOption, KeyOption, LimitOption

if TYPE_CHECKING:
    from libops.catalogue.changing import BatchAnswer, CopyChanges
    from libops.catalogue.choosing import Chosen
    from libops.cli.at_work import AtWork


@app.command("batch", cls=SpokenCommand, help=say("Change many items at once; without --do, show what would change."))
def batch(
    barcodes: BarcodesArgument = None,
    branch: BranchOption = None,
    location: LocationOption = None,
    item_type: TypeOption = None,
    call_number: BeginningOption = None,
    condition: ConditionOption = None,
    title: TitleOption = None,
    set_type: SetTypeOption = None,
    set_branch: SetBranchOption = None,
    set_location: SetLocationOption = None,
    set_call_number: SetCallNumberOption = None,
    set_price: SetPriceOption = None,
    set_volume: SetVolumeOption = None,
    set_condition: SetConditionOption = None,
    set_note: SetNoteOption = None,
    do: DoOption = False,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Choose items by barcodes or by what and where they are, and change what ``--set-`` names."""
    from libops.catalogue.changing import CopyChanges
    from libops.catalogue.choosing import Chosen
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.copy_words import copies_changed
    from libops.money.amounts import currency_of

    chosen = Chosen(
        tuple(barcodes or ()),
        branch or "",
        location or "",
        item_type or "",
        call_number or "",
        condition or "",
        title or "",
    )
    with at_work(at, badge) as desk:
        with desk.look() as look:
            price = amount(look, set_price)
            currency = currency_of(look.transaction)
        changes = CopyChanges(
            set_type,
            set_branch,
            set_location,
            set_call_number,
            price,
            set_volume,
            set_condition,
            set_note,
        )
        answer = _done(desk, chosen, changes, key) if do else _previewed(desk, chosen, changes)
        give(answer, json, lambda: copies_changed(answer, currency, desk.language))


def _done(desk: AtWork, chosen: Chosen, changes: CopyChanges, key: str | None) -> BatchAnswer:
    from libops.catalogue.batches import called
    from libops.catalogue.changing import change_copies

    with desk.work(key) as work:
        answer = change_copies(work, chosen=chosen, changes=changes)
    with desk.look() as look:
        return called(look, answer)


def _previewed(desk: AtWork, chosen: Chosen, changes: CopyChanges) -> BatchAnswer:
    from libops.catalogue.changing import preview

    with desk.look() as look:
        return preview(look, chosen=chosen, changes=changes)


@app.command("batches", cls=SpokenCommand, help=say("List the latest changes of items, which can be put back."))
def batches(limit: LimitOption = 50, at: AtOption = None, badge: BadgeOption = None, json: JsonOption = False) -> None:
    """The latest changes, the newest first."""
    from libops.catalogue.batches import latest
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.copy_words import batch_list
    from libops.money.amounts import currency_of
    from libops.pages import Page

    with at_work(at, badge) as desk:
        with desk.look() as look:
            page = Page(latest(look, most=limit), None)
            currency = currency_of(look.transaction)
        give(page, json, lambda: batch_list(page, currency, desk.place, desk.language, look.today))


@app.command("undo-batch", cls=SpokenCommand, help=say("Put back what a change of items changed."))
def undo_batch(
    number: BatchArgument,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Undo a change whole; what something else has changed since is left as it is, and told."""
    from libops.catalogue import batches as changes
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.copy_words import copies_put_back
    from libops.money.amounts import currency_of

    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = changes.undo_batch(work, number=number)
            currency = currency_of(work.transaction)
        give(answer, json, lambda: copies_put_back(answer, currency, desk.language))
