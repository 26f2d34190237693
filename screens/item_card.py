"""Everything that is known of one copy, and what can be done with it besides lending and taking back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget

from libops.circulation import item_stories
from libops.circulation.item_stories import ItemStory
from libops.i18n import mark
from libops.names import CONDITIONS, ITEM_STATUSES, TRANSFER_REASONS
from libops.permissions import Permission
from screens.acts import items
from screens.acts.items import MARKINGS
from screens.attempts import attempt
from screens.card import Card
from screens.columns import plain
from screens.dialogs import Heading
from screens.forms.form import Reply
from screens.forms.holds import PlaceHold
from screens.forms.items import MarkForm, StatusForm, TransferForm
from screens.keymap import CLOSE, COPY_TEXT, EXPLAIN, SPEAK, KeyAction, bindings
from screens.lists.about import Details
from screens.lists.listing import Detail
from screens.shift import Shift
from screens.title_queue import TitleQueue

if TYPE_CHECKING:
    from libops.catalogue.stacks.placing import PlaceView

_MARK = (Permission.MARK_ITEMS,)
_MOVE = (Permission.MOVE_ITEMS,)
HOLD = KeyAction(
    "hold",
    "h",
    mark("hold"),
    mark("Place a hold for the patron at the desk."),
    8,
    (Permission.PLACE_HOLDS,),
    id="item.hold",
)
QUEUE = KeyAction(
    "queue", "q", mark("queue"), mark("Show who waits for this title."), 7, (Permission.PLACE_HOLDS,), id="item.queue"
)
LOST = KeyAction("mark('lost')", "l", mark("lost"), mark("The borrower has lost it."), 7, _MARK, id="item.lost")
CLAIMED = KeyAction(
    "mark('claimed')",
    "c",
    mark("says returned"),
    mark("The borrower says it was returned."),
    7,
    _MARK,
    id="item.claimed",
)
FOUND = KeyAction("found", "f", mark("found"), mark("It was found in the house."), 7, _MARK, id="item.found")
MISSING = KeyAction(
    "mark('missing')",
    "m",
    mark("missing"),
    mark("It is not on its shelf."),
    7,
    (Permission.MARK_MISSING,),
    id="item.missing",
)
DAMAGED = KeyAction("mark('damaged')", "d", mark("damaged"), mark("Note what is damaged."), 6, _MARK, id="item.damaged")
UNDAMAGED = KeyAction(
    "mark('undamaged')", "u", mark("repaired"), mark("Take the note of damage off."), 6, _MARK, id="item.repaired"
)
PARTS = KeyAction(
    "mark('parts')", "p", mark("parts missing"), mark("Note which parts are missing."), 5, _MARK, id="item.parts"
)
COMPLETE = KeyAction(
    "mark('complete')", "o", mark("complete"), mark("Take the note of missing parts off."), 5, _MARK, id="item.complete"
)
TRANSFER = KeyAction(
    "transfer", "t", mark("send"), mark("Ask for it to be sent to another branch."), 6, _MOVE, id="item.send"
)
CALL_OFF = KeyAction(
    "call_off", "x", mark("call transfer off"), mark("Call its transfer off."), 6, _MOVE, id="item.call_off"
)
STATUS = KeyAction(
    "status", "s", mark("status"), mark("Set it in process, unavailable, available."), 3, _MARK, id="item.status"
)
HISTORY = KeyAction(
    "history", "y", mark("item history"), mark("Show what happened to it, and who had it last."), 4, id="item.history"
)
WITHDRAW = KeyAction(
    "mark('withdrawn')",
    "w",
    mark("withdraw"),
    mark("Take it out of the stock."),
    2,
    (Permission.WITHDRAW,),
    id="item.withdraw",
)

TITLE = KeyAction("title", "i", mark("title"), mark("Show its title with all its copies."), 8, id="item.title")
SHELF = KeyAction("shelf", "b", mark("shelf"), mark("Show what stands beside it."), 6, id="item.shelf")
EDIT = KeyAction(
    "edit", "e", mark("edit"), mark("Change what is known of it."), 5, (Permission.CATALOGUE,), id="item.edit"
)
LABEL = KeyAction("label", "k", mark("spine label"), mark("Show and print its spine label."), 4, id="item.label")

KEYS = (
    TITLE,
    HOLD,
    QUEUE,
    SHELF,
    LOST,
    CLAIMED,
    FOUND,
    MISSING,
    DAMAGED,
    UNDAMAGED,
    PARTS,
    COMPLETE,
    TRANSFER,
    CALL_OFF,
    STATUS,
    EDIT,
    LABEL,
    HISTORY,
    WITHDRAW,
)

BOUND = (CLOSE, SPEAK, EXPLAIN, *KEYS)
"""Every key in front of an item."""

_GONE = ("missing", "long_missing", "claimed_returned", "declared_lost", "aged_to_lost", "lost_and_paid")


class StoryRead(Message):
    """What is known of the item was read, or could not be."""

    def __init__(self, barcode: str, story: ItemStory | None, error: Exception | None = None) -> None:
        super().__init__()
        self.barcode, self.story, self.error = barcode, story, error


class ItemCard(Card[None]):
    """One copy; it is read anew after each act, and when the journal tells of it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(BOUND)

    def __init__(self, shift: Shift, barcode: str) -> None:
        super().__init__(shift)
        self._barcode = barcode
        self.story: ItemStory | None = None

    def heading(self) -> str:
        return self._barcode if self.story is None else plain(self.story.item.title)

    def body(self) -> Iterable[Widget]:
        yield VerticalScroll(Story(self.shift, self), id="scroll", can_focus=False)
        yield Reply(self.voice)

    def on_mount(self) -> None:
        self.read()

    def happened(self, kinds: frozenset[str] | None) -> None:
        """Something happened at some desk: it may have been to this item."""
        self.read()

    def show_instead(self, barcode: str) -> None:
        """Another copy was scanned: show that one."""
        self._barcode, self.story = barcode, None
        if self.query(Reply):
            # Otherwise it is not on screen yet, and reads this one as its first.
            self.query_one(Reply).show()
            self._show()
            self.read()

    def read(self) -> None:
        self.run_worker(
            partial(self._read_story, self._barcode),
            thread=True,
            name="item",
            group="item",
            exclusive=True,
            exit_on_error=False,
        )

    def _read_story(self, barcode: str) -> None:
        def story() -> ItemStory:
            with self.shift.look() as look:
                return item_stories.show(look, barcode)

        self.post_message(StoryRead(barcode, *attempt(story, "item")))

    @on(StoryRead)
    def _story_read(self, event: StoryRead) -> None:
        event.stop()
        if event.barcode != self._barcode:
            # Another one was scanned meanwhile.
            return
        self.story = event.story or self.story
        if event.error is not None:
            self.complain(event.error)
        self._show()

    def _show(self) -> None:
        self.query_one(Heading).speak()
        self.query_one(Story).speak()
        self.refresh_keys()

    # --- keys -----------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        wanted = action if not parameters else f"{action}('{parameters[0]}')"
        key = next((one for one in KEYS if one.action == wanted), None)
        if key is None:
            return True
        if self.story is None or not self.shift.may(*key.needs):
            return False
        return key in self._sensible(self.story)

    def _sensible(self, story: ItemStory) -> set[KeyAction]:
        """What makes sense for a copy in its state; whether it is allowed, the act says."""
        status = story.item.status
        on_loan = story.loan is not None
        gone = status in _GONE
        sensible = {
            TITLE: True,
            HOLD: self.shift.view.patron is not None,
            QUEUE: True,
            SHELF: bool(story.item.call_number and story.item.location_code),
            EDIT: True,
            LABEL: bool(story.item.call_number),
            HISTORY: True,
            LOST: on_loan,
            CLAIMED: on_loan,
            FOUND: gone,
            MISSING: not on_loan and not gone,
            DAMAGED: True,
            UNDAMAGED: bool(story.damage),
            PARTS: True,
            COMPLETE: bool(story.missing_parts),
            TRANSFER: not on_loan and story.way is None,
            CALL_OFF: story.way is not None,
            STATUS: self._can_be_set(story),
            WITHDRAW: not on_loan and status != "withdrawn",
        }
        return {key for key, makes_sense in sensible.items() if makes_sense}

    def _can_be_set(self, story: ItemStory) -> bool:
        """What is in, and neither set aside nor on a way; who takes back into the stock must be one who withdraws."""
        if story.item.status == "withdrawn" and not self.shift.may(Permission.WITHDRAW):
            return False
        elsewhere = story.loan is not None or story.held_for is not None or story.way is not None
        return not elsewhere and story.item.status not in _GONE

    def keys(self) -> list[tuple[KeyAction, str]]:
        offered = [one for one in KEYS if self.story is not None and self.shift.may(*one.needs)]
        sensible = set() if self.story is None else self._sensible(self.story)
        always = (EXPLAIN, COPY_TEXT, CLOSE)
        return [(one, self.voice.say(one.label)) for one in (*offered, *always) if one in {*sensible, *always}]

    @property
    def _about(self) -> str:
        return self._barcode if self.story is None else self.story.item.title

    def action_explain(self) -> None:
        self.shift.explain(self._barcode)

    def action_mark(self, way: str) -> None:
        cost = None if self.story is None else self.story.if_lost
        self.fill_in(MarkForm(self.shift, MARKINGS[way], self._barcode, self._about, cost))

    def action_found(self) -> None:
        self.do(items.found(self._barcode, self._about))

    def action_transfer(self) -> None:
        self.fill_in(TransferForm(self.shift, self._barcode, self._about))

    def action_call_off(self) -> None:
        self.do(items.cancel_transfer(self._barcode, self._about))

    def action_queue(self) -> None:
        if self.story is not None:
            _ = self.app.push_screen(TitleQueue(self.shift, self.story.title_number, self.story.item.title))

    def action_title(self) -> None:
        if self.story is not None:
            self.shift.show_title(self.story.title_number)

    def action_shelf(self) -> None:
        self.shift.show_shelf(self._barcode)

    def action_label(self) -> None:
        self.shift.show_labels([self._barcode])

    def action_history(self) -> None:
        from screens.lists.item_history import ItemHistory

        self.shift.show_list(ItemHistory(self.shift, self._barcode, self._about))

    def action_edit(self) -> None:
        from screens.forms.copies import EditCopy

        if self.story is not None:
            self.fill_in(EditCopy(self.shift, self.story))

    def action_status(self) -> None:
        if self.story is not None:
            self.fill_in(StatusForm(self.shift, self.story.item))

    def action_hold(self) -> None:
        patron = self.shift.view.patron
        if patron is not None:
            self.fill_in(PlaceHold(self.shift, patron, self._barcode))


class Story(Details):
    """What is known, one thing after the other; what is not so is left out."""

    def __init__(self, shift: Shift, card: ItemCard) -> None:
        super().__init__(shift.voice, id="story")
        self._shift = shift
        self._card = card

    def details(self) -> Sequence[Detail]:
        story = self._card.story
        return () if story is None else [*self._what(story), *self._where(story), *self._who(story)]

    def _what(self, story: ItemStory) -> Iterator[Detail]:
        say, item = self.voice.say, story.item
        yield Detail(say("Title"), item.title)
        yield Detail(say("Also"), item.title_alt)
        yield Detail(say("Author"), item.author)
        yield Detail(say("Barcode"), f"{item.barcode}  ({story.title_number})")
        yield Detail(
            say("Status"), say(ITEM_STATUSES[item.status]), alarm=item.status not in ("available", "checked_out")
        )
        yield Detail(say("Type"), self.voice.language.either(story.item_type_zh, story.item_type_en))
        yield Detail(say("Volume"), story.volume)
        yield Detail(say("Condition"), say(CONDITIONS[story.condition]) if story.condition else "")
        yield Detail(say("Pieces"), str(story.parts) if story.parts > 1 else "")
        yield Detail(say("Damage"), story.damage, alarm=True)
        yield Detail(say("Missing parts"), story.missing_parts, alarm=True)
        yield Detail(say("Note"), story.note)
        yield Detail(say("RFID tag"), story.rfid_uid or "")

    def _where(self, story: ItemStory) -> Iterator[Detail]:
        say, spoken, item = self.voice.say, self.voice.language, story.item
        branch = spoken.either(story.branch_zh, story.branch_en)
        shelf = spoken.either(item.location_zh or "", item.location_en or "")
        yield Detail(say("Place"), " · ".join(part for part in (branch, shelf, item.call_number) if part))
        yield Detail(say("Bay"), self._bay(story.place))
        if story.way is not None:
            to = spoken.either(story.way.to_zh, story.way.to_en)
            going = mark("on its way to {branch}") if story.way.status == "sent" else mark("to be sent to {branch}")
            yield Detail(say("Transfer"), f"{say(going, branch=to)} · {say(TRANSFER_REASONS[story.way.reason])}")
        if story.seen_at is not None:
            zone = self._shift.place.zone
            day = spoken.day(story.seen_at.astimezone(zone).date(), self._shift.today)
            where = spoken.either(story.seen_zh or "", story.seen_en or "")
            yield Detail(say("Seen last"), f"{day} {spoken.time(story.seen_at, zone)} · {where}")
        if story.used_at is not None:
            day = spoken.day(story.used_at.astimezone(self._shift.place.zone).date(), self._shift.today)
            times = spoken.count("{n} time", "{n} times", story.used_in_house)
            last = say("last {day}", day=day)
            yield Detail(say("Used in the house"), f"{times} · {last}")

    def _bay(self, place: PlaceView | None) -> str:
        """The bay it stands in; why it has none matters only where there is a call number that one could hold."""
        if place is None or place.bay is None:
            return ""
        floor = self.voice.say("floor {floor}", floor=place.bay.floor) if place.bay.floor else ""
        return " · ".join(part for part in (place.bay.code, floor) if part)

    def _who(self, story: ItemStory) -> Iterator[Detail]:
        say, spoken, today = self.voice.say, self.voice.language, self._shift.today
        if story.loan is not None:
            due = say("due {day}", day=spoken.day(story.loan.due_on, today))
            who = " ".join(part for part in (story.loan.patron_name, story.loan.patron_number) if part)
            yield Detail(say("On loan"), " · ".join(part for part in (who, due) if part))
        if story.held_for is not None:
            held = story.held_for
            until = "" if held.until is None else say("until {day}", day=spoken.day(held.until, today))
            who = " ".join(part for part in (held.patron_name, held.patron_number) if part)
            yield Detail(say("Set aside"), " · ".join(part for part in (held.label, who, until) if part))
        if story.waiting:
            yield Detail(say("Waiting"), self.voice.language.count("{n} hold", "{n} holds", story.waiting))
