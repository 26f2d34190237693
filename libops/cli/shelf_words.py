"""Shelves and labels in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType

from libops.catalogue.shelf import Chosen, Shelf, ShelfItem
from libops.catalogue.shelving import SchemeAnswer
from libops.catalogue.spines import Spine
from libops.catalogue.stacks.labels import BayLabel
from libops.cli.answers import line, note, table
from libops.i18n import Language, mark
from libops.names import ITEM_STATUSES

Words = Iterator[RenderableType]

_CHOSEN: dict[Chosen, str] = {
    Chosen.NAMED: "",
    Chosen.ITEM: mark("where the item belongs"),
    Chosen.HOLDS_CLASS: mark("the first location that holds such call numbers"),
    Chosen.FIRST: mark("the first location that may hold such call numbers"),
}


def shelf_shown(found: Shelf, language: Language) -> Words:
    """A stretch of a shelf; an arrow stands where that begins which was asked for."""
    say = language.say
    how = _CHOSEN[found.chosen]
    yield line(
        found.branch_code,
        found.location_code,
        language.either(found.location_zh, found.location_en),
        say(how) if how else "",
    )
    if found.here and not found.met:
        yield line(say("Nothing here has {sought}; it would stand at the arrow.", sought=found.here))
    rows = [_row("", item, language) for item in found.before]
    rows += [_row("→" if found.here and at == 0 else "", item, language) for at, item in enumerate(found.after)]
    if found.here and not found.after:
        rows.append(["", "→", "", "", "", "", ""])
    headings = [say("Barcode"), "", say("Call number"), say("Title"), say("Author"), say("Status"), say("Bay")]
    yield table(headings, rows)
    for name, cursor in ((mark("Before these:"), found.earlier), (mark("Behind these:"), found.later)):
        if cursor is not None:
            note(f"{say(name)} --branch {found.branch_code} --location {found.location_code} --from '{cursor}'")


def labels_written(labels: Sequence[BayLabel], language: Language) -> Words:
    """Labels, with an empty line between two of them."""
    say = language.say
    for at, label in enumerate(labels):
        if at:
            yield line()
        place = say("floor {floor}, aisle {aisle} {face}", floor=label.floor, aisle=label.aisle, face=label.face)
        yield line(label.bay, place)
        if label.collection:
            yield line(label.collection, f"{label.cn_from} – {label.cn_to or '…'}")


def spines_written(spines: Sequence[Spine], language: Language) -> Words:
    """The lines of spine labels, each below its barcode, with an empty line between two of them."""
    for at, spine in enumerate(spines):
        if at:
            yield line()
        yield line(spine.barcode, "" if spine.lines else language.say("no call number"))
        for text in spine.lines:
            yield line(f"  {text}")


def _row(arrow: str, item: ShelfItem, language: Language) -> list[str]:
    bay = "" if item.bay is None else item.bay.code
    status = language.say(ITEM_STATUSES[item.status])
    return [item.barcode, arrow, item.call_number, item.title, item.author, status, bay]


def shelved_by(answer: SchemeAnswer, language: Language) -> Words:
    """What a new order of a location came to."""
    yield line(
        language.count(
            "{location}: {n} item got another place.",
            "{location}: {n} items got another place.",
            answer.items,
            location=answer.location,
        )
    )
    if answer.unreadable:
        yield line(
            language.count(
                "{n} call number cannot be read by this scheme and stands behind all others.",
                "{n} call numbers cannot be read by this scheme and stand behind all others.",
                answer.unreadable,
            )
        )
