"""What is looked for in the journal, as it is typed: kind, desk, staff, item, patron and days."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from libops.i18n import mark
from libops.permissions import Permission
from libops.today.journal_pages import Sought
from libops.today.kinds import GROUP_NAMES, Group
from screens.days import NoDay, read_day
from screens.forms.entries import ChoiceEntry, Entry, TextEntry
from screens.forms.form import BadField, Form
from screens.shift import Shift

_ALL = "all"


class SeekInJournal(Form):
    """Every field may be left empty; then it asks for nothing."""

    HEADING = mark("Look for in the journal")

    def __init__(self, shift: Shift, now: Sought, then: Callable[[Sought], None]) -> None:
        super().__init__(shift)
        self._now, self._then = now, then

    def fields(self) -> Sequence[Entry]:
        voice, now = self.voice, self._now
        groups = self.options([(_ALL, mark("everything")), *((str(one), name) for one, name in GROUP_NAMES.items())])
        fields: list[Entry] = [
            ChoiceEntry(voice, "kind", mark("Kind"), groups, _ALL if now.group is None else str(now.group)),
            TextEntry(voice, "place", mark("Desk or branch"), now.place, mark("its code; empty: all branches")),
            TextEntry(voice, "who", mark("Staff"), now.who, mark("a badge; empty: anybody")),
            TextEntry(voice, "barcode", mark("Item"), now.barcode, mark("its barcode; empty: any")),
        ]
        if self.shift.may(Permission.SEE_PATRONS):
            fields.append(
                TextEntry(voice, "patron", mark("Patron"), now.patron, mark("number of the card; empty: any"))
            )
        return (
            *fields,
            TextEntry(voice, "since", mark("From day"), _typed(now.since), mark("such as 12-24 or -7; empty: any")),
            TextEntry(voice, "until", mark("Up to day"), _typed(now.until), mark("empty: up to now")),
        )

    def take_item(self, code: str) -> None:
        """An item was scanned."""
        self.put("barcode", code)

    def send(self) -> None:
        self._clear()
        try:
            sought = self._sought(self.values())
        except BadField as bad:
            self.complain(bad)
            return
        _ = self.dismiss(None)
        self._then(sought)

    def _sought(self, values: Mapping[str, str]) -> Sought:
        since, until = self._day(values, "since"), self._day(values, "until")
        if since is not None and until is not None and since > until:
            raise BadField("until", mark("That is before the first day."))
        return Sought(
            group=None if values["kind"] == _ALL else Group(values["kind"]),
            place=values["place"],
            who=values["who"],
            barcode=values["barcode"],
            patron=values.get("patron", ""),
            since=since,
            until=until,
        )

    def _day(self, values: Mapping[str, str], field: str) -> date | None:
        if not values[field]:
            return None
        try:
            return read_day(values[field], self.shift.today, back=True)
        except NoDay:
            raise BadField(field, mark("Give a day, such as 2026-12-24 or 12-24.")) from None


def _typed(day: date | None) -> str:
    return "" if day is None else day.isoformat()
