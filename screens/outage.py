"""The database is gone: every screen says so and keeps what is on it. Once it is back they read what they missed."""

from __future__ import annotations

from typing import Any

from rich.text import Text
from textual.app import App
from textual.screen import Screen
from textual.timer import Timer

from libops.i18n import mark
from libops.troubles import DatabaseTrouble
from screens.complaints import complaint
from screens.sign_in import SignIn
from screens.spoken import Spoken
from screens.standing import stands
from screens.voice import Voice
from screens.workplace import ReadsAgain

BACK_FOR = 5.0
"""Seconds for which it is said that the database is back."""
_EVERY = 0.25
"""Seconds after which a screen that has just opened says it too."""

_TRYING = mark("{why} Trying again; scans are kept.")
_TRYING_WITHOUT_SCANS = mark("{why} Trying again.")
_BACK = mark("The database is back.")


class OutageLine(Spoken):
    """One line below the top line, where only a rule is: it takes no room from anything."""

    def __init__(self, voice: Voice, *, keeps_scans: bool) -> None:
        super().__init__(voice)
        self._trouble: DatabaseTrouble | None = None
        self._keeps_scans = keeps_scans

    def tell(self, trouble: DatabaseTrouble | None) -> None:
        """Say what is wrong; None: that the database is back."""
        if trouble is self._trouble and self.is_mounted:
            return
        self._trouble = trouble
        self.set_class(trouble is None, "-back")
        self.speak()

    def text(self) -> Text:
        if self._trouble is None:
            return Text(f" ● {self.voice.say(_BACK)}")
        # The place where it should be may be longer than the line; whoever acts is told that as well.
        why = complaint(DatabaseTrouble(self._trouble.kind), self.voice).why
        said = self.voice.say(_TRYING if self._keeps_scans else _TRYING_WITHOUT_SCANS, why=why)
        return Text(f" ✕ {said}", no_wrap=True, overflow="ellipsis")


class Outage:
    """What all screens of a console say of the database."""

    # Any, because what an app returns when it ends matters to nobody here.
    def __init__(self, app: App[Any], voice: Voice) -> None:
        self._app, self._voice = app, voice
        self.trouble: DatabaseTrouble | None = None
        self._showing: Timer | None = None
        self._over: Timer | None = None

    def begin(self, trouble: DatabaseTrouble) -> None:
        """The database cannot be used: say so in front, also of what opens from now on."""
        self._stop_timers()
        self.trouble = trouble
        self._showing = self._app.set_interval(_EVERY, self._show)
        self._show()

    def end(self) -> None:
        """It can be used again: say so for a moment, and have every screen read."""
        if self.trouble is None:
            return
        self.trouble = None
        self._stop_timers()
        self._show()
        for screen in self._app.screen_stack:
            if isinstance(screen, ReadsAgain):
                screen.database_is_back()
        self._over = self._app.set_timer(BACK_FOR, self.forget)

    def forget(self) -> None:
        """Nothing is said any more: it has been back for a moment, or nobody is signed in who would follow it."""
        self.trouble = None
        self._stop_timers()
        for screen in self._app.screen_stack:
            _ = screen.query(OutageLine).remove()

    def _stop_timers(self) -> None:
        for timer in (self._showing, self._over):
            if timer is not None:
                timer.stop()
        self._showing = self._over = None

    def _show(self) -> None:
        for screen in self._app.screen_stack:
            if stands(screen):
                self._line_of(screen).tell(self.trouble)

    def _line_of(self, screen: Screen[Any]) -> OutageLine:
        for line in screen.query(OutageLine):
            return line
        line = OutageLine(self._voice, keeps_scans=not isinstance(screen, SignIn))
        _ = screen.mount(line)
        return line
