"""``libops import list/show/faults/end``: the files that were read in, and what came of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from libops.cli.help_texts import SpokenCommand, say
from libops.cli.importing import app
from libops.cli.options import AtOption, BadgeOption, JsonOption, LimitOption

NumberArgument = Annotated[int, typer.Argument(metavar="NUMBER", help=say("The number of the import."))]


@app.command("list", cls=SpokenCommand, help=say("List the files that were read in, the latest first."))
def list_runs(
    limit: LimitOption = 50, at: AtOption = None, badge: BadgeOption = None, json: JsonOption = False
) -> None:
    """The latest imports."""
    from libops.catalogue.importing import runs
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.import_words import runs_in_words

    with at_work(at, badge) as desk:
        with desk.look() as look:
            found = runs.latest(look, most=limit)
        give({"results": found, "next": None}, json, lambda: runs_in_words(found, desk.language, desk.place.zone))


@app.command("show", cls=SpokenCommand, help=say("Show one import: how far it is, what came of it, its first faults."))
def show(number: NumberArgument, at: AtOption = None, badge: BadgeOption = None, json: JsonOption = False) -> None:
    """One import."""
    from libops.catalogue.importing import runs
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.import_words import run_in_words, run_plainly

    with at_work(at, badge) as desk:
        with desk.look() as look:
            faults = runs.faults(look, number, most=20)
            run = runs.find_run(look, number)
        plainly = run_plainly(run, faults, desk.language)
        give(plainly, json, lambda: run_in_words(run, faults, desk.language, desk.place.zone))


@app.command("faults", cls=SpokenCommand, help=say("Tell what did not go in and why, or write it into a file."))
def faults(
    number: NumberArgument,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE", help=say("Write the records there, and beside them why they are bad.")),
    ] = None,
    after: Annotated[
        int, typer.Option("--after", metavar="NUMBER", help=say("Go on behind this record of the file."))
    ] = 0,
    limit: LimitOption = 100,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """What did not go in of one import."""
    from libops.catalogue.importing import fault_files, runs
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.import_words import faults_in_words, faults_plainly, files_in_words, files_plainly

    with at_work(at, badge) as desk:
        if to is not None:
            files = fault_files.at(to)
            with desk.look() as look:
                look.require(runs.PERMISSION)
                fault_files.write_faults(look, runs.find_run(look, number), files, desk.language)
            give(files_plainly(files), json, lambda: files_in_words(files, desk.language))
            return
        with desk.look() as look:
            found = runs.faults(look, number, after=after, most=limit)
        following = str(found[-1].place) if len(found) == limit else None
        plainly = {"results": faults_plainly(found, desk.language), "next": following}
        give(plainly, json, lambda: faults_in_words(found, desk.language))


@app.command("end", cls=SpokenCommand, help=say("Give up an import that was broken off; what went in stays."))
def end(number: NumberArgument, at: AtOption = None, badge: BadgeOption = None, json: JsonOption = False) -> None:
    """Have the next import of the same file begin at its beginning."""
    from libops.catalogue.importing import runs
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.import_words import run_in_words, run_plainly

    with at_work(at, badge) as desk:
        with desk.work() as work:
            answer = runs.end(work, run_id=number)
        plainly = run_plainly(answer.run, [], desk.language)
        give(plainly, json, lambda: run_in_words(answer.run, [], desk.language, desk.place.zone))
