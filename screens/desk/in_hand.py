"""Returns: what to do with the thing in the hand, readable from a metre away."""

from __future__ import annotations

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from libops.circulation.desk import Outcome
from libops.circulation.desk_words import story, where
from screens.columns import wrap
from screens.desk.latest import Latest
from screens.desk.visit import Visit
from screens.large_letters import large
from screens.voice import Voice

_LARGE_FROM = 22
"""Rows a screen must have before large letters leave room for the list."""


class InHand(Latest):
    """The word alone and large, then where it goes, then what it is and where it came from."""

    COMPONENT_CLASSES = {"in-hand--word", "in-hand--where", "in-hand--title", "in-hand--fact"}

    def __init__(self, voice: Voice, visit: Visit) -> None:
        super().__init__(voice, visit, id="in-hand")

    def text(self) -> Text:
        text = Text(no_wrap=True)
        for line, style in self._lines(max(self.width - 4, 20)):
            text.append(" " * max((self.width - cell_len(line)) // 2, 0))
            text.append(line + "\n", style)
        return text

    def _lines(self, width: int) -> list[tuple[str, Style]]:
        told, newest = self.told(), self.visit.newest
        if self.awaiting:
            return _in_the_middle("…", self.not_yet(), self._style("in-hand--where"))
        if told is None:
            return _in_the_middle("", self.voice.say("Scan what came back."), self._style("in-hand--where"))
        returned = newest.returned if isinstance(newest, Outcome) else None
        place, facts = "", [told.fact, told.remedy, self.key_hint]
        if returned is not None:
            spoken, held_for = self.voice.language, newest.holder if isinstance(newest, Outcome) else None
            place, facts = where(returned, spoken, held_for), [story(returned, spoken, self.today, held_for)]
        facts.append(self.note())
        word = self._style("in-hand--word")
        lines = [(line, word) for line in self._word(told.word, width)] + [("", Style())]
        for part, name in ((place, "where"), (told.title, "title"), *((fact, "fact") for fact in facts)):
            lines += [(line, self._style(f"in-hand--{name}")) for line in wrap(part, width)] if part else []
        return lines

    def _word(self, word: str, width: int) -> list[str]:
        letters = large(word, width) if self.screen.size.height >= _LARGE_FROM else None
        return letters or [spread(word)]


def _in_the_middle(sign: str, sentence: str, style: Style) -> list[tuple[str, Style]]:
    return [*[("", Style())] * 3, (sign, style), (sentence, style)]


def spread(word: str) -> str:
    """The word as large as a terminal's letters get: full-width forms, with air between them."""
    wide = (chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in word)
    return " ".join(wide)
