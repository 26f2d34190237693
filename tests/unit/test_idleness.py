"""How long nobody has touched anything."""

from __future__ import annotations

import pytest

from screens.idleness import LAST_OF_PATRON, Idleness, Rest, told


def test_seconds_count_from_the_last_scan_or_key_and_never_below_none() -> None:
    now = [100.0]
    idleness = Idleness(Rest(patron=180, lock=600), lambda: now[0])
    assert (idleness.before_patron_goes, idleness.before_lock) == (180, 600)
    now[0] += 170
    assert (idleness.before_patron_goes, idleness.before_lock) == (10, 430)
    idleness.stir()
    assert (idleness.before_patron_goes, idleness.before_lock) == (180, 600)
    now[0] += 10_000
    assert (idleness.before_patron_goes, idleness.before_lock) == (0, 0)


def test_with_nothing_set_nothing_is_counted() -> None:
    now = [100.0]
    idleness = Idleness(now=lambda: now[0])
    now[0] += 1_000_000
    assert (idleness.before_patron_goes, idleness.before_lock) == (None, None)


@pytest.mark.parametrize(("left", "said"), [(None, None), (21.0, None), (20.0, 20), (19.2, 20), (0.4, 1), (0.0, 0)])
def test_only_the_last_seconds_are_told_and_a_part_of_one_is_one(left: float | None, said: int | None) -> None:
    assert told(left, LAST_OF_PATRON, 180) == said


def test_where_there_is_little_time_only_its_last_half_is_told() -> None:
    assert told(16, LAST_OF_PATRON, 30) is None
    assert told(15, LAST_OF_PATRON, 30) == 15
