"""``libops sample``: making a sample library large."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from libops.cli.exit_codes import ExitCode
from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.options import AtOption, BadgeOption, JsonOption

if TYPE_CHECKING:
    from collections.abc import Callable

    from libops.i18n import Language
    from libops.library import Library
    from libops.simulation.imagined.generating import GenerateAnswer

app = group(say("Make a sample library large, to try and to train on."))

TitlesOption = Annotated[int, typer.Option("--titles", metavar="COUNT", help=say("How many titles."))]
ItemsOption = Annotated[
    int | None, typer.Option("--items", metavar="COUNT", help=say("How many items; otherwise two a title."))
]
PatronsOption = Annotated[int, typer.Option("--patrons", metavar="COUNT", help=say("How many patrons."))]
SeedOption = Annotated[int, typer.Option("--seed", metavar="NUMBER", help=say("The same seed makes the same library."))]


@app.command("generate", cls=SpokenCommand, help=say("Add titles, items and patrons that nobody takes for real."))
def generate(
    titles: TitlesOption = 10_000,
    items: ItemsOption = None,
    patrons: PatronsOption = 1_000,
    seed: SeedOption = 1,
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
            done = _carry_out(desk.library, begun, desk.language, stop.is_set)
        give(done, json, lambda: generated_in_words(done, desk.language))
    if done["stopped"]:
        raise typer.Exit(ExitCode.INTERRUPTED)


def _carry_out(
    library: Library, begun: GenerateAnswer, language: Language, stopped: Callable[[], bool]
) -> dict[str, object]:
    """Make it, with a bar where somebody looks; what was made."""
    from contextlib import closing

    from libops.cli.rebuilding import progress
    from libops.cli.sample_words import STEPS
    from libops.simulation.imagined import generating
    from libops.simulation.imagined.generating import Made

    made = Made()
    with progress() as bar, closing(generating.carry_out(library, begun)) as going:
        totals = {generating.Step.CATALOGUE: begun.titles + begun.items, generating.Step.PATRONS: begun.patrons}
        tasks = {step: bar.add_task(language.say(STEPS[step]), total=total) for step, total in totals.items()}
        for made in going:
            bar.update(tasks[generating.Step.CATALOGUE], completed=made.titles + made.items)
            bar.update(tasks[generating.Step.PATRONS], completed=made.patrons)
            if stopped():
                break
    return {
        "titles": made.titles,
        "items": made.items,
        "patrons": made.patrons,
        "seed": begun.seed,
        "stopped": (made.titles, made.items, made.patrons) != (begun.titles, begun.items, begun.patrons),
    }
