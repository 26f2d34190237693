"""How titles are worded: the patterns of each language and genre, filled from the words of the class."""

from __future__ import annotations

import re
from functools import cache
from random import Random

from libops.simulation.imagined import people
from libops.simulation.imagined.classes import Class, Genre
from libops.simulation.imagined.words import GENTLE, USUAL, Draw, Pair, lines, pairs, plain_words, sections, towns

_FIELD = re.compile(r"\{(\w)\}")
_SMALL = re.compile(r"(?<=\S )(The|A|An|Of|In|And|Without|With|From|For|After|Beyond|Before|Under|Who|Where)\b(?= )")
_TWICE = re.compile(r"\b([Tt]he|[Aa]) (?:[Tt]he|[Aa]) |(?<=[a-z]{2}) ([Tt]he) [Tt]he ")


@cache
def _patterns(heading: str) -> Draw[str]:
    return Draw(sections("patterns.txt")[heading], USUAL)


@cache
def _of_area(area: str) -> Draw[Pair]:
    return Draw(pairs(sections("words.txt").get(area, sections("words.txt")["C"])), GENTLE)


@cache
def _places() -> Draw[Pair]:
    return Draw(pairs([cell for line in lines("places.txt") for cell in line.split(" | ")]), USUAL)


@cache
def _general(name: str) -> Draw[str]:
    return Draw(plain_words(name), USUAL)


@cache
def _towns() -> Draw[str]:
    return Draw(towns(), GENTLE)


def subject_word(one: Class, dice: Random) -> Pair:
    """Something that a book of this class may be about."""
    return _of_area(one.area)(dice)


def place(dice: Random) -> Pair:
    """A place that a book may be about."""
    return _places()(dice)


def chinese_title(one: Class, dice: Random) -> str:
    """A title of a Chinese book of this class, sometimes with another behind a colon."""
    title = _filled_zh(_patterns(f"zh {one.genre}")(dice), one, dice)
    if one.genre is not Genre.FICTION and dice.random() < 0.14:
        return f"{title}: {_filled_zh(_patterns('zh subtitle')(dice), one, dice)}"
    return title


def english_title(one: Class, dice: Random) -> str:
    """A title of an English book of this class, sometimes with another behind a colon."""
    title = _filled_en(_patterns(f"en {one.genre}")(dice), one, dice)
    if ":" not in title and dice.random() < (0.1 if one.genre is Genre.FICTION else 0.3):
        return f"{title}: {_filled_en(_patterns('en subtitle')(dice), one, dice)}"
    return title


def other_title(language: str, dice: Random) -> str:
    """A title in German or French."""
    words = Draw(sections("foreign.txt")[language], USUAL)
    pattern = Draw(sections("foreign.txt")[f"{language} patterns"], USUAL)(dice)
    return _FIELD.sub(lambda _: words(dice), pattern)


def _filled_zh(pattern: str, one: Class, dice: Random) -> str:
    def word(found: re.Match[str]) -> str:
        match found.group(1):
            case "c":
                return one.zh
            case "p":
                return place(dice).zh
            case "g":
                return _general("general_zh.txt")(dice)
            case "s":
                return (people.chinese if dice.random() < 0.8 else people.foreign)(dice).zh
            case _:
                return subject_word(one, dice).zh

    return _FIELD.sub(word, pattern)


def _filled_en(pattern: str, one: Class, dice: Random) -> str:
    def word(found: re.Match[str]) -> str:
        match found.group(1):
            case "c":
                return one.en
            case "p" | "q":
                return place(dice).other
            case "g" | "n" | "o":
                return _general("general_en.txt")(dice).capitalize()
            case "s":
                return people.foreign(dice).spoken if dice.random() < 0.6 else people.foreign(dice).family.other
            case "t":
                return _towns()(dice)
            case _:
                return subject_word(one, dice).other

    filled = _SMALL.sub(lambda found: found.group().lower(), _FIELD.sub(word, pattern))
    return _TWICE.sub(lambda found: f"{found.group(1) or ' ' + found.group(2)} ", filled)
