"""A card of codes that lies on the desk: as a page that a person prints, and as a strip from the receipt printer."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from xml.sax.saxutils import escape

import msgspec

from libops.slips.bars import bars, modules
from libops.slips.lines import Barcode, Line, Rule, Text


class CardPaper(StrEnum):
    """Paper that a card is drawn for."""

    A4 = "a4"
    A5 = "a5"


class CardCode(msgspec.Struct, frozen=True):
    """One code of the card: what stands in its bars, what it is called and what it does, in two languages."""

    code: str
    name: str
    says: str
    other_name: str
    other_says: str


class CardHeading(msgspec.Struct, frozen=True):
    """What stands at the head of the card: what it is, and how it is used, in two languages."""

    name: str
    says: str
    other_name: str
    other_says: str


_WIDE, _HIGH = 210.0, 297.0
"""Millimetres of A4. A5 is the same page at 1 to the square root of 2."""
_SIZES = {CardPaper.A4: (210, 297), CardPaper.A5: (148, 210)}
_EDGE, _HEAD, _APART = 10.0, 28.0, 6.0
_COLUMNS = 2
_MODULE = 0.38
"""Millimetres of the narrowest bar on A4, 0.27 on A5: readers and printers of offices manage a quarter of one."""
_BARS_HIGH = 12.0

_STYLE = (
    "text{font-family:'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif;fill:#000}"
    ".name{font-size:6.2px;font-weight:bold}.other{font-size:4.2px}.says{font-size:2.9px}"
    ".code{font-size:2.9px;letter-spacing:.4px}.head{font-size:8px;font-weight:bold}"
)


def as_svg(heading: CardHeading, codes: Sequence[CardCode], paper: CardPaper) -> str:
    """The card as one picture, a page of this paper."""
    wide, high = _SIZES[paper]
    rows = -(-len(codes) // _COLUMNS)
    cell_wide = (_WIDE - 2 * _EDGE - _APART) / _COLUMNS
    cell_high = (_HIGH - _HEAD - _EDGE) / max(rows, 1)
    cells = [
        _cell(one, _EDGE + number // rows * (cell_wide + _APART), _HEAD + number % rows * cell_high, cell_wide)
        for number, one in enumerate(codes)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}mm" height="{high}mm" '
        f'viewBox="0 0 {_WIDE:g} {_HIGH:g}">'
        f'<style>{_STYLE}</style><rect width="100%" height="100%" fill="#fff"/>{_head(heading)}{"".join(cells)}</svg>\n'
    )


def as_html(heading: CardHeading, codes: Sequence[CardCode], paper: CardPaper) -> str:
    """The same as a page for a browser, which prints it at its true size."""
    title = escape(f"{heading.name} · {heading.other_name}")
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{title}</title><style>'
        f"@page{{size:{paper.value.upper()};margin:0}}body{{margin:0}}svg{{display:block}}</style></head>"
        f"<body>{as_svg(heading, codes, paper)}</body></html>\n"
    )


def as_lines(heading: CardHeading, codes: Sequence[CardCode]) -> list[Line]:
    """The card as a strip of paper, with the bars below one another and room between them for a hand to cover."""
    lines: list[Line] = [
        Text(heading.name, size=2, centred=True),
        Text(heading.other_name, centred=True),
        Text(heading.says),
        Text(heading.other_says),
    ]
    for one in codes:
        lines += [Rule(), Text(f"{one.name}  {one.other_name}", bold=True), Text(one.says), Barcode(one.code), Text("")]
    return lines


def _head(heading: CardHeading) -> str:
    return (
        f"{_text('head', _EDGE, 15, f'{heading.name}  {heading.other_name}')}"
        f"{_text('says', _EDGE, 20, heading.says)}{_text('says', _EDGE, 24, heading.other_says)}"
    )


def _cell(one: CardCode, left: float, top: float, wide: float) -> str:
    indent = left + (wide - modules(one.code) * _MODULE) / 2
    path = "".join(
        f"M{indent + at * _MODULE:.3f} {top + 16.5:.2f}h{width * _MODULE:.3f}v{_BARS_HIGH:g}h-{width * _MODULE:.3f}z"
        for at, width in bars(one.code)
    )
    line = f'<path d="M{left:g} {top:.2f}h{wide:g}" stroke="#999" stroke-width=".2"/>'
    return "".join(
        (
            line,
            f'<text x="{left:g}" y="{top + 7:.2f}"><tspan class="name">{escape(one.name)}</tspan>'
            f'<tspan class="other" dx="3">{escape(one.other_name)}</tspan></text>',
            _text("says", left, top + 10.9, one.says),
            _text("says", left, top + 14.6, one.other_says),
            f'<path d="{path}"/>',
            f'<text class="code" text-anchor="middle" x="{left + wide / 2:g}" y="{top + 32:.2f}">{escape(one.code)}'
            "</text>",
        )
    )


def _text(style: str, left: float, base: float, text: str) -> str:
    return f'<text class="{style}" x="{left:g}" y="{base:.2f}">{escape(text)}</text>'
