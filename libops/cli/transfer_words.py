"""Transfers in plain words and tables."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from db.circulation import TransferStatus
from libops.circulation.transfers import TransferAnswer, TransferView
from libops.cli.answers import line, note, table
from libops.i18n import Language
from libops.names import TRANSFER_REASONS, WAY_PROBLEMS
from libops.pages import Page


def transfer_requested(answer: TransferAnswer, language: Language) -> Iterator[RenderableType]:
    """What was asked for."""
    yield line(language.say("Asked for."), answer.title, answer.barcode)
    yield line(_way(answer, language), language.say(TRANSFER_REASONS[answer.reason]))


def transfer_cancelled(answer: TransferAnswer, language: Language) -> Iterator[RenderableType]:
    """What was called off, and where the item stays or goes."""
    yield line(language.say("Called off."), answer.title, answer.barcode)
    if answer.goes_home:
        yield line(_way(answer, language), language.say(TRANSFER_REASONS[answer.reason]))
    else:
        yield line(language.say("stays at {branch}", branch=language.either(answer.to_zh, answer.to_en)))


def transfer_list(page: Page[TransferView], language: Language) -> Iterator[RenderableType]:
    """Items on their way, one a row."""
    say = language.say
    if not page.results:
        note(say("There are none."))
        return
    headings = [say("Barcode"), say("Title"), say("Call number"), say("From"), say("To"), say("Reason"), say("Since")]
    yield table([*headings, say("Patron"), say("Note")], (_row(view, language) for view in page.results))
    if page.next is not None:
        note(say("More follow: --after {cursor}", cursor=page.next))


def _row(view: TransferView, language: Language) -> list[str]:
    say = language.say
    problem = "" if view.problem is None else say(WAY_PROBLEMS[view.problem])
    seen = say("last seen: {branch}", branch=view.seen_code) if view.problem is not None and view.seen_code else ""
    asked = say("asked for") if view.status is TransferStatus.REQUESTED else ""
    return [
        view.barcode,
        view.title,
        view.call_number,
        language.either(view.from_zh, view.from_en),
        language.either(view.to_zh, view.to_en),
        say(TRANSFER_REASONS[view.reason]),
        _since(view, language),
        " ".join(part for part in (view.patron_name, view.patron_number) if part),
        say(", ").join(part for part in (problem, seen, asked, view.note) if part),
    ]


def _since(view: TransferView, language: Language) -> str:
    if view.since is None:
        return ""
    return language.count("{n} day", "{n} days", view.days) if view.days else language.say("today")


def _way(answer: TransferAnswer, language: Language) -> str:
    begins, ends = language.either(answer.from_zh, answer.from_en), language.either(answer.to_zh, answer.to_en)
    return f"{begins} → {ends}"
