"""Closing a till: what was counted of each way to pay; what should be there is not told before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual.widget import Widget

from libops.circulation.errands import Errand
from libops.i18n import mark
from libops.money.tills import TillView
from libops.names import METHODS
from libops.refusals import Reason
from screens.acts import money
from screens.dialogs import Sentence
from screens.forms.act_form import ActForm
from screens.forms.entries import Entry, TextEntry
from screens.forms.form import BadField
from screens.shift import Shift


class CloseTill(ActForm):
    """One field for each way to pay that was used; for cash alone where nothing went in or out."""

    HEADING = mark("Count and close the till")
    FIELD_OF: ClassVar[Mapping[str, str]] = {}

    def __init__(self, shift: Shift, view: TillView) -> None:
        super().__init__(shift)
        self._view = view

    def about(self) -> Iterable[Widget]:
        yield Sentence(self.voice, mark("Count what is there beyond what the till always holds."))

    def fields(self) -> Sequence[Entry]:
        # Money may be missing, or too much, also where nobody paid.
        methods = [movement.method.value for movement in self._view.movements] or ["cash"]
        return [
            *(TextEntry(self.voice, method, METHODS[method]) for method in methods),
            TextEntry(self.voice, "note", mark("Note")),
        ]

    def field_of(self, reason: Reason) -> str | None:
        method = reason.facts.get("method")
        return method if isinstance(method, str) and method in self.values() else super().field_of(reason)

    def errand(self, values: Mapping[str, str]) -> Errand:
        desk = self.voice.language.either(self._view.desk_zh, self._view.desk_en)
        counted = {method: text for method, text in values.items() if method != "note"}
        for method in [method for method, text in counted.items() if not text]:
            raise BadField(method, mark("Count this too; 0 where there is nothing."))
        return money.close_till(desk, counted, values["note"])
