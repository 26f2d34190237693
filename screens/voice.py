"""The language the screens speak now. One voice is shared by everything on screen, so that all change at once."""

from __future__ import annotations

from collections.abc import Callable

from libops.i18n import LANGUAGES, Language, language
from screens.keymap import KeyAction
from screens.own_keys import NO_OWN_KEYS, OwnKeys

NAMES = {"en": "English", "zh": "中文"}
"""Each language by its own name, so that whoever cannot read the other one finds it."""


class Voice:
    """What every widget speaks with; ``turn`` changes the language for all of them.

    It also knows the keys of this machine, so that none is named that does nothing.
    """

    def __init__(self, code: str, own_keys: OwnKeys = NO_OWN_KEYS) -> None:
        self.language: Language = language(code)
        self._own_keys = own_keys

    def say(self, message: str, /, **facts: object) -> str:
        """A text of the interface in the language of now."""
        return self.language.say(message, **facts)

    def money(self, minor: int, currency: str) -> Callable[[], str]:
        """What tells an amount, kept in the currency's minor units, in the language of whenever it is asked."""
        return lambda: self.language.money(minor, currency)

    def key(self, one: KeyAction) -> str:
        """The key of an action, as people read it."""
        return self._own_keys.shown(one)

    def steps(self, letter: str, lines: int, at: int) -> int:
        """How many lines a letter leads down in a menu, where somebody chose to move by letters; else none."""
        return self._own_keys.steps(letter, lines, at)

    def turn(self) -> None:
        """Go on in the next language."""
        self.language = language(self.next_code)

    @property
    def next_code(self) -> str:
        """The language that ``turn`` would change to."""
        return LANGUAGES[(LANGUAGES.index(self.language.code) + 1) % len(LANGUAGES)]

    @property
    def next_name(self) -> str:
        """That language's own name."""
        return NAMES[self.next_code]
