"""Slips, templates and printers in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from libops.cli.answers import harmless, line, table
from libops.i18n import Language, mark
from libops.names import SLIP_KINDS
from libops.slips.printing import WORDS, Fate, PrinterState
from libops.slips.templates import SlipWording, TemplateAnswer
from libops.work import Place

if TYPE_CHECKING:
    from devices.printer_paper import PrintedSlip

Words = Iterator[RenderableType]

FATES: dict[Fate, str] = {
    Fate.PRINTED: mark("Printed."),
    Fate.SENT: mark("Sent to the printer, which does not say whether it printed."),
}


def plain_text(text: str) -> Words:
    """A text line by line, as it is laid out."""
    for part in text.splitlines():
        yield Text(harmless(part), no_wrap=True, overflow="ignore")


def slip_shown(text: str, file: Path | None, fate: Fate | None, language: Language) -> Words:
    """A slip on screen, or what was done with it instead."""
    if file is None and fate is None:
        yield from plain_text(text)
        return
    if file is not None:
        yield line(language.say("Written to {file}.", file=file))
    if fate is not None:
        yield line(language.say(FATES[fate]))


def wording_list(wordings: Sequence[SlipWording], place: Place, language: Language) -> Words:
    """Which slips there are, and since when the library words one itself."""
    say = language.say
    rows = [
        [
            wording.kind,
            wording.language,
            say(SLIP_KINDS[wording.kind]),
            say("the program's own")
            if wording.changed_at is None
            else say("worded here, {day}", day=language.day(wording.changed_at.astimezone(place.zone).date())),
        ]
        for wording in wordings
    ]
    yield table([say("Slip"), say("Language"), say("Description"), say("Wording")], rows)


def template_changed(answer: TemplateAnswer, language: Language) -> Words:
    """That a template was changed, or was so already."""
    done = mark("Changed.") if answer.changed else mark("Nothing to do: it was so already.")
    yield line(language.say(done), language.say(SLIP_KINDS[answer.kind]), answer.language)


def printer_in_words(address: str, state: PrinterState, fate: Fate | None, language: Language) -> Words:
    """How a printer is, and whether it printed a trial."""
    why, remedy = WORDS[state]
    yield line(language.say(why), address)
    if remedy:
        yield line("", language.say(remedy))
    if fate is not None:
        yield line(language.say(FATES[fate]))


def paper_in_words(slip: PrintedSlip) -> str:
    """A slip that came out of a simulated printer, between two edges of paper."""
    edge = "~" * slip.columns
    return "\n".join([edge, *(harmless(part) for part in slip.drawn().splitlines()), edge])
