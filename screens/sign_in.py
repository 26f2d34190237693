"""The first screen: a badge, scanned or typed, and a PIN."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import get_current_worker

from libops.i18n import mark
from libops.library import Library
from libops.people import staff
from libops.refusals import Refusal
from libops.scans import ReaderChanged
from libops.troubles import DatabaseTrouble
from libops.work import Place
from screens.complaints import complaint, log_failure
from screens.desk.header import Header
from screens.fields import BadgeAndPin, Credentials
from screens.key_bar import KeyBar
from screens.keymap import HELP, QUIT, SIGN_IN, SPEAK, KeyAction, bindings
from screens.live import until_it_answers
from screens.messages import SignedIn, SignInFailed
from screens.spoken import Phrase, Spoken
from screens.voice import Voice


class DatabaseAnswers(Message):
    """The database, which could not be asked who is there, can be asked again."""


class Hint(Spoken):
    """What to do, or why it did not work."""

    def __init__(self, voice: Voice, to_try: tuple[str, str] | None) -> None:
        super().__init__(voice, id="hint")
        self.error: Exception | None = None
        self.message = mark("Scan your badge or type its number, then your PIN.")
        self._to_try = to_try

    def text(self) -> Text:
        if self.error is None:
            return Text("\n".join([self.voice.say(self.message), *self._what_to_try()]))
        told = complaint(self.error, self.voice)
        return Text(f"{told.why}\n{told.remedy}")

    def _what_to_try(self) -> Iterable[str]:
        if self._to_try is not None:
            badge, pin = self._to_try
            sample = mark("This is a sample: sign in with badge {badge} and PIN {pin}.")
            copy = mark("Everybody on the staff has the PIN {pin} here.")
            yield self.voice.say(sample if badge else copy, badge=badge, pin=pin)


class SignIn(Screen[None]):
    """Asks who is there, and posts ``SignedIn`` to the app."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(SIGN_IN)
    AUTO_FOCUS = "#badge"
    HEADING: ClassVar[str] = mark("Sign in")

    def __init__(
        self,
        voice: Voice,
        library: Library,
        place: Place,
        readers: dict[str, ReaderChanged],
        to_try: tuple[str, str] | None = None,
    ) -> None:
        """``to_try`` are badge and PIN of a library to try things on, shown to whoever is there."""
        super().__init__()
        self.voice = voice
        self._library, self._place, self._readers = library, place, readers
        self._busy = False
        self._to_try = to_try

    def compose(self) -> ComposeResult:
        yield Header(self.voice, self._place, self._readers, "")
        with Vertical(id="welcome"), Vertical(id="sign-in"):
            yield Phrase(self.voice, self.HEADING, id="heading")
            yield from self.about()
            yield Credentials(self.voice)
            yield Hint(self.voice, self._to_try)
        yield KeyBar(self.voice, self._keys)

    def about(self) -> Iterable[Widget]:
        """What stands above badge and PIN."""
        return ()

    def on_mount(self) -> None:
        self._tick()
        self.set_interval(1, self._tick)

    def take_badge(self, badge: str) -> None:
        """A badge was scanned."""
        self.query_one(Credentials).take_badge(badge)

    def scan_came(self) -> None:
        """Something else was scanned, and nobody is signed in to do anything with it."""
        self._say(None, mark("That is no badge: sign in first, then scan it again."))

    def show_devices(self) -> None:
        """A reader or a printer is in another state."""
        self.query_one(Header).speak()

    @on(Credentials.Given)
    def _given(self, event: Credentials.Given) -> None:
        event.stop()
        if self._busy:
            return
        self._busy = True
        self._say(None, mark("One moment…"))
        self.run_worker(
            partial(self._log_in, event.who), thread=True, name="sign in", group="staff", exit_on_error=False
        )

    def _log_in(self, who: BadgeAndPin) -> None:
        try:
            actor = staff.log_in(self._library, badge=who.badge, pin=who.pin, place=self._place)
        # A refusal, a failing database or a bug: whichever it is, the screen stays and says so.
        except Exception as error:  # noqa: BLE001
            if not isinstance(error, Refusal | DatabaseTrouble):
                log_failure(error, "sign in")
            self.post_message(SignInFailed(error))
        else:
            self.post_message(SignedIn(actor))

    @on(SignInFailed)
    def _failed(self, event: SignInFailed) -> None:
        event.stop()
        self._busy = False
        self._say(event.error)
        self.query_one(Credentials).ask_again()
        if isinstance(event.error, DatabaseTrouble):
            self.run_worker(
                self._wait, thread=True, name="waiting", group="waiting", exclusive=True, exit_on_error=False
            )

    def _wait(self) -> None:
        worker = get_current_worker()
        if until_it_answers(self._library, lambda: worker.is_cancelled):
            self.post_message(DatabaseAnswers())

    @on(DatabaseAnswers)
    def _answers(self, event: DatabaseAnswers) -> None:
        event.stop()
        self.database_is_back()

    def database_is_back(self) -> None:
        """Whoever could not be signed in is asked again; nobody else is told anything."""
        if isinstance(self.query_one(Hint).error, DatabaseTrouble):
            self._say(None, mark("The database is back: type your PIN again."))

    def say(self, message: str) -> None:
        """Say this, marked, below badge and PIN."""
        self._say(None, message)

    def _say(self, error: Exception | None, message: str = "") -> None:
        hint = self.query_one(Hint)
        hint.error, hint.message = error, message
        hint.set_class(error is not None, "-error")
        hint.speak()

    def _tick(self) -> None:
        self.query_one(Header).time = self.voice.language.time(self._library.clock(), self._place.zone)

    def _keys(self) -> list[tuple[KeyAction, str]]:
        return [
            (HELP, self.voice.say(HELP.label)),
            (SPEAK, self.voice.next_name),
            (QUIT, self.voice.say(QUIT.label)),
        ]

    def action_help(self) -> None:
        """Show what every key does here; not while somebody is about to be let in."""
        from screens.place_help import show_help

        if not self._busy:
            show_help(self, self.voice)

    async def action_speak(self) -> None:
        await self.app.run_action("app.speak")

    async def action_leave(self) -> None:
        await self.app.run_action("app.leave")
