"""What the patron has on loan: beside the visit on wide screens, otherwise in a dialog."""

from __future__ import annotations

from datetime import date

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from libops.people.patrons import LoanView
from screens.columns import beside, fit, wrap
from screens.desk.session_list import ROOM_FOR_BARCODES
from screens.spoken import Spoken
from screens.voice import Voice

_SPACE = 2


class Account(Spoken):
    """The open loans, soonest due first: the day, then the title."""

    COMPONENT_CLASSES = {"account--heading", "account--overdue", "account--day", "account--quiet"}

    def __init__(self, voice: Voice, *, id: str) -> None:
        super().__init__(voice, id=id)
        self.loans: tuple[LoanView, ...] | None = None
        self.today = date.min

    def show(self, loans: tuple[LoanView, ...] | None, today: date) -> None:
        """Show these loans; None: nobody stands at the desk, or they are being read."""
        self.loans, self.today = loans, today
        self.speak()

    def text(self) -> Text:
        text = Text(no_wrap=True)
        if self.loans is None:
            return text
        text.append(self.voice.say("On loan") + f"  {len(self.loans)}\n\n", self._style("account--heading"))
        if not self.loans:
            text.append(self.voice.say("Nothing."), self._style("account--quiet"))
        days = [self._day(loan) for loan in self.loans]
        column = max((cell_len(day) for day in days), default=0) + _SPACE
        width = max(self.width - column - 1, 12)
        barcodes = self.screen.size.width >= ROOM_FOR_BARCODES
        for loan, day in zip(self.loans, days, strict=True):
            lines = beside(wrap(loan.title, width), loan.barcode if barcodes else "", width)
            for number, (line, barcode) in enumerate(lines):
                text.append(
                    fit(day if number == 0 else "", column),
                    self._style("account--overdue" if loan.overdue else "account--day"),
                )
                text.append(line)
                text.append(barcode + "\n", self._style("account--quiet"))
        return text

    def _day(self, loan: LoanView) -> str:
        day = self.voice.language.day(loan.due_on, self.today)
        return f"! {day}" if loan.overdue else f"  {day}"

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)
