"""What can fail a run: ratios of two things measured side by side. Absolute times belong to the machine and cannot."""

from __future__ import annotations

import msgspec


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
