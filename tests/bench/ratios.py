"""What can fail a run: ratios of two things measured side by side. Absolute times belong to the machine and cannot."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec

M = TypeVar("M")


class Ratio(msgspec.Struct, frozen=True):
    """Something measured against something else, and the bound it must keep; ``aim`` is what we would like."""

    what: str
    value: float
    at_least: float | None = None
    at_most: float | None = None
    aim: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the bound is kept."""
        above = self.at_least is None or self.value >= self.at_least
        return above and (self.at_most is None or self.value <= self.at_most)

    @property
    def bound(self) -> str:
        """The bound, as a table shows it."""
        return f"≥ {self.at_least:g}" if self.at_least is not None else f"≤ {self.at_most:g}"

    @property
    def shown(self) -> str:
        """The value, marked where it misses its bound."""
        return f"{self.value:.2f}" if self.holds else f"**{self.value:.2f}, missed**"


def judged(measure: Callable[[int], M], ratios: Callable[[M], list[Ratio]], say: Callable[[str], None]) -> M:
    """What ``measure`` finds when it takes the usual time; where a bound is missed, when it takes twice as long.

    One miss on a busy machine says little. The second measurement counts, whatever it finds; ``say`` is told both.
    """
    found = measure(1)
    if not _all_hold(ratios(found), say):
        found = measure(2)
        _all_hold(ratios(found), say)
    return found


def _all_hold(ratios: list[Ratio], say: Callable[[str], None]) -> bool:
    for ratio in ratios:
        say(f"{'kept  ' if ratio.holds else 'MISSED'}  {ratio.what}: {ratio.value:.2f} ({ratio.bound})")
    return all(ratio.holds for ratio in ratios)
