"""Bars drawn with characters: upright ones for hours, lying ones where a length says more than a number."""

from __future__ import annotations

from collections.abc import Sequence

_UPRIGHT = " ▁▂▃▄▅▆▇█"
_LYING = " ▏▎▍▌▋▊▉█"
_PARTS = 8
"""In so many parts a cell can be filled."""


def upright(numbers: Sequence[int], height: int, width: int, most: int) -> list[str]:
    """Bars beside each other, as lines from the top, each bar ``width`` cells; ``most`` is what fills all of them.

    A number that is not 0 is always to be seen.
    """
    filled = [_filled(number, most, height) for number in numbers]
    return ["".join(_cell(_UPRIGHT, parts, row) * width for parts in filled) for row in reversed(range(height))]


def lying(number: int, most: int, width: int) -> str:
    """One bar from the left, not longer than ``width`` cells; a number that is not 0 is always to be seen."""
    parts = _filled(number, most, width)
    return "".join(_cell(_LYING, parts, place) for place in range(width)).rstrip()


def _filled(number: int, most: int, cells: int) -> int:
    if number <= 0 or most <= 0:
        return 0
    return max(1, min(round(number * cells * _PARTS / most), cells * _PARTS))


def _cell(shapes: str, parts: int, place: int) -> str:
    return shapes[max(0, min(parts - place * _PARTS, _PARTS))]
