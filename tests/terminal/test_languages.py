"""Chinese and English, switched while running, on screens of every size."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from rich.cells import cell_len

from libops.circulation.outcomes import Mode
from libops.library import Library
from screens.desk.panels import Help, Supervisor
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.small_town import (
    BRACKETED,
    BRACKETED_COPY,
    CLERK,
    COPIES,
    NASTY,
    NASTY_COPY,
    REFERENCE,
    TEACHER,
    TEACHER_NAME,
    make_overdue,
)

SIZES = [(80, 24), (120, 40), (200, 50)]


@asynccontextmanager
async def a_visit(town: Library, language: str, size: tuple[int, int]) -> AsyncIterator[AtDesk]:
    """A teacher with something lent, renewed, refused and unknown."""
    async with at_desk(town, language, size) as me:
        await me.scan(TEACHER, COPIES[0])
        make_overdue(str(town.database.url), COPIES[0], days=2)
        await me.scan(TEACHER, BRACKETED_COPY, NASTY_COPY, "12345", REFERENCE)
        yield me


async def test_everything_on_screen_changes_with_the_language_old_outcomes_too(town: Library) -> None:
    async with a_visit(town, "en", (120, 40)) as me:
        english = me.shown()
        assert "LENT" in english
        assert "F8 allow it all the same" in english
        assert "1 overdue" in english
        await me.press("f6")
        await me.until_shown("F8 破例办理（")
        chinese = me.shown()
        latin = set(re.findall(r"[A-Za-z]{3,}", chinese))
        assert {word for word in latin if word not in BRACKETED + NASTY} == {"English", "Ctrl"}
        for said in (
            "借出",
            "未知条码",
            "拒绝",
            "超期 1 册",
            "馆内阅览本，不外借。",
            "扫描 ▸",
            "F9 完成",
            "F6 English",
        ):
            assert said in chinese
        await me.press("f6")
        await me.until(lambda: me.shown() == english)


async def test_a_question_on_screen_changes_its_language_too(town: Library) -> None:
    async with at_desk(town, "zh") as me:
        await me.press("f10")
        await me.until_shown("要离开服务台吗？")
        assert "退出登录" in me.shown()
        await me.press("f6")
        await me.until_shown("Leave the desk?")
        assert "Sign out" in me.shown()
        assert "Leave the desk?" in me.shown()
        await me.press("escape", "f1")
        await me.until_screen(Help)
        await me.press("f6")
        await me.until_shown("显示各键的用途。")


async def test_chinese_sentences_follow_each_other_without_a_space(town: Library) -> None:
    async with at_desk(town, "zh", who=CLERK) as me:
        await me.scan(TEACHER, REFERENCE)
        await me.press("f8")
        await me.until_screen(Supervisor)
        await me.enter(CLERK[0])
        await me.enter("1111")
        await me.until_shown("工作证号或密码有误。请重试。")


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40", "200x50"])
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_key_facts_stand_on_every_screen(town: Library, language: str, size: tuple[int, int]) -> None:
    async with a_visit(town, language, size) as me:
        shown = me.shown()
        lines = shown.splitlines()
        assert len(lines) == size[1]
        assert all(cell_len(line) <= size[0] for line in lines)
        facts = {
            "zh": [
                TEACHER_NAME,
                TEACHER,
                "在借 3/1000 册",
                "! 超期 1 册",
                "借出",
                "拒绝",
                "中心馆 · 1号台",
                "12:00",
                "F8 破例",
            ],
            "en": [TEACHER_NAME, TEACHER, "3 of 1000 on loan", "! 1 overdue", "LENT", "REFUSED", "Desk 1", "12:00"],
        }
        for fact in facts[language]:
            assert fact in shown
        await me.press("f2")
        await me.until(lambda: me.shift.view.mode is Mode.RETURN)
        await me.scan(COPIES[0])
        shown = me.shown()
        returned = {
            "zh": ["归还", "█", f"归还人 {TEACHER_NAME}", "超期 2 天", "上架"],
            "en": ["RETURNS", "█", f"returned by {TEACHER_NAME}", "2 days late", "SHELVE"],
        }
        for fact in returned[language]:
            assert fact in shown


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_words_of_outcome_stand_in_one_column(town: Library, language: str) -> None:
    async with a_visit(town, language, (80, 24)) as me:
        rows = [line for line in me.shown().splitlines() if "12345" in line or "Poems" in line or "新华" in line]
        starts = set()
        for row in rows[:3]:
            title = re.search(r"12345|Poems|新华", row)
            assert title is not None
            starts.add(cell_len(row[: title.start()]))
        assert len(starts) == 1


@pytest.mark.parametrize("size", [(40, 10), (20, 5), (300, 80)])
async def test_a_very_small_or_large_terminal_breaks_nothing(town: Library, size: tuple[int, int]) -> None:
    async with at_desk(town, size=size) as me:
        await me.scan(TEACHER, COPIES[0], REFERENCE)
        await me.press("f1", "escape", "f2")
        await me.until(lambda: me.shift.view.mode is Mode.RETURN)
        await me.scan(COPIES[0])
        await me.pilot.resize_terminal(80, 24)
        await me.until_shown("SHELVE")
