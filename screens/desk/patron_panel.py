"""Who is in front of me: the patron's name and number, and the numbers that matter, absent when zero."""

from __future__ import annotations

from datetime import date

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from libops.circulation.desk_words import patron_line
from libops.people.patrons import PatronView, Standing
from screens.columns import fit, plain
from screens.spoken import Spoken
from screens.voice import Voice


class PatronPanel(Spoken):
    """Two lines; a third where staff left a note."""

    COMPONENT_CLASSES = {"patron-panel--name", "patron-panel--alarm", "patron-panel--quiet"}

    def __init__(self, voice: Voice) -> None:
        super().__init__(voice, id="patron-panel")
        self.patron: PatronView | None = None
        self.today = date.min

    def show(self, patron: PatronView | None, today: date) -> None:
        """Show this patron, or that nobody is chosen."""
        self.patron, self.today = patron, today
        self.speak()

    def text(self) -> Text:
        text = Text(no_wrap=True, overflow="ellipsis")
        if self.patron is None:
            text.append(" " + self.voice.say("Nobody is chosen yet.") + "\n", self._style("patron-panel--quiet"))
            text.append(" " + self.voice.say("Scan a patron's card."), self._style("patron-panel--quiet"))
            return text
        self._who(text, self.patron)
        alarming = self.patron.overdue > 0 or self.patron.status is not Standing.ACTIVE
        parts = patron_line(self.patron, self.voice.language, self.today)
        text.append("\n " + parts[0])
        for part in parts[1:]:
            text.append("     ")
            text.append(f"! {part}", self._style("patron-panel--alarm"))
        if self.patron.note:
            text.append("\n " + plain(self.patron.note), self._style("patron-panel--alarm") if alarming else Style())
        return text

    def _who(self, text: Text, patron: PatronView) -> None:
        spoken = self.voice.language
        category = plain(spoken.either(patron.category_zh, patron.category_en))
        until = self.voice.say("to {day}", day=spoken.day(patron.expires_on, self.today))
        right = f"{plain(patron.number)}   {category} · {until} "
        room = max(self.width - 1 - cell_len(right), 8)
        text.append(" ")
        text.append(fit(patron.name, room), self._style("patron-panel--name"))
        text.append(right, self._style("patron-panel--quiet"))

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)
