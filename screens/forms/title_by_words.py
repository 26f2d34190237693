"""A title that is asked for by words: what is found for them is offered, and one of it is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from textual.message import Message

from libops.catalogue.search.finding import TitleHit, find
from libops.i18n import mark
from libops.work import Look
from screens.catalogue.titles import named
from screens.columns import plain
from screens.picker import Choosable, Picker
from screens.voice import Voice

MOST = 9
"""Titles that are offered: as many as there are digits to choose one by."""


class TitlesFound(Message):
    """What was found for these words, the best first; or why it could not be looked for."""

    def __init__(self, words: str, titles: Sequence[TitleHit] | None, error: Exception | None = None) -> None:
        super().__init__()
        self.words, self.titles, self.error = words, titles, error


def titles_for(look: Look, words: str) -> Sequence[TitleHit]:
    """The titles that answer these words best. Refuses as the search does."""
    return find(look, words, limit=MOST).results


def in_a_line(title: TitleHit) -> str:
    """A title as one line that tells it from others of its name."""
    parts = (named(title.title, title.volume, title.title_alt), title.author, str(title.year or ""))
    return plain("  ".join(part for part in parts if part))


class WhichTitle(Picker):
    """The titles that were found; the answer is the number of the one that is meant, or the copy that was scanned."""

    HEADING = mark("Which title?")

    def __init__(self, voice: Voice, titles: Sequence[TitleHit]) -> None:
        super().__init__(voice, [Choosable(one.number, str(at), in_a_line(one)) for at, one in enumerate(titles, 1)])

    def said(self, line: Choosable) -> str:
        return line.name

    def take_item(self, barcode: str) -> None:
        """A copy was scanned: its title is meant, whatever the words were."""
        _ = self.dismiss(barcode)
