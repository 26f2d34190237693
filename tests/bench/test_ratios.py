"""What fails a benchmark: a ratio that misses its bound twice, and nothing else."""

from __future__ import annotations

from tests.bench.ratios import Ratio, judged


def test_a_ratio_at_its_bound_is_kept_and_beyond_it_is_missed() -> None:
    assert Ratio("share", 0.4, at_least=0.4).holds
    assert not Ratio("share", 0.399, at_least=0.4).holds
    assert Ratio("growth", 1.5, at_most=1.5).holds
    assert not Ratio("growth", 1.501, at_most=1.5).holds


def test_a_missed_ratio_is_marked_in_the_report() -> None:
    assert Ratio("share", 0.4, at_least=0.4).shown == "0.40"
    assert Ratio("share", 0.31, at_least=0.4).shown == "**0.31, missed**"


def test_what_was_missed_is_measured_once_more_and_twice_as_long() -> None:
    asked: list[int] = []
    told: list[str] = []

    def measure(times: int) -> float:
        asked.append(times)
        return 0.2 * times

    found = judged(measure, lambda value: [Ratio("share", value, at_least=0.4)], told.append)
    assert (asked, found) == ([1, 2], 0.4)
    assert told == ["MISSED  share: 0.20 (≥ 0.4)", "kept    share: 0.40 (≥ 0.4)"]


def test_what_was_kept_is_measured_once() -> None:
    asked: list[int] = []
    judged(asked.append, lambda _: [Ratio("share", 1, at_least=0.4)], lambda _: None)
    assert asked == [1]
