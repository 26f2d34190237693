"""Placing a hold by words: the form offers the titles that are found for them, and a scan needs no words."""

from __future__ import annotations

from libops.codes import SAMPLE_PATTERNS
from libops.library import Library
from libops.scans import Scan
from screens.account.panel import AccountPanel
from screens.forms.holds import PlaceHold
from screens.forms.title_by_words import WhichTitle
from screens.typed import is_words
from tests.terminal.at_catalogue import DREAM, DREAM_COPY
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import account_of, fill_in, open_form, sent, told
from tests.terminal.small_town import TEACHER


async def hold_form(me: AtDesk) -> PlaceHold:
    """The form for a hold of the teacher, whose account is open."""
    await me.scan(TEACHER)
    await me.press("f4")
    await me.until_screen(AccountPanel)
    return await open_form(me, "h", PlaceHold)


async def test_words_of_a_title_offer_the_titles_and_the_chosen_one_is_held(catalogue: Library) -> None:
    async with at_desk(catalogue) as me:
        form = await hold_form(me)
        await fill_in(me, title="红楼梦")
        await me.press("enter")
        await me.until_screen(WhichTitle)
        await me.until_shown("曹雪芹")
        await me.press("1")
        await me.until_screen(PlaceHold)
        assert form.values()["title"] == DREAM
        assert form.focused is form._control_of(form.entry("pickup"))
        await me.until_shown("红楼梦")
        await sent(me, form)
        await me.until_shown("Hold placed: 红楼梦")
        (request,) = account_of(catalogue, TEACHER).requests
        assert request.title == "红楼梦"


async def test_words_are_looked_for_before_anything_is_sent_and_leaving_the_choice_changes_nothing(
    catalogue: Library,
) -> None:
    async with at_desk(catalogue) as me:
        form = await hold_form(me)
        await fill_in(me, title="红楼梦")
        await me.press("f9")
        await me.until_screen(WhichTitle)
        await me.press("escape")
        await me.until_screen(PlaceHold)
        assert form.values()["title"] == "红楼梦"
        assert account_of(catalogue, TEACHER).requests == []


async def test_words_of_no_title_are_told_at_the_field(catalogue: Library) -> None:
    assert is_words("qwxzv qwxzv", SAMPLE_PATTERNS)
    async with at_desk(catalogue) as me:
        form = await hold_form(me)
        await fill_in(me, title="qwxzv qwxzv")
        assert await told(me, form) == {"title": "Nothing is found for “qwxzv qwxzv”."}


async def test_a_copy_that_is_scanned_while_titles_are_offered_is_what_is_wanted(catalogue: Library) -> None:
    async with at_desk(catalogue) as me:
        form = await hold_form(me)
        await fill_in(me, title="红楼梦")
        await me.press("enter")
        await me.until_screen(WhichTitle)
        me.app.hear(Scan(DREAM_COPY, "reader", 500.0))
        await me.until_screen(PlaceHold)
        assert form.values()["title"] == DREAM_COPY
        assert account_of(catalogue, TEACHER).requests == [], "nothing was sent"
        assert account_of(catalogue, TEACHER).loans == [], "and nothing lent behind it"
