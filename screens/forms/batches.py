"""Changing many copies at once: which ones, what of them, a look at what would change, and then the change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

import msgspec
from rich.cells import cell_len
from rich.text import Text
from textual.widget import Widget

from libops.catalogue.changing import BatchAnswer, Changed, CopyChanges, preview
from libops.catalogue.choosing import Chosen
from libops.circulation.errands import Errand
from libops.i18n import mark
from libops.names import CONDITIONS, COPY_FIELDS
from libops.work import Look
from screens.acts import catalogue
from screens.columns import fit, plain, wrap
from screens.forms.choices import branch_and_location, item_types, names_in_copies, shelves
from screens.forms.entries import ChoiceEntry, Entry, Option, TextEntry
from screens.forms.looking_ahead import LooksAhead
from screens.shift import Shift
from screens.spoken import Spoken

_INDENT = "  "
_AROUND, _LEAST_ROOM = 22, 4
"""Lines of the form beside the examples of what would change, and those that examples have at least."""
_NARROWEST, _TITLE = 30, 40
_ANY = Option("", message=mark("any"))
_AS_IT_IS = Option("", message=mark("as it is"))
_NONE = "-"
"""Typed or chosen, it takes away what stands there."""


class Batching(msgspec.Struct, frozen=True):
    """Which copies, and what of them is to be changed."""

    chosen: Chosen
    changes: CopyChanges


class ChangeMany(LooksAhead[Batching, BatchAnswer]):
    """Copies are chosen by where and what they are, or scanned one after the other; both together narrow each other."""

    HEADING = mark("Change many copies")
    FIELD_OF: ClassVar[Mapping[str, str]] = {
        "batch.nothing": "of_shelf",
        "batch.too_many": "call_number",
        "batch.no_change": "to_shelf",
        "copy.too_long": "to_note",
    }

    def __init__(self, shift: Shift) -> None:
        super().__init__(shift)
        self.scanned: list[str] = []
        self.scanned_again = ""
        self._names: Mapping[str, Mapping[str, Option]] = {}

    def about(self) -> Iterable[Widget]:
        yield _Scanned(self)

    def fields(self) -> Sequence[Entry]:
        voice = self.voice
        worn = [Option(word, message=CONDITIONS[word]) for word in CONDITIONS]
        gone = Option(_NONE, message=mark("not said"))
        return (
            ChoiceEntry(voice, "of_shelf", mark("Copies of"), (), read=_with(_ANY, shelves)),
            ChoiceEntry(voice, "of_type", mark("of type"), (), read=_with(_ANY, item_types)),
            TextEntry(voice, "call_number", mark("call no. begins"), hint=mark("such as I247; empty: any")),
            ChoiceEntry(voice, "of_condition", mark("in condition"), [_ANY, *worn]),
            ChoiceEntry(voice, "to_shelf", mark("Place becomes"), (), read=_with(_AS_IT_IS, shelves)),
            ChoiceEntry(voice, "to_type", mark("Type becomes"), (), read=_with(_AS_IT_IS, item_types)),
            ChoiceEntry(voice, "to_condition", mark("Cond. becomes"), [_AS_IT_IS, *worn, gone]),
            TextEntry(voice, "to_note", mark("Note becomes"), hint=mark("empty: as it is; - takes it off")),
        )

    def take_item(self, barcode: str) -> None:
        """A copy was scanned: it is one of those."""
        self.scanned_again = barcode if barcode in self.scanned else ""
        if not self.scanned_again:
            self.scanned.append(barcode)
        self.query_one(_Scanned).speak()

    def wish(self, values: Mapping[str, str]) -> Batching:
        branch, location = branch_and_location(values["of_shelf"])
        chosen = Chosen(
            barcodes=tuple(self.scanned),
            branch=branch,
            location=location,
            item_type=values["of_type"],
            call_number=values["call_number"],
            condition=values["of_condition"],
        )
        return Batching(chosen, _changes(values))

    def look_ahead(self, look: Look, wish: Batching) -> BatchAnswer:
        self._names = names_in_copies(look)
        return preview(look, chosen=wish.chosen, changes=wish.changes)

    def told(self, preview: BatchAnswer) -> Sequence[str]:
        say = self.voice.say
        examples, shown = self._examples(preview)
        more = preview.changed - shown
        return [
            say("{changed} of {chosen} copies would change:", changed=preview.changed, chosen=preview.chosen),
            *examples,
            *([say("and {n} more", n=more)] if more > 0 else []),
            say("Enter once more does it."),
        ]

    def _examples(self, preview: BatchAnswer) -> tuple[list[str], int]:
        """As many whole examples as there is room for beside the fields and the keys, in lines; and how many."""
        width = self.query_one(_Scanned).width - 2 * len(_INDENT)
        room = max(self.app.size.height - _AROUND, _LEAST_ROOM)
        lines: list[str] = []
        for number, one in enumerate(preview.examples):
            first, *rest = wrap(self._example(one), max(width, _NARROWEST))
            told = [_INDENT + first, *(_INDENT * 2 + line for line in rest)]
            if lines and len(lines) + len(told) > room:
                return lines, number
            lines += told
        return lines, len(preview.examples)

    def _example(self, one: Changed) -> str:
        what = self.voice.language.listed(
            f"{self.voice.say(COPY_FIELDS[name])} {self._value(name, one.before[name])} → {self._value(name, value)}"
            for name, value in one.after.items()
        )
        title = fit(one.title, _TITLE) if cell_len(one.title) > _TITLE else one.title
        told = self.voice.say("{title}: {what}", title=title, what=what)
        return f"{one.barcode}  {told}"

    def _value(self, name: str, value: str | int | None) -> str:
        known = CONDITIONS.get(str(value)) if name == "condition" else None
        if known:
            return self.voice.say(known)
        named = self._names.get(name, {}).get(str(value))
        return str(value or "—") if named is None else named.said(self.voice)

    def errand(self, values: Mapping[str, str]) -> Errand:
        wish = self.wish(values)
        return catalogue.change_copies(self.voice.say(self.HEADING), wish.chosen, wish.changes)


def _changes(values: Mapping[str, str]) -> CopyChanges:
    branch, location = branch_and_location(values["to_shelf"])
    return CopyChanges(
        branch=branch or None,
        location=location if branch else None,
        item_type=values["to_type"] or None,
        condition=_if_said(values["to_condition"]),
        note=_if_said(values["to_note"]),
    )


def _if_said(value: str) -> str | None:
    return None if not value else "" if value == _NONE else value


def _with(first: Option, read: Callable[[Look], Sequence[Option]]) -> Callable[[Look], Sequence[Option]]:
    return lambda look: [first, *read(look)]


class _Scanned(Spoken):
    """How many were scanned, and that one was scanned before; that they may be, before the first."""

    def __init__(self, form: ChangeMany) -> None:
        super().__init__(form.voice, id="scanned")
        self._form = form

    def text(self) -> Text:
        scanned = self._form.scanned
        if not scanned:
            return Text(self.voice.say("Choose below which copies, or scan them one after the other."))
        copies = self.voice.language.count("{n} copy", "{n} copies", len(scanned))
        if self._form.scanned_again:
            again = mark("Scanned: {copies}; {barcode} is one of them already.")
            return Text(self.voice.say(again, copies=copies, barcode=plain(self._form.scanned_again)))
        return Text(self.voice.say("Scanned: {copies}, the last {barcode}.", copies=copies, barcode=plain(scanned[-1])))
