"""How many of a title's copies can be had and where: one query, on both engines."""

from __future__ import annotations

from typing import TypeVar

import pytest
from sqlalchemy import update

from db.catalogue import ItemStatus
from db.statement import Statement
from db.tables import BRANCH, ITEM, TITLE
from libops.catalogue.availability import AtBranch, Availability, of_titles
from libops.catalogue.availability_words import in_words, where
from libops.i18n import language
from tests.engines.catalogued import catalogue, shelve
from tests.engines.town import CLERK, READER, Town, ids

R = TypeVar("R")

ENGLISH = language("en")


@pytest.fixture
def title(town: Town) -> str:
    """A title with two copies at the main branch and one at the west one."""
    number = catalogue(town, "可借")
    for barcode, branch in (("B901", "MAIN"), ("B902", "MAIN"), ("B903", "WEST")):
        shelve(town, barcode, number, branch=branch)
    return number


def of(town: Town, number: str) -> Availability:
    key = ids(town, TITLE, "number")[number]
    return town.look(of_titles, title_ids=[key]).get(key, Availability())


def counts(town: Town, number: str) -> dict[str, tuple[int, int, int]]:
    return {at.branch_code: (at.copies, at.available, at.read_here) for at in of(town, number).branches}


def test_copies_count_where_they_are(town: Town, title: str) -> None:
    assert counts(town, title) == {"MAIN": (2, 2, 0), "WEST": (1, 1, 0)}
    town.lend(READER, "B901")
    assert counts(town, title) == {"MAIN": (2, 1, 0), "WEST": (1, 1, 0)}
    town.take_back("B901")
    assert counts(town, title) == {"MAIN": (2, 2, 0), "WEST": (1, 1, 0)}
    held = of(town, title)
    assert (held.copies, held.available, held.at("YORK")) == (3, 3, None)
    assert held.at("WEST") == AtBranch("WEST", "西馆", "West", 1, 1, 0)


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ((ItemStatus.AVAILABLE,), (3, 3, 0)),
        ((ItemStatus.RESTRICTED,), (3, 0, 3)),
        (
            (
                ItemStatus.CHECKED_OUT,
                ItemStatus.IN_TRANSIT,
                ItemStatus.AWAITING_PICKUP,
                ItemStatus.ON_ORDER,
                ItemStatus.IN_PROCESS,
            ),
            (3, 0, 0),
        ),
        (
            (
                ItemStatus.MISSING,
                ItemStatus.LONG_MISSING,
                ItemStatus.DECLARED_LOST,
                ItemStatus.WITHDRAWN,
                ItemStatus.LOST_AND_PAID,
            ),
            (0, 0, 0),
        ),
    ],
    ids=["in", "read here", "to be waited for", "gone"],
)
def test_what_a_status_means_for_whoever_comes(
    town: Town, title: str, statuses: tuple[ItemStatus, ...], expected: tuple[int, int, int]
) -> None:
    ours = ITEM.c.title_id == ids(town, TITLE, "number")[title]
    town.change(update(ITEM).where(ours).values(branch_id=ids(town, BRANCH)["MAIN"]))
    for status in statuses:
        town.change(update(ITEM).where(ours).values(status=status))
        assert counts(town, title) == {"MAIN": expected}, status


def test_many_titles_are_one_statement_and_those_without_a_copy_are_left_out(town: Town, title: str) -> None:
    bare = catalogue(town, "无复本")
    keys = ids(town, TITLE, "number")
    asked: list[str] = []
    with town.library.look(actor=CLERK, place=town.place()) as look:
        before = look.transaction.all

        def counted(statement: Statement[R], **values: object) -> list[R]:
            asked.append(str(statement.source))
            return before(statement, **values)

        look.transaction.all = counted  # type: ignore[method-assign]
        held = of_titles(look, list(keys.values()))
    assert len(asked) == 1
    assert set(held) == {keys[title], keys["T1"]}
    assert keys[bare] not in held
    assert town.look(of_titles, title_ids=[]) == {}


def test_it_is_told_in_words(town: Town, title: str) -> None:
    town.lend(READER, "B901")
    held = of(town, title)
    assert (in_words(held, ENGLISH), where(held, ENGLISH)) == ("2 of 3 in", "Main, West")
    assert where(of(town, "T1"), language("zh")).startswith("总馆")
    assert in_words(Availability(), ENGLISH) == "no copies"
    read_here = Availability((AtBranch("MAIN", "总馆", "Main", 2, 0, 2),))
    assert (in_words(read_here, ENGLISH), where(read_here, ENGLISH)) == ("2 to be read here", "Main 2")
