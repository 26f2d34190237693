"""Text in columns of terminal cells: Chinese takes two cells a character, and data may hold anything.

Nothing here is ever parsed as markup.
"""

from __future__ import annotations

import unicodedata

from rich.cells import cell_len, set_cell_size

_DANGEROUS = ("Cc", "Cf", "Cs", "Zl", "Zp")
# Joiners hold emoji and the letters of some scripts together; all other format characters only hide or reorder text.
_JOINERS = "\u200c\u200d"
# These begin no line in Chinese, and none elsewhere either.
_NEVER_FIRST = "，。、；：！？）》」』”’·,.;:!?)]}"


def plain(text: str) -> str:
    """The text with every control character made visible as a middle dot, so that data cannot steer the terminal."""
    if text.isprintable():
        return text
    return "".join(
        "·" if unicodedata.category(character) in _DANGEROUS and character not in _JOINERS else character
        for character in text
    )


def fit(text: str, width: int) -> str:
    """The text in exactly ``width`` cells: padded with spaces, or cut with an ellipsis."""
    text = plain(text)
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(set_cell_size(text, max(width - 1, 0)).rstrip() + "…", width) if width > 0 else ""


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most ``width`` cells, broken at spaces or between Chinese characters."""
    lines, line = [], ""
    for piece in _pieces(plain(text)):
        if cell_len(line + piece.rstrip()) <= width:
            line += piece
            continue
        if line:
            lines.append(line.rstrip())
        line = piece
        while cell_len(line) > width:
            head = set_cell_size(line, width).rstrip() or line[:1]
            lines.append(head)
            line = line[len(head) :]
    return [*lines, line.rstrip()] if line or not lines else lines


def beside(lines: list[str], aside: str, width: int) -> list[tuple[str, str]]:
    """The lines, each with what stands beside it: ``aside`` after the last, or below where there it has no room."""
    if not aside:
        return [(line, "") for line in lines]
    if lines and cell_len(lines[-1]) + 2 + cell_len(aside) <= width:
        return [*((line, "") for line in lines[:-1]), (lines[-1] + "  ", aside)]
    return [*((line, "") for line in lines), *(("", part) for part in wrap(aside, width))]


def _pieces(text: str) -> list[str]:
    """What may not be broken: a word with the spaces after it, a Chinese character with the stop after it."""
    pieces: list[str] = []
    for character in text:
        joins = bool(pieces) and (
            character == " "
            or character in _NEVER_FIRST
            or not (_is_wide(character) or pieces[-1][-1] == " " or _is_wide(pieces[-1][-1]))
        )
        if joins:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _is_wide(character: str) -> bool:
    return cell_len(character) == 2
