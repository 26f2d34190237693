"""Beside a list, on screens that have room: what is known of the chosen row."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from screens.columns import fit, plain, wrap
from screens.lists.listing import Detail, Listing
from screens.spoken import Spoken
from screens.voice import Voice

_SPACE = 2


def as_lines(details: Sequence[Detail]) -> str:
    """Each on a line of its own, as a text to take along."""
    return "\n".join(f"{plain(one.name)}: {one.text.strip()}" for one in details if one.text.strip())


class Details(Spoken):
    """Names in a column, and what they name beside them, line by line; nothing is cut."""

    COMPONENT_CLASSES = {"details--name", "details--alarm", "details--text"}

    def details(self) -> Sequence[Detail]:
        """What is to be shown; asked for on every drawing."""
        raise NotImplementedError

    def plain_text(self) -> str:
        return as_lines(self.details())

    def text(self) -> Text:
        text = Text(no_wrap=True)
        details = [one for one in self.details() if one.text]
        longest = max((cell_len(plain(one.name)) for one in details), default=0)
        column = min(longest, self.width // 2) + _SPACE
        width = max(self.width - column, 12)
        for one in details:
            style = self._style("alarm" if one.alarm else "text")
            told = [part for line in one.text.splitlines() for part in wrap(line, width)]
            for name, line in zip_longest(wrap(one.name, column - _SPACE), told, fillvalue=""):
                text.append(fit(name, column), self._style("name"))
                text.append(line + "\n", style)
        return text

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"details--{name}", partial=True)


class About(Details):
    """The chosen row of a list."""

    # Any, because a list may be of anything; its listing knows of what.
    def __init__(self, voice: Voice, listing: Listing[Any]) -> None:
        super().__init__(voice, id="about")
        self._listing = listing
        self._row: Any = None

    def show(self, row: Any) -> None:  # noqa: ANN401 - see above
        """Show what is known of this row; None: there is none."""
        if row != self._row:
            self._row = row
            self.speak()

    def details(self) -> Sequence[Detail]:
        return () if self._row is None else self._listing.about(self._row)
