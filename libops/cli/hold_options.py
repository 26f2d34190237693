"""Options and arguments of the commands for holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from libops.cli.help_texts import say
from libops.cli.options import legible, maybe_legible

if TYPE_CHECKING:
    from datetime import date

RequestArgument = Annotated[int, typer.Argument(metavar="REQUEST", help=say("Number of the request."))]
PickupArgument = Annotated[
    str, typer.Argument(metavar="BRANCH", help=say("Code of the branch where it is picked up."), callback=legible)
]
PickupOption = Annotated[
    str | None,
    typer.Option(
        "--pickup",
        metavar="BRANCH",
        help=say("Code of the branch where it is picked up; otherwise here."),
        callback=maybe_legible,
    ),
]
TitleOption = Annotated[
    str | None, typer.Option("--title", metavar="TITLE", help=say("Number of the title."), callback=maybe_legible)
]
CopyOption = Annotated[
    str | None,
    typer.Option(
        "--barcode",
        metavar="BARCODE",
        help=say("Barcode of any copy of the title, instead of its number."),
        callback=maybe_legible,
    ),
]
ItemOption = Annotated[
    str | None,
    typer.Option(
        "--item", metavar="BARCODE", help=say("Barcode of the one copy that will do."), callback=maybe_legible
    ),
]
ReaderOption = Annotated[
    str | None,
    typer.Option("--patron", metavar="PATRON", help=say("Number on the patron's card."), callback=maybe_legible),
]
StartsOption = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="DAY", help=say("Wait from this day on (YYYY-MM-DD), not at once."), callback=maybe_legible
    ),
]
NeededOption = Annotated[
    str | None,
    typer.Option(
        "--by", metavar="DAY", help=say("Wait no longer than until this day (YYYY-MM-DD)."), callback=maybe_legible
    ),
]
UntilOption = Annotated[
    str | None,
    typer.Option(
        "--until",
        metavar="DAY",
        help=say("The day (YYYY-MM-DD) from which it waits again; otherwise until it is resumed."),
        callback=maybe_legible,
    ),
]
HoldNoteOption = Annotated[
    str, typer.Option("--note", metavar="TEXT", help=say("A note beside the request."), callback=legible)
]
WhyOption = Annotated[
    str,
    typer.Option(
        "--reason", metavar="TEXT", help=say("Why; it is added to the note beside the request."), callback=legible
    ),
]
PlaceArgument = Annotated[
    int, typer.Argument(metavar="PLACE", help=say("The place in the queue, counted from 1."), show_default=False)
]


def maybe_day(text: str | None, option: str) -> date | None:
    """A day as it was typed; a usage error for what is none."""
    from datetime import date

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(say("a day as YYYY-MM-DD."), param_hint=option) from None


def require_one_name(title: str | None, barcode: str | None, item: str | None) -> None:
    """A usage error unless what is wanted is named in one way."""
    if sum(name is not None for name in (title, barcode, item)) != 1:
        raise typer.BadParameter(say("one of --title, --barcode and --item."), param_hint="--title")
