"""The colours. They support words and symbols, and never say anything alone.

Where the colours are known, text has a contrast of at least 7 to 1 on every ground it may stand on, quiet text 4.5;
a test counts it. The terminal's own are chosen by whoever set the terminal up: there text keeps to the colours that
are legible on light and dark grounds alike, and what has a ground of its own elsewhere is turned around.
"""

from __future__ import annotations

from textual.theme import Theme

from libops.appearance import ThemeName

_DARK = Theme(
    name="libops-dark",
    primary="#7fb4d8",
    secondary="#b4c2cf",
    accent="#e8c37a",
    success="#8fd3a4",
    warning="#eebd68",
    error="#f8b2a9",
    foreground="#dfe5ea",
    background="#12181e",
    surface="#12181e",
    panel="#1b232b",
    dark=True,
    variables={
        "quiet": "#95a3b0",
        "line": "#33404c",
        "chosen": "#253340",
        "done-band": "#17342a",
        "carry-band": "#362c15",
        "stop-band": "#3c1f1d",
        "quiet-band": "#1f2933",
        "selection": "#24496a",
        "input-selection-background": "#24496a",
        "block-cursor-background": "#e8c37a",
        "block-cursor-foreground": "#12181e",
    },
)
"""A dark screen that does not glare across a desk in the evening."""

_LIGHT = Theme(
    name="libops-light",
    primary="#123f75",
    secondary="#2f4254",
    accent="#5a3b00",
    success="#0a4c2b",
    warning="#673800",
    error="#851811",
    foreground="#141c24",
    background="#fbfbf8",
    surface="#fbfbf8",
    panel="#eef1f2",
    dark=False,
    variables={
        "quiet": "#505c67",
        "line": "#b3bdc6",
        "chosen": "#d3dfea",
        "done-band": "#dcefe2",
        "carry-band": "#f6e9cb",
        "stop-band": "#f9e0dc",
        "quiet-band": "#e4e9ed",
        "selection": "#b4d0ea",
        "input-selection-background": "#b4d0ea",
        "block-cursor-background": "#123f75",
        "block-cursor-foreground": "#fbfbf8",
    },
)
"""Paper, for a desk at a window."""

_CONTRAST = Theme(
    name="libops-contrast",
    primary="#8fd3ff",
    secondary="#ffffff",
    accent="#ffe14d",
    success="#86ffa6",
    warning="#ffd23f",
    error="#ffb8b0",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    dark=True,
    variables={
        "quiet": "#e0e0e0",
        "line": "#ffffff",
        "chosen": "#00305c",
        "done-band": "#002b12",
        "carry-band": "#2e2200",
        "stop-band": "#400000",
        "quiet-band": "#1c1c1c",
        "selection": "#00509c",
        "input-selection-background": "#00509c",
        "block-cursor-background": "#ffe14d",
        "block-cursor-foreground": "#000000",
    },
)
"""White on black, and lines that are seen."""

_TERMINAL = Theme(
    name="libops-terminal",
    ansi=True,
    primary="ansi_blue",
    secondary="ansi_default",
    accent="ansi_default",
    success="ansi_green",
    warning="ansi_magenta",
    error="ansi_red",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    dark=True,
    variables={
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
        "surface-active": "ansi_default",
        "block-cursor-background": "ansi_default",
        "panel": "ansi_default",
        "surface": "ansi_default",
        "quiet": "ansi_default",
        "line": "ansi_bright_black",
        "chosen": "ansi_default",
        "done-band": "ansi_default",
        "carry-band": "ansi_default",
        "stop-band": "ansi_default",
        "quiet-band": "ansi_default",
        "selection": "ansi_default",
    },
)
"""Whatever the terminal has, on its own ground, which may be a picture or transparent."""

LOOKS: dict[ThemeName, Theme] = {
    ThemeName.DARK: _DARK,
    ThemeName.LIGHT: _LIGHT,
    ThemeName.TERMINAL: _TERMINAL,
    ThemeName.CONTRAST: _CONTRAST,
}
"""Every look that a console may have."""


def look_named(theme: str) -> ThemeName:
    """Which look one of these themes is, by its name."""
    return next(name for name, look in LOOKS.items() if look.name == theme)
