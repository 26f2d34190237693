"""The list of the visit: a word of outcome, the title, the fact that matters; the eye runs down the words."""

from __future__ import annotations

from datetime import date

import msgspec
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from libops.circulation.desk_words import Tone, words
from libops.circulation.outcomes import Outcome
from screens.columns import beside, fit, wrap
from screens.desk.visit import Line, Visit
from screens.messages import Failure
from screens.voice import Voice

_MARGIN = 1
_SPACE = 2
_WIDEST_TITLE = 48
ROOM_FOR_BARCODES = 110
"""Columns from which a terminal shows the barcode beside the title, so that copies can be told apart."""

TONE_STYLES = {
    Tone.DONE: "session-list--done",
    Tone.CARRY: "session-list--carry",
    Tone.QUIET: "session-list--quiet",
    Tone.STOP: "session-list--stop",
}


_Columns = tuple[int, int, int]


class _How(msgspec.Struct, frozen=True):
    """What the drawing of every line depends on."""

    columns: _Columns
    barcodes: bool
    language: str
    today: date
    patron_number: str | None
    theme: str


class _Drawn(msgspec.Struct, frozen=True):
    """A line of the visit, and the rows that show it."""

    result: Outcome | Failure
    settled: bool
    how: _How
    rows: list[Strip]


class SessionList(ScrollView, can_focus=False):
    """Shows a visit; longer titles and facts run on within their own column and are never cut."""

    COMPONENT_CLASSES = {*TONE_STYLES.values(), "session-list--fact", "session-list--settled", "session-list--barcode"}

    def __init__(self, voice: Voice, visit: Visit) -> None:
        super().__init__(id="session-list")
        self.voice = voice
        self.visit = visit
        self.today = date.min
        self._rows: list[Strip] = []
        self._drawn: dict[int, _Drawn] = {}

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self._lay_out())

    def show(self, today: date) -> None:
        """Draw the visit as it is now, down to its newest line."""
        self.today = today
        self._lay_out()
        self._follow()

    def speak(self) -> None:
        """Say it all in the language of now."""
        self._lay_out()

    def on_resize(self, event: events.Resize) -> None:
        self._lay_out()
        self._follow()

    def _follow(self) -> None:
        newest = next(reversed(self._drawn.values()), None)
        rows = 0 if newest is None else len(newest.rows)
        # Of a line with more rows than there is room for, the first are shown. By force: at the first row too many,
        # the list has no scrollbar yet and would not scroll of itself.
        to = len(self._rows) - max(rows, self.scrollable_content_region.height)
        self.scroll_to(y=max(to, 0), animate=False, immediate=True, force=True)

    def render_line(self, y: int) -> Strip:
        row = y + int(self.scroll_offset.y)
        width, style = self.size.width, self.rich_style
        if row >= len(self._rows):
            return Strip.blank(width, style)
        return self._rows[row].apply_style(style).adjust_cell_length(width, style)

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width
        if width < 30:
            return
        word = max(cell_len(one) for one in words(self.voice.language)) + _SPACE
        title = min((width - 2 * _MARGIN - word) * 2 // 5, _WIDEST_TITLE)
        columns = (word, title, width - 2 * _MARGIN - word - title - _SPACE)
        barcodes = self.screen.size.width >= ROOM_FOR_BARCODES
        how = _How(columns, barcodes, self.voice.language.code, self.today, self.visit.patron_number, self.app.theme)
        self._drawn = {line.number: self._drawn_once(line, how) for line in self.visit.lines}
        self._rows = [row for drawn in self._drawn.values() for row in drawn.rows]
        self.virtual_size = Size(width, len(self._rows))
        self.refresh()

    def _drawn_once(self, line: Line, how: _How) -> _Drawn:
        """A line as it was drawn before, where nothing about it has changed: a long visit is not laid out anew."""
        drawn = self._drawn.get(line.number)
        if drawn is None or (drawn.result, drawn.settled, drawn.how) != (line.result, line.settled, how):
            drawn = _Drawn(line.result, line.settled, how, self._draw(line, how))
        return drawn

    def _draw(self, line: Line, how: _How) -> list[Strip]:
        columns = how.columns
        told = self.visit.said(line.result, self.voice, self.today)
        barcode = line.result.code if how.barcodes and isinstance(line.result, Outcome) and line.result.title else ""
        word_style = self._style(TONE_STYLES[told.tone])
        title_style, fact_style = Style(), self._style("session-list--fact")
        if line.settled:
            word_style = title_style = fact_style = self._style("session-list--settled")
        titles = beside(wrap(told.title, columns[1]), barcode, columns[1])
        facts = wrap(told.fact, columns[2])
        return [
            Strip(
                [
                    Segment(" " * _MARGIN),
                    Segment(fit(told.word if number == 0 else "", columns[0]), word_style),
                    *self._title(titles[number] if number < len(titles) else ("", ""), columns[1], title_style),
                    Segment(fit(_at(facts, number), columns[2] + _MARGIN), fact_style),
                ]
            )
            for number in range(max(len(titles), len(facts)))
        ]

    def _title(self, part: tuple[str, str], width: int, style: Style) -> tuple[Segment, Segment]:
        title, barcode = part
        room = width + _SPACE - cell_len(title)
        return Segment(title, style), Segment(fit(barcode, room), self._style("session-list--barcode"))

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)


def _at(lines: list[str], number: int) -> str:
    return lines[number] if number < len(lines) else ""
