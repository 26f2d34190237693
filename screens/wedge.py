"""Telling a keyboard-wedge reader from a person: a reader types a whole code in a moment and ends it with Enter.

Pure: it is told each key and its time, and says which keys to let through and which codes were read. With a prefix
that the reader is set to send, there is nothing to tell apart; without one, speed decides.

A key's time is when the program got round to reading it. A busy program reads the two halves of one code far apart, so
two keys far apart are no proof of a person: only that the terminal was looked at in between and had nothing to read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec

GAP = 0.05
"""Seconds between two keys of one code, at most. Readers need 0.5 to 20 ms; people seldom less than 80."""
PAUSE = 0.3
"""Seconds between two keys after which they belong to different codes, however busy the program was."""
LEAST = 4
"""Characters a code has at least, before speed alone may call it one."""
PATIENCE = 0.5
"""Seconds of quiet after which a code that began with a prefix will not go on."""
LOST = 2.0
"""Seconds between two keys after which it will not go on, however busy the program was."""

ENDS = ("\r", "\n", "\t")
"""What readers send after a code."""

K = TypeVar("K")


class Step(msgspec.Struct, Generic[K]):
    """What follows from one key or one moment of quiet.

    ``released`` keys go on to whatever has the focus, in this order. ``code`` was read by a reader, typed as ``keys``.
    ``cut_off`` is the length of a code that began and never ended.
    """

    released: Sequence[K] = ()
    code: str | None = None
    keys: Sequence[K] = ()
    cut_off: int | None = None


class _Held(msgspec.Struct, Generic[K]):
    key: K
    text: str


class SpeedWedge(Generic[K]):
    """Tells codes by speed: at least four characters and an end mark, and nowhere between them quiet for ``gap``.

    ``repeats`` are letters that people hold down: the same one again and again is let through, for no code begins so.
    """

    def __init__(self, gap: float = GAP, repeats: frozenset[str] = frozenset()) -> None:
        self.gap = gap
        self._repeats = repeats
        self._held_down = ""
        self._held: list[_Held[K]] = []
        self._last = float("-inf")
        self._ended = float("-inf")

    @property
    def holds(self) -> bool:
        """Whether keys are held back until it is clear who typed them."""
        return bool(self._held)

    def press(self, key: K, text: str, at: float) -> Step[K]:
        """A key came: ``text`` is the character it types (Enter is a carriage return), or nothing."""
        released = self._let_go() if at - self._last > PAUSE else []
        goes_on = text == self._held_down and at - self._last <= PAUSE
        self._last = at
        self._held_down = text if goes_on or self._is_held_down(text) else ""
        if self._held_down:
            return Step([*released, *self._let_go(), key])
        if text == "\n" and not self._held and at - self._ended <= self.gap:
            return Step()  # the second half of CR LF
        if text in ENDS and len(self._held) >= LEAST:
            self._ended = at
            held, self._held = self._held, []
            return Step(released, "".join(one.text for one in held), [one.key for one in held] + [key])
        if text and text not in ENDS and (self._held or text.isprintable()):
            self._held.append(_Held(key, text))
            return Step(released)
        return Step([*released, *self._let_go(), key])

    def _is_held_down(self, text: str) -> bool:
        """Whether this is a letter that is let through, and as many of it came as no code begins with."""
        return text in self._repeats and len(self._held) >= LEAST - 1 and all(one.text == text for one in self._held)

    def quiet(self, at: float) -> Step[K]:
        """The terminal has nothing to read now: keys that nothing followed in time were a person's."""
        return Step(self._let_go()) if at - self._last > self.gap else Step()

    def _let_go(self) -> list[K]:
        held, self._held = self._held, []
        return [one.key for one in held]


class PrefixWedge(Generic[K]):
    """Tells codes by the characters that the reader is set to send before each."""

    gap = PATIENCE

    def __init__(self, prefix: str) -> None:
        if not prefix:
            raise ValueError("a prefix has at least one character")
        self._prefix = prefix
        self._matched: list[K] = []
        self._code: list[_Held[K]] | None = None
        self._last = float("-inf")
        self._ended = float("-inf")

    @property
    def holds(self) -> bool:
        """Whether keys are held back until the code is whole."""
        return bool(self._matched) or self._code is not None

    def press(self, key: K, text: str, at: float) -> Step[K]:
        """A key came: ``text`` is the character it types (Enter is a carriage return), or nothing."""
        late = self._give_up() if at - self._last > (LOST if self._code is not None else PAUSE) else Step[K]()
        self._last = at
        step = self._inside(key, text, at) if self._code is not None else self._outside(key, text, at)
        return Step(
            [*late.released, *step.released],
            step.code,
            step.keys,
            late.cut_off if step.cut_off is None else step.cut_off,
        )

    def quiet(self, at: float) -> Step[K]:
        """The terminal has nothing to read now: half a prefix was a person's, half a code is lost."""
        late = at - self._last > (PATIENCE if self._code is not None else GAP)
        return self._give_up() if late else Step()

    def _give_up(self) -> Step[K]:
        code, self._code = self._code, None
        released, self._matched = self._matched, []
        return Step(released, cut_off=None if code is None else len(code))

    def _outside(self, key: K, text: str, at: float) -> Step[K]:
        if text == "\n" and at - self._ended <= GAP:
            return Step()  # the second half of CR LF
        if text and text == self._prefix[len(self._matched)]:
            self._matched.append(key)
            if len(self._matched) == len(self._prefix):
                self._matched, self._code = [], []
            return Step()
        released, self._matched = [*self._matched, key], []
        return Step(released)

    def _inside(self, key: K, text: str, at: float) -> Step[K]:
        assert self._code is not None
        if text in ENDS:
            code, self._code = self._code, None
            self._ended = at
            return Step((), "".join(one.text for one in code), [one.key for one in code] + [key])
        if text == self._prefix:
            cut, self._code = len(self._code), []
            return Step(cut_off=cut)
        self._code.append(_Held(key, text or "\0"))
        return Step()


Wedge = SpeedWedge[K] | PrefixWedge[K]
