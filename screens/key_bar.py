"""The bottom line: the keys that do something now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.screen import Screen

from screens.keymap import KeyAction
from screens.spoken import Spoken
from screens.voice import Voice

_SPACES = (3, 2)
"""Cells between two keys: as many as there is room for."""

Named = tuple[KeyAction, str]


# Any, because what a screen answers with is no matter here.
def redraw_keys(screen: Screen[Any]) -> None:
    """Show the keys of a screen that has come in front, no more those of one that was covered."""
    for bar in screen.query(KeyBar):
        bar.refresh()


class KeyBar(Spoken):
    """Shows keys in their order; where there is not room for all, the lightest go first. A click is as good as a key.

    ``actions`` is asked on every drawing: each action that matters now, with its label in the language of now. It has
    one line, or with ``whole`` as many as all of them need; of those ``where_room`` it then shows those for which it
    needs no line more.
    """

    COMPONENT_CLASSES = {"key-bar--key"}

    def __init__(
        self,
        voice: Voice,
        actions: Callable[[], Iterable[Named]],
        *,
        whole: bool = False,
        where_room: Iterable[KeyAction] = (),
    ) -> None:
        super().__init__(voice, classes="-whole" if whole else None)
        self._ends: list[list[tuple[int, KeyAction]]] = []
        self._actions = actions
        self._whole = whole
        self._where_room = tuple(where_room)

    def text(self) -> Text:
        key = self.get_component_rich_style("key-bar--key", partial=True)
        keys, width = list(self._actions()), self.width - 2
        rows = self._all_rows(keys, width) if self._whole else [self._those_that_fit(keys, width)]
        # Also for those that are shown where there is room: a line that is too long would be broken in two.
        all_of_them = max(keys, [named for row in rows for named in row], key=len)
        space = next((one for one in _SPACES if self._needed(all_of_them, one) <= width), _SPACES[-1])
        lines = []
        self._ends = []
        for row in rows:
            text = Text(" ", no_wrap=True, overflow="ellipsis")
            ends: list[tuple[int, KeyAction]] = []
            for action, name in row:
                text.append(" " * space if ends else "")
                text.append(self.voice.key(action), key)
                text.append(" " + name)
                ends.append((text.cell_len, action))
            # Behind a card or a menu they do nothing, and are not shown; their room stays.
            lines.append(text if self.screen.is_active else Text())
            self._ends.append(ends)
        return Text("\n").join(lines)

    async def on_click(self, event: events.Click) -> None:
        event.stop()
        for end, action in self._ends[event.y] if event.y < len(self._ends) else ():
            if event.x < end:
                await self.screen.run_action(action.action)
                return

    def _needed(self, keys: list[Named], space: int = _SPACES[-1]) -> int:
        return sum(cell_len(f"{self.voice.key(action)} {name}") + space for action, name in keys) - space

    def _those_that_fit(self, keys: list[Named], width: int) -> list[Named]:
        fitting = list(keys)
        while fitting and self._needed(fitting) > width:
            fitting.remove(min(fitting, key=lambda pair: pair[0].weight))
        return fitting

    def _all_rows(self, keys: list[Named], width: int) -> list[list[Named]]:
        rows = self._in_rows(keys, width)
        for one in self._where_room:
            more = self._in_rows([*keys, (one, self.voice.say(one.label))], width)
            if len(more) == len(rows):
                keys, rows = [*(named for row in more for named in row)], more
        return rows

    def _in_rows(self, keys: list[Named], width: int) -> list[list[Named]]:
        rows: list[list[Named]] = [[]]
        for named in keys:
            if rows[-1] and self._needed([*rows[-1], named]) > width:
                rows.append([])
            rows[-1].append(named)
        return rows
