"""Today on screen: reached by two keys, live, calm, and legible however wide the terminal."""

from __future__ import annotations

import msgspec
import pytest
from rich.cells import cell_len

from libops.circulation.outcomes import Word
from libops.i18n import language
from libops.library import Library
from libops.money import charges
from libops.refusals import MESSAGES, Refusal, explain_briefly
from libops.troubles import DatabaseTrouble, TroubleKind, explain_trouble
from screens.desk.panels import Help
from screens.desk.screen import Desk
from screens.menu import Menu
from screens.today import screen as today_screen
from screens.today.panel import DayPanel
from screens.today.screen import Today
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.doings import charge, does, lend, pay, take_back
from tests.terminal.small_town import (
    BLOCKED,
    BRACKETED_COPY,
    BRACKETED_SHORT,
    CLERK,
    COPIES,
    NO_COPY,
    REFERENCE,
    TEACHER,
    TEACHER_NAME,
)

_BLOCKED = explain_briefly("patron.blocked", language("en"))


async def to_today(me: AtDesk) -> Today:
    """Go there, and wait until the day has been read."""
    await me.press("f3")
    await me.until_screen(Menu)
    await me.press("0")
    await me.until_screen(Today)
    screen = me.app.screen
    assert isinstance(screen, Today)
    await me.until(lambda: screen.day is not None)
    return screen


def figure(me: AtDesk, name: str) -> str:
    """The number that stands beside a name."""
    line = next(line for line in me.shown().splitlines() if name in line)
    return line.partition(name)[2].split()[0]


def be_refused(library: Library, patron: str, barcode: str) -> None:
    """Try to lend what is not lent."""
    with pytest.raises(Refusal):
        lend(library, patron, barcode)


async def test_the_day_is_three_keys_away_with_figures_hours_and_refusals(town: Library) -> None:
    lend(town, TEACHER, *COPIES[:3])
    take_back(town, COPIES[0])
    be_refused(town, BLOCKED, COPIES[5])
    be_refused(town, BLOCKED, COPIES[6])
    be_refused(town, TEACHER, REFERENCE)
    async with at_desk(town) as me:
        await to_today(me)
        assert [figure(me, name) for name in ("Lent", "Returned", "Refused")] == ["3", "1", "3"]
        assert "Lent by hour, at most 3" in me.shown()
        blocked = next(line for line in me.shown().splitlines() if _BLOCKED in line)
        assert blocked.rstrip().endswith("█")
        assert "2 ██" in blocked
        await me.press("escape")
        await me.until_screen(Desk)


async def test_what_another_desk_does_shows_by_itself(town: Library) -> None:
    async with at_desk(town) as me:
        await to_today(me)
        assert figure(me, "Lent") == "0"
        lend(town, TEACHER, COPIES[0])
        await me.until(lambda: figure(me, "Lent") == "1")
        charge(town, TEACHER, 300)
        pay(town, TEACHER, 300, 1)
        await me.until_shown("3.00")


async def test_a_burst_of_events_is_read_once_a_second_at_most(town: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(today_screen, "EVERY", 3600.0)
    async with at_desk(town) as me:
        screen = await to_today(me)
        turns = []
        monkeypatch.setattr(screen, "read_anew", lambda: turns.append("read"))
        timers = set()
        for _ in range(50):
            screen.happened(frozenset({"loan.opened"}))
            timers.add(screen._soon)
        await me.settled()
        assert turns == []
        (timer,) = timers
        assert timer is not None
        assert timer._interval > 3000


async def test_this_branch_and_all_branches_are_one_key_apart(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    take_back(town, COPIES[0], "N1")
    async with at_desk(town) as me:
        screen = await to_today(me)
        assert figure(me, "Returned") == "0"
        await me.press("f7")
        await me.until(lambda: screen.day is not None and not screen.day.branch_code)
        await me.until_shown("all branches")
        assert figure(me, "Returned") == "1"
        await me.press("f7")
        await me.until(lambda: "all branches" not in me.shown())


async def test_what_is_scanned_there_goes_to_the_desk_and_is_never_lost(town: Library) -> None:
    async with at_desk(town) as me:
        await to_today(me)
        await me.scan(TEACHER, COPIES[0])
        await me.until_screen(Desk)
        assert me.last_word() is Word.LENT
        assert TEACHER_NAME in me.shown()


async def test_every_desk_is_to_be_found_below_or_beside(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    async with at_desk(town) as me:
        await to_today(me)
        await me.press("pagedown")
        await me.until_shown("By desk")
        await me.press("f1")
        await me.until_screen(Help)
        assert "all branches" in me.shown()
    async with at_desk(town, size=(200, 50)) as me:
        await to_today(me)
        by_desk = next(line for line in me.shown().splitlines() if "By desk" in line)
        assert by_desk.index("By desk") > 100


async def test_a_wide_screen_shows_what_happened_last_and_names_nobody(town: Library) -> None:
    async with at_desk(town, size=(200, 50)) as me:
        await to_today(me)
        lend(town, TEACHER, BRACKETED_COPY)
        await me.until_shown(BRACKETED_SHORT)
        assert "Just now" in me.shown()
        assert TEACHER_NAME not in me.shown()


async def test_resizing_at_any_moment_keeps_every_figure(town: Library) -> None:
    lend(town, TEACHER, *COPIES[:3])
    async with at_desk(town) as me:
        await to_today(me)
        for size in ((200, 50), (110, 30), (80, 24)):
            await me.pilot.resize_terminal(*size)
            await me.until(lambda: me.app.screen.size.width == size[0])  # noqa: B023
            await me.until_shown("Lent by hour, at most 3")
            assert figure(me, "Lent") == "3"
            assert all(cell_len(line) <= size[0] for line in me.shown().splitlines())


async def test_while_the_database_is_gone_the_day_stays_and_says_so(
    town: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    lend(town, TEACHER, *COPIES[:3])
    async with at_desk(town) as me:
        screen = await to_today(me)
        with monkeypatch.context() as gone:
            gone.setattr(me.shift, "look", _no_database)
            screen.read_anew()
            trouble = explain_trouble(DatabaseTrouble(TroubleKind.UNREACHABLE), language("en"))
            await me.until_shown(trouble.why[:40])
            assert figure(me, "Lent") == "3"
        screen.read_anew()
        await me.until(lambda: trouble.why[:40] not in me.shown())


@pytest.mark.parametrize("code", ["en", "zh"])
async def test_reasons_read_as_whole_phrases_on_the_smallest_screen(town: Library, code: str) -> None:
    # Two reasons whose sentences have facts, and the one whose phrase is the longest of all.
    be_refused(town, TEACHER, NO_COPY)
    with pytest.raises(Refusal):
        does(town, lambda work: charges.waive(work, charge_id=1, note="n"))
    async with at_desk(town, code) as me:
        screen = await to_today(me)
        assert screen.day is not None
        longest = max(MESSAGES, key=lambda one: cell_len(explain_briefly(one, language(code))))
        reasons = [*screen.day.reasons, msgspec.structs.replace(screen.day.reasons[0], code=longest)]
        assert len(reasons) == 3
        screen.query_one(DayPanel).show(msgspec.structs.replace(screen.day, reasons=reasons))
        for why in reasons:
            await me.until_shown(f"{explain_briefly(why.code, language(code))} ")


def _no_database() -> object:
    raise DatabaseTrouble(TroubleKind.UNREACHABLE)


@pytest.mark.parametrize("code", ["en", "zh"])
@pytest.mark.parametrize("size", [(80, 24), (110, 30), (200, 50)])
async def test_no_line_is_wider_than_the_screen_and_no_figure_is_cut(
    town: Library, code: str, size: tuple[int, int]
) -> None:
    lend(town, TEACHER, *COPIES[:12])
    be_refused(town, BLOCKED, COPIES[20])
    async with at_desk(town, code, size) as me:
        screen = await to_today(me)
        await me.until(lambda: "12" in me.shown())
        for line in me.shown().splitlines():
            assert cell_len(line) <= size[0]
        figures = me.shown().splitlines()[3:10]
        assert not [line for line in figures if "…" in line[:78]]
        assert screen.query_one("#day").size.width > 40


async def test_whoever_does_not_answer_for_the_rules_is_not_led_there(town: Library) -> None:
    async with at_desk(town, who=CLERK) as me:
        await me.press("f3")
        await me.until_screen(Menu)
        assert "Today" not in me.shown()
        await me.press("0")
        await me.pilot.pause()
        assert isinstance(me.app.screen, Menu)
