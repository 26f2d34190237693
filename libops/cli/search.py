"""``libops search``: titles by words, names, numbers and call numbers."""

from __future__ import annotations

from typing import Annotated

import typer

from libops.cli.help_texts import say
from libops.cli.options import AfterOption, AtOption, BadgeOption, JsonOption, LimitOption, legible, maybe_legible
from libops.cli.title_options import maybe_year


def _words(words: list[str]) -> list[str]:
    return [legible(word) for word in words]


WordsArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="WORDS...",
        help=say("Words, names, pinyin or initials; an ISBN, a barcode, a call number or its beginning."),
        callback=_words,
    ),
]
BranchOption = Annotated[
    str | None,
    typer.Option(
        "--branch",
        metavar="CODE",
        help=say("Only what a branch has, by its code."),
        callback=maybe_legible,
    ),
]
AvailableOption = Annotated[
    bool, typer.Option("--available", metavar="", help=say("Only what is on the shelf for whoever comes."))
]
TypeOption = Annotated[
    str | None,
    typer.Option(
        "--type",
        metavar="CODE",
        help=say("Only what has a copy of this item type, by its code."),
        callback=maybe_legible,
    ),
]
LanguageOption = Annotated[
    str | None,
    typer.Option("--language", metavar="CODE", help=say("Only in this language: zh, en."), callback=maybe_legible),
]
MaterialOption = Annotated[
    str | None,
    typer.Option(
        "--material",
        metavar="MATERIAL",
        help=say(
            "Only this: book, serial, map, score, sound, video, picture, software, kit, manuscript or other.",
        ),
        callback=maybe_legible,
    ),
]
FromOption = Annotated[
    str | None,
    typer.Option("--from", metavar="YEAR", help=say("Only from this year on."), callback=maybe_legible),
]
ToOption = Annotated[
    str | None,
    typer.Option("--to", metavar="YEAR", help=say("Only up to this year."), callback=maybe_legible),
]


def search(
    words: WordsArgument,
    branch: BranchOption = None,
    available: AvailableOption = False,
    item_type: TypeOption = None,
    language: LanguageOption = None,
    material: MaterialOption = None,
    first: FromOption = None,
    last: ToOption = None,
    limit: LimitOption = 20,
    after: AfterOption = "",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Titles that answer, the best first; what was tried where there are none."""
    from libops.catalogue.description import Material
    from libops.catalogue.search.finding import find
    from libops.catalogue.search.narrowing import narrowed_to
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.choices import one_of
    from libops.cli.search_words import found_list

    years = maybe_year(first, "--from"), maybe_year(last, "--to")
    wanted = one_of(Material, material, "--material") if material else ""
    with at_work(at, badge) as desk:
        with desk.look() as look:
            narrowed = narrowed_to(
                look,
                branch=branch or "",
                available=available,
                item_type=item_type or "",
                language=language or "",
                material=wanted,
                years=years,
            )
            found = find(look, " ".join(words), narrowed, limit=limit, after=after)
        give(found, json, lambda: found_list(found, desk.language))
