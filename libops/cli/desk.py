"""``libops desk``: what lies on a desk beside the console."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from libops.cli.help_texts import SpokenCommand, group, listed, say
from libops.cli.options import JsonOption
from libops.cli.paper import ColumnsOption, PrinterOption

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from libops.slips.desk_card import CardCode, CardHeading, CardPaper

app = group(say("Print what lies on a desk."))

LanguageOption = Annotated[
    str | None,
    typer.Option("--language", metavar="LANGUAGE", help=say("The language that stands first: zh or en.")),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help=say("Draw a page into this new file: .html to be printed, or .svg.")),
]
PaperOption = Annotated[str, typer.Option("--paper", metavar="SIZE", help=say("Of the page: a4 or a5."))]
PrintOption = Annotated[bool, typer.Option("--print", metavar="", help=say("Print the card on the receipt printer."))]


@app.command("card", cls=SpokenCommand, help=say("Show or print the codes that stand for keys of the desk."))
def card(
    language: LanguageOption = None,
    out: OutOption = None,
    paper: PaperOption = "a4",
    on_paper: PrintOption = False,
    printer: PrinterOption = None,
    columns: ColumnsOption = None,
    json: JsonOption = False,
) -> None:
    """The codes of the desk card: on screen, as a page in a file, or on the receipt printer."""
    from libops.cli.answers import give
    from libops.cli.at_work import read_settings
    from libops.cli.choices import one_of
    from libops.cli.desk_words import card_shown
    from libops.cli.paper import address_of, columns_of, print_now
    from libops.slips.desk_card import CardPaper, as_lines
    from libops.slips.layout import for_printer
    from libops.slips.printing import PrintJob

    settings = read_settings()
    size, spoken = one_of(CardPaper, paper, "--paper"), _asked(language)
    heading, codes = _card_in(spoken)
    draw = None if out is None else _drawing(out)
    if out is not None and draw is not None:
        with out.open("x", encoding="utf-8") as stream:
            stream.write(draw(heading, codes, size))
    fate = None
    if on_paper:
        address, width = address_of(settings, printer), columns_of(settings, columns)
        job = PrintJob(None, heading.name, width, for_printer(as_lines(heading, codes), width))
        fate = print_now(address, job)
    answer = {"codes": codes, "file": None if out is None else str(out), "printed": fate}
    give(answer, json, lambda: card_shown(heading, codes, out, fate, spoken))


def _asked(language: str | None) -> str:
    from libops.cli.help_texts import asked_language
    from libops.i18n import LANGUAGES

    if language is not None and language not in LANGUAGES:
        raise typer.BadParameter(say("one of: {known}.", known=listed(LANGUAGES)), param_hint="--language")
    return language or asked_language()


def _drawing(out: Path) -> Callable[[CardHeading, Sequence[CardCode], CardPaper], str]:
    from libops.slips.desk_card import as_html, as_svg

    drawings = {".html": as_html, ".svg": as_svg}
    if out.suffix not in drawings:
        raise typer.BadParameter(say("one of: {known}.", known=listed(drawings)), param_hint="--out")
    return drawings[out.suffix]


def _card_in(first: str) -> tuple[CardHeading, list[CardCode]]:
    """What is printed, in this language and beside it in the other."""
    from libops.i18n import LANGUAGES, language, mark
    from libops.slips.desk_card import CardCode, CardHeading
    from screens.desk.commands import CARD

    here, there = language(first), language(next(code for code in LANGUAGES if code != first))
    name = mark("Desk card")
    says = mark("Scan a code: the desk does it in its turn among the books. It never answers a question.")
    heading = CardHeading(here.say(name), here.say(says), there.say(name), there.say(says))
    codes = [
        CardCode(one.code, here.say(one.name), here.say(one.tooltip), there.say(one.name), there.say(one.tooltip))
        for one in CARD
    ]
    return heading, codes
