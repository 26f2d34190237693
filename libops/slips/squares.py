"""QR codes in the characters of a terminal: two rows of squares in each line of text."""

from __future__ import annotations

from collections.abc import Iterable

_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
_BORDER = 4
"""Squares that stay light around the code, as the standard wants (ISO/IEC 18004)."""


def square(text: str) -> list[str]:
    """The lines of a QR code, each as wide as the others; what is dark in it is drawn, on a light ground."""
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.main import QRCode

    code = QRCode(error_correction=ERROR_CORRECT_M, border=_BORDER)
    code.add_data(text)
    code.make(fit=True)
    rows: list[list[bool]] = code.get_matrix()
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    return [_line(zip(upper, lower, strict=True)) for upper, lower in zip(rows[::2], rows[1::2], strict=True)]


def _line(pairs: Iterable[tuple[bool, bool]]) -> str:
    return "".join(_HALVES[bool(upper), bool(lower)] for upper, lower in pairs)
