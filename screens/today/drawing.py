"""How a day is drawn: figures, hours as upright bars, refusals as lying ones, desks. Lines of text and no widgets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from libops.i18n import mark
from libops.journal import REFUSED
from libops.today.bars import lying, upright
from libops.today.day import Day
from libops.today.day_words import DONE, PART_OF, what_stands, what_was_paid, which_desk, why_refused
from libops.today.journal_pages import Entry
from libops.today.journal_words import when
from libops.today.kinds import what_happened
from screens.columns import fit, plain
from screens.voice import Voice

_GAP = 2
"""Cells between two columns."""
_DONE = ("lent", "renewed", "returned", "requested", "refused", "undone")
_HOLDS = ("on_shelf", "until_today", "until_tomorrow", "to_clear", "shelved", "picked_up")
_WAYS = ("due_today", "overdue", "to_send", "going", "coming", "sent", "arrived")
_ALARMING = ("until_today", "to_clear", "overdue", "refused")
_LIGHTEST = ("renewed", "requested", "refused", "returned", "lent")
"""Which columns of the desks go first where there is not room for all."""
_FEWEST_HOURS = 10
_WIDEST_FIGURE = 36
_WIDEST_HOUR = 9
_NUMBER = 5
_LONGEST_BAR, _SHORTEST_BAR = 24, 4
_EVENT = 16
"""Cells of an event's name."""
_FOR_THREE = 76
"""Cells that three columns of figures need."""
_ROOMY = 12
"""Lines of the plots from which on one is left free between them."""

Line = Text
Styles = Callable[[str], Style]
"""The style that goes with a tone: name, number, quiet, alarm, heading, lent, returned or refused."""


class Drawing:
    """One day, said by a voice; each part is asked for with the cells there are for it. ``hour`` is that of now."""

    def __init__(self, day: Day, voice: Voice, styles: Styles, hour: int) -> None:
        self._day, self._voice, self._styles, self._hour = day, voice, styles, hour

    # --- figures --------------------------------------------------------------------------------------------------

    def figures(self, width: int) -> list[Line]:
        """What was done and what stands, in three columns; in two where three are too narrow for their names."""
        stands = [_HOLDS, _WAYS] if width >= _FOR_THREE else [_HOLDS + _WAYS]
        each = min((width - len(stands) * _GAP) // (len(stands) + 1), _WIDEST_FIGURE)
        columns = [list(self._done(each)), *(list(self._stand(fields, each)) for fields in stands)]
        lines = []
        for row in range(max(len(column) for column in columns)):
            line = Text(no_wrap=True)
            for column in columns:
                cell = column[row] if row < len(column) else Text(" " * each)
                line.append_text(cell)
                line.append(" " * _GAP)
            line.rstrip()
            lines.append(line)
        return lines

    def _done(self, width: int) -> Iterator[Text]:
        for field in _DONE:
            before = getattr(self._day.week_ago, field)
            aside = f"({before})" if before else ""
            yield self._figure(field, self._voice.say(DONE[field]), getattr(self._day.done, field), width, aside)
        if self._day.money is not None:
            taken = sum(one.taken - one.given for one in self._day.money)
            told = self._voice.language.money(taken, self._day.currency)
            yield self._figure("taken", self._voice.say("Taken"), told, width)

    def _stand(self, fields: Sequence[str], width: int) -> Iterator[Text]:
        known = {field: (name, number) for field, name, number in what_stands(self._day, self._voice.language)}
        for field in fields:
            if field in known:
                name, number = known[field]
                yield self._figure(field, ("  " if field in PART_OF else "") + name, number, width)
            elif field in DONE:
                yield self._figure(field, self._voice.say(DONE[field]), getattr(self._day.done, field), width)

    def _figure(self, field: str, name: str, number: int | str, width: int, aside: str = "") -> Text:
        """A name and its number, and how many it was a week ago."""
        told = f"{number:>{_NUMBER}}"
        beside = f" {aside:>{_NUMBER + 1}}" if field in _DONE else ""
        text = Text(no_wrap=True)
        text.append(fit(name, max(width - cell_len(told) - cell_len(beside), 0)), self._styles("name"))
        alarming = field in _ALARMING and number != 0
        text.append(told, self._styles("alarm" if alarming else "number" if number else "quiet"))
        text.append(beside, self._styles("quiet"))
        return text

    # --- hours ----------------------------------------------------------------------------------------------------

    def hours(self, width: int, height: int) -> list[Line]:
        """Loans above returns, hour by hour on one scale, in so many lines; and the hours below them."""
        shown = self._shown_hours()
        done = {hour.hour: hour for hour in self._day.hours}
        counted = {
            "lent": [done[hour].lent if hour in done else 0 for hour in shown],
            "returned": [done[hour].returned if hour in done else 0 for hour in shown],
        }
        most = max(max(numbers) for numbers in counted.values())
        each = max(1, min(width // len(shown), _WIDEST_HOUR))
        between = [Text("")] if height > _ROOMY else []
        tall = max((height - 3 - len(between)) // 2, 1)
        lines: list[Line] = []
        for field, numbers in counted.items():
            lines += between if lines else []
            heading = self._voice.say(_BY_HOUR[field], most=max(numbers))
            lines.append(Text(heading, self._styles("heading")))
            drawn = upright(numbers, tall, 1, most)
            lines += [Text(_spread(row, each), self._styles(field)) for row in drawn]
        return [*lines, Text(_below(shown, each), self._styles("quiet"))]

    def _shown_hours(self) -> list[int]:
        """From the first hour in which something was done to that of now, and never only a few."""
        hours = [self._hour, *(hour.hour for hour in self._day.hours)]
        first, last = min(hours), max(hours)
        first = max(0, min(first, last - _FEWEST_HOURS + 1))
        return list(range(first, max(last, first + _FEWEST_HOURS - 1) + 1))

    # --- refusals and desks ---------------------------------------------------------------------------------------

    def reasons(self, width: int, height: int) -> list[Line]:
        """Why something was refused and how often, the most frequent first."""
        reasons = self._day.reasons
        lines = [self._heading(mark("Refused because"), width)]
        if not reasons:
            return [*lines, Text(fit(self._voice.say("Nothing was refused."), width), self._styles("quiet"))]
        room = max(height - 1, 1)
        shown = reasons if len(reasons) <= room else reasons[: room - 1]
        names = [why_refused(why, self._voice.language) for why in shown]
        # A bar says as much when it is short; a reason that is cut says less.
        bar = max(min(width - _NUMBER - 1 - max(map(cell_len, names)), width // 4, _LONGEST_BAR), _SHORTEST_BAR)
        for name, why in zip(names, shown, strict=True):
            line = Text(no_wrap=True)
            line.append(fit(name, width - bar - _NUMBER - 1), self._styles("name"))
            line.append(f"{why.times:>{_NUMBER}} ", self._styles("number"))
            line.append(lying(why.times, reasons[0].times, bar), self._styles("refused"))
            lines.append(line)
        if len(shown) < len(reasons):
            left = sum(why.times for why in reasons[len(shown) :])
            more = self._voice.language.count("{n} more", "{n} more", left)
            lines.append(Text(fit(more, width), self._styles("quiet")))
        return lines

    def desks(self, width: int) -> list[Line]:
        """What was done at each desk."""
        fields = ["lent", "renewed", "returned", "requested", "refused"]
        headings = [self._voice.say(DONE[field]) for field in fields]
        wide = [max(cell_len(heading), 4) + 2 for heading in headings]
        while sum(wide) > width - 12:
            at = fields.index(next(field for field in _LIGHTEST if field in fields))
            del fields[at], headings[at], wide[at]
        name = width - sum(wide)
        above = "".join(_right(heading, cells) for heading, cells in zip(headings, wide, strict=True))
        lines = [Text(fit(self._voice.say("By desk"), name) + above, self._styles("heading"), no_wrap=True)]
        for desk in self._day.desks:
            told = which_desk(desk, self._voice.language, with_branch=not self._day.branch_code)
            line = Text(fit(told, name), self._styles("name"), no_wrap=True)
            for field, cells in zip(fields, wide, strict=True):
                number = getattr(desk, field)
                line.append(_right(str(number), cells), self._styles("number" if number else "quiet"))
            lines.append(line)
        return lines if self._day.desks else []

    def money(self, width: int) -> list[Line]:
        """What was taken and given back by each way to pay; nothing for who may not see it."""
        rows = what_was_paid(self._day, self._voice.language)
        lines = [self._heading(mark("Money taken, and given back"), width)] if rows else []
        for method, taken, given in rows:
            line = Text(fit(method, max(width - 28, 8)), self._styles("name"), no_wrap=True)
            line.append(_right(taken, 14), self._styles("number"))
            line.append(_right(given, 14), self._styles("quiet"))
            lines.append(line)
        return lines

    def latest(self, entries: Sequence[Entry], width: int, height: int) -> list[Line]:
        """What happened last, the newest first: when, what, to which title, at which desk; nobody is named."""
        if height <= 1 or not entries:
            return []
        lines = [self._heading(mark("Just now"), width)]
        spoken = self._voice.language
        for entry in entries[: height - 1]:
            event, desk = what_happened(entry.kind, spoken), entry.desk_code or entry.branch_code
            line = Text(no_wrap=True)
            line.append(f"{when(entry, spoken, self._day.day)}  ", self._styles("quiet"))
            alarming = entry.kind == REFUSED
            line.append(fit(event, _EVENT), self._styles("alarm" if alarming else "name"))
            line.append("  " + fit(entry.title or "", max(width - line.cell_len - cell_len(desk) - 4, 0)))
            line.append(f"  {plain(desk)}", self._styles("quiet"))
            lines.append(line)
        return lines

    def _heading(self, message: str, width: int) -> Text:
        return Text(fit(self._voice.say(message), width), self._styles("heading"))


_BY_HOUR = {
    "lent": mark("Lent by hour, at most {most}"),
    "returned": mark("Returned by hour, at most {most}"),
}


def beside(left: Sequence[Line], right: Sequence[Line], width: int) -> list[Line]:
    """Two parts beside each other; the left one has so many cells."""
    lines = []
    for row in range(max(len(left), len(right))):
        line = left[row].copy() if row < len(left) else Text(no_wrap=True)
        line.append(" " * max(width - line.cell_len, 0))
        if row < len(right):
            line.append_text(right[row])
        lines.append(line)
    return lines


def _spread(row: str, each: int) -> str:
    """A line of bars, one cell an hour, spread to ``each`` cells with one of them left free where there is room."""
    filled = max(each - 1, 1)
    return "".join(cell * filled + " " * (each - filled) for cell in row)


def _below(hours: Sequence[int], each: int) -> str:
    """The hours, each below its bar; where there is no room for all, every second or third."""
    step = next(step for step in (1, 2, 3, 4) if each * step >= _LABEL or step == 4)
    line = [" "] * (each * len(hours) + _LABEL)
    for place, hour in enumerate(hours):
        if place % step == 0:
            for offset, digit in enumerate(str(hour)):
                line[place * each + offset] = digit
    return "".join(line).rstrip()


_LABEL = 3
"""Cells of an hour's number and what keeps it from the next."""


def _right(text: str, width: int) -> str:
    return " " * max(width - cell_len(plain(text)), 0) + plain(text)
