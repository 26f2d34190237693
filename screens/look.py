"""The colours. They support words and symbols, and never say anything alone."""

from __future__ import annotations

from textual.theme import Theme

LOOK = Theme(
    name="libops",
    primary="#7fb4d8",
    secondary="#8fa3b5",
    accent="#e8c37a",
    success="#86c99a",
    warning="#e8b45a",
    error="#ee8a7c",
    foreground="#dfe5ea",
    background="#12181e",
    surface="#12181e",
    panel="#1b232b",
    dark=True,
    variables={
        "quiet": "#8896a3",
        "line": "#33404c",
        "chosen": "#2a3845",
        "done-band": "#17342a",
        "carry-band": "#3b3016",
        "stop-band": "#41211f",
        "quiet-band": "#1f2933",
        "block-cursor-background": "#e8c37a",
        "block-cursor-foreground": "#12181e",
    },
)
"""A dark screen that does not glare across a desk in the evening; contrast of text at least 7 to 1."""
