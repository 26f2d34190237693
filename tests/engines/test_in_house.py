"""How often a copy was read in the house and never lent."""

from __future__ import annotations

from libops.circulation import item_stories, undo
from tests.engines.town import BOOK, CLERK, OTHER_BOOK, READER, Town


def used(town: Town, barcode: str = BOOK) -> tuple[int, object]:
    story = town.look(item_stories.show, barcode=barcode)
    return story.used_in_house, story.used_at


def test_reading_in_the_house_is_counted_with_when_it_was_last(town: Town) -> None:
    assert used(town) == (0, None)
    town.take_back(BOOK)
    town.clock.later(days=2)
    town.take_back(BOOK)
    second = town.clock()
    assert used(town) == (2, second)
    town.clock.later(minutes=5)
    town.take_back(BOOK)
    assert used(town) == (2, second), "the same reading, scanned once more"
    assert used(town, OTHER_BOOK) == (0, None)


def test_a_loan_is_no_reading_in_the_house_and_what_was_undone_none_either(town: Town) -> None:
    town.lend(READER, BOOK)
    town.take_back(BOOK)
    assert used(town) == (0, None)
    town.clock.later(days=1)
    town.take_back(BOOK)
    first = town.clock()
    town.clock.later(days=1)
    town.take_back(BOOK)
    assert used(town)[0] == 2
    town.act(undo.undo_last, by=CLERK, at="M1")
    assert used(town) == (1, first)
