"""Spine labels as they come out of the printer: to look at, to print, to save as a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget

from libops.catalogue.labels import SpineLabel, spine_labels
from libops.i18n import mark
from libops.slips import lines
from libops.slips.layout import as_text, for_printer
from libops.slips.lines import Line
from libops.slips.printing import PrintJob
from screens.attempts import attempt
from screens.card import Card
from screens.columns import plain
from screens.forms.files import SaveText
from screens.forms.form import Reply
from screens.keymap import CLOSE, COPY_TEXT, PRINT, SAVE_TEXT, SPEAK, TEXT, KeyAction, bindings
from screens.shift import Shift
from screens.slips import Slips
from screens.spoken import Spoken

ONE = KeyAction(
    "one", "o", mark("only the first"), mark("Only the first copy's label, or those of all."), 5, id="labels.one"
)
BOUND = (PRINT, SAVE_TEXT, ONE, CLOSE, SPEAK, *TEXT)
"""Every key in front of labels."""


class LabelsRead(Message):
    """The labels were made, or could not be."""

    def __init__(self, labels: Sequence[SpineLabel] | None, error: Exception | None = None) -> None:
        super().__init__()
        self.labels, self.error = labels, error


class LabelPanel(Card[None]):
    """The labels of some copies, each cut from the next."""

    HEADING = mark("Spine labels")
    KEYS = (PRINT, SAVE_TEXT, ONE, COPY_TEXT, CLOSE)
    BINDINGS: ClassVar[list[BindingType]] = bindings(BOUND)

    def __init__(self, shift: Shift, slips: Slips, barcodes: Sequence[str]) -> None:
        super().__init__(shift)
        self._slips, self._barcodes = slips, barcodes
        self._read_labels: Sequence[SpineLabel] = ()
        self._only_first = False

    def body(self) -> Iterable[Widget]:
        yield VerticalScroll(_Sheet(self.voice, id="sheet"), id="scroll")
        yield Reply(self.voice)

    def on_mount(self) -> None:
        self.read()

    def read(self) -> None:
        self.run_worker(self._read, thread=True, name="labels", group="labels", exit_on_error=False)

    def _read(self) -> None:
        self.post_message(LabelsRead(*attempt(self._made, "labels")))

    def _made(self) -> list[SpineLabel]:
        with self.shift.look() as look:
            return spine_labels(look, self._barcodes)

    @on(LabelsRead)
    def _labels_read(self, event: LabelsRead) -> None:
        event.stop()
        self._read_labels = event.labels or ()
        if event.error is not None:
            self.complain(event.error)
        elif not self._labels:
            self.query_one(Reply).show(self.voice.say("It has no call number, and so no label."))
        self._show()

    @property
    def _labels(self) -> list[SpineLabel]:
        found = [one for one in self._read_labels if one.lines]
        return found[:1] if self._only_first else found

    def _show(self) -> None:
        sheet = self.query_one(_Sheet)
        sheet.label = as_text(list(_laid_out(self._labels)), self._slips.paper.columns)
        sheet.speak()
        self.refresh_keys()

    # --- keys -----------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        now = {
            "print": bool(self._labels) and self._slips.printer is not None,
            "save_text": bool(self._labels),
            "one": sum(bool(one.lines) for one in self._read_labels) > 1,
        }
        return now.get(action, True)

    def keys(self) -> list[tuple[KeyAction, str]]:
        return [(one, self._said(one)) for one in self.KEYS if self.check_action(one.action, ())]

    def _said(self, key: KeyAction) -> str:
        return self.voice.say("all of them") if key is ONE and self._only_first else self.voice.say(key.label)

    def action_one(self) -> None:
        self._only_first = not self._only_first
        self._show()

    def action_print(self) -> None:
        columns = self._slips.paper.columns
        job = PrintJob(None, self._labels[0].barcode, columns, for_printer(_laid_out(self._labels), columns))
        self._slips.print(job)
        _ = self.dismiss(None)

    def action_save_text(self) -> None:
        now = self.shift.library.clock().astimezone(self.shift.place.zone)
        text = as_text(_laid_out(self._labels), self._slips.paper.columns)
        _ = self.app.push_screen(SaveText(self.shift, text, f"~/labels-{now:%Y%m%d-%H%M%S}.txt", self._saved))

    def _saved(self, file: Path) -> None:
        self.query_one(Reply).show(self.voice.say("Saved as {file}.", file=plain(str(file))))


def _laid_out(labels: Iterable[SpineLabel]) -> Iterator[Line]:
    for number, label in enumerate(labels):
        if number:
            yield lines.Cut()
        for line in label.lines:
            yield lines.Text(plain(line))


class _Sheet(Spoken):
    label = ""

    def text(self) -> Text:
        return Text(self.label, no_wrap=True)
