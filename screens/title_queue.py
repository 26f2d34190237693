"""Who waits for a title, in the order in which they are served, with keys to change it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.binding import BindingType
from textual.message import Message
from textual.widget import Widget

from libops.circulation import requests
from libops.circulation.requests import RequestView
from libops.i18n import mark
from libops.names import REQUEST_KINDS, REQUEST_STATUSES
from libops.pages import MOST
from libops.permissions import Permission
from screens.account.keys import CANCEL_HOLD, HOLD_DATES, PICKUP, SUSPEND
from screens.acts import holds
from screens.attempts import attempt
from screens.card import Card
from screens.columns import plain
from screens.dialogs import ask_first, fills_below
from screens.forms.form import Reply
from screens.forms.holds import HoldDates, MoveHold, PickupForm, SuspendForm
from screens.keymap import CLOSE, COPY_TEXT, PICK, SPEAK, TEXT, KeyAction, bindings
from screens.lists.about import Details
from screens.lists.columns import Cell, Column, whom
from screens.lists.listing import Detail
from screens.lists.paged_list import PagedList
from screens.lists.rows import Rows
from screens.shift import Shift
from screens.spoken import Spoken

MOVE = KeyAction(
    "move_hold",
    "m",
    mark("other place"),
    mark("Put it at another place."),
    9,
    (Permission.OVERRIDE_HOLDS,),
    id="hold.move",
)
OF_ROW = (MOVE, CANCEL_HOLD, SUSPEND, PICKUP, HOLD_DATES)

BOUND = (CLOSE, SPEAK, *TEXT, *OF_ROW)
"""Every key in front of a queue."""
_COLUMNS = (
    Column(mark("#"), 3, 9, right=True),
    Column(mark("For whom"), 13, 9),
    Column(mark("Pickup at"), 8, 6),
    Column(mark("Placed"), 13, 5),
    Column(mark("Status"), 13, 8),
    Column(mark("Likely"), 13, 7),
)
_CONCERNS = ("hold.", "loan.", "item.", "transfer.", "request.", "calendar.", "undo", "act.")


class QueueRead(Message):
    """Who waits was read, or could not be."""

    def __init__(self, waiting: Sequence[RequestView], error: Exception | None = None) -> None:
        super().__init__()
        self.waiting, self.error = waiting, error


class TitleQueue(Card[None]):
    """The queue of one title; it is read anew after each act, and when the journal tells of it."""

    KEYS = (PICK, *OF_ROW, COPY_TEXT, CLOSE)
    BINDINGS: ClassVar[list[BindingType]] = bindings(BOUND)
    HORIZONTAL_BREAKPOINTS = fills_below(140)

    def __init__(self, shift: Shift, title_number: str, title: str) -> None:
        super().__init__(shift)
        self.waiting: Rows[RequestView] = Rows(lambda row: row.id)
        self._number, self._title = title_number, title

    def heading(self) -> str:
        return plain(self._title)

    def body(self) -> Iterable[Widget]:
        yield _Headings(self)
        yield PagedList(self.voice, self.waiting, _COLUMNS, self._cells)
        yield _Chosen(self)
        yield Reply(self.voice)

    def on_mount(self) -> None:
        self.read()

    # --- reading --------------------------------------------------------------------------------------------------

    def happened(self, kinds: frozenset[str] | None) -> None:
        """Something happened at some desk: it may have been in this queue."""
        if kinds is None or any(kind.startswith(_CONCERNS) for kind in kinds):
            self.read()

    def read(self) -> None:
        self.run_worker(self._read_queue, thread=True, name="queue", group="queue", exclusive=True, exit_on_error=False)

    def _read_queue(self) -> None:
        found, error = attempt(self._all, "queue")
        self.post_message(QueueRead(found or (), error))

    def _all(self) -> list[RequestView]:
        found: list[RequestView] = []
        after: str | None = ""
        while after is not None:
            with self.shift.look() as look:
                page = requests.queue(look, title_number=self._number, after=after, limit=MOST)
            found += page.results
            after = page.next
        return found

    @on(QueueRead)
    def _queue_read(self, event: QueueRead) -> None:
        event.stop()
        if event.error is not None:
            self.complain(event.error)
            return
        self.query_one(PagedList).show(self.waiting.renew(event.waiting, None))

    @on(PagedList.Chosen)
    def _row_chosen(self, event: PagedList.Chosen) -> None:
        event.stop()
        self.query_one(_Headings).speak()
        self.query_one(_Chosen).speak()
        self.refresh_keys()

    def _cells(self, row: RequestView) -> Sequence[Cell]:
        spoken, today = self.voice.language, self.shift.today
        likely = "" if row.expected_on is None else spoken.day(row.expected_on, today)
        return (
            Cell(str(row.place or ""), "strong"),
            Cell(whom(row.patron_number, row.patron_name) or self.voice.say("a patron")),
            Cell(spoken.either(row.branch_zh, row.branch_en)),
            Cell(spoken.day(row.placed_on, today), "quiet"),
            Cell(*self._standing(row)),
            Cell(likely),
        )

    def _standing(self, row: RequestView) -> tuple[str, str]:
        """How it stands with a request, and in which tone."""
        spoken, today = self.voice.language, self.shift.today
        if row.suspended:
            return self.voice.say("suspended"), "alarm"
        if row.starts_on is not None and row.starts_on > today:
            return self.voice.say("from {day}", day=spoken.day(row.starts_on, today)), "quiet"
        if row.kind != "hold":
            return self.voice.say(REQUEST_KINDS[row.kind]), "plain"
        return self.voice.say(REQUEST_STATUSES[row.status]), "plain"

    # --- keys -----------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        key = next((one for one in OF_ROW if one.action == action), None)
        if key is None:
            return action != "pick" or len(self.waiting.rows) > 1
        return self.waiting.chosen is not None and self.shift.may(*key.needs)

    def keys(self) -> list[tuple[KeyAction, str]]:
        return [(one, self.voice.say(one.label)) for one in self.KEYS if self.check_action(one.action, ())]

    def move_by(self, lines: int) -> None:
        self.query_one(PagedList).move(lines)

    def lines_of_a_leaf(self) -> int:
        return self.query_one(PagedList).page

    def action_move_hold(self) -> None:
        if self.waiting.chosen is not None:
            self.fill_in(MoveHold(self.shift, self.waiting.chosen))

    def action_hold_dates(self) -> None:
        if self.waiting.chosen is not None:
            self.fill_in(HoldDates(self.shift, self.waiting.chosen))

    def action_pickup(self) -> None:
        if self.waiting.chosen is not None:
            self.fill_in(PickupForm(self.shift, self.waiting.chosen))

    def action_suspend(self) -> None:
        row = self.waiting.chosen
        if row is not None and row.suspended:
            self.do(holds.resume(row.id, row.title))
        elif row is not None:
            self.fill_in(SuspendForm(self.shift, row))

    def action_cancel_hold(self) -> None:
        row = self.waiting.chosen
        if row is not None:
            about = " · ".join(part for part in (row.title, row.patron_name, row.patron_number) if part)
            end = partial(self.do, holds.cancel(row.id, row.title))
            ask_first(self.app, self.voice, mark("End this hold?"), mark("Yes, end it"), about, end)


class _Headings(Spoken):
    """The headings of the columns; that nobody waits, where nobody does."""

    def __init__(self, queue: TitleQueue) -> None:
        super().__init__(queue.voice, id="headings")
        self._queue = queue

    def text(self) -> Text:
        waiting = self._queue.waiting
        if not waiting.has_read:
            return Text("  " + self.voice.say("reading…"))
        if not waiting.rows:
            return Text("  " + self.voice.say("Nobody waits for this title."))
        return Text(self._queue.query_one(PagedList).headings(), no_wrap=True, overflow="ellipsis")


class _Chosen(Details):
    """What is known of the chosen request beside what its columns have room for."""

    def __init__(self, queue: TitleQueue) -> None:
        super().__init__(queue.voice, id="chosen-request")
        self._queue = queue

    def details(self) -> Sequence[Detail]:
        row = self._queue.waiting.chosen
        if row is None:
            return ()
        say, spoken, today = self.voice.say, self.voice.language, self._queue.shift.today
        starts, needed, suspended = (
            "" if day is None else spoken.day(day, today) for day in (row.starts_on, row.needed_by, row.suspended_until)
        )
        return (
            Detail(say("For whom"), " ".join(part for part in (row.patron_name, row.patron_number) if part)),
            Detail(say("Pickup at"), spoken.either(row.branch_zh, row.branch_en)),
            Detail(say("Only this copy"), row.barcode or ""),
            Detail(say("Not before"), starts),
            Detail(say("Needed by"), needed),
            Detail(say("Suspended until"), (suspended or say("it is resumed")) if row.suspended else "", alarm=True),
            Detail(say("Note"), row.note),
        )
