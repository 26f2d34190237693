"""Titles and names as they sound: pinyin, its initials, and what somebody means who types either without spaces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from db.search_index import GAP
from libops.catalogue.search.words import fold, runs

# Characters that a surname reads otherwise than they are read elsewhere.
_SURNAMES = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "区": "ou", "朴": "piao", "查": "zha", "盖": "ge",
    "任": "ren", "华": "hua", "翟": "zhai", "缪": "miao", "宓": "fu", "员": "yun", "乐": "yue", "种": "chong",
    "秘": "bi", "折": "she", "黑": "he", "繁": "po", "召": "shao", "过": "guo", "纪": "ji", "应": "ying",
    "那": "na", "哈": "ha", "阚": "kan", "冼": "xian", "谌": "chen", "覃": "qin", "隗": "wei", "洗": "xian",
}  # fmt: skip
_SURNAMES_OF_TWO = {"尉迟": ["yu", "chi"], "万俟": ["mo", "qi"], "长孙": ["zhang", "sun"], "单于": ["chan", "yu"]}

_MOST = 24
"""Syllables of a text that are kept: nobody types more of a title than that."""

_MOST_READINGS = 4
_LONGEST = 60


@cache
def syllables() -> frozenset[str]:
    """Every syllable that a character can be read as, without tones; ``v`` stands for ü."""
    from pypinyin import Style
    from pypinyin.constants import PINYIN_DICT
    from pypinyin.style import convert

    read = {reading for readings in PINYIN_DICT.values() for reading in readings.split(",")}
    plain = {str(convert(reading, Style.NORMAL, strict=False)) for reading in read}
    # Some are read as a hum (m, ng): nobody means those who types a title.
    sung = (syllable.replace("ü", "v") for syllable in plain)
    return frozenset(syllable for syllable in sung if syllable.isascii() and not set(syllable).isdisjoint("aeiouv"))


def sound(text: str) -> list[str]:
    """The syllables of a Chinese text in order, at most 24; Latin words in it stay as they are."""
    if text.isascii():
        return []
    found: list[str] = []
    for run, is_han in runs(fold(text)):
        found += [syllable.replace("ü", "v") for syllable in _spoken(run)] if is_han else [run]
        if len(found) >= _MOST:
            break
    return [syllable for syllable in found[:_MOST] if syllable.isascii() and syllable.isalnum()]


def _spoken(run: str) -> Iterator[str]:
    """How a run of characters is read. Its words are read one by one: few words are most of what titles say."""
    from pypinyin.seg.simpleseg import seg

    return (syllable for word in seg(run) for syllable in _spoken_word(word))


@lru_cache(maxsize=65536)
def _spoken_word(word: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(word))


def sound_of_name(name: str) -> list[str]:
    """The syllables of a Chinese name, its surname read as a surname; nothing for names in other scripts."""
    for run, is_han in runs(fold(name)):
        if not is_han:
            break
        two, one = _SURNAMES_OF_TWO.get(run[:2]), _SURNAMES.get(run[0])
        if two is not None:
            return two + sound(run[2:])
        return [one, *sound(run[1:])] if one is not None and len(run) <= 4 else sound(run)
    return []


def heard(syllables_of_text: list[str]) -> list[str]:
    """What the index holds of a sound: neighbouring syllables in pairs, all in one, and their initials.

    A syllable by itself stands in every third title; pairs are as rare as words.
    """
    if len(syllables_of_text) < 2:
        return syllables_of_text
    initials = "".join(syllable[0] for syllable in syllables_of_text)
    return [*in_pairs(syllables_of_text), GAP, "".join(syllables_of_text), GAP, initials]


def in_pairs(syllables_in_a_row: Sequence[str]) -> list[str]:
    """Two or more syllables as words of the index, each one with the next; ``xi an`` is not ``xian``."""
    return [f"{one}{GAP}{other}" for one, other in pairwise(syllables_in_a_row)]


def readings(typed: str) -> list[list[str]]:
    """How a row of letters can be read as two or more syllables (``xian``: xi an), the shortest ways first."""
    if not (3 <= len(typed) <= _LONGEST) or not typed.isascii() or not typed.isalpha():
        return []
    known = syllables()
    # Ways from each place to the end, from behind; only a few are carried on, those of fewest syllables.
    ways: list[list[list[str]]] = [[] for _ in typed] + [[[]]]
    for place in range(len(typed) - 1, -1, -1):
        ends = [end for end in range(place + 1, min(place + 6, len(typed)) + 1) if typed[place:end] in known]
        longer = [[typed[place:end], *rest] for end in reversed(ends) for rest in ways[end]]
        ways[place] = sorted(longer, key=len)[:_MOST_READINGS]
    return [way for way in ways[0] if len(way) > 1]
