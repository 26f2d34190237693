"""The bell of the terminal: it rings when somebody who scans without looking has to look up, and only then."""

from __future__ import annotations

import pytest

from db.troubles import DatabaseTrouble, TroubleKind
from libops.appearance import Appearance, Sound
from libops.circulation.desk_words import calls_for_attention
from libops.circulation.outcomes import Mode, Outcome, Word
from libops.circulation.requests import place
from libops.i18n import Language
from libops.library import Library
from libops.refusals import Reason
from screens.attention import Attention
from screens.desk.screen import Desk
from screens.dialogs import Ask
from screens.forms.adding import QuickAdd
from screens.looks import TryOn
from screens.sign_in import SignIn
from tests.terminal.at_desk import at_desk, place_of, signed_in
from tests.terminal.at_screens import complaints
from tests.terminal.real_terminal import Terminal
from tests.terminal.small_town import CLERK, COPIES, OF_THE_NORTH, OTHER, REFERENCE, TEACHER

ATTENTION = {
    Word.PATRON: False,
    Word.LENT: False,
    Word.RENEWED: False,
    Word.SHELVE: False,
    Word.DONE: False,
    Word.HOLD_SHELF: True,
    Word.SEND: True,
    Word.ASIDE: True,
    Word.ALREADY: True,
    Word.REFUSED: True,
    Word.UNKNOWN: True,
    Word.WHICH: True,
    Word.NOT_DONE: True,
}


@pytest.mark.parametrize("word", Word)
def test_each_word_of_outcome_calls_for_attention_or_does_not(word: Word) -> None:
    assert calls_for_attention(Outcome(word=word, code="1")) is ATTENTION[word]


def test_what_the_reader_read_twice_is_no_news() -> None:
    assert not calls_for_attention(Outcome(word=Word.ALREADY, code="1", double_read=True))
    trouble = DatabaseTrouble(TroubleKind.LOCKED)
    assert calls_for_attention(Outcome(word=Word.NOT_DONE, code="1", trouble=trouble))
    assert calls_for_attention(Outcome(word=Word.UNKNOWN, code="1", reasons=(Reason("code.unknown"),)))


async def test_what_comes_back_a_second_time_calls_though_it_goes_to_the_shelf(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        await me.press("f2")
        await me.until(lambda: me.shift.view.mode is Mode.RETURN)
        await me.scan(COPIES[0], COPIES[0], OF_THE_NORTH)
        returned, again, elsewhere = me.outcomes[-3:]
        assert not calls_for_attention(returned)
        assert again.word is Word.ALREADY
        assert calls_for_attention(again)
        assert elsewhere.word is Word.SEND
        assert calls_for_attention(elsewhere)


def test_the_bell_rings_for_what_was_refused_or_is_unknown_and_for_nothing_else(town_url: str) -> None:
    with Terminal(town_url, "--sound", "bell") as terminal:
        terminal.sign_in()
        scan(terminal, TEACHER, "0 of 1000 on loan")
        scan(terminal, COPIES[0], "1 of 1000 on loan")
        assert terminal.screen.bells == 0
        scan(terminal, REFERENCE, "REFUSED")
        terminal.until(lambda: terminal.screen.bells == 1, "one ring")
        scan(terminal, "12345", "UNKNOWN")
        terminal.until(lambda: terminal.screen.bells == 2, "two rings")
        scan(terminal, COPIES[1], "2 of 1000 on loan")
        assert terminal.screen.bells == 2


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_bell_rings_for_what_has_to_be_carried_and_the_words_stand_there_too(
    town: Library, town_url: str, language: str
) -> None:
    say = Language(language).say
    someone = signed_in(town)
    with town.work(actor=someone, place=place_of(town)) as work:
        place(work, patron_number=OTHER, barcode=COPIES[0], pickup="C")
    with Terminal(town_url, language=language) as terminal:
        terminal.sign_in()
        terminal.press("\x1bOQ")
        terminal.until_shown(say("Scan what came back."))
        assert terminal.screen.bells == 0
        terminal.press(f"{COPIES[1]}\r")
        terminal.until(lambda: terminal.screen.bells > 0, "a ring")
        terminal.until_shown(say("HOLD SHELF"))


def test_without_sound_nothing_rings_and_the_words_stand_there_all_the_same(town_url: str) -> None:
    with Terminal(town_url, "--sound", "none") as terminal:
        terminal.sign_in()
        scan(terminal, TEACHER, "0 of 1000 on loan")
        scan(terminal, REFERENCE, "REFUSED")
        scan(terminal, "12345", "UNKNOWN")
        scan(terminal, COPIES[0], "1 of 1000 on loan")
        assert terminal.screen.bells == 0


def test_a_scan_before_anybody_has_signed_in_rings(town_url: str) -> None:
    with Terminal(town_url, "--prefix", "\x02") as terminal:
        terminal.until_shown("F6")
        terminal.press(f"\x02{TEACHER}\r")
        terminal.until_shown("That is no badge")
        terminal.until(lambda: terminal.screen.bells == 1, "a ring")
        terminal.sign_in(CLERK)


async def test_a_scan_that_a_form_can_do_nothing_with_rings_and_the_form_says_why(town: Library) -> None:
    rings: list[str] = []
    async with at_desk(town) as me:
        me.app.attention = Attention(Sound.BELL, lambda: rings.append("ring"))
        await me.press("f3", "a")
        await me.until_screen(QuickAdd)
        me.hear_code("NO-SUCH-LABEL")
        await me.until(lambda: rings == ["ring"])
        form = me.app.screen
        assert isinstance(form, QuickAdd)
        assert complaints(form).keys() == {"barcode"}


def test_the_sound_is_changed_while_it_runs_and_heard_at_once(town_url: str) -> None:
    with Terminal(town_url, "--sound", "none") as terminal:
        terminal.sign_in()
        change_sound(terminal)
        terminal.until_shown("▸ 1  None")
        terminal.press("\x1b[B")
        terminal.until_shown("libops config set sound bell")
        terminal.until(lambda: terminal.screen.bells == 1, "a ring")
        terminal.press("\r")
        closed(terminal)
        scan(terminal, "12345", "UNKNOWN")
        terminal.until(lambda: terminal.screen.bells == 2, "another ring")
        change_sound(terminal)
        terminal.until_shown("▸ 2  The terminal's bell")
        terminal.press("1")
        closed(terminal)
        scan(terminal, TEACHER, "0 of 1000 on loan")
        scan(terminal, REFERENCE, "REFUSED")
        assert terminal.screen.bells == 2


async def test_escape_leaves_the_sound_as_it_was_and_it_stays_for_whoever_signs_in_next(town: Library) -> None:
    async with at_desk(town, appearance=Appearance(sound=Sound.NONE)) as me:
        await me.press("f3", "u")
        await me.until_screen(TryOn)
        await me.press("down", "escape")
        await me.until(lambda: me.app.screen is me.desk)
        assert me.app.attention.sound is Sound.NONE
        await me.press("f3", "u")
        await me.until_screen(TryOn)
        await me.press("2")
        await me.until(lambda: me.app.screen is me.desk)
        await me.press("f10")
        await me.until_screen(Ask)
        await me.press("right", "enter")
        await me.until_screen(SignIn)
        await me.enter(CLERK[0])
        await me.enter(CLERK[1])
        await me.until_screen(Desk)
        assert me.desk.shift.attention.sound is Sound.BELL


def change_sound(terminal: Terminal) -> None:
    """Go to where the sound is chosen."""
    terminal.press("\x1bOR")
    terminal.until_shown("U  Sound")
    terminal.press("u")
    terminal.until_shown("It lasts until")


def closed(terminal: Terminal) -> None:
    """Wait until the choice has been made: a key and a scan in one breath are one code."""
    terminal.until(lambda: "It lasts until" not in terminal.shown(), "the desk")


def scan(terminal: Terminal, code: str, answer: str) -> None:
    """Scan, and wait for what is said of it."""
    terminal.press(f"{code}\r")
    terminal.until_shown(answer)
