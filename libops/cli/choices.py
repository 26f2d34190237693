"""Values of which only a few are possible; they are named by the domain, which help must not load."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

import typer

from libops.cli.help_texts import listed, say

E = TypeVar("E", bound=StrEnum)


def one_of(known: Iterable[E], word: str, option: str) -> E:
    """Which of these was named; a usage error, naming all of them, where it is none."""
    members = {str(member): member for member in known}
    found = members.get(word.strip())
    if found is None:
        raise typer.BadParameter(say("one of: {known}.", known=listed(members)), param_hint=option)
    return found
