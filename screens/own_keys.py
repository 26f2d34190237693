"""The keys that this machine gives to actions: those of its settings, and else those that they have by themselves."""

from __future__ import annotations

from collections.abc import Mapping

from screens.key_names import name_of
from screens.keymap import KeyAction, either_case

Keys = tuple[str, ...]
"""The keys of one action, by Textual's names: first the one that is shown, which counts in either case."""


class OwnKeys:
    """Other keys for some actions, by the actions' ids. They were checked before: Textual would say nothing."""

    def __init__(self, changed: Mapping[str, Keys]) -> None:
        self._changed = changed

    def keys(self, one: KeyAction) -> list[str]:
        """Every key of an action."""
        return _every(self._changed.get(one.id, (one.key,)))

    def shown(self, one: KeyAction) -> str:
        """The key of an action, as people read it."""
        first = self._changed.get(one.id, (one.key,))[0]
        return one.shown_key if first == one.key else name_of(first)

    def for_textual(self) -> dict[str, str]:
        """The changed ones as Textual's keymap has them."""
        return {name: ",".join(_every(keys)) for name, keys in self._changed.items()}


def _every(keys: Keys) -> list[str]:
    return [*either_case(keys[0]).split(","), *keys[1:]]


NO_OWN_KEYS = OwnKeys({})
"""Every action on the key that it has by itself."""
