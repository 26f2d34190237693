"""Days as people type them."""

from __future__ import annotations

from datetime import date

import pytest

from screens.days import NoDay, read_day

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-12-24", date(2026, 12, 24)),
        ("2026/12/24", date(2026, 12, 24)),
        ("2026年12月24日", date(2026, 12, 24)),
        (" 12-24 ", date(2026, 12, 24)),
        ("12月24日", date(2026, 12, 24)),
        ("１２－２４", date(2026, 12, 24)),
        ("1-5", date(2027, 1, 5)),
        ("11-23", TODAY),
        ("2-29", date(2028, 2, 29)),
        ("+14", date(2026, 12, 7)),
        ("-2", date(2026, 11, 21)),
    ],
)
def test_a_day_without_a_year_is_the_next_one(typed: str, day: date) -> None:
    assert read_day(typed, TODAY) == day


@pytest.mark.parametrize(
    ("typed", "day"), [("11-21", date(2026, 11, 21)), ("12-24", date(2025, 12, 24)), ("2-29", date(2024, 2, 29))]
)
def test_looking_back_it_is_the_last_one(typed: str, day: date) -> None:
    assert read_day(typed, TODAY, back=True) == day


@pytest.mark.parametrize("typed", ["", "tomorrow", "13-1", "2026-02-30", "2-30", "2026", "--1", "1-1-1", "+", "24"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(NoDay):
        read_day(typed, TODAY)
