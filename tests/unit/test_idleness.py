"""How long nobody has touched anything."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from libops.cli.console import idleness_of
from libops.settings import Settings
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


def test_a_machine_that_is_told_nothing_lets_go_after_three_minutes_and_locks_after_ten() -> None:
    idleness = idleness_of(Settings())
    assert idleness.rest == Rest(patron=180, lock=600)


def test_none_switches_either_off_and_less_than_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIBOPS_LOCK_AFTER", "0")
    monkeypatch.setenv("LIBOPS_PATRON_AFTER", "0")
    assert idleness_of(Settings()).before_lock is None
    assert idleness_of(Settings()).before_patron_goes is None
    for name in ("LIBOPS_LOCK_AFTER", "LIBOPS_PATRON_AFTER"):
        with monkeypatch.context() as wrong:
            wrong.setenv(name, "-1")
            with pytest.raises(ValidationError):
                Settings()
