"""``libops sample``: making a sample library large."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from libops.cli.exit_codes import ExitCode
from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.options import AtOption, BadgeOption, JsonOption

if TYPE_CHECKING:
    from collections.abc import Callable

    from libops.cli.at_work import AtWork
    from libops.simulation.imagined.generating import GenerateAnswer

app = group(say("Make a sample library large, to try and to train on."))

TitlesOption = Annotated[int, typer.Option("--titles", metavar="COUNT", help=say("How many titles."))]
ItemsOption = Annotated[
    int | None, typer.Option("--items", metavar="COUNT", help=say("How many items; otherwise two a title."))
]
PatronsOption = Annotated[int, typer.Option("--patrons", metavar="COUNT", help=say("How many patrons."))]
LoansOption = Annotated[
    int,
    typer.Option(
        "--loans", metavar="COUNT", min=0, help=say("How many of the items are lent, one by one; takes longer.")
    ),
]
SeedOption = Annotated[int, typer.Option("--seed", metavar="NUMBER", help=say("The same seed makes the same library."))]


@app.command("generate", cls=SpokenCommand, help=say("Add titles, items and patrons that nobody takes for real."))
def generate(
    titles: TitlesOption = 10_000,
    items: ItemsOption = None,
    patrons: PatronsOption = 1_000,
    seed: SeedOption = 1,
    loans: LoansOption = 0,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Make a sample library large; a library that is none is refused. What is made comes behind what stands there."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.nightly import stop_asked
    from libops.cli.sample_words import generated_in_words
    from libops.simulation.imagined import generating

    with at_work(at, badge) as desk:
        with desk.work() as work:
            begun = generating.begin(
                work, titles=titles, items=2 * titles if items is None else items, patrons=patrons, seed=seed
            )
        with stop_asked() as stop:
            done = _carry_out(desk, begun, loans, stop.is_set)
        give(done, json, lambda: generated_in_words(done, desk.language))
    if done["stopped"]:
        raise typer.Exit(ExitCode.INTERRUPTED)


def _carry_out(desk: AtWork, begun: GenerateAnswer, loans: int, stopped: Callable[[], bool]) -> dict[str, object]:
    """Make it, with bars where somebody looks; what was made."""
    from contextlib import closing

    from libops.cli.rebuilding import progress
    from libops.simulation.imagined import generating, lending
    from libops.simulation.imagined.generating import Made

    say, made, lent = desk.language.say, Made(), 0
    with progress() as bar:
        catalogue = bar.add_task(say("Titles and items"), total=begun.titles + begun.items)
        people = bar.add_task(say("Patrons"), total=begun.patrons)
        with closing(generating.carry_out(desk.library, begun)) as going:
            for made in going:
                bar.update(catalogue, completed=made.titles + made.items)
                bar.update(people, completed=made.patrons)
                if stopped():
                    break
        if loans and not stopped():
            lending_bar = bar.add_task(say("Loans"), total=loans)
            for lent in lending.lend(desk.library, desk.actor, begun, loans):
                bar.update(lending_bar, completed=lent)
                if stopped():
                    break
    return {
        "titles": made.titles,
        "items": made.items,
        "patrons": made.patrons,
        "loans": lent,
        "seed": begun.seed,
        "stopped": stopped(),
    }
