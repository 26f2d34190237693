"""``libops undo``: what was done just now is put back."""

from __future__ import annotations

from typing import Annotated

import typer

from libops.cli.help_texts import say
from libops.cli.options import AtOption, BadgeOption, JsonOption, KeyOption, maybe_legible

ActKeyArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="KEY",
        help=say("The request key under which it was done; otherwise the last thing that you did at this desk."),
        callback=maybe_legible,
    ),
]


def undo(
    act: ActKeyArgument = None,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Undo one act of the last minutes, where nothing else has happened to it since."""
    from libops.circulation import undo as undoing
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.item_words import undone_in_words

    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = undoing.undo_last(work) if act is None else undoing.undo(work, act_key=act)
        give(answer, json, lambda: undone_in_words(answer, desk.language, work.today))
