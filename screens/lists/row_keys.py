"""Keys that several lists have: the borrower's account, what a scan would do, ending a hold, calling a transfer off."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from libops.circulation.outcomes import Mode
from libops.i18n import mark
from libops.permissions import Permission
from screens.acts import holds, items
from screens.acts.items import MARKINGS
from screens.dialogs import ask_first
from screens.forms.items import MarkForm
from screens.keymap import KeyAction, list_key
from screens.lists.listing import ListKey

if TYPE_CHECKING:
    from screens.lists.screen import ListScreen

PATRON = list_key(
    "f4", mark("patron"), mark("Show the patron's whole account."), (Permission.SEE_PATRONS,), id="row.patron"
)
CHECK_IN = list_key(
    "f7",
    mark("check in"),
    mark("Do what a scan would do: for a label that cannot be read."),
    (Permission.RETURN,),
    id="row.check_in",
)
SEND_OFF = msgspec.structs.replace(
    CHECK_IN, label=mark("send off"), tooltip=mark("Send it off, as a scan would: for a label that cannot be read.")
)
TAKE_IN = msgspec.structs.replace(
    CHECK_IN, label=mark("take in"), tooltip=mark("Take it in, as a scan would: for a label that cannot be read.")
)
"""The same key by what it comes to where nothing is returned: a scan says by itself where a thing goes."""
MISSING = list_key(
    "f8",
    mark("not there"),
    mark("It is not there: mark it as missing."),
    (Permission.MARK_MISSING,),
    id="row.not_there",
)
END_HOLD = list_key("f8", mark("cancel hold"), mark("End this hold."), (Permission.PLACE_HOLDS,), id="row.cancel_hold")
CALL_OFF = list_key(
    "f8", mark("call off"), mark("Call this transfer off."), (Permission.MOVE_ITEMS,), id="row.call_off"
)

# Any, because a row may be of any list; each has what its key needs.
Row = Any


def patron(number: Callable[[Row], str | None]) -> ListKey[Row]:
    """Go to the patron of a row."""

    def run(screen: ListScreen, row: Row) -> None:
        screen.show_patron(number(row) or "", account=True)

    return ListKey(PATRON, run, lambda row: bool(number(row)))


def check_in(key: KeyAction = CHECK_IN) -> ListKey[Row]:
    """What a scan of the row's item would do; ``key`` names what that is in this list."""

    def run(screen: ListScreen, row: Row) -> None:
        screen.shift.clerk.take_typed(row.barcode, Mode.RETURN)

    return ListKey(key, run)


def missing() -> ListKey[Row]:
    """The row's item is not where it should be."""

    def run(screen: ListScreen, row: Row) -> None:
        screen.fill_in(MarkForm(screen.shift, MARKINGS["missing"], row.barcode, row.title))

    return ListKey(MISSING, run)


def end_hold(request: Callable[[Row], int]) -> ListKey[Row]:
    """End the hold of a row, once somebody has said so twice."""

    def run(screen: ListScreen, row: Row) -> None:
        errand = holds.cancel(request(row), row.title)
        question, yes = mark("End this hold?"), mark("Yes, end it")
        ask_first(screen.app, screen.voice, question, yes, row.title, lambda: screen.shift.clerk.do(errand))

    return ListKey(END_HOLD, run)


def call_off() -> ListKey[Row]:
    """Call the transfer of a row off, once somebody has said so twice."""

    def run(screen: ListScreen, row: Row) -> None:
        errand = items.cancel_transfer(row.barcode, row.title)
        question, yes = mark("Call this transfer off?"), mark("Yes, call it off")
        ask_first(screen.app, screen.voice, question, yes, row.title, lambda: screen.shift.clerk.do(errand))

    return ListKey(CALL_OFF, run, lambda row: row.transfer_id is not None)
