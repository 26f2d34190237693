"""What staff ask for at a desk by a key: an act of the library, and how it is told once it is done."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from libops.refusals import Fact
from libops.work import Actor, Answer, Work

A = TypeVar("A", bound=Answer)


class NotDone(msgspec.Struct, frozen=True):
    """Some of what was asked for, that was not done for the same reasons: what it was about, and the reasons' codes."""

    about: tuple[str, ...]
    codes: tuple[str, ...]


class Deed(msgspec.Struct, frozen=True):
    """What was done, as data until somebody reads it: a marked message and its facts.

    ``also`` are further sentences, each a message with the same facts; ``left`` is what was not done beside it, and
    ``nothing`` says that it was all.
    """

    message: str
    facts: dict[str, Fact] = {}
    also: tuple[str, ...] = ()
    left: tuple[NotDone, ...] = ()
    nothing: bool = False


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that somebody asked for. ``about`` says what or whom it is about, as data.

    The key makes it act once, however often it is tried. ``act`` does it, ``tell`` says what came of it; ``allowed`` is
    the same errand as somebody allows it whose permissions cover why it was refused. ``undoes`` is the key of what it
    takes back; empty: of the last thing that was done. ``asked_by`` is in whose name it is tried again; None: in
    that of whoever is at work.
    """

    about: str
    # Any, because each errand knows the answer of its own act; a desk keeps errands of every kind.
    act: Callable[[Work], Any]
    tell: Callable[[Any], Deed]
    key: str
    allowed: Callable[[Actor], Errand] | None = None
    undoes: str | None = None
    asked_by: Actor | None = None


def errand(about: str, act: Callable[[Work], A], tell: Callable[[A], Deed]) -> Errand:
    """An errand under a key of its own."""
    return Errand(about=about, act=act, tell=tell, key=new_key())


def overridable(about: str, act: Callable[[Work, Actor | None], A], tell: Callable[[A], Deed]) -> Errand:
    """An errand that somebody may allow all the same when it is refused; ``act`` is told who does."""

    def by(actor: Actor | None) -> Errand:
        return Errand(about=about, act=lambda work: act(work, actor), tell=tell, key=new_key(), allowed=by)

    return by(None)


def new_key() -> str:
    """A request key that nobody has used."""
    return uuid.uuid4().hex
