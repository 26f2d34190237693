"""A patron for whom nothing happens is let go, and the next one's books never go to them."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from libops.circulation.outcomes import Word
from libops.library import Library
from libops.scans import Scan
from screens.account.panel import AccountPanel
from screens.clerk import Clerk
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import go_to
from tests.terminal.small_town import COPIES, OTHER, TEACHER, TEACHER_NAME, open_loans
from tests.terminal.test_trouble import table_gone
from tests.terminal.waiting_hands import Hands


async def test_the_last_seconds_of_a_patron_are_counted_down_in_words_and_then_they_are_let_go(town: Library) -> None:
    hands = Hands(patron=180)
    async with at_desk(town, idleness=hands.idleness) as me:
        await me.scan(TEACHER)
        await hands.rest(me, 159)
        assert "is let go in" not in me.shown()
        await hands.rest(me, 8)
        await me.until_shown("The patron is let go in 13 s; a scan or any key keeps them here.")
        await hands.rest(me, 12.5)
        await me.until_shown("The patron is let go in 1 s;")
        assert TEACHER_NAME in me.shown()
        await hands.rest(me, 0.5)
        await me.until_shown("Nobody is chosen yet.")
        assert "The patron was let go: no scan and no key for 3 min." in me.shown()
        assert TEACHER_NAME not in me.shown()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_countdown_is_said_in_chinese_too(town: Library, size: tuple[int, int]) -> None:
    hands = Hands(patron=180)
    async with at_desk(town, "zh", size, idleness=hands.idleness) as me:
        await me.scan(TEACHER)
        await hands.rest(me, 170)
        await me.until_shown("10 秒后将结束当前读者的办理；扫描或按任意键可继续。")


@pytest.mark.parametrize("key", ["f6", "x", "pageup"])
async def test_any_key_keeps_the_patron(town: Library, key: str) -> None:
    hands = Hands(patron=180)
    async with at_desk(town, idleness=hands.idleness) as me:
        await me.scan(TEACHER)
        await hands.rest(me, 175)
        await me.press(key)
        await hands.rest(me, 159)
        assert me.shift.view.patron is not None
        assert me.shift.clerk.waiting == 0


async def test_a_scan_keeps_the_patron_and_is_lent_to_them(town: Library) -> None:
    hands = Hands(patron=180)
    async with at_desk(town, idleness=hands.idleness) as me:
        await me.scan(TEACHER)
        for copy in COPIES[:3]:
            await hands.rest(me, 179)
            await me.scan(copy)
            assert me.last_word() is Word.LENT
        await hands.rest(me, 1)
        await me.until(lambda: "is let go in" not in me.shown())


async def test_with_no_time_set_nobody_is_ever_let_go(town: Library) -> None:
    hands = Hands()
    async with at_desk(town, idleness=hands.idleness) as me:
        await me.scan(TEACHER)
        await hands.rest(me, 100_000)
        assert "is let go" not in me.shown()
        await me.scan(COPIES[0])
        assert me.last_word() is Word.LENT


async def test_what_is_scanned_before_the_time_is_over_is_lent_and_what_is_scanned_after_is_not(town: Library) -> None:
    hands = Hands(patron=180)
    async with at_desk(town, idleness=hands.idleness) as me:
        await me.scan(TEACHER)
        for number, copy in enumerate(COPIES[:20]):
            me.app.hear(Scan(copy, "reader", 100.0 + 2 * number))
        await hands.pass_by(me, 180)
        for number, copy in enumerate(COPIES[20:40]):
            me.app.hear(Scan(copy, "reader", 200.0 + 2 * number))
        await me.until(lambda: len(me.outcomes) == 1 + 20 + 1 + 20)
        assert [outcome.word for outcome in me.outcomes[1:21]] == [Word.LENT] * 20
        assert me.outcomes[21].deed is not None
        assert {outcome.reasons[0].code for outcome in me.outcomes[22:]} == {"scan.no_patron"}
        assert open_loans(str(town.database.url)) == COPIES[:20]


async def test_bursts_of_two_patrons_around_the_moment_never_mix(town: Library) -> None:
    hands = Hands(patron=180)
    async with at_desk(town, idleness=hands.idleness) as me:
        at = 500.0
        for turn in range(6):
            first, second = COPIES[10 * turn : 10 * turn + 4], COPIES[10 * turn + 4 : 10 * turn + 8]
            await me.scan(TEACHER)
            # Another card, eight books, and that the first one was let go.
            wanted = len(me.outcomes) + 10
            for code in first:
                at += 2
                me.app.hear(Scan(code, "reader", at))
            await hands.pass_by(me, 200)
            for code in (*second[:1], OTHER, *second[1:]):
                at += 2
                me.app.hear(Scan(code, "reader", at))
            await me.until(partial(_answered, me, wanted))
        lent = {one.code: one.loan.patron_number for one in me.outcomes if one.loan is not None}
        for turn in range(6):
            first, second = COPIES[10 * turn : 10 * turn + 4], COPIES[10 * turn + 4 : 10 * turn + 8]
            assert [lent.get(code) for code in first] == [TEACHER] * 4
            assert [lent.get(code) for code in second] == [None, *[OTHER] * 3], "the first came before their card"


async def test_while_the_database_is_away_the_books_wait_for_their_patron_and_the_next_ones_do_not(
    town: Library,
) -> None:
    hands = Hands(patron=180)
    async with at_desk(town, idleness=hands.idleness) as me:
        await me.scan(TEACHER)
        gate = _Gate(me.shift.clerk)
        me.app.hear(Scan(COPIES[0], "reader", 50.0))
        await me.until(lambda: me.shift.clerk.waiting >= 2)
        await hands.rest(me, 181)
        await me.until_shown("The patron is let go as soon as what was scanned has its answer.")
        me.app.hear(Scan(COPIES[1], "reader", 60.0))
        await me.until(lambda: me.shift.clerk.waiting >= 4)
        gate.open()
        await me.until(lambda: len(me.outcomes) == 4)
        assert [outcome.word for outcome in me.outcomes[1:]] == [Word.LENT, Word.DONE, Word.REFUSED]
        assert open_loans(str(town.database.url)) == [COPIES[0]]


async def test_whoever_came_since_is_not_let_go_for_the_one_before(town: Library) -> None:
    hands = Hands(patron=180)
    async with at_desk(town, idleness=hands.idleness) as me:
        await me.scan(TEACHER)
        gate = _Gate(me.shift.clerk)
        me.app.hear(Scan(OTHER, "reader", 50.0))
        await me.until(lambda: me.shift.clerk.waiting >= 2)
        await hands.rest(me, 181)
        gate.open()
        await me.until(lambda: len(me.outcomes) == 2)
        await me.scan(COPIES[0])
        loan = me.outcomes[-1].loan
        assert loan is not None
        assert loan.patron_number == OTHER


async def test_the_countdown_stands_in_front_of_whatever_is_open_and_the_account_closes(town: Library) -> None:
    hands = Hands(patron=180)
    async with at_desk(town, idleness=hands.idleness) as me:
        await me.scan(TEACHER)
        await me.press("f4")
        await me.until_screen(AccountPanel)
        await hands.rest(me, 165)
        await me.until_shown("The patron is let go in 15 s;")
        await me.press("down")
        await hands.rest(me, 1)
        await me.until(lambda: "is let go in" not in me.shown())
        await hands.rest(me, 179)
        await me.until(lambda: me.app.screen is me.desk)
        await me.until_shown("Nobody is chosen yet.")


async def test_a_patron_is_let_go_while_a_list_is_in_front(town: Library) -> None:
    hands = Hands(patron=180)
    async with at_desk(town, idleness=hands.idleness) as me:
        await me.scan(TEACHER)
        await go_to(me, "p")
        await hands.rest(me, 170)
        await me.until_shown("The patron is let go in 10 s;")
        await hands.rest(me, 10)
        await me.until(lambda: me.shift.view.patron is None)
        await me.until(lambda: "is let go in" not in me.shown())


async def test_what_is_undone_survives_that_its_patron_is_let_go(town: Library) -> None:
    hands = Hands(patron=180)
    async with at_desk(town, idleness=hands.idleness) as me:
        await me.scan(TEACHER)
        with table_gone(town, "loan"):
            await me.scan(COPIES[0])
        await hands.rest(me, 181)
        await me.until(lambda: me.shift.view.patron is None)
        await me.press("f5")
        await me.until(lambda: me.last_word() is Word.LENT)
        loan = me.outcomes[-1].loan
        assert loan is not None
        assert loan.patron_number == TEACHER


def _answered(me: AtDesk, wanted: int) -> bool:
    return len(me.outcomes) >= wanted


class _Gate:
    """Holds the clerk up as a slow database does, until it is opened."""

    def __init__(self, clerk: Clerk) -> None:
        self._open = threading.Event()
        clerk._ask(self._open.wait)

    def open(self) -> None:
        """Let the clerk go on."""
        self._open.set()
