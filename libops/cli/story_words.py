"""Everything that is known of one copy, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec
from rich.console import RenderableType

from libops.circulation.desk_words import condition
from libops.circulation.history_words import by_whom, particulars, whom
from libops.circulation.item_history import Happened
from libops.circulation.item_stories import ItemStory, Way
from libops.cli.answers import line
from libops.cli.in_words import in_a_page, place_at_home
from libops.i18n import Language, mark
from libops.names import ITEM_STATUSES, TRANSFER_REASONS
from libops.pages import Page
from libops.today.kinds import what_happened
from libops.work import Place


def story_as_answer(story: ItemStory) -> dict[str, object]:
    """The copy's own columns, and beside them what is going on with it."""
    told = msgspec.structs.asdict(story)
    return {**msgspec.structs.asdict(story.item), **{name: told[name] for name in told if name != "item"}}


def story_in_words(story: ItemStory, place: Place, language: Language, today: date) -> Iterator[RenderableType]:
    """What it is and where it belongs, then who has it or waits for it; what is not so is left out."""
    item, say = story.item, language.say
    yield line(item.title, item.title_alt)
    yield line(item.author, item.isbn or "")
    yield line(item.barcode, say(ITEM_STATUSES[item.status]), place_at_home(item, language), item.call_number)
    yield from map(line, condition(story.parts, story.damage, story.missing_parts, language))
    if story.loan is not None:
        due = say("due {day}", day=language.day(story.loan.due_on, today))
        yield line(due, story.loan.patron_name or "", story.loan.patron_number or "")
    if story.held_for is not None:
        held = story.held_for
        until = "" if held.until is None else say("until {day}", day=language.day(held.until, today))
        yield line(say("Set aside"), held.label, held.patron_name or "", held.patron_number or "", until)
    if story.way is not None:
        yield line(*_way(story.way, language))
    if story.waiting:
        yield line(say("Waiting"), language.count("{n} hold", "{n} holds", story.waiting))
    if story.seen_at is not None:
        day = language.day(story.seen_at.astimezone(place.zone).date(), today)
        where = language.either(story.seen_zh or "", story.seen_en or "")
        yield line(say("Seen last"), day, language.time(story.seen_at, place.zone), where)
    if story.used_at is not None:
        day = language.day(story.used_at.astimezone(place.zone).date(), today)
        times = language.count("{n} time", "{n} times", story.used_in_house)
        yield line(say("Used in the house"), times, say("last {day}", day=day))


def history_in_words(page: Page[Happened], place: Place, language: Language, today: date) -> Iterator[RenderableType]:
    """What happened to the copy, one thing a row."""
    say = language.say
    headings = [say("Day"), say("Event"), say("Particulars"), say("Patron"), say("Where"), say("By")]
    rows = [
        [
            f"{language.day(one.on, today)} {language.time(one.at, place.zone)}",
            what_happened(one.kind, language),
            particulars(one, language, today),
            whom(one, language),
            language.either(one.branch_zh, one.branch_en),
            by_whom(one, language),
        ]
        for one in page.results
    ]
    yield from in_a_page(headings, rows, page.next, language)


def _way(way: Way, language: Language) -> tuple[str, str]:
    going = mark("on its way to {branch}") if way.status == "sent" else mark("to be sent to {branch}")
    to = language.say(going, branch=language.either(way.to_zh, way.to_en))
    return to, language.say(TRANSFER_REASONS[way.reason])
