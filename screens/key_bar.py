"""The bottom line: the keys that do something now."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from screens.keymap import KeyAction
from screens.spoken import Spoken
from screens.voice import Voice

_SPACE = 3


class KeyBar(Spoken):
    """Shows keys in their order; where there is not room for all, the lightest go first. A click is as good as a key.

    ``actions`` is asked on every drawing: each action that matters now, with its label in the language of now.
    """

    def __init__(self, voice: Voice, actions: Callable[[], Iterable[tuple[KeyAction, str]]]) -> None:
        super().__init__(voice)
        self._actions = actions

    def text(self) -> Text:
        shown = _those_that_fit(list(self._actions()), self.size.width - 2)
        key, label = self.get_visual_style("key-bar--key").rich_style, Style()
        text = Text(" ", no_wrap=True, overflow="ellipsis")
        for number, (action, name) in enumerate(shown):
            click = Style(meta={"@click": f"screen.{action.action}"})
            text.append(" " * _SPACE if number else "")
            text.append(action.shown_key, key + click)
            text.append(" " + name, label + click)
        return text

    COMPONENT_CLASSES = {"key-bar--key"}


def _those_that_fit(keys: list[tuple[KeyAction, str]], width: int) -> list[tuple[KeyAction, str]]:
    def needed() -> int:
        return sum(cell_len(f"{action.shown_key} {name}") + _SPACE for action, name in keys) - _SPACE

    while keys and needed() > width:
        keys.remove(min(keys, key=lambda pair: pair[0].weight))
    return keys
