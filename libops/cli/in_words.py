"""Answers of commands in plain words and tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from rich.console import RenderableType

from db.people import Role
from libops.backup import Manifest
from libops.catalogue.items import ItemView
from libops.circulation.after_loss import Stays
from libops.circulation.desk_words import say as say_outcome
from libops.circulation.holders import HolderView
from libops.circulation.loans import LoanAnswer, RenewedAll
from libops.circulation.outcomes import Outcome, Word
from libops.circulation.returns import ReturnAnswer
from libops.cli.answers import line, note, table
from libops.cli.called import called
from libops.doctor import Finding, describe
from libops.founding import Founded
from libops.i18n import Language, mark
from libops.names import ITEM_STATUSES
from libops.pages import Page
from libops.people.staff import StaffAnswer, StaffView
from libops.refusals import explain_briefly
from libops.stats import Stats

if TYPE_CHECKING:
    from devices.serial_ports import SerialPort

Words = Iterator[RenderableType]

ROLES: dict[Role, str] = {
    Role.SORTER: mark("sorter"),
    Role.CIRCULATION: mark("circulation"),
    Role.SUPERVISOR: mark("supervisor"),
    Role.ADMINISTRATOR: mark("administrator"),
}


def lent_or_renewed(answer: LoanAnswer, language: Language, today: date) -> Words:
    """What a loan or a renewal came to, as the desk says it."""
    yield _outcome(
        Outcome(word=Word(answer.outcome), code=answer.barcode, title=answer.title, loan=answer), language, today
    )
    if answer.overridden:
        reasons = language.listed(explain_briefly(code, language) for code in answer.overridden)
        yield line(language.say("Allowed all the same: {reasons}", reasons=reasons))


def renewed_all(answer: RenewedAll, language: Language, today: date) -> Words:
    """What became of each of a patron's loans."""
    for one in answer.renewed:
        yield from lent_or_renewed(one, language, today)
    for barcode, codes in answer.refused.items():
        why = language.listed(explain_briefly(code, language) for code in codes)
        yield line(language.say("not renewed"), barcode, why)
    if not answer.renewed and not answer.refused:
        note(language.say("There are none."))


def taken_back(
    answer: ReturnAnswer, held_for: HolderView | None, stays: tuple[Stays, ...], language: Language, today: date
) -> Words:
    """What to do with an item that came back, as the desk says it."""
    word, title = Word(answer.outcome), answer.title
    outcome = Outcome(word=word, code=answer.barcode, title=title, returned=answer, holder=held_for, stays=stays)
    yield _outcome(outcome, language, today)


def returned_as_answer(
    answer: ReturnAnswer, held_for: HolderView | None, stays: tuple[Stays, ...]
) -> dict[str, object]:
    """The answer as JSON tells it, with the patron for whom the item was set aside, where they may be seen."""
    told = {**msgspec.structs.asdict(answer), "stays": stays}
    if answer.hold is not None:
        number, name = (None, None) if held_for is None else (held_for.patron_number, held_for.patron_name)
        told["hold"] = {**msgspec.structs.asdict(answer.hold), "patron_number": number, "patron_name": name}
    return told


def _outcome(outcome: Outcome, language: Language, today: date) -> RenderableType:
    said = say_outcome(outcome, language, today)
    return line(said.word, said.title, said.fact)


def item_list(page: Page[ItemView], language: Language) -> Words:
    """Items, one a row."""
    say = language.say
    headings = [say("Barcode"), say("Status"), say("Title"), say("Author"), say("Place"), say("Call number")]
    rows = [
        [
            item.barcode,
            say(ITEM_STATUSES[item.status]),
            item.title,
            item.author,
            place_at_home(item, language),
            item.call_number,
        ]
        for item in page.results
    ]
    yield from in_a_page(headings, rows, page.next, language)


def place_at_home(item: ItemView, language: Language) -> str:
    """The branch that an item belongs to, and its shelving place there."""
    location = language.either(item.location_zh or "", item.location_en or "")
    return " ".join(part for part in (item.branch_code, location) if part)


def staff_list(page: Page[StaffView], language: Language) -> Words:
    """Staff, one a row."""
    say = language.say
    rows = [
        [
            person.badge,
            person.name,
            say(ROLES[person.role]),
            language.of_language(person.language),
            "" if person.active else say("inactive"),
        ]
        for person in page.results
    ]
    headings = [say("Badge"), say("Name"), say("Role"), say("Language"), say("Status")]
    yield from in_a_page(headings, rows, page.next, language)


def staff_added(answer: StaffAnswer, name: str, language: Language) -> Words:
    """Who was registered."""
    yield line(language.say("Registered."), answer.badge, name, language.say(ROLES[answer.role]))


def counts(stats: Stats, language: Language) -> Words:
    """How much the library holds."""
    say = language.say
    for what, number in (
        (say("titles"), stats.titles),
        (say("items"), stats.items),
        (say("patrons"), stats.patrons),
        (say("loans"), stats.loans),
        (say("of these open"), stats.open_loans),
    ):
        yield line(f"{number:>10,}", what)


def findings_in_words(findings: Sequence[Finding], language: Language) -> Words:
    """What the doctor found, or that all is well."""
    if not findings:
        yield line(language.say("All is well: every invariant of the data holds."))
        return
    for finding in findings:
        yield line(describe(finding, language))
    yield line(language.count("{n} fault found.", "{n} faults found.", len(findings)))


def backup_written(file: Path, manifest: Manifest, language: Language) -> Words:
    """What a backup holds."""
    yield line(language.count("{n} row written to {file}.", "{n} rows written to {file}.", manifest.rows, file=file))


def backup_restored(file: Path, manifest: Manifest, language: Language) -> Words:
    """What a backup brought back."""
    yield line(
        language.count("{n} row restored from {file}.", "{n} rows restored from {file}.", manifest.rows, file=file)
    )


def founded(made: Founded, sign_in: Mapping[str, str | None] | None, language: Language) -> Words:
    """What a new library holds, and how to begin; a PIN that somebody gave is not said again."""
    say = language.say
    yield line(say("A library is founded."))
    for what, number in (
        (say("branches"), made.branches),
        (say("titles"), made.titles),
        (say("items"), made.items),
        (say("patrons"), made.patrons),
        (say("staff"), made.staff),
    ):
        yield line(f"{number:>10,}", what)
    if sign_in is not None and sign_in["pin"] is None:
        yield line(say("Sign in with badge {badge} and the PIN that you gave.", badge=sign_in["badge"]))
    elif sign_in is not None:
        yield line(say("This is a sample: sign in with badge {badge} and PIN {pin}.", **sign_in))
    yield line(say("Open the desk with: {command}", command=f"{called()} console"))


def port_list(ports: Sequence[SerialPort], language: Language) -> Words:
    """Serial ports, by the name that stays with the device where it has one."""
    say = language.say
    if not ports:
        note(say("There are none."))
        return
    rows = [[port.by_id or port.path, port.path, _described(port), port.serial_number or ""] for port in ports]
    yield table([say("Name for LIBOPS_READER"), say("Port today"), say("Description"), say("Serial number")], rows)


def _described(port: SerialPort) -> str:
    return "" if port.description == "n/a" else port.description


def in_a_page(headings: Sequence[str], rows: Sequence[Sequence[str]], cursor: str | None, language: Language) -> Words:
    """The rows of a page, and how to see those that follow."""
    if not rows:
        note(language.say("There are none."))
        return
    yield table(headings, rows)
    if cursor is not None:
        note(language.say("More follow: --after {cursor}", cursor=cursor))
