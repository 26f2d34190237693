"""The desk card in plain words, with codes that a reader takes from the screen."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import RenderableType
from rich.text import Text

from libops.cli.answers import line
from libops.cli.slip_words import FATES
from libops.i18n import language
from libops.slips.desk_card import CardCode, CardHeading
from libops.slips.printing import Fate
from libops.slips.squares import square

_DARK_ON_LIGHT = "black on white"


def card_shown(
    heading: CardHeading, codes: Sequence[CardCode], file: Path | None, fate: Fate | None, spoken: str
) -> Iterator[RenderableType]:
    """The card on screen, or what was done with it instead."""
    say = language(spoken).say
    if file is not None:
        yield line(say("Written to {file}.", file=file))
    if fate is not None:
        yield line(say(FATES[fate]))
    if file is not None or fate is not None:
        return
    yield line(f"{heading.name}  {heading.other_name}")
    yield line(heading.says)
    for one in codes:
        yield line("")
        yield Text(f"{one.name}  {one.other_name}  ·  {one.code}", style="bold")
        yield line(one.says)
        # In a terminal the ground is light whatever its colours are; in a file what is dark is ink.
        style = _DARK_ON_LIGHT if sys.stdout.isatty() else ""
        for row in square(one.code):
            yield Text(row, style=style, no_wrap=True, overflow="ignore")
