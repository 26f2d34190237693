"""Questions and panels in front of the desk. A dialog opens with its safe button focused, and no scan answers one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, TypeVar

from rich.text import Text
from textual import on
from textual.app import App, ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import ScreenResume
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button

from libops.codes import CodeKind
from libops.i18n import mark
from screens.columns import plain
from screens.first_look import begin_as_wide_as_the_terminal, style_once
from screens.key_bar import KeyBar, redraw_keys
from screens.keymap import BACK, CANCEL, CHOOSE, CLOSE, CONFIRM, HELP, ITEM, NEITHER, PATRON, SPEAK, KeyAction, bindings
from screens.spoken import Spoken, Telling, as_told
from screens.standing import stands
from screens.voice import Voice

R = TypeVar("R")

_FAR = 1_000_000
"""Lines that nothing has."""


class Answer(Button):
    """A button whose label is said in the language of now."""

    def __init__(self, voice: Voice, message: str, *, id: str) -> None:
        super().__init__(Content(voice.say(message)), id=id, compact=True)
        self.voice = voice
        self.message = message

    def speak(self) -> None:
        """Say it anew."""
        self.label = Content(self.voice.say(self.message))


class Sentence(Spoken):
    """A text of the interface with data in it."""

    def __init__(self, voice: Voice, message: str, **facts: Telling) -> None:
        super().__init__(voice)
        self._message = message
        self._facts = facts

    def text(self) -> Text:
        return Text(self.voice.say(self._message, **{name: plain(as_told(fact)) for name, fact in self._facts.items()}))


class Heading(Spoken):
    """What a dialog is about: a text of the interface, or a title as it is."""

    def __init__(self, voice: Voice, heading: Callable[[], str]) -> None:
        super().__init__(voice, id="heading")
        self._heading = heading

    def text(self) -> Text:
        return Text(self.voice.say(self._heading()))


class Box(Vertical):
    """What holds a dialog. Where somebody practises its edge says so: it may cover the line that says it elsewhere."""

    def __init__(self, voice: Voice) -> None:
        super().__init__(id="dialog")
        self.voice = voice

    def on_mount(self) -> None:
        self.speak()

    def speak(self) -> None:
        """Say it anew."""
        training = self.voice.say("TRAINING")
        self.border_title = f" {training} " if self.app.has_class("-training") else ""


def fills_below(width: int) -> list[tuple[int, str]]:
    """For a card that fills a screen of fewer columns: a strip of what is behind it, cut off, helps nobody."""
    return [(0, "-narrow"), (width, "-roomy")]


class Dialog(ModalScreen[R]):
    """A box with a heading, what it is about, and its keys."""

    KEYS: ClassVar[tuple[KeyAction, ...]] = (CLOSE,)
    BINDINGS: ClassVar[list[BindingType]] = bindings((HELP,))
    WHERE_ROOM: ClassVar[tuple[KeyAction, ...]] = (HELP,)
    """Keys that are shown behind the others, but for which no line is added."""
    HEADING: ClassVar[str] = ""
    HORIZONTAL_BREAKPOINTS = fills_below(90)

    def __init__(self, voice: Voice) -> None:
        super().__init__()
        self.voice = voice
        self._parting: tuple[R | None] | None = None

    def on_screen_resume(self, event: ScreenResume) -> None:
        style_once(self, event)
        redraw_keys(self)

    def on_screen_suspend(self) -> None:
        redraw_keys(self)

    def compose(self) -> ComposeResult:
        begin_as_wide_as_the_terminal(self)
        with Box(self.voice):
            yield Heading(self.voice, self.heading)
            yield from self.body()
            yield KeyBar(self.voice, self.keys, whole=True, where_room=self.WHERE_ROOM)

    def heading(self) -> str:
        """What the dialog is about."""
        return self.HEADING

    def body(self) -> Iterable[Widget]:
        """What stands between the heading and the keys."""
        raise NotImplementedError

    def keys(self) -> list[tuple[KeyAction, str]]:
        """The keys of this dialog as its key bar says them."""
        return [(one, self.voice.say(one.label)) for one in self.KEYS]

    def refresh_keys(self) -> None:
        """Other keys do something now."""
        if stands(self):
            self.query_one(KeyBar).speak()

    def dismiss(self, result: R | None = None) -> AwaitComplete:
        """Close; while something stands in front of it, as soon as that has gone, so that nothing else is torn away.

        One that was opened this moment and does not stand yet closes as soon as it does.
        """
        if self.is_active and self.is_mounted:
            return super().dismiss(result)
        self._parting = (result,)
        return AwaitComplete()

    def leave_unanswered(self) -> AwaitComplete:
        """Close at once, as the one in front, whether or not it stands already; whoever asked hears of no answer."""
        return super().dismiss(None)

    @on(ScreenResume)
    def _part(self) -> None:
        # Whatever stood in front may have taken this away with it.
        if self._parting is not None and self.is_active:
            _ = super().dismiss(self._parting[0])

    def action_close(self) -> None:
        _ = self.dismiss(None)

    def action_help(self) -> None:
        """Show what every key does here."""
        from screens.place_help import show_help

        show_help(self, self.voice)

    # --- lines ----------------------------------------------------------------------------------------------------

    def move_by(self, lines: int) -> None:
        """Go so many lines down, or up where it is negative: of a text, as here, or of rows of which one is chosen."""
        for scroll in self.query("#scroll"):
            scroll.scroll_relative(y=lines, animate=False, immediate=True)

    def lines_of_a_leaf(self) -> int:
        """How many lines are seen at once."""
        return max((scroll.size.height for scroll in self.query("#scroll")), default=1)

    def action_pick(self) -> None:
        self.move_by(1)

    def action_pick_back(self) -> None:
        self.move_by(-1)

    def action_leaf(self, by: int) -> None:
        self.move_by(by * self.lines_of_a_leaf())

    def action_half(self, by: int) -> None:
        self.move_by(by * max(self.lines_of_a_leaf() // 2, 1))

    def action_first(self) -> None:
        self.move_by(-_FAR)

    def action_last(self) -> None:
        self.move_by(_FAR)

    # --- the text -------------------------------------------------------------------------------------------------

    async def action_take_along(self) -> None:
        await self.app.run_action("app.take_along")

    async def action_read_in_pager(self) -> None:
        await self.app.run_action("app.read_in_pager")

    async def action_speak(self) -> None:
        await self.app.run_action("app.speak")


class Ask(Dialog[str]):
    """A question with a few answers; the first is the safe one and has the focus. The result is the answer's id."""

    KEYS = (CHOOSE, CONFIRM, CANCEL)
    WHERE_ROOM = ()
    # Enter is the buttons' own; the key bar only says it.
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings((CANCEL, SPEAK, CHOOSE, BACK)),
        Binding("down", CHOOSE.action, id=CHOOSE.id, show=False),
        Binding("up", BACK.action, id=BACK.id, show=False),
    ]

    def __init__(
        self, voice: Voice, question: str, answers: Sequence[tuple[str, str]], about: Sequence[Widget] = ()
    ) -> None:
        super().__init__(voice)
        self._question, self._answers, self._about = question, answers, about

    def body(self) -> Iterable[Widget]:
        yield from self._about
        yield Horizontal(*(Answer(self.voice, message, id=name) for name, message in self._answers), id="answers")

    def heading(self) -> str:
        return self._question

    def action_choose(self) -> None:
        _ = self.focus_next()

    def action_choose_back(self) -> None:
        _ = self.focus_previous()

    def action_confirm(self) -> None:
        if isinstance(self.focused, Button):
            _ = self.focused.press()

    @on(Button.Pressed)
    def _answered(self, event: Button.Pressed) -> None:
        event.stop()
        _ = self.dismiss(event.button.id)


class Which(Dialog[CodeKind]):
    """The code is both a patron's card and an item: which one is in the hand? Whatever is scanned meanwhile waits."""

    HEADING = mark("Which one is it?")
    KEYS = (PATRON, ITEM, NEITHER)
    WHERE_ROOM = ()
    BINDINGS: ClassVar[list[BindingType]] = bindings((PATRON, ITEM, NEITHER, SPEAK))

    def __init__(self, voice: Voice, code: str, patron: str, title: str) -> None:
        super().__init__(voice)
        self._code, self._patron, self._title = code, patron, title

    def body(self) -> Iterable[Widget]:
        yield Sentence(self.voice, mark("{code} is both a patron's card and an item."), code=self._code)
        yield Sentence(self.voice, mark("{key}  the patron {name}"), key=self.voice.key(PATRON), name=self._patron)
        yield Sentence(self.voice, mark("{key}  the item {title}"), key=self.voice.key(ITEM), title=self._title)

    def action_patron(self) -> None:
        _ = self.dismiss(CodeKind.PATRON)

    def action_item(self) -> None:
        _ = self.dismiss(CodeKind.ITEM)


def ask_first(app: App[object], voice: Voice, question: str, yes: str, about: str, then: Callable[[], None]) -> None:
    """Ask whether something is meant, named by ``about``; do it only on yes. Question and yes are marked texts."""

    def answered(answer: str | None) -> None:
        if answer == "yes":
            then()

    answers = (("no", mark("No, leave it")), ("yes", yes))
    _ = app.push_screen(Ask(voice, question, answers, [Sentence(voice, "{about}", about=about)]), answered)
