"""The keys that this machine gives to actions: those of its settings, and else those that they have by themselves."""

from __future__ import annotations

from collections.abc import Mapping

from screens.key_names import name_of, read_key
from screens.keymap import KeyAction, either_case
from screens.movement import GIVE_WAY, MORE_KEYS, TOGETHER, Letters

Keys = tuple[str, ...]
"""The keys of one action, by Textual's names: first the one that is shown, which counts in either case."""


class OwnKeys:
    """Other keys for some actions, by the actions' ids. They were checked before: Textual would say nothing.

    ``letters`` lead through the lines of menus, where most letters choose one.
    """

    def __init__(self, changed: Mapping[str, Keys], letters: Letters | None = None) -> None:
        self._changed = changed
        self._letters = letters

    @property
    def held_down(self) -> frozenset[str]:
        """The letters that people hold down to move on and on."""
        return frozenset() if self._letters is None else self._letters.HELD_DOWN

    def keys(self, one: KeyAction) -> list[str]:
        """Every key of an action."""
        return _every(self._changed.get(one.id, (one.key,)))

    def shown(self, one: KeyAction) -> str:
        """The keys of an action, as people read them; capitals that do the same as their small letter are left out."""
        first, *more = self._changed.get(one.id, (one.key,))
        named = one.shown_key if first == one.key else name_of(first)
        if more and first == one.key and one.id in TOGETHER:
            return f"{named} {TOGETHER[one.id]}"
        others = [key for key in more if key.lower() == key or key.lower() not in more]
        return " ".join([named, *(key if len(key) == 1 else name_of(key) for key in others)])

    def steps(self, letter: str, lines: int, at: int) -> int:
        """How many lines a letter leads down from line ``at`` of a menu; none where letters do not move."""
        return 0 if self._letters is None else self._letters.steps(letter, lines, at)

    def for_textual(self) -> dict[str, str]:
        """The changed ones as Textual's keymap has them."""
        return {name: ",".join(_every(keys)) for name, keys in self._changed.items()}


def own_keys(wanted: Mapping[str, str], *, by_letters: bool = False) -> OwnKeys:
    """Keys without a fault, as the console takes them; those that somebody gives count more than those of ``vim``."""
    given = {name: read_key(written) for name, written in wanted.items()}
    if not by_letters:
        return OwnKeys({name: (key,) for name, key in given.items()})
    moved = {name: (given.get(name, usual), *more) for name, (usual, *more) in MORE_KEYS.items()}
    others = {name: (key,) for name, key in {**GIVE_WAY, **given}.items() if name not in MORE_KEYS}
    return OwnKeys({**moved, **others}, Letters())


def _every(keys: Keys) -> list[str]:
    return [*either_case(keys[0]).split(","), *keys[1:]]


NO_OWN_KEYS = OwnKeys({})
"""Every action on the key that it has by itself."""
