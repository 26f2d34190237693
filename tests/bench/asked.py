"""What is searched for: questions of each kind, drawn from the titles of the library itself, so that they are met.

How common a word is comes from a sample of titles: common is what more than one in fifty has, rare what one has.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from enum import StrEnum

import msgspec

from libops.catalogue.search.candidates import Narrowed
from libops.catalogue.search.sounds import sound
from libops.catalogue.search.words import characters, fold, pairs, runs
from tests.bench.searched_library import open_searched

EACH = 60
"""Questions of a kind."""

_SAMPLE = 12_000
_IMAGINED = "SELECT min(id), max(id) FROM title WHERE number >= 'X' AND number < 'Y'"
_COMMON = 50


class Sought(StrEnum):
    """What somebody types."""

    HAN_COMMON = "two characters, common"
    HAN_RARE = "two characters, rare"
    HAN_LONG = "three or four characters"
    HAN_SINGLE = "one character"
    WORD_COMMON = "English word, common"
    WORD_RARE = "English word, rare"
    PREFIX = "first 3 to 5 letters"
    TWO_WORDS = "two words"
    NAME = "an author"
    ISBN = "ISBN, in any form"
    PINYIN = "pinyin"
    INITIALS = "initials of pinyin"
    CALL_NUMBER = "beginning of a call number"
    OF_BRANCH = "common word, one branch"
    AVAILABLE = "common word, available"
    OF_YEARS = "common word, language and years"
    NOTHING = "nothing is found"


NUMBERED = frozenset({Sought.ISBN})
"""What one row answers, by a number."""


class Question(msgspec.Struct, frozen=True):
    """What is typed, and what the search is narrowed to."""

    typed: str
    narrowed: Narrowed = Narrowed()


class Asked:
    """Makes the questions for a library of so many titles."""

    def __init__(self, titles: int) -> None:
        self._dice = random.Random(titles)
        connection = open_searched(titles)
        # Those that were imagined: titles of the sample's real books have signs that nobody searches by.
        first, last = connection.execute(_IMAGINED).fetchone()
        chosen = sorted(self._dice.sample(range(first, last + 1), min(_SAMPLE, titles)))
        marks = ", ".join("?" for _ in chosen)
        rows = connection.execute(f"SELECT title, author, isbn, language FROM title WHERE id IN ({marks})", chosen)
        self._rows = rows.fetchall()
        numbers = connection.execute(f"SELECT call_number FROM item WHERE id IN ({marks})", chosen)
        self._call_numbers = [number for (number,) in numbers if "/" in number or " " in number]
        self._branches = [branch for (branch,) in connection.execute("SELECT id FROM branch ORDER BY id")]
        connection.close()
        self._dice.shuffle(self._rows)
        self._dice.shuffle(self._call_numbers)
        self._chinese = [title for title, _, _, language in self._rows if language == "zh"]
        self._english = [title for title, _, _, language in self._rows if language == "en"]
        self._bigrams = _counted(self._chinese, lambda run, is_han: pairs(run) if is_han and len(run) > 1 else [])
        self._words = _counted(self._english, lambda run, is_han: [] if is_han or len(run) < 4 else [run])

    def questions(self) -> dict[Sought, list[Question]]:
        """So many different ones of each kind; fewer where a small library has no more."""
        typed: dict[Sought, Iterator[str]] = {
            Sought.HAN_COMMON: self._common(self._bigrams, self._chinese),
            Sought.HAN_RARE: (word for word, count in self._bigrams.items() if count == 1),
            Sought.HAN_LONG: self._runs_of((3, 4)),
            Sought.HAN_SINGLE: self._drawn(sorted(set[str]().union(*map(characters, self._chinese[:2000])))),
            Sought.WORD_COMMON: self._common(self._words, self._english),
            Sought.WORD_RARE: (word for word, count in self._words.items() if count == 1),
            Sought.PREFIX: self._prefixes(),
            Sought.TWO_WORDS: self._two_words(),
            Sought.NAME: (author.split("、")[0].split("; ")[0] for _, author, _, _ in self._rows if author),
            Sought.ISBN: self._isbns(),
            Sought.PINYIN: ("".join(syllables[:4]) for syllables in self._spoken() if len(syllables) > 2),
            Sought.INITIALS: self._initials(),
            Sought.CALL_NUMBER: (number[: self._dice.randint(3, 6)] for number in self._call_numbers),
            Sought.NOTHING: self._unheard_of(),
        }
        asked = {sought: [Question(text) for text in _different(found)] for sought, found in typed.items()}
        common = [one.typed for one in (*asked[Sought.HAN_COMMON][::2], *asked[Sought.WORD_COMMON][::2])]
        asked[Sought.OF_BRANCH] = [
            Question(text, Narrowed(branch_id=self._branches[turn % len(self._branches)]))
            for turn, text in enumerate(common)
        ]
        asked[Sought.AVAILABLE] = [Question(text, Narrowed(available=True)) for text in common]
        asked[Sought.OF_YEARS] = [
            Question(text, Narrowed(language="zh" if ord(text[0]) > 127 else "en", years=(1985 + turn % 30, 2018)))
            for turn, text in enumerate(common)
        ]
        return asked

    def _common(self, counted: Counter[str], titles: list[str]) -> Iterator[str]:
        # Of a small sample the most frequent ones, be they as common or not.
        common = sum(count * _COMMON > len(titles) for count in counted.values())
        return (word for word, _ in counted.most_common(max(EACH, common)))

    def _drawn(self, found: list[str]) -> Iterator[str]:
        self._dice.shuffle(found)
        return iter(found)

    def _runs_of(self, lengths: tuple[int, int]) -> Iterator[str]:
        for title in self._chinese:
            run = next((run for run, is_han in runs(title) if is_han), "")
            length = self._dice.randint(*lengths)
            if len(run) >= length:
                start = self._dice.randrange(len(run) - length + 1)
                yield run[start : start + length]

    def _prefixes(self) -> Iterator[str]:
        words = [word for title in self._english for word in re.findall(r"[a-z]{6,}", fold(title))]
        return (word[: self._dice.randint(3, 5)] for word in words)

    def _two_words(self) -> Iterator[str]:
        for english, chinese in zip(self._english, self._chinese, strict=False):
            words = re.findall(r"\b[a-z]{4,}\b", fold(english))
            if len(words) > 1:
                yield " ".join(self._dice.sample(words, 2))
            if len(chinese) > 5:
                yield f"{chinese[:2]} {chinese[-2:]}"

    def _isbns(self) -> Iterator[str]:
        for turn, isbn in enumerate(isbn for _, _, isbn, _ in self._rows if (isbn or "").startswith("978")):
            parts = (isbn[:3], isbn[3:5], isbn[5:8], isbn[8:12], isbn[12])
            yield (isbn, "-".join(parts), " ".join(parts), f"ISBN {'-'.join(parts)}", _ten(isbn))[turn % 5]

    def _initials(self) -> Iterator[str]:
        heard = (syllables for syllables in self._spoken() if 4 <= len(syllables) <= 8)
        return ("".join(syllable[0] for syllable in syllables) for syllables in heard)

    def _spoken(self) -> Iterator[list[str]]:
        """How titles sound; a number in one is not typed as pinyin."""
        return (syllables for syllables in map(sound, self._chinese) if "".join(syllables).isalpha())

    def _unheard_of(self) -> Iterator[str]:
        while True:
            yield "".join(self._dice.choices("qxzjvk", k=7)) + "q"
            yield "".join(self._dice.choices("龘齉麤驫鱻灪爩", k=3))
            yield f"{self._dice.choice(self._chinese)[:2]}龘{self._dice.choice('齉麤驫')}"


def _counted(titles: list[str], parts: Callable[[str, bool], list[str]]) -> Counter[str]:
    return Counter(
        part
        for title in titles
        for part in {part for run, is_han in runs(fold(title), joined=False) for part in parts(run, is_han)}
    )


def _different(found: Iterator[str]) -> list[str]:
    """The first ones, each once."""
    chosen: dict[str, None] = {}
    for text in found:
        chosen[text] = None
        if len(chosen) == EACH:
            break
    return list(chosen)


def _ten(isbn: str) -> str:
    """An ISBN as books before 2007 have it."""
    body = isbn[3:12]
    check = sum((place + 1) * int(digit) for place, digit in enumerate(body)) % 11
    return body + ("X" if check == 10 else str(check))
