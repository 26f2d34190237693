"""What a play is made of: scans, keys, texts that are typed, and what has to stand on screen in between."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TypeVar

import msgspec

from libops.i18n import Language
from libops.library import Library
from libops.refusals import Money
from screens.keymap import KeyAction

MOST_KEYS = 3
"""Keys between the scan line of the desk and the place where a task is done, at most."""


class Scan(msgspec.Struct, frozen=True):
    """Something is scanned; ``what`` says what it is."""

    code: str
    what: str


class Press(msgspec.Struct, frozen=True):
    """A key is pressed that stands on screen as ``shown`` with its ``label``; ``label`` is a text of the interface.

    Where a narrow key bar has no room for it, it is not ``in_bar``; then the help of the screen names it.
    """

    key: str
    shown: str
    label: str
    in_bar: bool = True

    def said(self, language: Language) -> str:
        """How the screen names it, in this language."""
        return f"{self.shown} {language.say(self.label)}"


class Type(msgspec.Struct, frozen=True):
    """A text is typed, and ended by Enter where it ``ends``; ``what`` says what it is."""

    text: str
    what: str
    ends: bool = True


class Named(msgspec.Struct, frozen=True):
    """What the library itself calls something, in both languages."""

    zh: str
    en: str


class Ago(msgspec.Struct, frozen=True):
    """A day so many days before today."""

    days: int


Fact = str | int | Money | Named | Ago


class See(msgspec.Struct, frozen=True):
    """Something has to be on screen: a text of the interface with its facts, or what the library calls something.

    Of a text whose facts are not given, the longest part between them has to be there.
    """

    message: str | Named
    facts: Mapping[str, Fact] = {}

    def said(self, language: Language, today: date) -> str:
        """What has to be on screen in this language on this day."""
        if isinstance(self.message, Named):
            return language.either(self.message.zh, self.message.en)
        if not self.facts:
            return max(re.split(r"\{\w+\}", language.say(self.message)), key=len)
        return language.say(self.message, **{name: _told(fact, language, today) for name, fact in self.facts.items()})


def _told(fact: Fact, language: Language, today: date) -> str:
    if isinstance(fact, Money):
        return language.money(fact.minor, fact.currency)
    if isinstance(fact, Named):
        return language.either(fact.zh, fact.en)
    return language.day(today - timedelta(days=fact.days), today) if isinstance(fact, Ago) else str(fact)


class Gone(msgspec.Struct, frozen=True):
    """A text of the interface must be on screen no more."""

    message: str


Step = Scan | Press | Type | See | Gone
S = TypeVar("S", Scan, Press, Type, See, Gone)


class Play(msgspec.Struct, frozen=True, kw_only=True):
    """One way to do a task. It begins at the desk, in lending and with nobody there, and ends so too.

    ``way`` leads to the ``place`` where it is done; what is done there is ``act``, after which ``said`` stands on
    screen and ``so`` finds the library as it has to be. ``back`` leads to the desk again.
    """

    task: str
    how: str
    way: tuple[Step, ...] = ()
    place: See
    act: tuple[Step, ...] = ()
    said: tuple[See, ...]
    so: Callable[[Library], None]
    back: tuple[Step, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """All of it in its order."""
        return (*self.way, self.place, *self.act, *self.said)

    def of(self, kind: type[S]) -> list[S]:
        """What is scanned, pressed or typed until it is done."""
        return [step for step in self.steps if isinstance(step, kind)]

    @property
    def keys_there(self) -> list[Press]:
        """The keys that lead from the scan line to the place."""
        return [step for step in self.way if isinstance(step, Press)]

    @property
    def keys_then(self) -> list[Press]:
        """The keys that are pressed there."""
        return [step for step in self.act if isinstance(step, Press)]


def press(key: KeyAction, label: str = "", *, in_bar: bool = True) -> Press:
    """A key of the console's own list; ``label`` where it is called otherwise at that moment."""
    return Press(key.key, key.shown_key, label or key.label, in_bar)


def see(message: str, /, **facts: Fact) -> See:
    """A text of the interface, with its facts filled in."""
    return See(message, facts)


def see_data(text: str) -> See:
    """What stands there in every language: a name, a number, a title."""
    return See(Named(text, text))
