"""What somebody asks for in the search: words, each with the ways in which it may be meant."""

from __future__ import annotations

import re
import unicodedata

import msgspec

from db.search_index import HEARD
from libops.catalogue.search.sounds import in_pairs, readings
from libops.catalogue.search.words import fold, key_of, pairs, runs

SHORTEST_BEGINNING = 3
"""Letters from which the last word may be the beginning of a longer one; shorter ones begin too much."""

_UMLAUTS = str.maketrans("üÜ", "vv")
_MOST_WORDS = 16
"""Words that are looked for; whoever pastes a page means its first ones."""


class Word(msgspec.Struct, frozen=True):
    """One thing asked for: characters in a row, or a word of letters and digits, ``open`` where it may go on.

    ``letters`` is a word as pinyin writes it, ``spoken`` how that can be read as several syllables.
    """

    text: str
    is_han: bool
    open: bool = False
    letters: str = ""
    spoken: tuple[tuple[str, ...], ...] = ()


class Query(msgspec.Struct, frozen=True):
    """All of them are wanted. ``key`` is what was typed as titles are compared, ``spoken`` all of it read as pinyin."""

    typed: str
    words: tuple[Word, ...]
    key: str
    joined: str = ""
    spoken: tuple[tuple[str, ...], ...] = ()

    @property
    def may_go_on(self) -> bool:
        """Whether the last word may be the beginning of a longer one, so that titles with that are found by words."""
        return bool(self.words) and (self.words[-1].is_han or self.words[-1].open)

    @property
    def closed(self) -> Query:
        """The same with every word as it stands, none of them the beginning of another."""
        return msgspec.structs.replace(
            self, words=tuple(msgspec.structs.replace(word, open=False) for word in self.words)
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing in it can be looked for."""
        return not self.words


def read_query(typed: str) -> Query:
    """What a typed text asks for. An asterisk behind a word leaves its end open, as does its being the last."""
    folded = fold(typed)
    found = list(runs(folded, joined=False))[:_MOST_WORDS]
    # An ü is a v where pinyin is typed, and a u with dots in Müller.
    as_pinyin = fold(unicodedata.normalize("NFC", typed).translate(_UMLAUTS))
    letters = [run for run, _ in runs(as_pinyin, joined=False)]
    ends = folded.rstrip()
    words = tuple(
        _word(
            run, is_han, letters[place], is_open=_is_open(folded, run, place == len(found) - 1 and ends.endswith(run))
        )
        for place, (run, is_han) in enumerate(found)
    )
    latin = "".join(word.letters or word.text for word in words)
    whole = latin if len(words) > 1 and latin.isascii() and latin.isalpha() else ""
    return Query(typed.strip(), words, key_of(typed), whole, _ways(whole))


def _word(run: str, is_han: bool, letters: str, *, is_open: bool) -> Word:
    if is_han:
        return Word(run, True)
    return Word(run, False, is_open, letters, _ways(letters))


def _is_open(folded: str, run: str, is_last: bool) -> bool:
    return re.search(rf"(?<!\w){re.escape(run)}\*", folded) is not None or (is_last and len(run) >= SHORTEST_BEGINNING)


def _ways(letters: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(way) for way in readings(letters))


def for_sqlite(query: Query, facets: list[list[str]]) -> str:
    """The query in FTS5's language; ``facets`` are words of which one of each list has to stand there."""
    parts = [f"({' OR '.join(_fts_word(word))})" for word in query.words]
    asked = " AND ".join(parts)
    if query.joined:
        asked = f"(({asked}) OR {' OR '.join(_fts_sounds(query.joined, query.spoken))})"
    narrowed = [f"({' OR '.join(f'facet : {_quoted(word)}' for word in words)})" for words in facets]
    return " AND ".join([asked, *narrowed])


def _fts_word(word: Word) -> list[str]:
    if word.is_han:
        columns = "{title name more}" if len(word.text) > 1 else "{title name more single}"
        return [f"{columns} : {_quoted(' '.join(pairs(word.text)))}"]
    written = f"{{title name more}} : {_quoted(word.text)}{' *' if word.open else ''}"
    return [written, *_fts_sounds(word.letters, word.spoken)] if word.text.isalpha() else [written]


def _fts_sounds(letters: str, spoken: tuple[tuple[str, ...], ...]) -> list[str]:
    open_end = " *" if len(letters) >= SHORTEST_BEGINNING else ""
    return [f"sound : {_quoted(letters)}{open_end}", *(f"sound : {_quoted(' '.join(in_pairs(way)))}" for way in spoken)]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "") + '"'


def for_postgres(query: Query, facets: list[list[str]]) -> str:
    """The query as PostgreSQL reads a ``tsquery``; sounds are words of their own there."""
    asked = " & ".join(f"({' | '.join(_ts_word(word))})" for word in query.words)
    if query.joined:
        asked = f"(({asked}) | {' | '.join(_ts_sounds(query.joined, query.spoken))})"
    narrowed = [f"({' | '.join(_lexeme(word) for word in words)})" for words in facets]
    return " & ".join([asked, *narrowed])


def _ts_word(word: Word) -> list[str]:
    if word.is_han:
        if len(word.text) == 1:
            return [_lexeme(word.text)]
        return ["(" + " <-> ".join(_lexeme(pair) for pair in pairs(word.text)) + ")"]
    written = f"{_lexeme(word.text)}{':*' if word.open else ''}"
    return [written, *_ts_sounds(word.letters, word.spoken)] if word.text.isalpha() else [written]


def _ts_sounds(letters: str, spoken: tuple[tuple[str, ...], ...]) -> list[str]:
    open_end = ":*" if len(letters) >= SHORTEST_BEGINNING else ""
    in_a_row = ("(" + " <-> ".join(_lexeme(HEARD + pair) for pair in in_pairs(way)) + ")" for way in spoken)
    return [_lexeme(HEARD + letters) + open_end, *in_a_row]


def _lexeme(word: str) -> str:
    return "'" + word.replace("'", "").replace("\\", "") + "'"
