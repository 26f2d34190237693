"""The day of a book drop: returns are dated back to it for as long as the batch lasts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import ClassVar

import msgspec
from textual import events, on
from textual.app import App
from textual.widget import Widget
from textual.widgets import Input

from libops.i18n import mark
from screens.days import NoDay, read_day
from screens.forms.act_form import AnsweredForm
from screens.forms.entries import Entry, TextEntry
from screens.forms.form import BadField
from screens.keymap import CANCEL, FIELD_DOWN, NEXT, TAKE
from screens.picker import Choosable, Lines
from screens.shift import Shift

DAYS = 9
"""Days that one digit names; earlier ones are typed as days."""
END = "0"
"""What is typed to end the batch."""


class BatchDay(AnsweredForm):
    """1 is yesterday, 2 the day before, and so on; 0 ends the batch; any other day is typed.

    Nothing is chosen before Enter: the first digit of a day that somebody types must not choose another day.
    """

    HEADING = mark("When did these come back?")
    FIELD_OF: ClassVar[Mapping[str, str]] = {"return.": "day"}
    KEYS = (FIELD_DOWN, msgspec.structs.replace(NEXT, label=TAKE.label), CANCEL)

    def __init__(self, shift: Shift) -> None:
        super().__init__(shift)
        days = [Choosable(str(number), str(number), "") for number in range(1, DAYS + 1)]
        end = [] if shift.view.batch is None else [Choosable(END, END, mark("Now: no more dating back"))]
        self._choosable = [*end, *days]
        self.lines = Lines(self.voice, self._choosable, self._said)

    def about(self) -> Iterable[Widget]:
        yield self.lines

    def fields(self) -> Sequence[Entry]:
        return (TextEntry(self.voice, "day", mark("Day"), hint=mark("1 to 9, or 11-21, 2026-11-21, -14")),)

    def _said(self, line: Choosable) -> str:
        if line.id == END:
            return self.voice.say(line.name)
        day = self.voice.language.day(back_by(self.shift.today, line.id), self.shift.today)
        return self.voice.say("{day}, yesterday", day=day) if line.id == "1" else day

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        """What was typed so far may be the key of a line."""
        typed = event.value.strip()
        for number, line in enumerate(self._choosable):
            if line.key == typed:
                self.lines.move(number - self.lines.chosen)

    def action_next_field(self) -> None:
        self._move(1)

    def action_field_before(self) -> None:
        self._move(-1)

    def _move(self, by: int) -> None:
        self.put("day", "")
        self.lines.move(by)

    @on(events.Click)
    def _clicked(self, event: events.Click) -> None:
        if event.widget is self.lines and 0 <= event.y < len(self._choosable):
            event.stop()
            self._choose(self._choosable[event.y].id)

    def send(self) -> None:
        typed = self.values()["day"]
        self._choose(typed or self._choosable[self.lines.chosen].id)

    def _choose(self, typed: str) -> None:
        try:
            day = self._day(typed)
        except NoDay:
            self.complain(BadField("day", mark("Give a day.")))
        else:
            self.shift.clerk.date_back(day, self)

    def _day(self, typed: str) -> date | None:
        """The day that is meant; None: the batch is over. Raises ``NoDay``."""
        today = self.shift.today
        if typed in {line.id for line in self._choosable}:
            return None if typed == END else back_by(today, typed)
        return read_day(typed, today, back=True)


def choose_batch(app: App[object], shift: Shift) -> None:
    """Ask for the day, and date the returns that follow back to it."""
    _ = app.push_screen(BatchDay(shift))


def back_by(today: date, days: str) -> date:
    """The day so many days ago."""
    return today - timedelta(days=int(days))
