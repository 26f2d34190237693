"""How a console looks and sounds, as the settings of its machine say it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from libops.languages import mark


class ThemeName(StrEnum):
    """The colours of a console."""

    DARK = "dark"
    """Light text on a dark ground."""

    LIGHT = "light"
    """Dark text on a light ground."""

    TERMINAL = "terminal"
    """The terminal's own sixteen colours on its own ground."""

    CONTRAST = "contrast"
    """As much contrast as a screen has."""


class Sound(StrEnum):
    """What a console sounds when somebody has to look up."""

    NONE = "none"
    """Nothing."""

    BELL = "bell"
    """The terminal's bell."""


class Appearance(msgspec.Struct, frozen=True):
    """How one console looks and sounds."""

    theme: ThemeName = ThemeName.DARK
    sound: Sound = Sound.BELL


USUAL = Appearance()
"""How it does where nobody has chosen."""

THEMES: dict[ThemeName, str] = {
    ThemeName.DARK: mark("Dark"),
    ThemeName.LIGHT: mark("Light"),
    ThemeName.TERMINAL: mark("The terminal's own colours"),
    ThemeName.CONTRAST: mark("High contrast"),
}
"""What people call the colours."""

SOUNDS: dict[Sound, str] = {
    Sound.NONE: mark("None"),
    Sound.BELL: mark("The terminal's bell"),
}
"""What people call the sounds."""
