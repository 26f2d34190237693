"""Looking at the keys that somebody gives to actions before the console uses them: Textual would swallow what is wrong.

A fault is data: which action, a marked sentence that says what is wrong and what to do, and its facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

import msgspec

from libops.i18n import Language, mark
from screens.key_names import PRINTABLE, is_key, is_sent, name_of, read_key
from screens.key_places import PLACES, KeyPlace, Kind, by_id
from screens.keymap import KeyAction
from screens.own_keys import OwnKeys, own_keys

_ENDS = {"enter", "tab", "ctrl+j", "ctrl+m"}
_EDITS = {
    "backspace",
    "delete",
    "left",
    "right",
    "home",
    "end",
    "ctrl+left",
    "ctrl+right",
    *(f"ctrl+{letter}" for letter in "adkuvwx"),
}
"""Keys of a line in which one writes, beside those that write; at a line for codes those that only move are free."""
_MOVES_ABOUT = {"up", "down", "pageup", "pagedown", "ctrl+z", "ctrl+y", "ctrl+home", "ctrl+end", "ctrl+e", "ctrl+f"}
_FIELD_BY_FIELD = {"tab", "shift+tab"}
_LEAVING = {"ctrl+q"}


class KeyFault(msgspec.Struct, frozen=True):
    """What is wrong with the key of one action. ``message`` is marked; ``place`` is marked too, empty where none is."""

    id: str
    key: str
    message: str
    place: str = ""
    other: str = ""

    def say(self, language: Language) -> str:
        """The whole sentence in a language."""
        place = language.say(self.place) if self.place else ""
        key = name_of(self.key) if is_sent(self.key) else self.key
        return language.say(self.message, id=self.id, key=key, place=place, other=self.other)


def check_keys(wanted: Mapping[str, str], prefix: str = "", *, by_letters: bool = False) -> list[KeyFault]:
    """Everything that is wrong with these keys, by the ids of their actions, in the order in which they were given.

    ``prefix`` is what keyboard-wedge readers send before a code: its characters are no keys for anybody. Where one
    moves ``by_letters`` as in vi, those are taken.
    """
    known = by_id()
    faults: list[KeyFault] = []
    good: dict[str, str] = {}
    for name, written in wanted.items():
        key = read_key(written)
        fault = _of_action(name, key, known) or _of_key(name, key, prefix) or _of_places(name, key)
        if fault is None:
            good[name] = key
        else:
            faults.append(fault)
    return [*faults, *_clashes(own_keys(good, by_letters=by_letters), good)]


def _of_action(id: str, key: str, known: Mapping[str, KeyAction]) -> KeyFault | None:
    if id not in known:
        near = get_close_matches(id, known, n=1, cutoff=0.5)
        unknown = mark("{id}: nothing has this name. Take it out, or look the name up: libops keys list.")
        meant = mark("{id}: nothing has this name. Write {other} if that is meant; libops keys list has them all.")
        return KeyFault(id, key, meant if near else unknown, other=near[0] if near else "")
    if known[id].fixed:
        return KeyFault(id, key, mark("{id} keeps its key: Enter ends whatever is typed. Take it out."))
    return None


def _of_key(id: str, key: str, prefix: str) -> KeyFault | None:
    if key in _LEAVING or key == "ctrl+c":
        return KeyFault(id, key, mark("{id}: {key} always leads out of the console. Take another key."))
    if not is_sent(key):
        absent = mark("{id}: there is no key {key}. Write f5, ctrl+t, pagedown, or for a dialog a letter.")
        unsent = mark(
            "{id}: terminals do not send {key} as a key of its own. Take a function key, or Ctrl and a letter."
        )
        return KeyFault(id, key, unsent if is_key(key) else absent)
    if key in {_sent_as(character) for character in prefix}:
        return KeyFault(
            id, key, mark("{id}: {key} is what readers send before a code (wedge_prefix). Take another key.")
        )
    return None


def _sent_as(character: str) -> str:
    """The key that a character comes as."""
    code = ord(character)
    return f"ctrl+{chr(code + 0x60)}" if 0 < code < 0x1B else read_key(character)


def _of_places(id: str, key: str) -> KeyFault | None:
    for place in PLACES:
        for one in place.all:
            if one.id == id and one.key != key:
                message = _unfit(key, place.kind)
                if message:
                    return KeyFault(id, key, message, place.name)
    return None


def _unfit(key: str, kind: Kind) -> str:
    """Why a key is for nothing else in places of a kind; empty where it may be given away."""
    writes = key in PRINTABLE
    if kind is Kind.WORKPLACE and (writes or key in _ENDS):
        return mark("{id}: a scan can send {key} ({place}). Take a function key, or Ctrl and a letter.")
    if key in _FIELD_BY_FIELD:
        return mark("{id}: {key} goes from field to field ({place}). Take another key.")
    if kind is Kind.MENU and key.isalnum() and writes:
        return mark("{id}: {key} chooses a line ({place}). Take a key that is no letter and no digit.")
    needed = {
        Kind.WORKPLACE: _EDITS,
        Kind.FORM: _EDITS | _ENDS,
        Kind.EDITOR: _EDITS | _ENDS | _MOVES_ABOUT,
    }.get(kind, set())
    if key in needed or (writes and kind in (Kind.FORM, Kind.EDITOR)):
        return mark("{id}: {key} is needed for writing ({place}). Take a function key, or Ctrl and another letter.")
    return ""


def _clashes(own: OwnKeys, changed: Mapping[str, str]) -> Iterator[KeyFault]:
    """Two actions on one key in one place, told once for each pair."""
    told: set[frozenset[str]] = set()
    for place in PLACES:
        for key, ids in _by_key(own, place).items():
            pair = sorted(ids, key=lambda id: id not in changed)
            if len(ids) > 1 and pair[0] in changed and frozenset(ids) not in told:
                told.add(frozenset(ids))
                both = mark("{id} and {other} would both be on {key} ({place}). Give one of them another key.")
                yield KeyFault(pair[0], key, both, place.name, pair[1])


def _by_key(own: OwnKeys, place: KeyPlace) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in place.all:
        for key in own.keys(one):
            ids = found.setdefault(key, [])
            if one.id not in ids:
                ids.append(one.id)
    return found
