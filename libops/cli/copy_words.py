"""Copies that were added or changed, in plain words and tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from rich.console import RenderableType

from libops.catalogue.adding import CopyAnswer
from libops.catalogue.batches import Batch
from libops.catalogue.changing import BatchAnswer, Changed, Value
from libops.cli.answers import line, note, table
from libops.i18n import Language
from libops.names import CONDITIONS, COPY_FIELDS, handled_by
from libops.pages import Page
from libops.work import Place

Words = Iterator[RenderableType]


def copy_added(answer: CopyAnswer, language: Language) -> Words:
    """A copy that was added, where it stands, and whether its title is new."""
    say = language.say
    new = say("The title is new.") if answer.new_title else ""
    place = (answer.location, answer.call_number)
    yield line(say("Added."), answer.barcode, *place, answer.title, answer.title_number, new)
    if not answer.call_number:
        note(say("No call number: it has no place on the shelf."))


def copies_changed(answer: BatchAnswer, currency: str, language: Language) -> Words:
    """How many copies differ now, or would; the first of them field by field; how the change is called."""
    say = language.say
    facts = {"changed": answer.changed, "chosen": answer.chosen}
    if answer.number:
        yield line(say("{changed} of {chosen} items were changed.", **facts), answer.number)
    else:
        yield line(say("{changed} of {chosen} items would change.", **facts))
    yield from _examples(answer, currency, language)
    if not answer.number:
        note(say("Nothing was changed yet; the same with --do does it."))


def copies_put_back(answer: BatchAnswer, currency: str, language: Language) -> Words:
    """How many copies are again as they were before a change, and how many were left; the first field by field."""
    yield line(language.say("{changed} of {chosen} items were put back.", changed=answer.changed, chosen=answer.chosen))
    if answer.left:
        yield line(
            language.count(
                "{n} item was left as it is: something else has changed it since.",
                "{n} items were left as they are: something else has changed them since.",
                answer.left,
            )
        )
    yield from _examples(answer, currency, language)


def _examples(answer: BatchAnswer, currency: str, language: Language) -> Words:
    say = language.say
    if answer.examples:
        headings = [say("Barcode"), say("Title"), say("Field"), say("Before"), say("After")]
        yield table(headings, [row for changed in answer.examples for row in _rows(changed, currency, language)])
    if answer.changed > len(answer.examples):
        note(language.count("And {n} more.", "And {n} more.", answer.changed - len(answer.examples)))


def _rows(changed: Changed, currency: str, language: Language) -> Iterator[list[str]]:
    for field, before in changed.before.items():
        cells = (_cell(field, value, currency, language) for value in (before, changed.after.get(field)))
        yield [changed.barcode, changed.title, language.say(COPY_FIELDS[field]), *cells]


def _cell(field: str, value: Value, currency: str, language: Language) -> str:
    if isinstance(value, int):
        # Of what can be changed only a price is a number; below zero it was taken off.
        return "" if value < 0 else language.money(value, currency)
    if field == "condition" and value in CONDITIONS:
        return language.say(CONDITIONS[value])
    return value or ""


def batch_list(page: Page[Batch], currency: str, place: Place, language: Language, today: date) -> Words:
    """Changes of items, the newest first: what was set, and when it was put back."""
    say = language.say
    if not page.results:
        note(say("There are none."))
        return

    def moment(at: datetime | None) -> str:
        if at is None:
            return ""
        return f"{language.day(at.astimezone(place.zone).date(), today)} {language.time(at, place.zone)}"

    headings = [say("Change number"), say("When"), say("By"), say("Items"), say("What"), say("Put back")]
    rows = [
        [
            batch.number,
            moment(batch.at),
            handled_by(batch.staff_name, batch.actor, language),
            str(batch.changed),
            _set(batch, currency, language),
            moment(batch.put_back_at),
        ]
        for batch in page.results
    ]
    yield table(headings, rows)


def _set(batch: Batch, currency: str, language: Language) -> str:
    """The fields that were set and to what; a dash where what was there was taken away."""
    say = language.say
    parts = (
        say("{name}: {value}", name=say(COPY_FIELDS[field]), value=_cell(field, value, currency, language) or "—")
        for field, value in batch.what.items()
    )
    return say("; ").join(parts)
