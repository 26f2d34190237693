"""Stacks in plain words and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType

from db.stacks import BayStatus
from libops.catalogue.stacks.filling import BayCount, Filling
from libops.catalogue.stacks.loading import StackLoaded, StackPreview, StackView
from libops.catalogue.stacks.placing import WHY
from libops.catalogue.stacks.standing import StandingBay
from libops.catalogue.stacks.unplaced import UnplacedView
from libops.cli.answers import line, note, table
from libops.i18n import Language
from libops.names import ITEM_STATUSES
from libops.pages import Page

Words = Iterator[RenderableType]


def stack_previewed(found: StackPreview, language: Language) -> Words:
    """What loading a stack would come to."""
    say = language.say
    yield line(found.branch_code, found.site, say("The files can be loaded."))
    yield line(_bays(found.added, found.kept, found.removed, language))
    yield from _filled(found.filling, language)


def stack_loaded(answer: StackLoaded, language: Language) -> Words:
    """What was loaded."""
    say = language.say
    yield line(answer.branch_code, answer.site, say("Loaded."))
    yield line(_bays(answer.added, answer.kept, answer.removed, language))
    if answer.let_go:
        yield line(say("Items that were put into bays that are gone: {count}", count=answer.let_go))


def stack_shown(view: StackView, language: Language) -> Words:
    """A stack, bay by bay."""
    say = language.say
    plan = view.plan
    yield line(view.branch_code, plan.site)
    counts = (
        language.count("{n} floor", "{n} floors", len(plan.floors)),
        language.count("{n} aisle", "{n} aisles", sum(len(floor.aisles) for floor in plan.floors)),
        language.count("{n} bay", "{n} bays", len(view.bays)),
    )
    yield line(language.listed(counts))
    yield from _filled(view.filling, language)
    items = {count.bay: count.items for count in view.filling.bays}
    headings = [say("Bay"), say("Floor"), say("Aisle"), say("Location"), say("From"), say("To"), say("Items"), ""]
    yield table(headings, [_row(bay, items[bay.code], language) for bay in view.bays])


def unplaced_list(page: Page[UnplacedView], language: Language) -> Words:
    """Items without a place, one a row."""
    say = language.say
    if not page.results:
        note(say("There are none."))
        return
    rows = [
        [
            item.barcode,
            say(WHY[item.why]),
            item.call_number,
            item.location_code or "",
            item.title,
            say(ITEM_STATUSES[item.status]),
        ]
        for item in page.results
    ]
    yield table([say("Barcode"), say("Why"), say("Call number"), say("Location"), say("Title"), say("Status")], rows)
    if page.next is not None:
        note(say("More follow: --after {cursor}", cursor=page.next))


def _bays(added: int, kept: int, removed: int, language: Language) -> str:
    return language.say("Bays: {added} new, {kept} stay, {removed} go", added=added, kept=kept, removed=removed)


def _filled(filling: Filling, language: Language) -> Words:
    say = language.say
    yield line(say("Items with a place: {placed} of {items}", placed=filling.placed, items=filling.items))
    if filling.unplaced:
        rows = [[str(count), say(WHY[why])] for why, count in filling.unplaced.items()]
        yield table([say("Items"), say("No place, because")], rows)
    if filling.too_full:
        yield line(say("Too many items for their shelves:"))
        yield table([say("Bay"), say("Items"), say("Number of shelves")], _full(filling.too_full))


def _full(bays: Sequence[BayCount]) -> list[list[str]]:
    return [[bay.bay, str(bay.items), str(bay.shelves)] for bay in bays]


def _row(bay: StandingBay, items: int, language: Language) -> list[str]:
    closed = language.say("out of use") if bay.status == BayStatus.CLOSED else ""
    aisle = f"{bay.aisle} {bay.face}"
    return [bay.code, bay.floor, aisle, bay.collection, bay.cn_from, bay.cn_to, str(items), closed]
