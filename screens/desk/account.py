"""What the patron has on loan: beside the visit on wide screens, otherwise in a dialog."""

from __future__ import annotations

from datetime import date

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from libops.people.patrons import LoanView
from screens.columns import fit, wrap
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
        width = max(self.size.width - column - 1, 12)
        for loan, day in zip(self.loans, days, strict=True):
            for number, line in enumerate(wrap(loan.title, width)):
                text.append(
                    fit(day if number == 0 else "", column),
                    self._style("account--overdue" if loan.overdue else "account--day"),
                )
                text.append(line + "\n")
        return text

    def _day(self, loan: LoanView) -> str:
        day = self.voice.language.day(loan.due_on, self.today)
        return f"! {day}" if loan.overdue else f"  {day}"

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)
