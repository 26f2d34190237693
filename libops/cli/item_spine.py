"""``libops item spine``: what is printed on the spine labels of items."""

from __future__ import annotations

from typing import Annotated

import typer

from libops.cli.help_texts import SpokenCommand, say
from libops.cli.item_batches import app as app
from libops.cli.options import AtOption, BadgeOption, JsonOption, legible

BarcodesArgument = Annotated[list[str], typer.Argument(metavar="BARCODE...", help=say("Barcodes of the items."))]


@app.command("spine", cls=SpokenCommand, help=say("Write the lines for the spine labels of items."))
def spine(barcodes: BarcodesArgument, at: AtOption = None, badge: BadgeOption = None, json: JsonOption = False) -> None:
    """Call numbers as short lines, in the order in which the items are named."""
    from libops.catalogue.spines import spines
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.shelf_words import spines_written
    from libops.pages import Page

    with at_work(at, badge) as desk:
        with desk.look() as look:
            found = spines(look, [legible(code) for code in barcodes])
        give(Page(found, None), json, lambda: spines_written(found, desk.language))
