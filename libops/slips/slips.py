"""A slip from facts to paper: worded in a language, laid out as text, or made a printer's job.

with library.look(actor=actor, place=place) as look:
    slip = slips.make(look, parcel_slips.hold_slip(look, request_id))
printer.print(slip.job(columns=42))
"""

from __future__ import annotations

import msgspec

from db.slips import SlipKind as SlipKind
from libops.i18n import LANGUAGES
from libops.slips.facts import Facts
from libops.slips.layout import as_text, for_printer
from libops.slips.lines import Line
from libops.slips.printing import PrintJob
from libops.slips.templates import worded
from libops.work import Look


class Slip(msgspec.Struct, frozen=True):
    """A slip in one language, on paper of any width. ``about`` tells it from others of its kind."""

    kind: SlipKind
    language: str
    about: str
    lines: list[Line]

    def text(self, columns: int) -> str:
        """The slip as plain text for a screen or a file, no line wider than so many columns."""
        return as_text(self.lines, columns)

    def job(self, columns: int) -> PrintJob:
        """The slip as a job for a printer whose paper has so many columns."""
        return PrintJob(self.kind, self.about, columns, for_printer(self.lines, columns))


def make(look: Look, facts: Facts, *, language: str = "") -> Slip:
    """A slip with these facts: in the language that is asked for, otherwise in the patron's, otherwise in the actor's.

    Refuses with ``slip.unknown_language``.
    """
    spoken = language or _language_of(look, facts)
    return Slip(facts.kind, spoken, facts.about, worded(look, facts, spoken))


def text_of(look: Look, facts: Facts, *, language: str = "", columns: int = 42) -> str:
    """The same as plain text."""
    return make(look, facts, language=language).text(columns)


def _language_of(look: Look, facts: Facts) -> str:
    wanted = look.actor.language if facts.person is None else facts.person.language
    return wanted if wanted in LANGUAGES else LANGUAGES[0]
