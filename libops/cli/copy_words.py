"""Copies that were added or changed, in plain words and tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rich.console import RenderableType

from libops.catalogue.adding import CopyAnswer
from libops.catalogue.batches import Batch
from libops.catalogue.changing import BatchAnswer, Changed, Value
from libops.cli.answers import line, note, table
from libops.i18n import Language
from libops.names import COPY_FIELDS
from libops.pages import Page
from libops.work import Place

Words = Iterator[RenderableType]


def copy_added(answer: CopyAnswer, language: Language) -> Words:
    """A copy that was added, and whether its title is new."""
    say = language.say
    new = say("The title is new.") if answer.new_title else ""
    yield line(say("Added."), answer.barcode, answer.call_number, answer.title, answer.title_number, new)


def copies_changed(answer: BatchAnswer, currency: str, language: Language) -> Words:
    """How many copies differ now, or would; the first of them field by field; how the change is called."""
    say = language.say
    facts = {"changed": answer.changed, "chosen": answer.chosen}
    if answer.number:
        yield line(say("{changed} of {chosen} items were changed.", **facts), answer.number)
    else:
        yield line(say("{changed} of {chosen} items would change.", **facts))
    if answer.left:
        yield line(
            language.count(
                "{n} item was left as it is: something else has changed it since.",
                "{n} items were left as they are: something else has changed them since.",
                answer.left,
            )
        )
    if answer.examples:
        headings = [say("Barcode"), say("Title"), say("Field"), say("Before"), say("After")]
        yield table(headings, [row for changed in answer.examples for row in _rows(changed, currency, language)])
    if answer.changed > len(answer.examples):
        note(language.count("And {n} more.", "And {n} more.", answer.changed - len(answer.examples)))
    if not answer.number:
        note(say("Nothing was changed yet; the same with --do does it."))


def _rows(changed: Changed, currency: str, language: Language) -> Iterator[list[str]]:
    for field, before in changed.before.items():
        cells = (_cell(value, currency, language) for value in (before, changed.after.get(field)))
        yield [changed.barcode, changed.title, language.say(COPY_FIELDS[field]), *cells]


def _cell(value: Value, currency: str, language: Language) -> str:
    # Of what can be changed only a price is a number.
    return language.money(value, currency) if isinstance(value, int) else value or ""


def batch_list(page: Page[Batch], place: Place, language: Language, today: date) -> Words:
    """Changes of items, the newest first."""
    say = language.say
    if not page.results:
        note(say("There are none."))
        return
    headings = [say("Number"), say("When"), say("Who"), say("Changed")]
    yield table(
        headings,
        [
            [
                batch.number,
                f"{language.day(batch.at.astimezone(place.zone).date(), today)} {language.time(batch.at, place.zone)}",
                batch.actor,
                str(batch.changed),
            ]
            for batch in page.results
        ],
    )
