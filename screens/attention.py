"""What sounds when somebody has to look up. One of it is shared by the whole console, as its voice is."""

from __future__ import annotations

from collections.abc import Callable

from libops.appearance import Sound


class Attention:
    """Calls by whatever ``sound`` says now; what it is about stands on screen in any case."""

    def __init__(self, sound: Sound, ring: Callable[[], None]) -> None:
        self.sound = sound
        self._ring = ring

    def call(self) -> None:
        """Have somebody look up."""
        if self.sound is Sound.BELL:
            self._ring()


SILENCE = Attention(Sound.NONE, lambda: None)
"""Before a console is there."""
