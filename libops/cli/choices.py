"""Values of which only a few are possible; they are named by the domain, which help must not load."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

import typer

from libops.cli.help_texts import say

E = TypeVar("E", bound=StrEnum)


def one_of(kind: type[E], word: str, option: str) -> E:
    """The member that was named; a usage error, naming all there are, where there is none."""
    try:
        return kind(word.strip())
    except ValueError:
        known = ", ".join(kind)
        raise typer.BadParameter(say("one of: {known}.", known=known), param_hint=option) from None
