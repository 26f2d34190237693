"""The book drop: a batch of returns counts from the day it came back on, and that is shown for as long as it does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from db.tables import ITEM, LOAN
from libops.bootstrap import open_library
from libops.circulation.desk import BATCH_REST
from libops.circulation.outcomes import Mode, Word
from libops.codes import SAMPLE_PATTERNS
from libops.library import Library
from screens.desk.screen import Desk
from screens.dialogs import Ask
from screens.forms.batch import BatchDay
from screens.keymap import BATCH
from screens.own_keys import own_keys
from screens.sign_in import SignIn
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import account_of, fill_in, go_to, sent, told
from tests.terminal.doings import lend
from tests.terminal.small_town import COPIES, NOON, SUPERVISOR, TEACHER, make_overdue

ZONE = ZoneInfo("Asia/Shanghai")


def returned_on(library: Library, barcode: str) -> date | None:
    """The day from which the return of an item counts; None: it is on loan still."""
    with library.database.reading() as transaction:
        query = select(LOAN.c.returned_at).join(ITEM, ITEM.c.id == LOAN.c.item_id)
        query = query.where(ITEM.c.barcode == barcode).order_by(LOAN.c.id.desc()).limit(1)
        moment: datetime | None = transaction.connection.execute(query).scalar_one()
        return None if moment is None else moment.astimezone(ZONE).date()


async def begin(me: AtDesk, *keys: str) -> None:
    """Turn to returns and begin a batch by the keys that choose its day."""
    if me.shift.view.mode is Mode.LEND:
        await me.press("f2")
        await me.until(lambda: me.shift.view.mode is Mode.RETURN)
    await me.press("f12")
    await me.until_screen(BatchDay)
    await me.press(*keys)


async def test_a_batch_counts_from_the_day_it_came_back_on_and_costs_no_fine(town: Library) -> None:
    lend(town, TEACHER, *COPIES[:2])
    for barcode in COPIES[:2]:
        make_overdue(str(town.database.url), barcode, days=10)
    async with at_desk(town) as me:
        await begin(me, "9", "enter")
        await me.until_shown("AS OF Mon 23 Feb")
        await me.scan(COPIES[0])
        assert returned_on(town, COPIES[0]) == date(2026, 2, 23)
        assert account_of(town, TEACHER).charges == []
        await begin(me, "0", "enter")
        await me.until(lambda: "AS OF" not in me.shown())
        await me.scan(COPIES[1])
        assert returned_on(town, COPIES[1]) == date(2026, 3, 4)
        assert [one.kind for one in account_of(town, TEACHER).charges] == ["fine"]


async def test_the_day_stands_on_every_screen_that_takes_things_back(town: Library) -> None:
    lend(town, TEACHER, *COPIES[:3])
    for barcode in COPIES[:2]:
        make_overdue(str(town.database.url), barcode, days=1)
    async with at_desk(town) as me:
        await begin(me, "2", "enter")
        await me.until_shown("AS OF Mon 2 Mar")
        await me.scan(COPIES[0])
        assert "AS OF Mon 2 Mar" in me.shown()
        await go_to(me, "1")
        assert "AS OF Mon 2 Mar" in me.shown()
        await me.scan(COPIES[1])
        assert returned_on(town, COPIES[1]) == date(2026, 3, 2)
        await me.press("escape")
        await me.until_screen(Desk)
        assert "AS OF Mon 2 Mar" in me.shown()
        await me.scan(COPIES[2])
        assert me.last_word() is Word.REFUSED
        assert "the item was lent only on" in me.shown()
        assert returned_on(town, COPIES[2]) is None


@pytest.mark.parametrize(("own", "key"), [({}, "f12"), ({"desk.book_drop": "ctrl+t"}, "ctrl+t")])
async def test_what_was_lent_later_than_the_day_of_the_batch_is_refused_with_the_key_that_ends_it(
    town: Library, own: dict[str, str], key: str
) -> None:
    lend(town, TEACHER, COPIES[0])
    async with at_desk(town, own_keys=own_keys(own)) as me:
        await me.press("f2")
        await me.until(lambda: me.shift.view.mode is Mode.RETURN)
        await me.press(key)
        await me.until_screen(BatchDay)
        await me.press("2", "enter")
        await me.until_shown("AS OF Mon 2 Mar")
        await me.scan(COPIES[0])
        assert me.last_word() is Word.REFUSED
        name = me.shift.voice.key(BATCH)
        assert name.lower() == key
        await me.until_shown(f"{name}, then 0 and Enter: no more dating back")
        await me.press(key, "0", "enter")
        await me.until(lambda: "AS OF" not in me.shown())
        assert "no more dating back" not in me.shown(), "it is over: the key would begin another one"
        await me.scan(COPIES[0])
        assert returned_on(town, COPIES[0]) == date(2026, 3, 4)


async def test_in_a_list_it_is_said_that_the_batch_is_ended_at_the_desk(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    async with at_desk(town) as me:
        await begin(me, "2", "enter")
        await me.until_shown("AS OF Mon 2 Mar")
        await go_to(me, "1")
        await me.scan(COPIES[0])
        assert me.last_word() is Word.REFUSED
        await me.until_shown("F3 go to the desk")


async def test_turning_to_lending_ends_the_batch(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    async with at_desk(town) as me:
        await begin(me, "1", "enter")
        await me.until_shown("AS OF Tue 3 Mar")
        await me.press("f2")
        await me.until(lambda: me.shift.view.mode is Mode.LEND)
        assert "AS OF" not in me.shown()
        await me.press("f2")
        await me.until(lambda: me.shift.view.mode is Mode.RETURN)
        assert "AS OF" not in me.shown()
        await me.scan(COPIES[0])
        assert returned_on(town, COPIES[0]) == date(2026, 3, 4)


async def test_signing_out_ends_the_batch(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    async with at_desk(town) as me:
        await begin(me, "1", "enter")
        await me.until_shown("AS OF Tue 3 Mar")
        await me.press("f10")
        await me.until_screen(Ask)
        await me.press("right", "enter")
        await me.until_screen(SignIn)
        await me.enter(SUPERVISOR[0])
        await me.enter(SUPERVISOR[1])
        await me.until_screen(Desk)
        await me.press("f2")
        await me.until(lambda: me.shift.view.mode is Mode.RETURN)
        assert "AS OF" not in me.shown()
        await me.scan(COPIES[0])
        assert returned_on(town, COPIES[0]) == date(2026, 3, 4)


async def test_another_day_may_be_typed_and_what_is_none_is_told_at_once(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    make_overdue(str(town.database.url), COPIES[0], days=1)
    async with at_desk(town) as me:
        await begin(me)
        form = me.app.screen
        assert isinstance(form, BatchDay)
        for typed in ("last week", "+1", "2020-01-01"):
            await fill_in(me, day=typed)
            assert "day" in await told(me, form), typed
            assert me.shift.view.batch is None
        await fill_in(me, day="-14")
        await sent(me, form)
        await me.until_shown("AS OF Wed 18 Feb")
        await me.scan(COPIES[0])
        assert returned_on(town, COPIES[0]) == date(2026, 2, 18)


async def test_the_first_digit_of_a_day_that_is_typed_chooses_nothing_and_nothing_is_left_in_the_list(
    town: Library,
) -> None:
    async with at_desk(town) as me:
        await begin(me, *"2026-02-1")
        assert isinstance(me.app.screen, BatchDay)
        assert me.shift.view.batch is None
        await me.press("8", "enter")
        await me.until_screen(Desk)
        assert "AS OF Wed 18 Feb" in me.shown()
        assert me.shift.visit.lines == []
        assert "DONE" not in me.shown()
        await begin(me, "down", "down", "enter")
        await me.until_shown("AS OF Mon 2 Mar")


async def test_while_a_batch_is_dated_back_the_top_line_keeps_the_clock_and_the_keyboard(town: Library) -> None:
    async with at_desk(town) as me:
        await begin(me, "1", "enter")
        await me.until_shown("AS OF Tue 3 Mar")
        top = me.shown().splitlines()[0]
        assert top.endswith("keyboard   12:00"), top


async def test_in_lending_there_is_no_batch(town: Library) -> None:
    async with at_desk(town) as me:
        assert "F12" not in me.shown()
        await me.press("f12")
        assert isinstance(me.app.screen, Desk)


@pytest.fixture
def clock() -> list[datetime]:
    """What time it is: its last one."""
    return [NOON]


@pytest.fixture
def ticking(town_url: str, clock: list[datetime]) -> Iterator[Library]:
    """The library, at whatever time it is."""
    library = open_library(town_url, SAMPLE_PATTERNS, clock=lambda: clock[-1])
    yield library
    library.close()


async def test_a_batch_that_rests_ends_by_itself_and_shows_it(ticking: Library, clock: list[datetime]) -> None:
    lend(ticking, TEACHER, COPIES[0])
    async with at_desk(ticking) as me:
        await begin(me, "1", "enter")
        await me.until_shown("AS OF Tue 3 Mar")
        clock.append(NOON + BATCH_REST + timedelta(seconds=1))
        await me.until(lambda: "AS OF" not in me.shown())
        await me.scan(COPIES[0])
        assert returned_on(ticking, COPIES[0]) == date(2026, 3, 4)
