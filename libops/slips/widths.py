"""How wide a text is, on a screen and on a receipt printer, and how it is broken into lines.

On a screen a character takes the columns that wcwidth says. A receipt printer knows two kinds: what its Western code
page holds takes one column, everything else is printed from its Chinese font and takes two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import wcwidth

Measure = Callable[[str], int]
"""A text's width in columns."""

CODE_PAGE = "cp850"
"""The Western code page of receipt printers. It has the letters of Western Europe, ``·``, ``×`` and ``¥``."""

_NOT_FIRST = frozenset("，。、；：？！）》」』】〉〕…—％,.;:?!)]}%")
"""Characters that do not begin a line."""

_NOT_LAST = frozenset("（《「『【〈〔([{")
"""Characters that do not end one."""


def is_western(character: str) -> bool:
    """Whether a printer prints this character from its Western code page, in one column."""
    try:
        character.encode(CODE_PAGE)
    except UnicodeEncodeError:
        return False
    return True


def on_screen(text: str) -> int:
    """The columns that a text takes on a screen."""
    return max(wcwidth.width(text), 0)


def on_paper(text: str) -> int:
    """The columns that a text takes on a receipt printer."""
    return sum(1 if is_western(character) else 2 for character in text)


def wrap(text: str, columns: int, measure: Measure) -> list[str]:
    """The text in lines of at most so many columns; at least one line, and only a single wide character is wider.

    Lines break at spaces and beside Chinese characters, and inside a word only where it is wider than a line. None
    begins with a closing mark or ends with an opening one. Spaces before the first word are kept on every line.
    """
    indent = text[: len(text) - len(text.lstrip(" "))]
    if measure(indent) >= columns:
        indent = ""
    room = columns - measure(indent)
    lines: list[str] = []
    line = ""
    for piece in pieces(text.strip(" ")):
        if line and measure((line + piece).rstrip(" ")) > room:
            lines.append(line)
            line = ""
        line = (line + piece).lstrip(" ")
        while measure(line.rstrip(" ")) > room:
            taken = _that_fits(line, room, measure)
            if taken == len(line):
                break
            lines.append(line[:taken])
            line = line[taken:].lstrip(" ")
    lines.append(line)
    return [(indent + line).rstrip(" ") for line in lines if line or len(lines) == 1]


def _that_fits(text: str, columns: int, measure: Measure) -> int:
    """How many characters of the text go into one line; at least one, and never half of what belongs together."""
    taken = 0
    for cluster in wcwidth.iter_graphemes(text):
        if taken and measure(text[: taken + len(cluster)]) > columns:
            break
        taken += len(cluster)
    return taken


def pieces(text: str) -> Iterator[str]:
    """The text in pieces between which a line may break; a piece keeps the spaces behind it."""
    piece = ""
    for cluster in wcwidth.iter_graphemes(text):
        if piece and _may_break(piece, cluster):
            yield piece
            piece = ""
        piece += cluster
    if piece:
        yield piece


def _may_break(piece: str, cluster: str) -> bool:
    last = piece[-1]
    if cluster == " ":
        return False
    if last == " ":
        return True
    if cluster[0] in _NOT_FIRST or last in _NOT_LAST:
        return False
    return _is_wide(last) or _is_wide(cluster[0])


def _is_wide(character: str) -> bool:
    return wcwidth.wcwidth(character) == 2
