"""The daily tasks, each within three keys of the scan line: played in both languages, in process and on a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from db.tables import PATRON, TITLE
from libops.bootstrap import open_library
from libops.codes import SAMPLE_PATTERNS
from libops.i18n import LANGUAGES, Language
from libops.library import Library
from tests.terminal.at_desk import at_desk
from tests.terminal.real_terminal import Terminal
from tests.terminal.small_town import NOON, SUPERVISOR, copy_of
from tests.terminal.tasks import morning
from tests.terminal.tasks.play import MOST_KEYS, Gone, Play, Press, Scan, See
from tests.terminal.tasks.players import AtConsole, AtTerminal
from tests.terminal.tasks.plays import PLAYS, TASKS
from tests.terminal.tasks.so import today_in
from tests.terminal.tasks.table import FILE, written

LATIN = re.compile(r"[A-Za-z][A-Za-z']+")
KEYS = {"English", "Ctrl", "Shift", "Tab", "Enter", "Esc", "ISBN"}
"""The name of the other language, and what keys and numbers are called everywhere."""


@contextmanager
def opened(url: str, *, at_noon: bool) -> Iterator[Library]:
    """A library at noon of its own day, or at the time of the clock on the wall."""
    library = open_library(url, SAMPLE_PATTERNS, clock=lambda: NOON) if at_noon else open_library(url, SAMPLE_PATTERNS)
    try:
        yield library
    finally:
        library.close()


@pytest.fixture(scope="session")
def morning_template(town_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library before the first task, at noon."""
    file = tmp_path_factory.mktemp("morning") / "libops.db"
    with opened(copy_of(town_template, file), at_noon=True) as library:
        morning.prepare(library)
    return file


@pytest.fixture
def ready(morning_template: Path, tmp_path: Path) -> Iterator[Library]:
    """A library of the test's own before the first task, at noon."""
    with opened(copy_of(morning_template, tmp_path / "morning.db"), at_noon=True) as library:
        yield library


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("play", PLAYS, ids=lambda play: f"{play.task}: {play.how}")
async def test_each_task_is_done_by_what_its_play_says(ready: Library, play: Play, code: str) -> None:
    async with at_desk(ready, code) as me:
        player = AtConsole(me, code, today_in(ready))
        await player.play(play)
    play.so(ready)
    if code == "zh":
        assert english_in(player.seen, names_in(ready)) == set()


def english_in(screens: list[str], names: set[str]) -> set[str]:
    """The words in Latin letters on some screens that are no names, whole or cut short."""
    words = {word for shown in screens for word in LATIN.findall(shown)} - KEYS
    return {word for word in words if not any(name.startswith(word) for name in names)}


def names_in(library: Library) -> set[str]:
    """Every word of a title, an author or a patron; and of the note that the charges of the plays bear."""
    with library.database.reading() as transaction:
        run = transaction.connection.execute
        titles = run(select(TITLE.c.title, TITLE.c.title_alt, TITLE.c.author))
        texts = [text for row in (*titles, *run(select(PATRON.c.name))) for text in row if text]
    return {word for text in (*texts, morning.FOUND_AUTHOR, "copies") for word in LATIN.findall(text)}


def test_a_word_that_is_no_name_is_found_on_a_chinese_screen(ready: Library) -> None:
    names = names_in(ready)
    assert english_in(["馆藏 available 围城 Fortress Besieged  F6 English"], names) == {"available"}
    assert english_in(["题名 Fortre…  Esc 关闭"], names) == set()


@pytest.mark.parametrize("code", LANGUAGES)
def test_all_tasks_are_done_one_after_the_other_on_a_real_terminal(town_url: str, code: str) -> None:
    with opened(town_url, at_noon=False) as library:
        morning.prepare(library)
        with Terminal(town_url, language=code) as terminal:
            terminal.sign_in(SUPERVISOR)
            me = AtTerminal(terminal, code, lambda: today_in(library))
            for play in PLAYS:
                me.play(play)
                play.so(library)


def test_every_task_has_a_play_and_none_is_further_than_three_keys_from_the_scan_line() -> None:
    assert {play.task for play in PLAYS} == set(TASKS)
    assert {play.how: len(play.keys_there) for play in PLAYS if len(play.keys_there) > MOST_KEYS} == {}


def test_lending_five_books_is_six_scans_and_no_key() -> None:
    (lend,) = [play for play in PLAYS if play.task == "lend"]
    assert len(lend.of(Scan)) == 6
    assert lend.of(Press) == []


def test_what_a_play_waits_for_is_said_by_the_console_in_both_languages() -> None:
    chinese = Language("zh")
    said = [step for play in PLAYS for step in (*play.steps, *play.back) if isinstance(step, See | Gone)]
    for message in (step.message for step in said):
        if isinstance(message, str):
            assert chinese.say(message) != message, message


def test_the_table_of_the_tasks_says_what_the_plays_do() -> None:
    assert FILE.read_text(encoding="utf-8") == written(), "write it anew: make tasks"
