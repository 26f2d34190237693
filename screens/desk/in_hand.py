"""Returns: what to do with the thing in the hand, readable from a metre away."""

from __future__ import annotations

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from libops.circulation.desk import Outcome
from libops.circulation.desk_words import story, where
from screens.columns import wrap
from screens.desk.latest import Latest
from screens.desk.visit import said
from screens.large_letters import large
from screens.voice import Voice

_LARGE_FROM = 22
"""Rows a screen must have before large letters leave room for the list."""


class InHand(Latest):
    """The word alone and large, then where it goes, then what it is and where it came from."""

    COMPONENT_CLASSES = {"in-hand--word", "in-hand--where", "in-hand--title", "in-hand--fact"}

    def __init__(self, voice: Voice) -> None:
        super().__init__(voice, id="in-hand")

    def text(self) -> Text:
        text = Text(no_wrap=True)
        for line, style in self._lines(max(self.size.width - 4, 20)):
            text.append(" " * max((self.size.width - cell_len(line)) // 2, 0))
            text.append(line + "\n", style)
        return text

    def _lines(self, width: int) -> list[tuple[str, Style]]:
        if self.result is None:
            return [*[("", Style())] * 4, (self.voice.say("Scan what came back."), self._style("in-hand--where"))]
        told = said(self.result, self.voice, self.today)
        returned = self.result.returned if isinstance(self.result, Outcome) else None
        place, facts = "", [told.fact, told.remedy, self.key_hint]
        if returned is not None:
            place, facts = where(returned, self.voice.language), [story(returned, self.voice.language)]
        word = self._style("in-hand--word")
        lines = [(line, word) for line in self._word(told.word, width)] + [("", Style())]
        for part, name in ((place, "where"), (told.title, "title"), *((fact, "fact") for fact in facts)):
            lines += [(line, self._style(f"in-hand--{name}")) for line in wrap(part, width)] if part else []
        return lines

    def _word(self, word: str, width: int) -> list[str]:
        letters = large(word, width) if self.screen.size.height >= _LARGE_FROM else None
        return letters or [spread(word)]


def spread(word: str) -> str:
    """The word as large as a terminal's letters get: full-width forms, with air between them."""
    wide = (chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in word)
    return " ".join(wide)
