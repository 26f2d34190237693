"""The day on screen: one column, or two where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.style import Style
from rich.text import Text
from textual.containers import Horizontal, VerticalScroll

from libops.i18n import mark
from libops.today.day import Day
from libops.today.day_words import whose_day
from libops.today.journal_pages import Entry
from libops.work import Place
from screens.columns import plain
from screens.complaints import complaint
from screens.spoken import Spoken
from screens.today.drawing import Drawing, Line, beside
from screens.voice import Voice

_APART = 4
_TALLEST = 41
"""Lines of both plots of hours together, where there is room for more."""
_LOWEST = 9
_MOST_REASONS = 16
LATEST = 40
"""Events that are read for what happened last: no screen has room for more."""


class DayPart(Spoken):
    """A part of the day; ``show`` gives it another one."""

    COMPONENT_CLASSES = {
        "day--name",
        "day--number",
        "day--quiet",
        "day--alarm",
        "day--heading",
        "day--lent",
        "day--returned",
        "day--refused",
    }

    def __init__(self, voice: Voice, place: Place, id: str) -> None:
        super().__init__(voice, id=id)
        self._place = place
        self._day: Day | None = None

    def show(self, day: Day) -> None:
        """Show this day."""
        self._day = day
        self.speak()

    @property
    def wide(self) -> bool:
        """Whether there is a second column."""
        return self.screen.has_class("-wide")

    @property
    def is_in_sight(self) -> bool:
        """Whether there is a column for it now."""
        return isinstance(self.parent, VerticalScroll) and self.parent.display

    @property
    def rows(self) -> int:
        """How many lines are in sight."""
        return self.parent.size.height if isinstance(self.parent, VerticalScroll) else self.size.height

    def text(self) -> Text:
        if self._day is None:
            return Text("")
        hour = self._day.at.astimezone(self._place.zone).hour
        drawing = Drawing(self._day, self.voice, self._style, hour)
        return Text("\n", no_wrap=True).join(self.lines(drawing, max(self.width, 30)))

    def lines(self, drawing: Drawing, width: int) -> list[Line]:
        """What it shows."""
        raise NotImplementedError

    def _style(self, tone: str) -> Style:
        return self.get_component_rich_style(f"day--{tone}", partial=True)


class DayPanel(DayPart):
    """Figures and hours; refusals and desks as well where there is one column only."""

    def lines(self, drawing: Drawing, width: int) -> list[Line]:
        figures = drawing.figures(width)
        left = self.rows - len(figures) - 1
        if self.wide:
            return [*figures, Text(""), *drawing.hours(width, max(_LOWEST, min(left, _TALLEST)))]
        half = (width - _APART) // 2
        tall = max(_LOWEST, min(left, _TALLEST))
        hours = drawing.hours(half, tall)
        taken = max(line.cell_len for line in hours) + _APART
        lines = [*figures, Text(""), *beside(hours, drawing.reasons(width - taken, tall), taken)]
        for part in (drawing.desks(width), drawing.money(width)):
            lines += [Text(""), *part] if part else []
        return lines


class DayBeside(DayPart):
    """Refusals, desks, money and what happened last, where there are two columns."""

    latest: Sequence[Entry] = ()

    def lines(self, drawing: Drawing, width: int) -> list[Line]:
        desks, money = drawing.desks(width), drawing.money(width)
        room = self.rows - len(desks) - len(money) - 2
        lines = drawing.reasons(width, max(min(room, _MOST_REASONS), _LOWEST))
        for part in (desks, money):
            lines += [Text(""), *part] if part else []
        latest = drawing.latest(self.latest, width, self.rows - len(lines) - 1)
        return [*lines, Text(""), *latest] if latest else lines


class DayLine(Spoken):
    """Whose day it is and when it was read last; or why it could not be."""

    COMPONENT_CLASSES = {"filter--ill"}

    def __init__(self, voice: Voice, place: Place) -> None:
        super().__init__(voice, id="filter")
        self._place = place
        self._day: Day | None = None
        self._error: Exception | None = None

    def show(self, day: Day | None, error: Exception | None) -> None:
        """Show whose day is shown, and what went wrong since."""
        self._day, self._error = day or self._day, error
        self.speak()

    def text(self) -> Text:
        if self._error is not None:
            told = complaint(self._error, self.voice)
            return Text(f" {told.why} {told.remedy}", self.get_component_rich_style("filter--ill", partial=True))
        if self._day is None:
            return Text(" " + self.voice.say("reading…"))
        spoken, day = self.voice.language, self._day
        parts = [plain(whose_day(day, spoken)), spoken.day(day.day, day.day), self._read_at(day.at)]
        left, right = Text(" " + " · ".join(parts)), Text(self.voice.say(_BRACKETS) + " ")
        room = self.size.width - left.cell_len - right.cell_len
        return Text.assemble(left, " " * room, right, no_wrap=True) if room > 0 else left

    def _read_at(self, at: datetime) -> str:
        return self.voice.language.time(at, self._place.zone)


_BRACKETS = mark("in brackets: a week ago by this time")


def day_columns(voice: Voice, place: Place) -> Horizontal:
    """Both columns."""
    return Horizontal(
        VerticalScroll(DayPanel(voice, place, "day"), id="day-scroll", can_focus=False),
        VerticalScroll(DayBeside(voice, place, "day-beside"), id="day-more", can_focus=False),
        id="floor",
    )
