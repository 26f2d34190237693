"""Lists of transfers: what to send, what is under way, which ways have gone wrong."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from libops.circulation.transfers import TransferView, incoming, outgoing, overdue_transfers, to_send
from libops.i18n import mark
from libops.names import ITEM_STATUSES, TRANSFER_REASONS, WAY_PROBLEMS
from libops.pages import Page
from libops.permissions import Permission
from libops.work import Look
from screens.keymap import KeyAction
from screens.lists import row_keys
from screens.lists.columns import Cell, Column
from screens.lists.listing import Detail, Listing, ListKey

if TYPE_CHECKING:
    from screens.lists.screen import ListScreen


class Ways(Listing[TransferView]):
    """What the lists of transfers share."""

    NEEDS = (Permission.MOVE_ITEMS,)
    PROMPT = mark("take in ▸")
    ABOUT_SCANS = mark(
        "An item that is scanned here is taken in or sent off; below the list stands what to do with it."
    )
    BY_SCAN: ClassVar[KeyAction] = row_keys.TAKE_IN
    """What a scan of a row's item comes to."""
    KEYS: ClassVar[tuple[KeyAction, ...]] = (BY_SCAN,)
    CONCERNS = ("transfer.", "item.", "loan.", "hold.")

    def key(self, row: TransferView) -> Hashable:
        return row.item_id

    def about(self, row: TransferView) -> Sequence[Detail]:
        say, spoken = self.voice.say, self.voice.language
        return (
            Detail(say("Title"), row.title),
            Detail(say("Call number"), row.call_number),
            Detail(say("Barcode"), row.barcode),
            Detail(say("Status"), say(ITEM_STATUSES[row.item_status])),
            Detail(say("From branch"), spoken.either(row.from_zh, row.from_en)),
            Detail(say("To branch"), spoken.either(row.to_zh, row.to_en)),
            Detail(say("Reason"), say(TRANSFER_REASONS[row.reason])),
            Detail(say("Since"), self.since(row)),
            Detail(say("For whom"), " ".join(part for part in (row.patron_name, row.patron_number) if part)),
            Detail(say("Note"), row.note),
            Detail(say("Problem"), say(", ").join(self.problem(row)), alarm=True),
        )

    def own_keys(self) -> Sequence[ListKey[TransferView]]:
        return (row_keys.check_in(self.BY_SCAN), *self.more_keys())

    def more_keys(self) -> Sequence[ListKey[TransferView]]:
        """The keys of this list beside those of every list of transfers."""
        return ()

    def since(self, row: TransferView) -> str:
        """How long it has been so."""
        if row.since is None:
            return ""
        return self.voice.language.count("{n} day", "{n} days", row.days) if row.days else self.voice.say("today")

    def problem(self, row: TransferView) -> Iterator[str]:
        """What is wrong with it, and where it was seen last."""
        if row.problem is not None:
            yield self.voice.say(WAY_PROBLEMS[row.problem])
            seen = self.voice.language.either(row.seen_zh or "", row.seen_en or "")
            if seen:
                yield self.voice.say("last seen: {branch}", branch=seen)

    def open(self, screen: ListScreen, row: TransferView) -> None:
        screen.show_item(row.barcode)


class ToSend(Ways):
    """What has to leave this branch."""

    NAME = mark("To send")
    EMPTY = mark("Nothing has to be sent.")
    PROMPT = mark("send off ▸")
    BY_SCAN = row_keys.SEND_OFF
    KEYS = (BY_SCAN, row_keys.CALL_OFF)
    COLUMNS = (
        Column(mark("To branch"), 20, 9),
        Column(mark("Title"), 20, 9),
        Column(mark("Call number"), 14, 7),
        Column(mark("Reason"), 14, 6),
        Column(mark("Since"), 8, 5),
        Column(mark("Barcode"), 14, 4),
    )

    def filter(self) -> str:
        return self.voice.say("{branch} · scan each as it goes into the van", branch=super().filter())

    def more_keys(self) -> Sequence[ListKey[TransferView]]:
        return (row_keys.call_off(),)

    def read(self, look: Look, after: str, limit: int) -> Page[TransferView]:
        return to_send(look, after=after, limit=limit)

    def cells(self, row: TransferView) -> Sequence[Cell]:
        say = self.voice.say
        return (
            Cell(self.voice.language.either(row.to_zh, row.to_en), "strong"),
            Cell(row.title),
            Cell(row.call_number),
            Cell(say(TRANSFER_REASONS[row.reason]), "quiet"),
            Cell(self.since(row), "quiet"),
            Cell(row.barcode, "quiet"),
        )


_UNDER_WAY = (
    Column(mark("Title"), 20, 9),
    Column(mark("Since"), 8, 7),
    Column(mark("Barcode"), 14, 6),
    Column(mark("Reason"), 14, 4),
)


class _UnderWay(Ways):
    """What is on its way from here or to here: which other branch it is, and not that the one end is this one."""

    def other_end(self, row: TransferView) -> str:
        """The branch that is not this one."""
        raise NotImplementedError

    def cells(self, row: TransferView) -> Sequence[Cell]:
        return (
            Cell(self.other_end(row)),
            Cell(row.title),
            Cell(self.since(row), "quiet"),
            Cell(row.barcode, "quiet"),
            Cell(self.voice.say(TRANSFER_REASONS[row.reason]), "quiet"),
        )


class Incoming(_UnderWay):
    """What is under way to this branch."""

    NAME = mark("Incoming")
    EMPTY = mark("Nothing is under way to this branch.")
    COLUMNS = (Column(mark("From branch"), 20, 9), *_UNDER_WAY)

    def other_end(self, row: TransferView) -> str:
        return self.voice.language.either(row.from_zh, row.from_en)

    def filter(self) -> str:
        return self.voice.say("to {branch} · scan each that arrives", branch=super().filter())

    def read(self, look: Look, after: str, limit: int) -> Page[TransferView]:
        return incoming(look, after=after, limit=limit)


class Outgoing(_UnderWay):
    """What was sent from this branch and has not arrived."""

    NAME = mark("Sent from here")
    EMPTY = mark("Everything that was sent has arrived.")
    COLUMNS = (Column(mark("To branch"), 20, 9), *_UNDER_WAY)

    def other_end(self, row: TransferView) -> str:
        return self.voice.language.either(row.to_zh, row.to_en)

    def read(self, look: Look, after: str, limit: int) -> Page[TransferView]:
        return outgoing(look, after=after, limit=limit)


class GoneWrong(Ways):
    """Ways that have gone wrong, at any branch."""

    NAME = mark("Transfers to reconcile")
    EMPTY = mark("No transfer has gone wrong.")
    URGENT = True
    KEYS = (row_keys.TAKE_IN, row_keys.MISSING)
    COLUMNS = (
        Column(mark("Problem"), 15, 9),
        Column(mark("Title"), 18, 9),
        Column(mark("From branch"), 10, 7),
        Column(mark("To branch"), 10, 7),
        Column(mark("Since"), 8, 8),
        Column(mark("Barcode"), 14, 4),
    )

    def filter(self) -> str:
        return self.voice.say("all branches")

    def more_keys(self) -> Sequence[ListKey[TransferView]]:
        return (row_keys.missing(),)

    def read(self, look: Look, after: str, limit: int) -> Page[TransferView]:
        return overdue_transfers(look, after=after, limit=limit)

    def cells(self, row: TransferView) -> Sequence[Cell]:
        spoken = self.voice.language
        return (
            Cell(self.voice.say(", ").join(self.problem(row)), "alarm"),
            Cell(row.title),
            Cell(spoken.either(row.from_zh, row.from_en)),
            Cell(spoken.either(row.to_zh, row.to_en)),
            Cell(self.since(row), "quiet"),
            Cell(row.barcode, "quiet"),
        )
