"""Options and arguments that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from libops.cli.help_texts import say

LARGEST_PAGE = 1000
"""The most results that one command answers with; libops.pages gives out no more."""


def legible(code: str) -> str:
    """A code as it was typed, without spaces around it; bytes that are no text become a character that no code has."""
    return code.strip().encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def maybe_legible(code: str | None) -> str | None:
    """The same for a code that may be left out."""
    return None if code is None else legible(code)


def _within_a_page(limit: int) -> int:
    if not 1 <= limit <= LARGEST_PAGE:
        raise typer.BadParameter(say("a number from 1 to {most}.", most=LARGEST_PAGE))
    return limit


JsonOption = Annotated[bool, typer.Option("--json", metavar="", help=say("Answer with one JSON object."))]
AtOption = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="CODE",
        help=say("Desk or branch where this happens; otherwise LIBOPS_DESK, otherwise the first desk."),
        callback=maybe_legible,
    ),
]
BadgeOption = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="BADGE",
        envvar="LIBOPS_BADGE",
        help=say("Sign in by this badge instead of as the operator; the PIN is asked for, or taken from LIBOPS_PIN."),
        callback=maybe_legible,
    ),
]
KeyOption = Annotated[
    str | None,
    typer.Option(
        "--key",
        metavar="KEY",
        help=say("Request key: the same command under the same key acts once and answers the same."),
        callback=maybe_legible,
    ),
]
OverrideOption = Annotated[
    bool,
    typer.Option("--override", metavar="", help=say("Allow what is refused, as far as your own permissions reach.")),
]
LimitOption = Annotated[
    int, typer.Option("--limit", metavar="N", help=say("How many results at most."), callback=_within_a_page)
]
AfterOption = Annotated[
    str,
    typer.Option(
        "--after",
        metavar="CURSOR",
        help=say("Go on behind this cursor, the “next” of the page before."),
        callback=legible,
    ),
]
PatronArgument = Annotated[
    str, typer.Argument(metavar="PATRON", help=say("Number on the patron's card."), callback=legible)
]
BarcodeArgument = Annotated[str, typer.Argument(metavar="BARCODE", help=say("Barcode of the item."), callback=legible)]
PinOption = Annotated[
    str | None,
    typer.Option(
        "--pin",
        metavar="PIN",
        help=say("The PIN, visible to whoever sees this command; otherwise LIBOPS_NEW_PIN, otherwise it is asked for."),
    ),
]
PinStdinOption = Annotated[
    bool, typer.Option("--pin-stdin", metavar="", help=say("Read the PIN from the first line of input."))
]
