"""The newest outcome, as each way of working shows it: small above the scan line, or large in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rich.cells import cell_len
from rich.style import Style

from libops.circulation.desk_words import Said, Tone, say
from screens.desk.visit import Visit
from screens.spoken import Spoken
from screens.voice import Voice

_BETWEEN = "   "


class Latest(Spoken):
    """Holds an outcome until the next one, and takes on its tone as a class; how it looks is left to each kind.

    While a scan takes longer than a moment, the old outcome makes room for the news that there is none yet: nobody is
    to hand over a book on the answer to the one before it.
    """

    def __init__(self, voice: Voice, visit: Visit, *, id: str) -> None:
        super().__init__(voice, id=id)
        self.visit = visit
        self.key_hints: Sequence[str] = ()
        self.today = date.min
        self.awaiting = False

    def show(self, key_hints: Sequence[str], today: date, *, awaiting: bool) -> None:
        """Show the newest outcome and the keys that lead on from it, or that the next one is awaited."""
        self.key_hints, self.today, self.awaiting = key_hints, today, awaiting
        told = None if awaiting else self.told()
        for one in Tone:
            self.set_class(told is not None and one == told.tone, f"-{one}")
        self.speak()

    def told(self) -> Said | None:
        """The newest outcome in the language of now."""
        newest = self.visit.newest
        return None if newest is None else self.visit.said(newest, self.voice, self.today)

    def note(self) -> str:
        """That the code was read once more, where it was."""
        again = self.visit.read_twice
        return "" if again is None else say(again, self.voice.language, self.today).fact

    def hint(self, width: int) -> str:
        """The keys that lead on, the most useful first: as many as have room in one line, whole."""
        hints = list(self.key_hints)
        while len(hints) > 1 and cell_len(_BETWEEN.join(hints)) > width:
            _ = hints.pop()
        return _BETWEEN.join(hints)

    def not_yet(self) -> str:
        """That what was scanned last has no answer yet."""
        return self.voice.say("The last scan has no answer yet.")

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)
