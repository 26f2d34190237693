"""A form: fields, the keys that lead through them, and what is wrong said at the field it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from libops.circulation.desk_words import sentences
from libops.circulation.outcomes import Outcome
from libops.i18n import mark
from libops.refusals import Reason, Refusal, explain
from libops.troubles import DatabaseTrouble
from libops.work import Look
from screens.attempts import attempt
from screens.complaints import complaint
from screens.dialogs import Dialog
from screens.forms.entries import Choice, ChoiceEntry, Entry, Option, TextEntry
from screens.forms.throwing_away import ThrowAway
from screens.keymap import CANCEL, FORM, NEXT, SAVE, KeyAction, bindings
from screens.shift import Shift
from screens.spoken import Spoken, Telling, as_told
from screens.voice import Voice

_SEND_NOW = mark("It is not done yet. The database is back: {key} sends it.")


class BadField(Exception):
    """A field holds what cannot be read; the message is marked."""

    def __init__(self, field: str, message: str, **facts: object) -> None:
        super().__init__(field)
        self.field, self.message, self.facts = field, message, facts


class AnswersRead(Message):
    """The answers that only the library knows were read, by field; or they could not be."""

    def __init__(self, answers: Mapping[str, Sequence[Option]] | None, error: Exception | None = None) -> None:
        super().__init__()
        self.answers, self.error = answers, error


class Reply(Spoken):
    """What came of it, where that is not that it was done."""

    def __init__(self, voice: Voice) -> None:
        super().__init__(voice, id="reply")
        self.telling: tuple[Telling, ...] = ()

    def show(self, *said: Telling) -> None:
        """Show these sentences, each on a line of its own."""
        self.telling = tuple(sentence for sentence in said if as_told(sentence))
        self.display = bool(self.telling)
        self.speak()

    def text(self) -> Text:
        return Text("\n".join(self.said))

    @property
    def said(self) -> tuple[str, ...]:
        """What is shown, in the language of now."""
        return tuple(map(as_told, self.telling))


class _Fields(VerticalScroll, inherit_bindings=False):
    """The fields, more than fit where need be; the arrows go from field to field, and do not scroll them away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown", "page_down", show=False),
        Binding("pageup", "page_up", show=False),
    ]


class Form(Dialog[Outcome]):
    """Fields in a column. Enter goes to the next one, and from the last one takes them all (``action_save``).

    What cannot be taken leaves the form open, with the reason below the field it is about.
    """

    KEYS: ClassVar[tuple[KeyAction, ...]] = (NEXT, SAVE, CANCEL)
    BINDINGS: ClassVar[list[BindingType]] = bindings(FORM)
    FIELD_OF: ClassVar[Mapping[str, str]] = {}
    """Which field a reason's code is about, by how the code begins."""

    def __init__(self, shift: Shift) -> None:
        super().__init__(shift.voice)
        self.shift = shift
        self._unsent = self._unread = False
        self._waits_for_answers = self._send_then = False

    def body(self) -> Iterable[Widget]:
        yield from self.about()
        yield _Fields(*self.fields(), id="entries", can_focus=False)
        yield Reply(self.voice)

    def about(self) -> Iterable[Widget]:
        """What stands above the fields."""
        return ()

    def fields(self) -> Sequence[Entry]:
        """The fields in their order."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.query_one(Reply).display = False
        self.begin().focus()
        self._ask_for_answers()

    def begin(self) -> Widget:
        """What has the focus first."""
        return self._controls()[0]

    def _ask_for_answers(self) -> None:
        wanted = {entry.field: entry.read for entry in self.query(ChoiceEntry) if entry.read is not None}
        if wanted:
            self._waits_for_answers, self._unread = True, False
            self.run_worker(
                partial(self._read, wanted), thread=True, name="answers", group="answers", exit_on_error=False
            )

    def _read(self, wanted: Mapping[str, Callable[[Look], Sequence[Option]]]) -> None:
        def answers() -> dict[str, Sequence[Option]]:
            with self.shift.look() as look:
                return {field: read(look) for field, read in wanted.items()}

        self.post_message(AnswersRead(*attempt(answers, "answers")))

    @on(AnswersRead)
    def _answers_read(self, event: AnswersRead) -> None:
        event.stop()
        self._waits_for_answers = False
        send, self._send_then = self._send_then, False
        for field, options in (event.answers or {}).items():
            entry = self.entry(field)
            assert isinstance(entry, ChoiceEntry)
            entry.offer(options)
        if event.error is not None:
            self._unread = True
            told = complaint(event.error, self.voice)
            self.query_one(Reply).show(told.why, told.remedy)
        elif send:
            self.query_one(Reply).show()
            self.send()

    def database_is_back(self) -> None:
        """What is to be chosen from is read; what stands in the fields stays, and is sent by whoever filled it in."""
        reply = self.query_one(Reply)
        if self._unsent:
            reply.show(self.voice.say(_SEND_NOW, key=self.voice.key(SAVE)))
        elif self._unread:
            reply.show()
        if self._unread:
            self._ask_for_answers()
        self._unsent = self._unread = False

    @staticmethod
    def options(answers: Iterable[tuple[str, str]]) -> list[Option]:
        """Answers that are texts of the interface."""
        return [Option(value, message=message) for value, message in answers]

    def put(self, field: str, text: str) -> None:
        """Write something into a field, as if it had been typed."""
        entry = self.entry(field)
        assert isinstance(entry, TextEntry)
        entry.put(text)

    def go_to(self, field: str) -> None:
        """Go to a field; at once, so that keys which come quickly go into it."""
        self.set_focus(self._control_of(self.entry(field)))

    def values(self) -> dict[str, str]:
        """What stands in each field."""
        return {entry.field: entry.value for entry in self.query(Entry)}

    @property
    def changed(self) -> int:
        """In how many fields something else stands than at first."""
        return sum(entry.is_changed for entry in self.query(Entry))

    def unsaved(self) -> tuple[str, str] | None:
        """That the form is half filled in, where it is."""
        return (mark("“{what}” is half filled in. Leaving drops that."), self.heading()) if self.changed else None

    def entry(self, name: str) -> Entry:
        """The field with this name."""
        return next(entry for entry in self.query(Entry) if entry.field == name)

    def action_save(self) -> None:
        """Take what stands in the fields, as soon as it is known what there is to choose from."""
        if self._unread:
            self._ask_for_answers()
        if self._waits_for_answers:
            self._send_then = True
            self.query_one(Reply).show(self.voice.say("One moment…"))
        else:
            self.send()

    def send(self) -> None:
        """Do with what stands in the fields what the form is for."""
        raise NotImplementedError

    # --- telling --------------------------------------------------------------------------------------------------

    def complain(self, bad: BadField) -> None:
        """Say at its field what cannot be read."""
        self._complain(bad.field, partial(self.voice.say, bad.message, **bad.facts))

    def tell(self, field: str, reason: Reason | None) -> None:
        """Say at a field what is wrong with what stands there, or that nothing is; whoever is elsewhere stays there."""
        entry = self.entry(field)
        entry.set_class(reason is not None, "-wrong")
        entry.complain("" if reason is None else partial(self._reason_told, reason))

    def _reason_told(self, reason: Reason) -> str:
        said = explain(reason, self.voice.language)
        return sentences([said.why, said.remedy], self.voice.language)

    def _complain_of(self, reasons: Iterable[Reason]) -> list[Reason]:
        """Say each reason at its field; those that are about none are left."""
        rest = []
        for reason in reasons:
            field = self.field_of(reason)
            if field is None:
                rest.append(reason)
            else:
                self._complain(field, partial(self._reason_told, reason))
        return rest

    def not_found(self, error: Exception) -> None:
        """What was to be shown could not be read: say why, at its field where it is about one."""
        self._clear()
        rest: Exception | None = error
        if isinstance(error, Refusal):
            reasons = self._complain_of(error.reasons)
            rest = Refusal(reasons) if reasons else None
        self._unsent = isinstance(error, DatabaseTrouble)
        if rest is not None:
            wrong = rest
            self.query_one(Reply).show(
                lambda: complaint(wrong, self.voice).why, lambda: complaint(wrong, self.voice).remedy
            )

    def field_of(self, reason: Reason) -> str | None:
        """The field that a reason is about; None: the whole."""
        known = {entry.field for entry in self.query(Entry)}
        column = reason.facts.get("column")
        if isinstance(column, str) and column in known:
            return column
        begins = max((code for code in self.FIELD_OF if reason.code.startswith(code)), key=len, default=None)
        return None if begins is None else self.FIELD_OF[begins]

    def _complain(self, field: str, message: Telling) -> None:
        entry = self.entry(field)
        if not any(one.has_class("-wrong") for one in self.query(Entry)):
            self._control_of(entry).focus()
        entry.add_class("-wrong")
        entry.complain(message)

    def _clear(self) -> None:
        self._unsent = False
        self.query_one(Reply).show()
        for entry in self.query(Entry):
            entry.remove_class("-wrong")
            entry.complain("")

    # --- keys -----------------------------------------------------------------------------------------------------

    def keys(self) -> list[tuple[KeyAction, str]]:
        return [(one, self.voice.say(one.label)) for one in self.KEYS if self.check_action(one.action, ())]

    def action_close(self) -> None:
        """Close; what took more than a moment to fill in is not thrown away by one key."""
        if self.changed > 1:
            _ = self.app.push_screen(ThrowAway(self.voice, self.heading), self._thrown_away)
        else:
            _ = self.dismiss(None)

    def _thrown_away(self, answer: str | None) -> None:
        if answer == "yes":
            _ = self.dismiss(None)

    def action_next_field(self) -> None:
        controls = self._controls()
        at = controls.index(self.focused) if self.focused in controls else -1
        # At once, so that keys which come quickly go on from there.
        self.set_focus(controls[(at + 1) % len(controls)])

    def action_field_before(self) -> None:
        controls = self._controls()
        at = controls.index(self.focused) if self.focused in controls else 0
        self.set_focus(controls[(at - 1) % len(controls)])

    def action_next(self) -> None:
        if self.focused is self._controls()[-1]:
            self.action_save()
        else:
            self.action_next_field()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_next()

    def _controls(self) -> list[Widget]:
        return [self._control_of(entry) for entry in self.query(Entry)]

    def _control_of(self, entry: Entry) -> Widget:
        return next(one for one in entry.query("*") if isinstance(one, Input | Choice))
