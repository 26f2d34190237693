"""Another place of the shelf, by the call number that is looked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from libops.i18n import mark
from screens.forms.entries import Entry, TextEntry
from screens.forms.form import BadField, Form
from screens.shift import Shift


class GoToCallNumber(Form):
    """A call number or how one begins; a copy that is scanned names its own place."""

    HEADING = mark("Go along the shelf")

    def __init__(self, shift: Shift, then: Callable[[str], None]) -> None:
        super().__init__(shift)
        self._then = then

    def fields(self) -> Sequence[Entry]:
        hint = mark("or how it begins, such as I247.5")
        return (TextEntry(self.voice, "at", mark("Call number"), hint=hint),)

    def take_item(self, barcode: str) -> None:
        """A copy was scanned."""
        self.put("at", barcode)
        self.action_save()

    def send(self) -> None:
        self._clear()
        at = self.values()["at"]
        if not at:
            self.complain(BadField("at", mark("Type a call number, or scan a copy.")))
            return
        _ = self.dismiss(None)
        self._then(at)
