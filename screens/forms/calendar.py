"""Forms for opening days: closing some, after a look at what that moves; other hours; as every week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import ClassVar

from textual import on
from textual.message import Message

from libops.circulation.errands import Errand
from libops.circulation.opening import ClosingPreview, preview_closing
from libops.i18n import mark
from libops.refusals import Refusal
from libops.troubles import DatabaseTrouble
from screens.acts import rules
from screens.complaints import complaint
from screens.forms.entries import Entry, TextEntry
from screens.forms.form import BadField, Form, Reply
from screens.forms.holds import day_of
from screens.shift import Shift

_FIELD_OF = {"calendar.bad_range": "last", "calendar.bad_hours": "opens", "calendar.overlap": "closes"}


class Previewed(Message):
    """What closing would move is known; or why it cannot be."""

    def __init__(self, span: tuple[date, date], preview: ClosingPreview | None, error: Exception | None = None) -> None:
        super().__init__()
        self.span, self.preview, self.error = span, preview, error


class _DaysForm(Form):
    FIELD_OF: ClassVar[Mapping[str, str]] = _FIELD_OF

    def __init__(self, shift: Shift, day: date) -> None:
        super().__init__(shift)
        self._day = day

    def days(self) -> list[Entry]:
        """From which day to which."""
        day = self._day.isoformat()
        return [
            TextEntry(self.voice, "first", mark("From"), day),
            TextEntry(self.voice, "last", mark("Up to and with"), day),
        ]

    def span(self, values: Mapping[str, str]) -> tuple[date, date]:
        """The days that were typed; one alone stands for itself."""
        first = day_of(values, "first", self.shift.today)
        if first is None:
            raise BadField("first", mark("Give a day."))
        return first, day_of(values, "last", first) or first

    @property
    def branch(self) -> str:
        """The branch whose calendar it is."""
        return self.shift.place.branch_code


class CloseDays(_DaysForm):
    """The first Enter tells what will move, the second does it; other days are looked at anew."""

    HEADING = mark("Close the branch")

    def __init__(self, shift: Shift, day: date) -> None:
        super().__init__(shift, day)
        self._seen: tuple[date, date] | None = None

    def fields(self) -> Sequence[Entry]:
        return [*self.days(), TextEntry(self.voice, "note", mark("Why"), hint=mark("for patrons to read"))]

    def action_save(self) -> None:
        values = self.values()
        try:
            span = self.span(values)
        except BadField:
            super().action_save()
            return
        if span == self._seen:
            super().action_save()
        else:
            self.query_one(Reply).show(self.voice.say("One moment…"))
            self.run_worker(
                partial(self._preview, span), thread=True, name="preview", group="preview", exit_on_error=False
            )

    def _preview(self, span: tuple[date, date]) -> None:
        try:
            with self.shift.look() as look:
                found = preview_closing(look, branch_code=self.branch, first=span[0], last=span[1])
                self.post_message(Previewed(span, found))
        except (Refusal, DatabaseTrouble) as error:
            self.post_message(Previewed(span, None, error))

    @on(Previewed)
    def _previewed(self, event: Previewed) -> None:
        event.stop()
        reply = self.query_one(Reply)
        if event.error is not None:
            told = complaint(event.error, self.voice)
            reply.show(told.why, told.remedy)
        elif event.preview is not None:
            self._seen = event.span
            reply.show(*self._told(event.preview))

    def _told(self, preview: ClosingPreview) -> list[str]:
        say, spoken, today = self.voice.say, self.voice.language, self.shift.today
        if not (preview.loans or preview.holds):
            return [say("Nothing falls on these days. Enter once more closes them.")]
        told = [say("{loans} due dates and {holds} hold-shelf times move:", loans=preview.loans, holds=preview.holds)]
        for move in preview.moves[:_MOST_MOVES]:
            days = {"was": spoken.day(move.was_on, today), "to": spoken.day(move.to_day, today)}
            told.append(say("{was} → {to}: {loans} loans, {holds} holds", loans=move.loans, holds=move.holds, **days))
        if len(preview.moves) > _MOST_MOVES:
            told.append("…")
        return [*told, say("Enter once more closes these days.")]

    def errand(self, values: Mapping[str, str]) -> Errand:
        first, last = self.span(values)
        return rules.close_days(self.branch, first, last, values["note"])


_MOST_MOVES = 5


class OpenDays(_DaysForm):
    """Other hours on some days, whatever the week says."""

    HEADING = mark("Other hours")

    def __init__(self, shift: Shift, day: date, opens: str, closes: str) -> None:
        super().__init__(shift, day)
        self._opens, self._closes = opens, closes

    def fields(self) -> Sequence[Entry]:
        return [
            *self.days(),
            TextEntry(self.voice, "opens", mark("Opens"), self._opens),
            TextEntry(self.voice, "closes", mark("Closes"), self._closes, mark("26:00 is two in the morning")),
            TextEntry(self.voice, "note", mark("Why"), hint=mark("for patrons to read")),
        ]

    def errand(self, values: Mapping[str, str]) -> Errand:
        first, last = self.span(values)
        return rules.open_days(self.branch, first, last, values["opens"], values["closes"], values["note"])


class AsUsualForm(_DaysForm):
    """As every week: what was different on these days is taken off."""

    HEADING = mark("As every week")

    def fields(self) -> Sequence[Entry]:
        return self.days()

    def errand(self, values: Mapping[str, str]) -> Errand:
        first, last = self.span(values)
        return rules.as_usual(self.branch, first, last)
