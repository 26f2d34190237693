"""The locked desk: who was at work here and since when, and nothing of any patron; badge and PIN open it again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec
from rich.text import Text
from textual.widget import Widget

from libops.i18n import mark
from screens.columns import plain, wrap
from screens.keymap import HELP, SPEAK, KeyAction
from screens.shift import Shift
from screens.sign_in import SignIn
from screens.spoken import Spoken

_FIRST = mark("Locked: sign in first.")


class Locking(msgspec.Struct, frozen=True):
    """When the desk was locked; after so many minutes without a scan or key, 0: by somebody."""

    at: datetime
    minutes: int = 0


class Locked(SignIn):
    """Stands in front of everything else until somebody signs in, and posts ``SignedIn`` like the first screen."""

    HEADING = mark("The desk is locked")

    def __init__(self, shift: Shift, locking: Locking) -> None:
        super().__init__(shift.voice, shift.library, shift.place, shift.devices.readers)
        self._shift, self._locking = shift, locking
        self.missed = 0

    def about(self) -> Iterable[Widget]:
        yield _Since(self._shift, self._locking, self)

    def scan_came(self) -> None:
        """Something was scanned: it is not acted upon, and said so."""
        self.missed += 1
        if not self.query(_Since):
            # It came on the heels of the lock, which is about to be shown and says it then.
            return
        self.query_one(_Since).speak()
        self.say(mark("Locked: sign in first, then scan it again."))

    def refuse(self) -> None:
        """Somebody wanted to leave: what waits here is not theirs to drop."""
        self.say(_FIRST)

    def _keys(self) -> list[tuple[KeyAction, str]]:
        return [(HELP, self.voice.say(HELP.label)), (SPEAK, self.voice.next_name)]


class _Since(Spoken):
    """Who was at work here, since when it is locked, and how much was scanned meanwhile."""

    def __init__(self, shift: Shift, locking: Locking, screen: Locked) -> None:
        super().__init__(shift.voice, id="since")
        self._shift, self._locking, self._of = shift, locking, screen

    def text(self) -> Text:
        lines = [line for sentence in self._sentences() for line in wrap(sentence, max(self.width, 20))]
        return Text("\n".join(lines))

    def _sentences(self) -> Iterable[str]:
        voice, minutes = self.voice, self._locking.minutes
        name = plain(self._shift.actor.label)
        time = voice.language.time(self._locking.at, self._shift.place.zone)
        if minutes:
            yield voice.say("Since {time}, after {n} min without a scan or key.", time=time, n=minutes)
            yield voice.say("At work here: {name}.", name=name)
        else:
            yield voice.say("{name} locked it at {time}.", name=name, time=time)
        yield voice.say("Somebody else may sign in and go on: the patron stays, and what is open is closed.")
        if self._of.missed:
            yield voice.say("Scanned meanwhile, and not acted upon: {n}.", n=self._of.missed)
