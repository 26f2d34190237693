"""The account beside the visit, on screens that have room for it."""

from __future__ import annotations

from datetime import date

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from libops.people.accounts import Account
from libops.work import Place
from screens.account.sections import AccountRow, Section, sections
from screens.columns import beside, fit, wrap
from screens.spoken import Spoken
from screens.voice import Voice

_SPACE = 2


class AccountColumn(Spoken):
    """Each section under its heading: the day, label or amount, then the title and what is to be known of it."""

    COMPONENT_CLASSES = {"account--heading", "account--overdue", "account--day", "account--quiet"}

    def __init__(self, voice: Voice, place: Place) -> None:
        super().__init__(voice, id="account")
        self.account: Account | None = None
        self.today = date.min
        self._place = place

    def show(self, account: Account | None, today: date) -> None:
        """Show this account; None: nobody stands at the desk, or it is being read."""
        self.account, self.today = account, today
        self.speak()

    def text(self) -> Text:
        text = Text(no_wrap=True)
        if self.account is not None:
            for section in sections(self.account, self.voice, self.today, self._place.zone):
                self._section(text, section)
        return text

    def _section(self, text: Text, section: Section) -> None:
        text.append(section.heading + "\n", self._style("account--heading"))
        if not section.rows:
            text.append(section.empty + "\n", self._style("account--quiet"))
        column = max((cell_len(row.lead) for row in section.rows), default=0) + _SPACE
        for row in section.rows:
            self._row(text, row, column)
        text.append("\n")

    def _row(self, text: Text, row: AccountRow, column: int) -> None:
        width = max(self.width - 2 - column - 1, 12)
        lead = self._style("account--overdue" if row.alarm else "account--day")
        for number, (line, more) in enumerate(beside(wrap(row.text, width), row.aside, width)):
            text.append("! " if row.alarm and not number else "  ", lead)
            text.append(fit("" if number else row.lead, column), lead)
            text.append(line)
            text.append(more + "\n", self._style("account--quiet"))

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)
