"""What the clerk tells of the desk while one thing after the other is done there."""

from __future__ import annotations

from textual.message import Message

from libops.circulation.desk import DeskSession
from libops.library import Library
from screens.clerk import Clerk
from screens.messages import DeskChanged, DeskView, OutcomeReached
from tests.terminal.at_desk import place_of, signed_in
from tests.terminal.small_town import COPIES, OTHER, TEACHER


class Told:
    """A clerk at work on this thread, and what it has told of the desk."""

    def __init__(self, town: Library) -> None:
        self.messages: list[Message] = []
        self.clerk = Clerk(DeskSession(town, actor=signed_in(town), place=place_of(town)), self.messages.append)

    def work(self) -> list[DeskView]:
        """Let it do all there is to do; the desk as it was told meanwhile, step by step."""
        before = len(self.messages)
        self.clerk.work(lambda: not (self.clerk._has_something() or self.clerk.waiting))
        told = [one.view for one in self.messages[before:] if isinstance(one, OutcomeReached | DeskChanged)]
        return [view for view in told if view is not None]


def test_the_account_of_a_patron_stays_until_it_has_been_read_again_so_that_its_keys_do_something(
    town: Library,
) -> None:
    desk = Told(town)
    desk.clerk.take_typed(TEACHER)
    _ = desk.work()
    desk.clerk.take_typed(COPIES[0])
    views = desk.work()
    loans = [None if view.account is None else len(view.account.loans) for view in views]
    assert (loans[0], loans[-1]) == (0, 1)
    assert None not in loans


def test_the_account_of_one_patron_is_never_told_with_another(town: Library) -> None:
    desk = Told(town)
    for number in (TEACHER, OTHER):
        desk.clerk.take_typed(number)
        views = desk.work()
        for view in views:
            assert view.patron is not None
            assert view.patron.number == number
            assert view.account is None or view.account.patron.number == number
        assert views[0].account is None
        assert views[-1].account is not None
