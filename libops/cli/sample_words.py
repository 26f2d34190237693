"""What was made of a sample library, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import RenderableType

from libops.cli.answers import line
from libops.i18n import Language


def generated_in_words(done: Mapping[str, object], language: Language) -> Iterator[RenderableType]:
    """How much was made, and whether all of it."""
    say = language.say
    for name, text in (
        ("titles", say("titles")),
        ("items", say("items")),
        ("patrons", say("patrons")),
        ("loans", say("loans")),
    ):
        yield line(f"{done[name]:>10,}", text)
    if done["stopped"]:
        yield line(say("Stopped; what was made is whole, and the next time goes on behind it."))
