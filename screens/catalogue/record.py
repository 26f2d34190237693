"""The record that a title was read from, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget

from libops.catalogue.original import RecordLine, record_lines
from libops.i18n import mark
from screens.attempts import attempt
from screens.card import Card
from screens.columns import fit, wrap
from screens.forms.form import Reply
from screens.keymap import CLOSE, COPY_TEXT, LEAF_UP, LINES, MORE, PAGER, SPEAK, KeyAction, bindings
from screens.shift import Shift
from screens.spoken import Spoken

_TAG, _INDICATORS = 4, 3


class RecordRead(Message):
    """The record was read, or could not be."""

    def __init__(self, lines: Sequence[RecordLine] | None, error: Exception | None = None) -> None:
        super().__init__()
        self.lines, self.error = lines, error


class RecordPanel(Card[None]):
    """Its fields in their order, as they came."""

    HEADING = mark("The record as it was read")
    KEYS = (MORE, COPY_TEXT, PAGER, CLOSE)
    BINDINGS: ClassVar[list[BindingType]] = bindings((MORE, CLOSE, SPEAK, PAGER, LEAF_UP, *LINES))

    def __init__(self, shift: Shift, number: str) -> None:
        super().__init__(shift)
        self._number = number

    def body(self) -> Iterable[Widget]:
        yield VerticalScroll(_Fields(self.voice, id="fields"), id="scroll")
        yield Reply(self.voice)

    def on_mount(self) -> None:
        self.read()

    def read(self) -> None:
        self.run_worker(self._read, thread=True, name="record", group="record", exit_on_error=False)

    def _read(self) -> None:
        self.post_message(RecordRead(*attempt(self._lines, "record")))

    def _lines(self) -> list[RecordLine]:
        with self.shift.look() as look:
            return record_lines(look, self._number)

    @on(RecordRead)
    def _record_read(self, event: RecordRead) -> None:
        event.stop()
        if event.error is not None:
            self.complain(event.error)
        fields = self.query_one(_Fields)
        fields.lines = event.lines or ()
        fields.speak()

        self.call_after_refresh(self.refresh_keys)

    def keys(self) -> list[tuple[KeyAction, str]]:
        scroll = self.query_one("#scroll")
        more = scroll.scroll_offset.y < scroll.max_scroll_y
        return [(one, self.voice.say(one.label)) for one in self.KEYS if more or one is not MORE]

    def action_more(self) -> None:
        self.query_one("#scroll").scroll_page_down(animate=False)
        self.refresh_keys()


class _Fields(Spoken):
    lines: Sequence[RecordLine] = ()

    def plain_text(self) -> str:
        return "\n".join(fit(one.tag, _TAG) + fit(one.indicators, _INDICATORS) + one.text for one in self.lines)

    def text(self) -> Text:
        before = _TAG + _INDICATORS
        text = Text(no_wrap=True)
        for line in self.lines:
            head = fit(line.tag, _TAG) + fit(line.indicators, _INDICATORS)
            for number, part in enumerate(wrap(line.text, max(self.width - before, 20))):
                text.append((" " * before if number else head) + part + "\n")
        return text
