"""How legible colours are beside each other, as WCAG counts it; and which stand on which."""

from __future__ import annotations

import re
from pathlib import Path

from textual.color import Color

import screens.app

SHEET = Path(screens.app.__file__).parent / "console.tcss"
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_DECLARED = re.compile(r"(?:^|;)\s*(color|background):\s*\$([a-z-]+)\s*(?=;|$)")

Pair = tuple[str, str]
"""A text and the ground it stands on, by the names of their variables."""


def contrast(text: Color, ground: Color) -> float:
    """From 1, the same, to 21, black on white."""
    lighter, darker = sorted((_luminance(text), _luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: Color) -> float:
    assert color.a == 1
    assert color.ansi is None
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (color.r / 255, color.g / 255, color.b / 255)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def pairs_in(sheet: str) -> set[Pair]:
    """Every text that may stand on a ground by these rules.

    A rule that says both says a pair. A text without a ground of its own may stand on every ground that does not say
    which text it is for; a ground that is otherwise a text's colour is a sign, and carries the screen's own ground.
    """
    rules = [dict(_DECLARED.findall(body.replace("\n", " "))) for body in _bodies(sheet)]
    texts = {rule["color"] for rule in rules if "color" in rule and "background" not in rule}
    bare = {rule["background"] for rule in rules if "background" in rule and "color" not in rule}
    said = {(rule["color"], rule["background"]) for rule in rules if len(rule) == 2}
    signs = {("background", ground) for ground in bare & texts}
    return said | signs | {(text, ground) for text in texts for ground in bare - texts}


def _bodies(sheet: str) -> list[str]:
    without_comments = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    # The terminal's own colours are not known here.
    return [body for head, body in _RULE.findall(without_comments) if "-theme-libops-terminal" not in head]
