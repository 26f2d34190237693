"""Lines laid out for so many columns: as plain text, or as what a receipt printer is to do.

Text for screens and files is measured as screens do, text for paper as receipt printers do; see widths.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from libops.slips.lines import Barcode, Cut, Edges, Line, Qr, Rule, Text
from libops.slips.widths import Measure, on_paper, on_screen, wrap

NARROWEST, WIDEST = 24, 64
"""Columns of paper that slips are laid out for; 32, 42 and 48 are usual."""


class Print(msgspec.Struct, frozen=True, tag=True):
    """Print one line of text, which fits: ``size`` times as wide and tall as others."""

    text: str
    size: int = 1
    centred: bool = False
    bold: bool = False


class PrintBarcode(msgspec.Struct, frozen=True, tag=True):
    """Print a code as Code 128, in the middle, its text below. Printable ASCII only."""

    code: str


class PrintQr(msgspec.Struct, frozen=True, tag=True):
    """Print a text as a QR code, in the middle."""

    text: str


class CutPaper(msgspec.Struct, frozen=True, tag=True):
    """Feed the paper to the knife and cut."""


Instruction = Print | PrintBarcode | PrintQr | CutPaper


def as_text(lines: Iterable[Line], columns: int) -> str:
    """The lines as plain text, none wider than ``columns``; each ends in a line feed."""
    return "".join(line.rstrip() + "\n" for part in lines for line in _shown(part, columns))


def for_printer(lines: Iterable[Line], columns: int) -> tuple[Instruction, ...]:
    """What a printer with so many columns is to do; the paper is cut at the end."""
    instructions = [step for part in lines for step in _steps(part, columns)]
    if not instructions or not isinstance(instructions[-1], CutPaper):
        instructions.append(CutPaper())
    return tuple(instructions)


def _shown(line: Line, columns: int) -> Iterator[str]:
    match line:
        case Rule():
            yield "-" * columns
        case Cut():
            yield ("- " * columns)[:columns]
        case Barcode(code):
            yield from _centred(wrap(f"*{code}*", columns, on_screen), columns)
        case Qr(text):
            yield from _centred(wrap(f"<{text}>", columns, on_screen), columns)
        case Edges(left, right):
            yield from _edges(left, right, columns, on_screen)
        case Text(text, centred=centred):
            wrapped = wrap(text, columns, on_screen)
            yield from _centred(wrapped, columns) if centred else wrapped


def _centred(lines: Iterable[str], columns: int) -> Iterator[str]:
    for line in lines:
        yield " " * ((columns - on_screen(line)) // 2) + line


def _steps(line: Line, columns: int) -> Iterator[Instruction]:
    match line:
        case Rule():
            yield Print("-" * columns)
        case Cut():
            yield CutPaper()
        case Barcode(code):
            if code.isascii() and code.isprintable():
                yield PrintBarcode(code)
            else:
                yield from (Print(part, centred=True) for part in wrap(code, columns, on_paper))
        case Qr(text):
            yield PrintQr(text)
        case Edges(left, right, bold):
            yield from (Print(part, bold=bold) for part in _edges(left, right, columns, on_paper))
        case Text(text, centred=centred, bold=bold):
            size = _size(line, columns)
            for part in wrap(text, columns // size, on_paper):
                yield Print(part, size, centred, bold)


def _size(line: Text, columns: int) -> int:
    """The size that a text is printed in: what is huge must be read at a glance, so it is not broken for it."""
    if line.size > 2 and on_paper(line.text) > columns // line.size:
        return 2
    return line.size


def _edges(left: str, right: str, columns: int, measure: Measure) -> Iterator[str]:
    """Both texts, on one line where they fit; otherwise the right one ends the last line that has room for it."""
    rights = wrap(right, columns, measure)
    lefts = wrap(left, columns, measure) if left else []
    last = lefts.pop() if lefts and measure(lefts[-1]) + 1 + measure(rights[0]) <= columns else ""
    yield from lefts
    yield last + " " * (columns - measure(last) - measure(rights[0])) + rights[0]
    for more in rights[1:]:
        yield " " * (columns - measure(more)) + more
