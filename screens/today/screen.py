"""Today, live: what every desk does shows here, at most once a second, and what is scanned here goes to the desk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from time import monotonic
from typing import ClassVar, NamedTuple

from textual import on
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from libops.i18n import mark
from libops.today import journal_pages
from libops.today.day import Day, DayBook
from libops.today.journal_pages import Entry, Sought
from screens.attempts import attempt
from screens.desk.header import Header
from screens.desk.panels import Help
from screens.desk.way_back import hand_over
from screens.keymap import COPY_TEXT, FIND, GO_TO, HELP, PAGE_DOWN, PAGE_UP, RETRY, SPEAK, TO_DESK, KeyAction, bindings
from screens.messages import CodeTyped, ScanHeard
from screens.shift import Shift
from screens.today.panel import LATEST, DayBeside, DayLine, DayPart, day_columns
from screens.workplace import Workplace

EVERY = 1.0
"""Seconds between two readings at least."""
_SHARE = 10
"""A reading that took long is not done again before so many times as long: others need the database too."""
_EVERYWHERE = KeyAction(
    "everywhere",
    "f7",
    mark("here / all"),
    mark("Show the day of this branch, or of all branches."),
    9,
    id="today.everywhere",
)
_STAFF = KeyAction(
    "staff", "f4", mark("staff"), mark("Show who works today, and how much was done."), 8, id="today.staff"
)
_JOURNAL = KeyAction(
    "journal", "f9", mark("journal"), mark("Show what happened, the newest first."), 8, id="today.journal"
)
KEYS = (HELP, TO_DESK, GO_TO, _STAFF, _EVERYWHERE, _JOURNAL, FIND, RETRY, COPY_TEXT, SPEAK, PAGE_UP, PAGE_DOWN)


class Reach:
    """Whether the day of this branch is looked at, or that of all. A shift keeps it while nobody looks."""

    def __init__(self) -> None:
        self.everywhere = False


class Seen(NamedTuple):
    """The day, and what happened last."""

    day: Day
    latest: Sequence[Entry]


class DayRead(Message):
    """The day was read, in so many seconds; or could not be."""

    def __init__(self, turn: int, seen: Seen | None, error: Exception | None, took: float) -> None:
        super().__init__()
        self.turn, self.seen, self.error, self.took = turn, seen, error, took


class Today(Workplace):
    """The day of this branch, or of all."""

    NAME: ClassVar[str] = mark("Today")
    KEYS = KEYS
    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)

    def __init__(self, shift: Shift, reach: Reach) -> None:
        super().__init__(shift)
        self.day: Day | None = None
        self._reach = reach
        self._book = self._new_book()
        self._turn = 0
        self._reading = False
        self._again = False
        self._soon: Timer | None = None
        self._not_before = 0.0

    def floor(self) -> Iterable[Widget]:
        yield DayLine(self.voice, self.shift.place)
        yield day_columns(self.voice, self.shift.place)

    def begin(self) -> None:
        super().begin()
        self.follow()
        self.read_anew()

    def follow(self) -> None:
        self.query_one(Header).show(self.NAME, self.shift.view.batch, self.shift.today)
        super().follow()

    def take_in(self, message: ScanHeard | CodeTyped) -> None:
        if isinstance(message, ScanHeard) or message.code.strip():
            hand_over(self, message)

    # --- reading --------------------------------------------------------------------------------------------------

    def happened(self, kinds: frozenset[str] | None) -> None:
        """Events of these kinds are new in the journal."""
        if kinds is None:
            # A restore: what was counted may never have been.
            self._begin_anew()
        else:
            self._read_soon()

    def _read_soon(self) -> None:
        if self._soon is None:
            wait = max(self._not_before - monotonic(), 0.05)
            self._soon = self.set_timer(wait, self.read_anew)

    def _begin_anew(self) -> None:
        self._book = self._new_book()
        self._turn += 1
        self._reading = self._again = False
        self.read_anew()

    def now_and_then(self) -> None:
        self.read_anew()

    def database_is_back(self) -> None:
        self.read_anew()

    def _new_book(self) -> DayBook:
        return DayBook("" if self._reach.everywhere else self.shift.place.branch_code)

    def read_anew(self) -> None:
        """Read the day as it is now."""
        if self._soon is not None:
            self._soon.stop()
            self._soon = None
        if self._reading:
            self._again = True
            return
        self._reading = True
        read = partial(self._read, self._turn, self._book)
        self.run_worker(read, thread=True, name="today", group="read", exit_on_error=False)

    def _read(self, turn: int, book: DayBook) -> None:
        begun = monotonic()

        def see() -> Seen:
            with self.shift.look() as look:
                return Seen(book.read(look), journal_pages.page(look, Sought(place=book.branch), limit=LATEST).results)

        seen, error = attempt(see, "today")
        self.post_message(DayRead(turn, seen, error, monotonic() - begun))

    @on(DayRead)
    def _day_read(self, event: DayRead) -> None:
        event.stop()
        if event.turn != self._turn:
            return
        self._reading = False
        self._not_before = monotonic() + max(EVERY, _SHARE * event.took)
        self.query_one(DayLine).show(event.seen and event.seen.day, event.error)
        if event.seen is not None:
            self.day = event.seen.day
            self.query_one(DayBeside).latest = event.seen.latest
            for part in self.query(DayPart):
                part.show(self.day)
        if self._again:
            self._again = False
            self._read_soon()

    # --- keys -----------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "take_along":
            return self.day is not None
        return super().check_action(action, parameters)

    def shown_text(self) -> str:
        """The day as it stands on screen, and whose it is."""
        shown = [part for part in self.query(DayPart) if part.is_in_sight]
        lines = [line.rstrip() for part in (self.query_one(DayLine), *shown) for line in part.plain_text().splitlines()]
        return "\n".join(line.removeprefix(" ") for line in lines)

    def action_everywhere(self) -> None:
        self._reach.everywhere = not self._reach.everywhere
        self._begin_anew()

    def action_staff(self) -> None:
        from screens.lists.staff_today import StaffToday

        self.shift.show_list(StaffToday(self.shift))

    def action_journal(self) -> None:
        from screens.lists.journal import Journal

        self.shift.show_list(Journal(self.shift))

    def action_leaf(self, by: int) -> None:
        for scroll in self.query(VerticalScroll):
            scroll.scroll_relative(y=by * max(scroll.size.height - 1, 1), animate=False)

    def action_back(self) -> None:
        if self.scan_line.value:
            self.scan_line.wipe()
        else:
            _ = self.app.pop_screen()

    def action_help(self) -> None:
        _ = self.app.push_screen(Help(self.voice, self.KEYS, (_ABOUT_SCANS,)))


_ABOUT_SCANS = mark("What is scanned here goes to the desk, and so do you.")
