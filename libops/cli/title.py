"""``libops title``: titles shown whole, catalogued and changed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.options import AtOption, BadgeOption, JsonOption, KeyOption, legible, maybe_legible
from libops.cli.title_options import Said, describing, read_description

app = group(say("Look at titles, catalogue them and change what is known of them."))

NumberArgument = Annotated[
    str, typer.Argument(metavar="NUMBER", help=say("Number of the title."), callback=legible, show_default=False)
]
MaybeNumberArgument = Annotated[
    str | None, typer.Argument(metavar="NUMBER", help=say("Number of the title."), callback=maybe_legible)
]
CopyOption = Annotated[
    str | None,
    typer.Option(
        "--item",
        metavar="BARCODE",
        help=say("Barcode of any copy of the title, instead of its number."),
        callback=maybe_legible,
    ),
]
IsbnOption = Annotated[
    str | None,
    typer.Option(
        "--isbn", metavar="ISBN", help=say("Its ISBN or ISSN, instead of its number."), callback=maybe_legible
    ),
]
NewTitleArgument = Annotated[
    str | None,
    typer.Argument(metavar="TITLE", help=say("The title, as it stands on the book."), callback=maybe_legible),
]
RenamedOption = Annotated[
    str | None,
    typer.Option("--title", metavar="TITLE", help=say("The title, as it stands on the book."), callback=maybe_legible),
]
OwnNumberOption = Annotated[
    str,
    typer.Option("--number", metavar="NUMBER", help=say("Its number; otherwise the library's next."), callback=legible),
]
FileOption = Annotated[
    Path | None,
    typer.Option(
        "--json-file", metavar="FILE", help=say("Read the whole description from a file of JSON; options go over it.")
    ),
]


@app.command("show", cls=SpokenCommand, help=say("Show a title whole: its copies, its volumes, and its record."))
def show(
    number: MaybeNumberArgument = None,
    barcode: CopyOption = None,
    isbn: IsbnOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """One title with all that belongs to it."""
    from libops.catalogue import titles
    from libops.catalogue.scanned import title_meant
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.title_words import title_card

    if sum(name is not None for name in (number, barcode, isbn)) != 1:
        raise typer.BadParameter(say("one of NUMBER, --item and --isbn."), param_hint="NUMBER")
    with at_work(at, badge) as desk:
        with desk.look() as look:
            meant = title_meant(look, number=number or "", isbn=isbn or "", barcode=barcode or "")
            card = titles.show_title(look, meant)
            today = look.today
        give(card, json, lambda: title_card(card, desk.language, today))


@app.command("add", cls=SpokenCommand, help=say("Catalogue a title that has no copy yet."))
@describing
def add(
    said: Said,
    title: NewTitleArgument = None,
    number: OwnNumberOption = "",
    file: FileOption = None,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Catalogue a title from options, from a file, or from a file that options go over."""
    import msgspec

    from libops.catalogue import cataloguing
    from libops.catalogue.description import Description
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.title_words import title_written
    from libops.i18n import mark

    if title is None and file is None:
        raise typer.BadParameter(say("a title, or --json-file."), param_hint="TITLE")
    about = said.of(Description(title=title or "") if file is None else read_description(file))
    if title is not None:
        about = msgspec.structs.replace(about, title=title)
    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = cataloguing.add_title(work, about=about, number=number)
        give(answer, json, lambda: title_written(answer, mark("Catalogued."), desk.language))


@app.command("change", cls=SpokenCommand, help=say("Change what is named of a title, and nothing else."))
@describing
def change(
    said: Said,
    number: NumberArgument,
    title: RenamedOption = None,
    file: FileOption = None,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Change a title's description; an empty text takes what it stands for away."""
    import msgspec

    from libops.catalogue import cataloguing
    from libops.catalogue.description import Description
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.title_words import title_written
    from libops.i18n import mark

    if not said and title is None and file is None:
        raise typer.BadParameter(say("nothing to change was named."), param_hint="--title")
    # What was not understood is told before anything is opened.
    said.of(Description(title=""))
    whole = None if file is None else read_description(file)
    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            about = said.of(cataloguing.title_to_change(work, number).about if whole is None else whole)
            if title is not None:
                about = msgspec.structs.replace(about, title=title)
            answer = cataloguing.change_title(work, number=number, about=about)
        give(answer, json, lambda: title_written(answer, mark("Changed."), desk.language))
