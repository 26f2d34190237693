"""Making the search index and the order of the shelves anew, with a bar that tells how long it will take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from db.database import Database
from libops.catalogue.search.indexing import rebuild
from libops.catalogue.shelving import order_all
from libops.i18n import Language


@contextmanager
def progress() -> Iterator[Progress]:
    """A bar on the terminal, on the error stream so that answers stay clean; nothing where nobody looks."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(show_speed=True),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        yield bar


def bring_into_order(database: Database, language: Language) -> int:
    """Give every copy its place on the shelf and every title its place in the search; how many titles there are."""
    with progress() as bar:
        shelves = bar.add_task(language.say("Shelves"), total=None)
        for done in order_all(database):
            bar.update(shelves, completed=done)
        titles, done = bar.add_task(language.say("Search"), total=None), 0
        for done, total in rebuild(database):
            bar.update(titles, completed=done, total=total)
    return done
