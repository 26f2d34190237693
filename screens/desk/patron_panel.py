"""Who is in front of me: the patron's name and number, and the numbers that matter, absent when zero."""

from __future__ import annotations

from datetime import date

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from libops.circulation.desk_words import against, patron_parts
from libops.i18n import mark
from libops.people.accounts import Account
from libops.people.patrons import PatronView
from screens.columns import fit, plain, wrap
from screens.spoken import Spoken
from screens.voice import Voice

GOING = mark("The patron is let go in {n} s; a scan or any key keeps them here.")
GONE_SOON = mark("The patron is let go as soon as what was scanned has its answer.")

_SAMPLE = mark("This is a sample library: {command} shows you around one, in a terminal of its own.")
_SHOWS_AROUND = "libops train"

_SPACE = 5


class PatronPanel(Spoken):
    """Two lines; more where something waits for the patron, stands against them, or staff left a note.

    ``sample``: while nobody is there it says of a sample library where one is shown around.
    """

    COMPONENT_CLASSES = {
        "patron-panel--name",
        "patron-panel--alarm",
        "patron-panel--ready",
        "patron-panel--quiet",
        "patron-panel--going",
    }

    def __init__(self, voice: Voice, *, sample: bool = False) -> None:
        super().__init__(voice, id="patron-panel")
        self._sample = sample
        self.patron: PatronView | None = None
        self.account: Account | None = None
        self.today = date.min
        self._seconds: int | None = None

    def show(self, patron: PatronView | None, account: Account | None, today: date) -> None:
        """Show this patron, or that nobody is chosen; the account tells what stands against them once it is read."""
        self.patron, self.account, self.today = patron, account, today
        self.speak()

    def count_down(self, seconds: int | None) -> None:
        """Say that the patron is let go in so many seconds; None: there is time enough."""
        if seconds != self._seconds:
            self._seconds = seconds
            self.speak()

    def text(self) -> Text:
        text = Text(no_wrap=True, overflow="ellipsis")
        if self.patron is None:
            text.append(" " + self.voice.say("Nobody is chosen yet.") + "\n", self._style("patron-panel--quiet"))
            text.append(" " + self.voice.say("Scan a patron's card."), self._style("patron-panel--quiet"))
            if self._sample:
                self._line(text, self.voice.say(_SAMPLE, command=_SHOWS_AROUND), "patron-panel--quiet")
            return text
        self._who(text, self.patron)
        self._numbers(text, self.patron)
        for sentence in against(self.account, self.voice.language) if self.account is not None else ():
            self._line(text, f"! {sentence}", "patron-panel--alarm")
        if self.patron.note:
            self._line(text, self.patron.note, "patron-panel--name")
        if self._seconds is not None:
            self._line(
                text, self.voice.say(GOING if self._seconds else GONE_SOON, n=self._seconds), "patron-panel--going"
            )
        return text

    def _numbers(self, text: Text, patron: PatronView) -> None:
        width, room = self.width - 2, 0
        for part in patron_parts(patron, self.voice.language, self.today, self.account):
            words = f"! {part.text}" if part.alarm else part.text
            needed = cell_len(words) + _SPACE
            if not room or needed > room:
                text.append("\n ")
                room = width
            else:
                text.append(" " * _SPACE)
            style = "patron-panel--alarm" if part.alarm else "patron-panel--ready" if part.ready else ""
            text.append(plain(words), self._style(style) if style else Style())
            room -= needed

    def _line(self, text: Text, sentence: str, style: str) -> None:
        for line in wrap(sentence, max(self.width - 2, 20)):
            text.append("\n " + line, self._style(style))

    def _who(self, text: Text, patron: PatronView) -> None:
        spoken = self.voice.language
        category = plain(spoken.either(patron.category_zh, patron.category_en))
        until = self.voice.say("to {day}", day=spoken.day(patron.expires_on, self.today))
        right = f"{plain(patron.number)}   {category} · {until} "
        room = max(self.width - 1 - cell_len(right), 8)
        text.append(" ")
        text.append(fit(patron.name, room), self._style("patron-panel--name"))
        text.append(right, self._style("patron-panel--quiet"))

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)
