"""``libops shelf``: what stands around a call number, and labels for the ends of bays."""

from __future__ import annotations

from typing import Annotated

import typer

from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.options import AtOption, BadgeOption, JsonOption, LimitOption, legible

app = group(say("Browse the shelves, and write labels for them."))

SoughtArgument = Annotated[
    str,
    typer.Argument(
        metavar="CALLNUMBER", help=say("A call number, the beginning of one, or an item's barcode."), callback=legible
    ),
]
BranchOption = Annotated[
    str,
    typer.Option("--branch", metavar="CODE", help=say("Code of the branch; otherwise this one."), callback=legible),
]
LocationOption = Annotated[
    str,
    typer.Option(
        "--location",
        metavar="CODE",
        help=say("Code of the location; otherwise the item's own, or the first that holds such call numbers."),
        callback=legible,
    ),
]
LabelLocationOption = Annotated[
    str,
    typer.Option("--location", metavar="CODE", help=say("Only the bays of this location."), callback=legible),
]
BayOption = Annotated[str, typer.Option("--bay", metavar="CODE", help=say("Only this bay."), callback=legible)]
ShelvedArgument = Annotated[
    str, typer.Argument(metavar="LOCATION", help=say("Code of the location."), callback=legible)
]
SchemeArgument = Annotated[
    str, typer.Argument(metavar="SCHEME", help=say("clc, dewey, lcc, or plain for any other order."), callback=legible)
]
CursorOption = Annotated[
    str,
    typer.Option(
        "--from",
        metavar="CURSOR",
        help=say("Go on here, with “earlier” or “later” of the answer before, and its --branch and --location."),
        callback=legible,
    ),
]


@app.command("browse", cls=SpokenCommand, help=say("Show what stands before and after a call number or an item."))
def browse(
    sought: SoughtArgument = "",
    branch: BranchOption = "",
    location: LocationOption = "",
    limit: LimitOption = 10,
    cursor: CursorOption = "",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """A stretch of a shelf in shelf order; so many copies to each side."""
    from libops.catalogue import shelf
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.shelf_words import shelf_shown

    with at_work(at, badge) as desk:
        with desk.look() as look:
            if cursor:
                here = branch or desk.place.branch_code
                found = shelf.go_on(look, branch_code=here, location_code=location, cursor=cursor, limit=limit)
            else:
                found = shelf.around(
                    look, sought=sought, branch_code=branch, location_code=location, before=limit, after=limit
                )
        give(found, json, lambda: shelf_shown(found, desk.language))


@app.command(
    "label", cls=SpokenCommand, help=say("Write the labels for the ends of bays: from where to where they reach.")
)
def label(
    branch: BranchOption = "",
    location: LabelLocationOption = "",
    bay: BayOption = "",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Labels in shelving order, as text."""
    from libops.catalogue.stacks import labels
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.shelf_words import labels_written
    from libops.pages import Page

    with at_work(at, badge) as desk:
        with desk.look() as look:
            here = branch or desk.place.branch_code
            found = labels.bay_labels(look, branch_code=here, location_code=location, bay_code=bay)
        give(Page(found, None), json, lambda: labels_written(found, desk.language))


@app.command(
    "scheme",
    cls=SpokenCommand,
    help=say("Say by which call numbers a location is shelved; its items are put in order."),
)
def scheme(
    location: ShelvedArgument,
    by: SchemeArgument,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Change the order of a location's shelves."""
    from db.places import Scheme
    from libops.catalogue.shelving import shelve_by
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.choices import one_of
    from libops.cli.shelf_words import shelved_by

    with at_work(at, badge) as desk:
        with desk.work() as work:
            answer = shelve_by(work, location=location, scheme=one_of(Scheme, by, "SCHEME"))
        give(answer, json, lambda: shelved_by(answer, desk.language))
