"""The bottom line: the keys that do something now."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.cells import cell_len
from rich.text import Text
from textual import events

from screens.keymap import KeyAction
from screens.spoken import Spoken
from screens.voice import Voice

_SPACE = 3


class KeyBar(Spoken):
    """Shows keys in their order; where there is not room for all, the lightest go first. A click is as good as a key.

    ``actions`` is asked on every drawing: each action that matters now, with its label in the language of now.
    """

    COMPONENT_CLASSES = {"key-bar--key"}

    def __init__(self, voice: Voice, actions: Callable[[], Iterable[tuple[KeyAction, str]]]) -> None:
        super().__init__(voice)
        self._ends: list[tuple[int, KeyAction]] = []
        self._actions = actions

    def text(self) -> Text:
        key = self.get_component_rich_style("key-bar--key", partial=True)
        text = Text(" ", no_wrap=True, overflow="ellipsis")
        self._ends = []
        for action, name in _those_that_fit(list(self._actions()), self.size.width - 2):
            text.append(" " * _SPACE if self._ends else "")
            text.append(action.shown_key, key)
            text.append(" " + name)
            self._ends.append((text.cell_len, action))
        return text

    async def on_click(self, event: events.Click) -> None:
        event.stop()
        for end, action in self._ends:
            if event.x < end:
                await self.screen.run_action(action.action)
                return


def _those_that_fit(keys: list[tuple[KeyAction, str]], width: int) -> list[tuple[KeyAction, str]]:
    def needed() -> int:
        return sum(cell_len(f"{action.shown_key} {name}") + _SPACE for action, name in keys) - _SPACE

    while keys and needed() > width:
        keys.remove(min(keys, key=lambda pair: pair[0].weight))
    return keys
