"""The lines of a slip, before anybody knows how wide the paper is, and the little language they are written in.

A template gives one line each. A tag in square brackets says what is special about a line:

    [large] TEXT      twice as wide and tall, in the middle
    [huge] TEXT       four times, in the middle: the label of a hold shelf
    [centre] TEXT     in the middle
    [bold] TEXT       heavier
    LEFT [right] RIGHT   to both edges; may be bold too
    [rule]            a line across
    [barcode] CODE    as bars, with its text
    [qr] TEXT         as a QR code
    [cut]             the paper is cut here

What was filled in never counts as a tag: a title may hold any brackets.
"""

from __future__ import annotations

import re
import unicodedata

import msgspec

ALIGNED = ("large", "huge", "centre", "bold")
TAGS = (*ALIGNED, "right", "rule", "barcode", "qr", "cut")
"""Every tag there is."""

TAG = re.compile(r"\[([a-z]+)\]")
"""A tag, or what looks like one."""

# Stands for an opening bracket in what was filled in. Of a private area, so that no text brings one along.
_BRACKET = "\ue000"


class Text(msgspec.Struct, frozen=True, tag=True):
    """A text to be wrapped; ``size`` times as wide and tall as others."""

    text: str
    size: int = 1
    centred: bool = False
    bold: bool = False


class Edges(msgspec.Struct, frozen=True, tag=True):
    """A text at each edge."""

    left: str
    right: str
    bold: bool = False


class Rule(msgspec.Struct, frozen=True, tag=True):
    """A line across."""


class Barcode(msgspec.Struct, frozen=True, tag=True):
    """A code as bars, its text below."""

    code: str


class Qr(msgspec.Struct, frozen=True, tag=True):
    """A text as a QR code."""

    text: str


class Cut(msgspec.Struct, frozen=True, tag=True):
    """The end of one piece of paper."""


Line = Text | Edges | Rule | Barcode | Qr | Cut


def plain(text: str) -> str:
    """A text that came from elsewhere, for one line: no line ends, nothing invisible, nothing that counts as a tag."""
    composed = unicodedata.normalize("NFC", text)
    visible = "".join(_visible(character) for character in composed)
    return visible.replace("[", _BRACKET)


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp", "Zs"):
        return " "
    return "" if category[0] == "C" else character


def read_lines(text: str) -> list[Line]:
    """The lines of a filled template. Blank ones at its ends are left out; of several in a row one is kept."""
    lines: list[Line] = []
    for raw in text.splitlines():
        line = _read(raw.rstrip())
        if _is_blank(line) and (not lines or _is_blank(lines[-1])):
            continue
        lines.append(line)
    while lines and _is_blank(lines[-1]):
        lines.pop()
    return lines


def _is_blank(line: Line) -> bool:
    return isinstance(line, Text) and not line.text


def _read(raw: str) -> Line:
    tag, rest = _split(raw)
    match tag:
        case "rule":
            return Rule()
        case "cut":
            return Cut()
        case "barcode":
            return Barcode(_filled(rest)) if rest else Text("")
        case "qr":
            return Qr(_filled(rest)) if rest else Text("")
        case "large":
            return Text(_filled(rest), size=2, centred=True)
        case "huge":
            return Text(_filled(rest), size=4, centred=True)
        case "centre":
            return Text(_filled(rest), centred=True)
        case "bold":
            return _to_edges(rest, bold=True)
    return _to_edges(raw, bold=False)


def _split(raw: str) -> tuple[str, str]:
    """The tag at the beginning of a line and what follows it; without one, no tag."""
    found = TAG.match(raw.lstrip())
    if found is None or found[1] == "right":
        return "", raw
    return found[1], raw.lstrip()[found.end() :].strip()


def _to_edges(text: str, *, bold: bool) -> Line:
    left, between, right = text.partition("[right]")
    if not between:
        return Text(_filled(text), bold=bold)
    return Edges(_filled(left.rstrip()), _filled(right.strip()), bold)


def _filled(text: str) -> str:
    return text.replace(_BRACKET, "[")
