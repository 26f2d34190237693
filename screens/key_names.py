"""Keys by their names: as a settings file writes them, as people read them, and which of them a terminal sends."""

from __future__ import annotations

import re

from textual.keys import _character_to_key

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_NAMED = {
    "escape": "Esc",
    "enter": "Enter",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "space": "Space",
    "backspace": "Backspace",
    "delete": "Del",
    "insert": "Ins",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}
_FUNCTION_KEYS = 12
_OTHER_NAMES = {
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "pgup": "pageup",
    "page_up": "pageup",
    "pgdn": "pagedown",
    "page_down": "pagedown",
}
_WITH_CONTROL = ("home", "end", "pageup", "pagedown", "up", "down", "left", "right")
_SAME_AS_OTHERS = "chijm"
"""Letters that with Ctrl are no key of their own: terminals send a stop, Backspace, Tab and Enter."""
_MODIFIERS = ("ctrl", "shift", "alt", "meta", "super", "hyper", "cmd")

PRINTABLE = {_character_to_key(chr(number)): chr(number) for number in range(0x20, 0x7F)}
"""The keys that type a character, and which."""
_SENT = {
    *_NAMED,
    *(f"f{number}" for number in range(1, 2 * _FUNCTION_KEYS + 1)),
    *(f"ctrl+{name}" for name in _WITH_CONTROL),
    *(f"ctrl+{letter}" for letter in _LETTERS if letter not in _SAME_AS_OTHERS),
    *PRINTABLE,
}


def read_key(text: str) -> str:
    """A key as somebody wrote it, by the name that Textual gives it; what is no key stays as it is."""
    if len(text.strip()) == 1:
        written = text.strip()
        return written.lower() if written.isalpha() else _character_to_key(written)
    written = re.sub(r"^\^(?=.)|^(ctrl|control|strg)[-+](?=.)", "ctrl+", text.strip().lower())
    written = re.sub(r"^shift[-+](?=.)", "shift+", written)
    *before, last = written.rpartition("+")
    key = "".join(before) + _OTHER_NAMES.get(last, last)
    shifted = re.fullmatch(r"shift\+f(\d{1,2})", key)
    if shifted and 1 <= int(shifted[1]) <= _FUNCTION_KEYS:
        # Terminals send these as twelve more function keys.
        return f"f{int(shifted[1]) + _FUNCTION_KEYS}"
    return key


def is_sent(key: str) -> bool:
    """Whether every usual terminal sends it, and as a key of its own."""
    return key in _SENT


def is_key(key: str) -> bool:
    """Whether there is such a key at all, sent or not."""
    *modifiers, last = key.split("+")
    if any(one not in _MODIFIERS for one in modifiers):
        return False
    return last in _SENT or (len(last) == 1 and last.isprintable())


def name_of(key: str) -> str:
    """A key as people read it."""
    if key in PRINTABLE and key != "space":
        return PRINTABLE[key].upper()
    function = re.fullmatch(r"f(\d+)", key)
    if function:
        number = int(function[1])
        return f"F{number}" if number <= _FUNCTION_KEYS else f"Shift+F{number - _FUNCTION_KEYS}"
    if key.startswith("ctrl+"):
        rest = key.removeprefix("ctrl+")
        # Short, because it stands in a bar: those with a name of their own are long.
        return f"^{_NAMED[rest]}" if rest in _NAMED else f"Ctrl+{rest.upper()}"
    return _NAMED.get(key, key)
