"""The template of a slip: an example of it, and wording it otherwise line by line or from a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import TextArea

from libops.bad_files import BadFile
from libops.circulation.desk_words import say as say_outcome
from libops.circulation.outcomes import Outcome, Word
from libops.i18n import mark
from libops.names import SLIP_KINDS
from libops.refusals import Reason, Refusal
from libops.slips import templates
from libops.slips.layout import as_text
from libops.slips.templates import SlipWording
from screens.acts import slips
from screens.complaints import complaint, failure
from screens.desk.panels import Told
from screens.dialogs import Dialog, ask_first
from screens.forms.files import FileForm
from screens.forms.form import Reply
from screens.keymap import CANCEL, CLOSE, HELP, SAVE, SPEAK, TEXT, KeyAction, bindings
from screens.messages import Failure
from screens.shift import Shift
from screens.spoken import Spoken
from screens.template_words import what_may_stand
from screens.voice import NAMES, Voice

EXAMPLE = KeyAction(
    "example",
    "f4",
    mark("example"),
    mark("Show it filled in, as it would come out of the printer."),
    id="template.example",
)

BOUND = (CANCEL, SPEAK, SAVE, EXAMPLE, HELP)
"""Every key of the editor, but those that write."""
_LARGEST = 100_000
"""Bytes of a file that are looked at; a template has a tenth of that."""


def named(voice: Voice, wording: SlipWording) -> str:
    """Which slip it is, in the language of now."""
    return f"{voice.say(SLIP_KINDS[wording.kind])} · {NAMES[wording.language]}"


class Example(Dialog[None]):
    """The slip of an imagined library by a template, as wide as this desk's paper."""

    BINDINGS: ClassVar[list[BindingType]] = bindings((CLOSE, SPEAK, *TEXT))

    def __init__(self, shift: Shift, wording: SlipWording, text: str) -> None:
        super().__init__(shift.voice)
        self._shift, self._wording, self._text = shift, wording, text

    def heading(self) -> str:
        return self.voice.say("Example: {slip}", slip=named(self.voice, self._wording))

    def body(self) -> Iterable[Widget]:
        yield VerticalScroll(_Sheet(self.voice, self._lines()), id="scroll")

    def _lines(self) -> str:
        try:
            tried = templates.try_out(self._wording.kind, self._wording.language, self._text)
        except Refusal as refusal:
            told = complaint(refusal, self.voice)
            return f"{told.why} {told.remedy}"
        return as_text(tried, self._shift.slip_columns)


class _Sheet(Spoken):
    def __init__(self, voice: Voice, slip: str) -> None:
        super().__init__(voice, id="sheet")
        self._slip = slip

    def text(self) -> Text:
        return Text(self._slip)


class TemplateEditor(Dialog[None]):
    """The lines of a template to change; what cannot be used is told with its line, and nothing is changed by it."""

    KEYS = (SAVE, EXAMPLE, CANCEL)
    # Before the lines themselves, which have other uses for some of these.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(one.key, one.action, id=one.id, show=False, priority=True) for one in BOUND
    ]

    def __init__(self, shift: Shift, wording: SlipWording, text: str) -> None:
        super().__init__(shift.voice)
        self.shift = shift
        self._wording = wording
        self._lines = TextArea(
            text.rstrip("\n"), show_line_numbers=True, soft_wrap=False, tab_behavior="indent", theme="css", id="lines"
        )
        self._busy = False

    def heading(self) -> str:
        return named(self.voice, self._wording)

    def body(self) -> Iterable[Widget]:
        yield self._lines
        yield Reply(self.voice)

    def on_mount(self) -> None:
        self.query_one(Reply).display = False
        self._lines.cursor_blink = False
        self._lines.focus()

    @property
    def written(self) -> str:
        """The template as it stands in the lines."""
        return self._lines.text.rstrip("\n") + "\n"

    @property
    def _is_changed(self) -> bool:
        return self.written != self._wording.text.rstrip("\n") + "\n"

    def unsaved(self) -> tuple[str, str] | None:
        """That the template is not saved, where something of it was changed."""
        sentence = mark("The template “{what}” is not saved. Leaving drops what was changed.")
        return (sentence, self.heading()) if self._is_changed else None

    # --- keys -----------------------------------------------------------------------------------------------------

    def more_to_tell(self) -> list[Told]:
        """What may stand in this template, for its help."""
        return list(what_may_stand(self._wording.kind))

    def action_save(self) -> None:
        if not self._busy:
            self._busy = True
            self.query_one(Reply).show(self.voice.say("One moment…"))
            self.shift.clerk.do(slips.change_template(self._wording, self.heading(), self.written), self)

    def action_example(self) -> None:
        try:
            templates.try_out(self._wording.kind, self._wording.language, self.written)
        except Refusal as refusal:
            self._tell_why_not(refusal.reasons)
            return
        self.query_one(Reply).show()
        _ = self.app.push_screen(Example(self.shift, self._wording, self.written))

    def action_close(self) -> None:
        if not self._is_changed:
            _ = self.dismiss(None)
            return
        question, yes = mark("Leave without saving?"), mark("Yes, leave")
        ask_first(self.app, self.voice, question, yes, self.heading(), self._leave)

    def _leave(self) -> None:
        _ = self.dismiss(None)

    # --- what came of it ------------------------------------------------------------------------------------------

    def answered(self, result: Outcome | Failure) -> None:
        """What came of it."""
        self._busy = False
        reply = self.query_one(Reply)
        if isinstance(result, Failure):
            told = failure(result.kind, self.voice)
            reply.show(told.why, told.remedy)
        elif result.word is Word.DONE:
            _ = self.dismiss(None)
        elif result.reasons:
            self._tell_why_not(result.reasons)
        else:
            said = say_outcome(result, self.voice.language, self.shift.today)
            reply.show(said.fact, said.remedy)

    def _tell_why_not(self, reasons: Iterable[Reason]) -> None:
        """Say it, and go to the line that it is about."""
        wrong = list(reasons)
        told = complaint(Refusal(wrong), self.voice)
        self.query_one(Reply).show(told.why, told.remedy)
        line = wrong[0].facts.get("line")
        if isinstance(line, int):
            self._lines.move_cursor((max(line - 1, 0), 0), center=True)


class ReadTemplate(FileForm):
    """Reads a template from a text file; it is then looked at before it is saved."""

    HEADING = mark("Take the wording from a file")

    def __init__(self, shift: Shift, path: str, then: Callable[[str], None]) -> None:
        super().__init__(shift, path)
        self._taken, self._then = "", then

    def use(self, file: Path) -> None:
        with file.open("rb") as opened:
            held = opened.read(_LARGEST + 1)
        if len(held) > _LARGEST:
            raise BadFile(str(file), 0, mark("it is too large for a template"))
        try:
            self._taken = held.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            raise BadFile(str(file), 0, mark("it is not UTF-8 text")) from None

    def used(self, file: Path) -> None:
        self._then(self._taken)
