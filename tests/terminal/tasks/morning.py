"""The library of the plays: the small town on a morning on which every one of the tasks is there to be done."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from sqlalchemy import select, update

from db.tables import ITEM, LOAN
from libops.catalogue.search.indexing import rebuild
from libops.circulation import requests
from libops.library import Library
from tests.terminal.doings import ask_for_transfer, charge, does, lend, place_hold, take_back

BORROWER = "P20230001"
RETURNER = "P20230003"
RETURNER_NAME = "张雨萱"
BUSY = "P20170001"
"""Somebody with loans, a hold and a charge."""
OWES = "P20240001"
GIVES_UP = "P20180001"
"""Somebody with a loan and a hold."""
ASKS = "P20170002"
FETCHES, FETCHES_NAME = "P20210004", "邓佳慧"
CHANGED_MIND = "P20230005"
LATE, LATE_NAME = "P20200001", "许婷婷"
WANTED_BY = "P20210002"
UNDOER = "P20220002"
COLLEAGUE, COLLEAGUE_NAME = "P20170003", "孙国强"
NEW_CARD, NEW_NAME = "P20269999", "王小明"

FIVE = ("30000000001010", "30000000001556", "30000000001606", "30000000001663", "30000000001846")
RETURNED, LATE_RETURN = "30000000002737", "30000000002851"
KEPT = ("30000000002885", "30000000002919")
KEPT_TOO = "30000000003404"
ELSEWHERE = "30000000002992"
"""On loan to somebody, and wanted by others."""
HELD = "30000000003024"
TO_PULL, READY, TO_CLEAR = "30000000003040", "30000000003115", "30000000003214"
WANTED_IN_THE_NORTH, TO_SEND, COMING_HOME = "30000000003248", "30000000003263", "30000000003289"
OVERDUE = "30000000003347"
UNDONE = "30000000003370"
FEE = 300
"""In minor units."""
FOUND, FOUND_TITLE, FOUND_AT = "30000000000350", "围城", "I246.57/Q376"
FOUND_AUTHOR = "Qian Zhongshu"
"""As Latin letters write it."""
FOUND_WHERE = ("三楼文学", "3F Literature")
READY_LABEL = "A-01"


def prepare(library: Library) -> None:
    """Let everything have happened that the plays find there, at the time of the library's own clock."""
    for _ in rebuild(library.database):
        pass
    _loans(library)
    _holds(library)
    _ways(library)
    charge(library, BUSY, FEE)
    charge(library, OWES, FEE)


def _loans(library: Library) -> None:
    lend(library, RETURNER, RETURNED, LATE_RETURN)
    lend(library, BUSY, *KEPT)
    lend(library, GIVES_UP, KEPT_TOO)
    lend(library, COLLEAGUE, ELSEWHERE)
    lend(library, LATE, OVERDUE)
    _date(library, LATE_RETURN, opened=20, due=-10)
    _date(library, OVERDUE, opened=40, due=10)


def _holds(library: Library) -> None:
    place_hold(library, BUSY, ELSEWHERE)
    place_hold(library, GIVES_UP, ELSEWHERE)
    place_hold(library, WANTED_BY, TO_PULL)
    place_hold(library, FETCHES, READY)
    take_back(library, READY)
    given_up = place_hold(library, CHANGED_MIND, TO_CLEAR)
    take_back(library, TO_CLEAR)
    does(library, partial(requests.cancel, request_id=given_up))


def _ways(library: Library) -> None:
    ask_for_transfer(library, TO_SEND)
    lend(library, RETURNER, COMING_HOME)
    take_back(library, COMING_HOME, at="N1")


def _date(library: Library, barcode: str, *, opened: int, due: int) -> None:
    """Let the open loan of an item have been opened, and been due, so many days ago."""
    now = library.clock()
    item = select(ITEM.c.id).where(ITEM.c.barcode == barcode).scalar_subquery()
    times = {"opened_at": now - timedelta(days=opened), "due_at": now - timedelta(days=due)}
    with library.database.act() as transaction:
        transaction.connection.execute(update(LOAN).where(LOAN.c.item_id == item).values(**times))
