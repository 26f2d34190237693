"""``libops init``: founding a library."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from libops.cli.help_texts import say
from libops.cli.options import JsonOption, PinOption, PinStdinOption, legible

if TYPE_CHECKING:
    from db.database import Database
    from libops.founding import Founded
    from libops.settings import Settings

SampleOption = Annotated[bool, typer.Option("--sample", metavar="", help=say("A sample library to try things on."))]
FromOption = Annotated[
    Path | None,
    typer.Option("--from", metavar="FOLDER", help=say("Your own files, laid out as those of the sample library.")),
]
NameOption = Annotated[str, typer.Option("--name", metavar="NAME", help=say("The library's name."), callback=legible)]
ZoneOption = Annotated[
    str | None,
    typer.Option("--zone", metavar="ZONE", help=say("Its time zone, as Asia/Shanghai; otherwise this machine's.")),
]
BadgeOption = Annotated[
    str, typer.Option("--badge", metavar="BADGE", help=say("Badge of its administrator."), callback=legible)
]

_UNNAMED = say("Library")


def init(
    sample: SampleOption = False,
    from_: FromOption = None,
    name: NameOption = _UNNAMED,
    zone: ZoneOption = None,
    badge: BadgeOption = "S0001",
    pin: PinOption = None,
    pin_stdin: PinStdinOption = False,
    json: JsonOption = False,
) -> None:
    """Found a library where none stands: the sample, one from own files, or the least that works."""
    from db.engine import read_url
    from libops.cli.answers import give
    from libops.cli.asking import new_pin
    from libops.cli.at_work import read_settings, spoken
    from libops.cli.in_words import founded
    from libops.cli.new_database import new_database

    if sample and from_ is not None:
        raise typer.BadParameter(say("choose one of them."), param_hint="--sample / --from")
    settings = read_settings()
    if sample or from_ is not None:
        found = _from_files(from_, settings)
    else:
        found = _bare(name, zone or _machine_zone(), badge, new_pin(pin, pin_stdin), settings)
    with new_database(settings.url) as database:
        made = found(database)
    # Who signs in where somebody's own files tell of staff, they know.
    sign_in: dict[str, str | None] | None = None if from_ is not None else {"badge": badge, "pin": None}
    if sample:
        from libops.founding import sample_sign_in

        sign_in = dict(zip(("badge", "pin"), sample_sign_in(), strict=True))
    answer = {
        "database": str(read_url(settings.url)),
        "branches": made.branches,
        "titles": made.titles,
        "items": made.items,
        "patrons": made.patrons,
        "staff": made.staff,
        "sign_in": sign_in,
    }
    give(answer, json, lambda: founded(made, sign_in, spoken(settings)))


def _from_files(folder: Path | None, settings: Settings) -> Callable[[Database], Founded]:
    """Founding from somebody's folder, or from the sample's where there is none."""
    from libops.bootstrap import wall_clock
    from libops.founding import found_from, sample_folder

    files = sample_folder() if folder is None else folder
    return lambda database: found_from(
        database, files, patterns=settings.patterns, now=wall_clock(), sample=folder is None
    )


def _bare(name: str, zone: str, badge: str, pin: str, settings: Settings) -> Callable[[Database], Founded]:
    from libops.bootstrap import wall_clock
    from libops.founding import found_bare

    if not name:
        raise typer.BadParameter(say("a library needs a name."), param_hint="--name")
    if not _is_zone(zone):
        raise typer.BadParameter(say("there is no time zone {zone}.", zone=repr(zone)), param_hint="--zone")
    return lambda database: found_bare(
        database, name=name, zone=zone, badge=badge, pin=pin, patterns=settings.patterns, now=wall_clock()
    )


def _is_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _machine_zone() -> str:
    """The zone of this machine's clock as the system names it, otherwise China's."""
    linked = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    named = (os.environ.get("TZ", "").removeprefix(":"), linked)
    return next((zone for zone in named if zone and _is_zone(zone)), "Asia/Shanghai")
