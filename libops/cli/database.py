"""``libops db``: keeping the database itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.options import JsonOption

app = group(say("Keep the database: upgrade, back up, restore, count."))

BackupArgument = Annotated[Path, typer.Argument(metavar="FILE", help=say("The backup file."))]
IntoOption = Annotated[
    str | None,
    typer.Option("--into", metavar="URL", help=say("The new or empty database; otherwise the one in the settings.")),
]


@app.command("upgrade", cls=SpokenCommand, help=say("Bring the tables up to this program's version."))
def upgrade(json: JsonOption = False) -> None:
    """Upgrade an older database; a missing one is not made, and a newer one is left alone."""
    from db.database import Database
    from db.migrate import upgrade as upgrade_tables
    from db.revision import head, require_current
    from db.troubles import DatabaseTrouble, TroubleKind
    from libops.cli.answers import give, line
    from libops.cli.at_work import read_settings, spoken
    from libops.cli.rebuilding import bring_into_order

    settings = read_settings()
    database = Database(settings.url)
    found = head()
    try:
        require_current(database)
    except DatabaseTrouble as trouble:
        if trouble.kind is not TroubleKind.OLDER:
            raise
        found = trouble.detail
        upgrade_tables(settings.url)
        bring_into_order(database, spoken(settings))
    finally:
        database.close()
    answer = {"upgraded": found != head(), "from": found, "to": head()}
    language = spoken(settings)
    told = language.say("Upgraded.") if answer["upgraded"] else language.say("Nothing to do: it is up to date.")
    give(answer, json, lambda: [line(told, head())])


@app.command("backup", cls=SpokenCommand, help=say("Write the whole library into one new file, while work goes on."))
def backup(file: BackupArgument, json: JsonOption = False) -> None:
    """Write a backup that fits both engines."""
    from libops.backup import back_up
    from libops.cli.answers import give
    from libops.cli.at_work import open_library, read_settings, spoken
    from libops.cli.in_words import backup_written

    settings = read_settings()
    with open_library(settings) as library:
        manifest = back_up(library.database, file, now=library.clock())
    answer = {"file": str(file), "made_at": manifest.made_at, "revision": manifest.revision, "rows": manifest.rows}
    give(answer, json, lambda: backup_written(file, manifest, spoken(settings)))


@app.command("restore", cls=SpokenCommand, help=say("Fill a new or empty database from a backup."))
def restore(file: BackupArgument, into: IntoOption = None, json: JsonOption = False) -> None:
    """Restore a backup; where a library stands already, it is left as it is."""
    from db.engine import read_url
    from libops import backup
    from libops.bootstrap import wall_clock
    from libops.cli.answers import give
    from libops.cli.at_work import read_settings, spoken
    from libops.cli.in_words import backup_restored
    from libops.cli.new_database import database_known

    settings = read_settings()
    url = into or settings.url
    with database_known(read_url(url)):
        manifest = backup.restore(url, file, now=wall_clock())
    answer = {"file": str(file), "made_at": manifest.made_at, "revision": manifest.revision, "rows": manifest.rows}
    give(answer, json, lambda: backup_restored(file, manifest, spoken(settings)))


@app.command("stats", cls=SpokenCommand, help=say("Count titles, items, patrons and loans."))
def stats(json: JsonOption = False) -> None:
    """Count what the library holds; loans are all there ever were."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.in_words import counts
    from libops.stats import count

    with at_work() as desk:
        with desk.look() as look:
            answer = count(look)
        give(answer, json, lambda: counts(answer, desk.language))
