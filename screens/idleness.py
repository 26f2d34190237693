"""How long nobody has scanned or typed anything: the desk locks by it, and lets a forgotten patron go."""

from __future__ import annotations

import math
from collections.abc import Callable
from time import monotonic

import msgspec


class Rest(msgspec.Struct, frozen=True):
    """Seconds without a scan or key after which the patron is let go and the desk is locked; 0: never."""

    patron: float = 0
    lock: float = 0


NO_REST = Rest()
"""Nobody is let go and nothing is locked by itself."""

LAST_OF_PATRON = 20
"""Seconds before a patron is let go in which it is counted down."""
LAST_OF_DESK = 60
"""Seconds before the desk is locked in which it is counted down."""


class Idleness:
    """Counts since the last scan or key. ``now`` are monotonic seconds; ``stir`` is safe to call from any thread."""

    def __init__(self, rest: Rest = NO_REST, now: Callable[[], float] = monotonic) -> None:
        self.rest = rest
        self._now = now
        self._last = now()

    def stir(self) -> None:
        """Somebody scanned or typed something just now."""
        self._last = self._now()

    @property
    def before_patron_goes(self) -> float | None:
        """Seconds that a patron who stands at the desk still has, not below 0; None: for ever."""
        return self._left(self.rest.patron)

    @property
    def before_lock(self) -> float | None:
        """Seconds before the desk is to be locked, not below 0; None: it never is."""
        return self._left(self.rest.lock)

    def _left(self, after: float) -> float | None:
        return max(self._last + after - self._now(), 0.0) if after else None


def told(left: float | None, last: int, after: float) -> int | None:
    """The seconds to count down, of so many ``after`` which it happens; None: nothing is said yet.

    The ``last`` ones are told, and never more than half of them all: what is always there is not looked at.
    """
    return None if left is None or left > min(last, after / 2) else math.ceil(left)
