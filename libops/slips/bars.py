"""Code 128 as bars and spaces, for pages that a person prints (ISO/IEC 15417, code set B)."""

from __future__ import annotations

QUIET = 10
"""Modules that stay white at both ends, or a reader does not find the bars."""

# Six digits for each value: the widths of three bars and three spaces.
_WIDTHS = (
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222"
    "123122123221223211221132221231213212223112312131311222321122321221312212322112322211212123212321"
    "232121111323131123131321112313132113132311211313231113231311112133112331132131113123113321133121"
    "313121211331231131213113213311213131311123311321331121312113312311332111314111221411431111111224"
    "111422121124121421141122141221112214112412122114122411142112142211241211221114413111241112134111"
    "111242121142121241114212124112124211411212421112421211212141214121412121111143111341131141114113"
    "114311411113411311113141114131311141411131211412211214211232"
)
_OF_EACH = 6
_STOP = "2331112"
_START_B = 104
_FIRST = 32  # the character whose value is 0


def bars(code: str) -> list[tuple[int, int]]:
    """Where each bar begins and how wide it is, in modules, the quiet zone before it counted.

    Raises ``ValueError`` for what set B cannot say: anything but printable ASCII, or nothing.
    """
    if not code or not all(" " <= character <= "~" for character in code):
        raise ValueError("Code 128 B holds printable ASCII")
    values = [_START_B, *(ord(character) - _FIRST for character in code)]
    check = (_START_B + sum(place * value for place, value in enumerate(values[1:], 1))) % 103
    at, found = QUIET, []
    for number, width in enumerate("".join(_widths(value) for value in [*values, check]) + _STOP):
        if number % 2 == 0:
            found.append((at, int(width)))
        at += int(width)
    return found


def _widths(value: int) -> str:
    return _WIDTHS[value * _OF_EACH : (value + 1) * _OF_EACH]


def modules(code: str) -> int:
    """How many modules the bars of a code take with their quiet zones."""
    at, width = bars(code)[-1]
    return at + width + QUIET
