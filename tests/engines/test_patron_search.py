"""Finding a patron by the beginning of a number or by a part of the name."""

from __future__ import annotations

import pytest

from libops.pages import Page
from libops.people import patrons
from libops.people.patrons import PatronView
from tests.engines.town import SORTER, Town, refused


def found(town: Town, text: str) -> list[str]:
    page: Page[PatronView] = town.look(patrons.search, text=text)
    return [patron.number for patron in page.results]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("P1", ["P1"]),
        ("p", ["P1", "P2", "P3", "P4", "P5"]),
        ("李", ["P1"]),
        ("梅梅", ["P2"]),
        ("polly", ["P4"]),
        ("STOP", ["P4"]),
        ("  Eve  ", ["P5"]),
        ("nobody", []),
        ("%", []),
        ("_", []),
        ("/", []),
        ("' OR 1=1", []),
        ("\0", []),
    ],
)
def test_a_number_is_found_by_its_beginning_and_a_name_by_any_part(town: Town, text: str, numbers: list[str]) -> None:
    assert found(town, text) == numbers


def test_what_is_found_comes_in_pages(town: Town) -> None:
    first: Page[PatronView] = town.look(patrons.search, text="P", limit=2)
    assert ([patron.number for patron in first.results], first.next) == (["P1", "P2"], "P2")
    rest: Page[PatronView] = town.look(patrons.search, text="P", after="P2", limit=10)
    assert ([patron.number for patron in rest.results], rest.next) == (["P3", "P4", "P5"], None)


def test_who_may_not_see_patrons_finds_none(town: Town) -> None:
    assert refused(lambda: town.look(patrons.search, text="P", by=SORTER)) == ["permission.missing"]
