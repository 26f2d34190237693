"""What came of a scan behind something open is told there, also while that is only just opening or closing."""

from __future__ import annotations

import msgspec

from libops.circulation.outcomes import Outcome
from libops.library import Library
from screens.behind import show_behind
from screens.forms.patrons import RegisterPatron
from screens.forms.throwing_away import ThrowAway
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import go_to, open_form
from tests.terminal.small_town import COPIES, REFERENCE, TEACHER


def top_of(me: AtDesk) -> str:
    """The first line of what is in front; empty before that is drawn."""
    return me.shown().partition("\n")[0]


async def with_a_form_in_front(me: AtDesk) -> tuple[Outcome, Outcome]:
    """What was lent and what was refused before a form was opened."""
    await me.scan(TEACHER, COPIES[0], REFERENCE)
    await go_to(me, "p")
    _ = await open_form(me, "f12", RegisterPatron)
    assert "▌" not in top_of(me)
    _, lent, refused = me.outcomes
    return lent, refused


def question(me: AtDesk) -> ThrowAway:
    """A question that may come in front of a form."""
    return ThrowAway(me.shift.voice, lambda: RegisterPatron.HEADING)


async def test_a_question_that_is_only_just_opening_tells_the_last_of_what_came(town: Library) -> None:
    async with at_desk(town) as me:
        lent, refused = await with_a_form_in_front(me)
        _ = me.app.push_screen(question(me))
        for outcome in (refused, lent):
            show_behind(me.app.screen, me.shift, outcome)
        await me.until_screen(ThrowAway)
        await me.until(lambda: "▌ LENT" in top_of(me))


async def test_what_came_just_before_a_question_opens_or_closes_is_told_by_what_is_in_front_then(
    town: Library,
) -> None:
    async with at_desk(town) as me:
        lent, refused = await with_a_form_in_front(me)
        show_behind(me.app.screen, me.shift, lent)
        _ = me.app.push_screen(question(me))
        await me.until(lambda: "▌ LENT" in top_of(me))
        show_behind(me.app.screen, me.shift, refused)
        _ = me.app.pop_screen()
        await me.until(lambda: "▌ REFUSED" in top_of(me))
        assert isinstance(me.app.screen, RegisterPatron)


async def test_where_there_is_no_room_for_everything_the_reason_is_whole_and_the_title_shorter(town: Library) -> None:
    async with at_desk(town) as me:
        _, refused = await with_a_form_in_front(me)
        long = msgspec.structs.replace(refused, title="A title that goes on for longer than " * 3)
        for outcome in (refused, long):
            show_behind(me.app.screen, me.shift, outcome)
            told = me.shift.visit.said(outcome, me.shift.voice, me.shift.today)
            await me.until(lambda told=told: told.fact in top_of(me))  # type: ignore[misc]
        assert "A title that goes on" in top_of(me)
        assert "…  " in top_of(me)
