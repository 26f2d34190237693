"""A title: what it is, its copies and where each stands, and what can be done with it and with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget

from libops.catalogue.adding import Proposal, proposed
from libops.catalogue.titles import CopyView, TitleCard, show_title
from libops.i18n import mark
from libops.names import ITEM_STATUSES
from libops.permissions import Permission
from screens.attempts import attempt
from screens.card import Card
from screens.catalogue.described import described
from screens.columns import plain
from screens.dialogs import Heading, fills_below
from screens.forms.form import Reply
from screens.keymap import CLOSE, COPY_TEXT, LINES, SPEAK, KeyAction, bindings
from screens.lists.about import Details
from screens.lists.columns import Cell, Column
from screens.lists.listing import Detail
from screens.lists.paged_list import PagedList
from screens.lists.rows import Rows
from screens.shift import Shift
from screens.spoken import Spoken
from screens.title_queue import TitleQueue

_CATALOGUE = (Permission.CATALOGUE,)
COPY = KeyAction(
    "copy", "enter", mark("this copy"), mark("Show the chosen copy, and what can be done with it."), 9, id="title.copy"
)
HOLD = KeyAction(
    "hold", "h", mark("hold"), mark("Place a hold on this title."), 9, (Permission.PLACE_HOLDS,), id="title.hold"
)
QUEUE = KeyAction(
    "queue", "q", mark("queue"), mark("Show who waits for this title."), 8, (Permission.PLACE_HOLDS,), id="title.queue"
)
SHELF = KeyAction("shelf", "b", mark("shelf"), mark("Show what stands beside the chosen copy."), 7, id="title.shelf")
LABELS = KeyAction(
    "labels", "k", mark("spine labels"), mark("Show and print the spine labels of its copies."), 5, id="title.labels"
)
ADD = KeyAction("add", "a", mark("add a copy"), mark("Add a copy of this title."), 6, _CATALOGUE, id="title.add")
EDIT = KeyAction("edit", "e", mark("edit"), mark("Change how the title is described."), 6, _CATALOGUE, id="title.edit")
VOLUMES = KeyAction("volumes", "v", mark("volumes"), mark("Show the other volumes of its set."), 5, id="title.volumes")
RECORD = KeyAction(
    "record", "r", mark("record"), mark("Show the record that it was read from, field by field."), 4, id="title.record"
)
LEAF = KeyAction(
    "read_on(1)", "pagedown", mark("more below"), mark("Show what stands further down."), 0, id="dialog.page_down"
)
LEAF_BACK = KeyAction(
    "read_on(-1)", "pageup", mark("more above"), mark("Show what stands further up."), 0, id="dialog.page_up"
)

KEYS = (COPY, HOLD, QUEUE, SHELF, LABELS, ADD, EDIT, VOLUMES, RECORD)
BOUND = (CLOSE, SPEAK, *LINES, LEAF, LEAF_BACK, *KEYS)
"""Every key in front of a title."""
_COLUMNS = (
    Column(mark("Call number"), 12, 9),
    # Whole, as a rule: before one of these is cut, the type and then the barcode go.
    Column(mark("Place"), 20, 7),
    Column(mark("Status"), 14, 9),
    Column(mark("Due"), 16, 8),
    Column(mark("Barcode"), 14, 6),
    Column(mark("Type"), 8, 4),
    Column(mark("Note"), 8, 3),
)
_CONCERNS = ("title.", "item.", "loan.", "hold.", "transfer.", "undo", "act.")


class TitleRead(Message):
    """The title was read, and as what another copy of it would stand here; or it could not be."""

    def __init__(self, read: tuple[TitleCard, Proposal] | None, error: Exception | None = None) -> None:
        super().__init__()
        self.read, self.error = read, error


class TitlePanel(Card[None]):
    """One title; it is read anew after each act, and when the journal tells of it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(BOUND)
    HORIZONTAL_BREAKPOINTS = fills_below(170)

    def __init__(self, shift: Shift, number: str) -> None:
        super().__init__(shift)
        self._number = number
        self.card: TitleCard | None = None
        self._proposal = Proposal()
        self.copies: Rows[CopyView] = Rows(lambda copy: copy.barcode)

    def heading(self) -> str:
        return self._number if self.card is None else plain(self.card.about.title)

    def body(self) -> Iterable[Widget]:
        yield VerticalScroll(_Described(self), id="about-title", can_focus=False)
        yield _Headings(self)
        yield PagedList(self.voice, self.copies, _COLUMNS, self._cells)
        yield Reply(self.voice)

    def on_mount(self) -> None:
        self.read()

    # --- reading --------------------------------------------------------------------------------------------------

    def happened(self, kinds: frozenset[str] | None) -> None:
        """Something happened at some desk: it may have been to this title."""
        if kinds is None or any(kind.startswith(_CONCERNS) for kind in kinds):
            self.read()

    def read(self) -> None:
        self.run_worker(self._read, thread=True, name="title", group="title", exclusive=True, exit_on_error=False)

    def _read(self) -> None:
        self.post_message(TitleRead(*attempt(self._card, "title")))

    def _card(self) -> tuple[TitleCard, Proposal]:
        with self.shift.look() as look:
            card = show_title(look, self._number)
            return card, proposed(look, card.number, self.shift.place.branch_code)

    @on(TitleRead)
    def _title_read(self, event: TitleRead) -> None:
        event.stop()
        if event.error is not None:
            self.complain(event.error)
            return
        moved = 0
        if event.read is not None:
            self.card, self._proposal = event.read
            moved = self.copies.renew(self._in_order(self.card), None)
        self.query_one(PagedList).show(moved)
        self._show()

    def _in_order(self, card: TitleCard) -> list[CopyView]:
        """This branch's copies first."""
        return sorted(card.copies, key=lambda copy: copy.branch_code != self.shift.place.branch_code)

    @on(PagedList.Chosen)
    def _row_chosen(self, event: PagedList.Chosen) -> None:
        event.stop()
        self._show()

    def speak(self) -> None:
        """Say it all in the language of now."""
        self._show()

    def _show(self) -> None:
        for part in (Heading, _Described, _Headings):
            self.query_one(part).speak()
        self.refresh_keys()

    def _cells(self, copy: CopyView) -> Sequence[Cell]:
        spoken, today = self.voice.language, self.shift.today
        # Where somebody stands needs no name: on a narrow screen the shelf has the room.
        is_here = copy.branch_code == self.shift.place.branch_code
        branch = self.voice.say("here") if is_here else spoken.either(copy.branch_zh, copy.branch_en)
        shelf = spoken.either(copy.location_zh or "", copy.location_en or "")
        tone = {"available": "good", "checked_out": "plain"}.get(copy.status, "alarm")
        return (
            Cell(" ".join(part for part in (copy.call_number, copy.volume) if part), "strong"),
            Cell(" · ".join(part for part in (branch, shelf) if part)),
            Cell(self.voice.say(ITEM_STATUSES[copy.status]), tone),
            Cell("" if copy.due_on is None else spoken.day(copy.due_on, today)),
            Cell(copy.barcode, "quiet"),
            Cell(spoken.either(copy.item_type_zh, copy.item_type_en), "quiet"),
            Cell(copy.note, "quiet"),
        )

    # --- keys -----------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        key = next((one for one in KEYS if one.action == action), None)
        if key is None:
            return True
        return self.card is not None and self.shift.may(*key.needs) and self._makes_sense(key, self.card)

    def _makes_sense(self, key: KeyAction, card: TitleCard) -> bool:
        copy = self.copies.chosen
        needed = {
            COPY: copy is not None,
            SHELF: copy is not None and bool(copy.call_number and copy.location_code),
            LABELS: any(one.call_number for one in card.copies),
            VOLUMES: bool(card.volumes),
            RECORD: card.provenance is not None,
        }
        return needed.get(key, True)

    def keys(self) -> list[tuple[KeyAction, str]]:
        offered = [one for one in KEYS if self.check_action(one.action, ())]
        return [(one, self.voice.say(one.label)) for one in (*offered, COPY_TEXT, CLOSE)]

    def move_by(self, lines: int) -> None:
        self.query_one(PagedList).move(lines)

    def lines_of_a_leaf(self) -> int:
        return self.query_one(PagedList).page

    def action_read_on(self, by: int) -> None:
        about = self.query_one("#about-title", VerticalScroll)
        about.scroll_relative(y=by * max(about.size.height - 1, 1), animate=False)

    def action_copy(self) -> None:
        if self.copies.chosen is not None:
            self.shift.show_item(self.copies.chosen.barcode)

    def action_hold(self) -> None:
        from screens.forms.holds import PlaceHold

        if self.card is not None:
            self.fill_in(PlaceHold(self.shift, self.shift.view.patron, self._number, self.card.about.title))

    def action_queue(self) -> None:
        if self.card is not None:
            _ = self.app.push_screen(TitleQueue(self.shift, self._number, self.card.about.title))

    def action_shelf(self) -> None:
        if self.copies.chosen is not None:
            self.shift.show_shelf(self.copies.chosen.barcode)

    def action_labels(self) -> None:
        """The chosen copy's first: whoever wants only that one prints only the first."""
        chosen = self.copies.chosen
        if chosen is not None:
            others = [one.barcode for one in self.copies.rows if one is not chosen and one.call_number]
            self.shift.show_labels([chosen.barcode, *others])

    def action_add(self) -> None:
        from screens.forms.copies import AddCopy

        if self.card is not None:
            self.fill_in(AddCopy(self.shift, self.card, self._proposal))

    def action_edit(self) -> None:
        from screens.forms.titles import EditTitle

        if self.card is not None:
            self.fill_in(EditTitle(self.shift, self._number, self.card.about))

    def action_volumes(self) -> None:
        from screens.catalogue.volumes import Volumes

        if self.card is not None:
            self.shift.show_list(Volumes(self.shift, self.card))

    def action_record(self) -> None:
        from screens.catalogue.record import RecordPanel

        _ = self.app.push_screen(RecordPanel(self.shift, self._number))


class _Described(Details):
    def __init__(self, panel: TitlePanel) -> None:
        super().__init__(panel.voice, id="described")
        self._panel = panel

    def details(self) -> Sequence[Detail]:
        card = self._panel.card
        return () if card is None else list(described(card, self._panel.shift))


class _Headings(Spoken):
    """The headings of the copies; that there is none, where there is none."""

    def __init__(self, panel: TitlePanel) -> None:
        super().__init__(panel.voice, id="headings")
        self._panel = panel

    def text(self) -> Text:
        if not self._panel.copies.has_read:
            return Text("  " + self.voice.say("reading…"))
        if not self._panel.copies.rows:
            return Text("  " + self.voice.say("The library has no copy of it."))
        return Text(self._panel.query_one(PagedList).headings(), no_wrap=True, overflow="ellipsis")
