"""The day of a book drop: returns are dated back to it for as long as the batch lasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import ClassVar

from textual.app import App

from libops.circulation.errands import Errand
from libops.i18n import mark
from screens.days import NoDay, read_day
from screens.forms.entries import Entry, TextEntry
from screens.forms.form import BadField, Form
from screens.picker import Choosable, Picker
from screens.shift import Shift

DAYS = 9
"""Days that one key chooses; earlier ones are typed."""
_END, _OTHER = "end", "other"


class BatchDay(Picker):
    """1 is yesterday, 2 the day before, and so on; D is another day, 0 ends the batch."""

    HEADING = mark("When did these come back?")

    def __init__(self, shift: Shift) -> None:
        self._shift = shift
        days = [Choosable(str(number), str(number), "") for number in range(1, DAYS + 1)]
        end = [] if shift.view.batch is None else [Choosable(_END, "0", mark("Now: no more dating back"))]
        super().__init__(shift.voice, [*end, *days, Choosable(_OTHER, "d", mark("Another day"))])

    def said(self, line: Choosable) -> str:
        if not line.id.isdecimal():
            return super().said(line)
        day = self.voice.language.day(self._shift.today - timedelta(days=int(line.id)), self._shift.today)
        return self.voice.say("{day}, yesterday", day=day) if line.id == "1" else day


class OtherDay(Form):
    """A day that was typed."""

    HEADING = mark("When did these come back?")
    FIELD_OF: ClassVar[Mapping[str, str]] = {"return.": "day"}

    def fields(self) -> Sequence[Entry]:
        return (TextEntry(self.voice, "day", mark("Day"), hint=mark("11-21, 2026-11-21 or -14")),)

    def errand(self, values: Mapping[str, str]) -> Errand:
        raise NotImplementedError("no act of the library: the desk keeps it in mind")

    def action_save(self) -> None:
        try:
            day = read_day(self.values()["day"], self.shift.today, back=True)
        except NoDay:
            self.complain(BadField("day", mark("Give a day.")))
        else:
            self.shift.clerk.date_back(day, self)


def choose_batch(app: App[object], shift: Shift) -> None:
    """Ask for the day, and date the returns that follow back to it."""

    def chosen(answer: str | None) -> None:
        if answer == _END:
            shift.clerk.date_back(None)
        elif answer == _OTHER:
            _ = app.push_screen(OtherDay(shift))
        elif answer is not None:
            shift.clerk.date_back(back_by(shift.today, answer))

    _ = app.push_screen(BatchDay(shift), chosen)


def back_by(today: date, days: str) -> date:
    """The day so many days ago."""
    return today - timedelta(days=int(days))
