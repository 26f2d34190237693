"""Options and arguments of the commands about money."""

from __future__ import annotations

from typing import Annotated

import typer

from libops.cli.help_texts import say
from libops.cli.options import legible, maybe_legible


def _readable(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


AmountArgument = Annotated[
    str, typer.Argument(metavar="AMOUNT", help=say("How much, as people write it: 12.50."), callback=legible)
]
MaybeAmountArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="AMOUNT", help=say("How much, as people write it: 12.50; otherwise all."), callback=maybe_legible
    ),
]
ChargeArgument = Annotated[int, typer.Argument(metavar="CHARGE", help=say("Number of the charge, as the list has it."))]
MethodOption = Annotated[
    str,
    typer.Option(
        "--method",
        metavar="METHOD",
        help=say("How money changes hands: cash, card, wechat, alipay or campus_card."),
        callback=legible,
    ),
]
NoteOption = Annotated[
    str, typer.Option("--note", metavar="TEXT", help=say("A note beside the entry."), callback=_readable)
]
