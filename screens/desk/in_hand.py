"""Returns: what to do with the thing in the hand, readable from a metre away."""

from __future__ import annotations

import msgspec
from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from libops.circulation.desk_words import story, where
from libops.circulation.outcomes import Outcome
from screens.columns import plain, wrap
from screens.desk.latest import Latest
from screens.desk.visit import Visit
from screens.large_letters import large
from screens.voice import Voice

_AROUND = 9
"""Rows that the rest of the screen needs: the top line, some of the list, the scan line, the keys."""

_SIZES = ((8, 7, 1), (8, 7, 0), (8, 4, 1), (8, 4, 0), (4, 7, 1), (4, 4, 0), (1, 4, 0), (1, 1, 0))
"""Rows of the word and of where it goes, and the air between them: as large as there is room for."""

Line = tuple[str, Style]


class _Words(msgspec.Struct, frozen=True):
    """What is said about the thing in the hand; the first two are said as large as can be."""

    word: str
    where: str
    title: str
    facts: tuple[str, ...]


class InHand(Latest):
    """The word alone and large, then where it goes, then what it is and where it came from."""

    COMPONENT_CLASSES = {"in-hand--word", "in-hand--where", "in-hand--title", "in-hand--fact", "in-hand--key"}

    def __init__(self, voice: Voice, visit: Visit) -> None:
        super().__init__(voice, visit, id="in-hand")

    def text(self) -> Text:
        text = Text(no_wrap=True)
        for line, style in self._lines(max(self.width - 4, 20)):
            text.append(" " * max((self.width - cell_len(line)) // 2, 0))
            text.append(line + "\n", style)
        return text

    def _lines(self, width: int) -> list[Line]:
        words = self._words()
        if words is None:
            sign, sentence = ("…", self.not_yet()) if self.awaiting else ("", self.voice.say("Scan what came back."))
            style = self._style("in-hand--where")
            return [*[("", Style())] * 3, (sign, style), (sentence, style)]
        small = self._small(words, width)
        for word_rows, where_rows, air in _SIZES:
            blank = [("", Style())] * air
            word = [(line, self._style("in-hand--word")) for line in _as_large(words.word, width, word_rows)]
            place = [(line, self._style("in-hand--where")) for line in _as_large(words.where, width, where_rows)]
            lines = [*word, *blank, *place, *(blank if place else []), *small]
            if len(lines) <= self.screen.size.height - _AROUND:
                return lines
        return lines

    def _words(self) -> _Words | None:
        told, newest = self.told(), self.visit.newest
        if told is None or self.awaiting:
            return None
        if not isinstance(newest, Outcome) or newest.returned is None:
            return _Words(told.word, "", told.title, (told.fact, told.remedy, self.note()))
        spoken, held_for = self.voice.language, newest.holder
        facts = (story(newest.returned, spoken, self.today, held_for, newest.stays), self.note())
        return _Words(told.word, where(newest.returned, spoken, held_for), told.title, facts)

    def _small(self, words: _Words, width: int) -> list[Line]:
        parts = [(words.title, "title"), *((fact, "fact") for fact in words.facts), (self.hint(width), "key")]
        return [(line, self._style(f"in-hand--{name}")) for part, name in parts if part for line in wrap(part, width)]


def _as_large(words: str, width: int, rows: int) -> list[str]:
    """In large letters; where they have no room or there are none for it, as large as a terminal's letters get."""
    if not words:
        return []
    letters = large(words, width, rows) if rows > 1 else None
    if letters is not None:
        return letters
    airy = spread(plain(words))
    return [airy] if cell_len(airy) <= width else wrap(words, width)


def spread(word: str) -> str:
    """The word as large as a terminal's letters get: full-width forms, with air between them."""
    wide = (chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in word)
    return " ".join(wide)
