"""The program ``libops``: its commands, and how it begins and ends.

What a command needs is imported inside it, so that help is there at once; a test looks at what is loaded.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from io import TextIOWrapper
from typing import TYPE_CHECKING, Annotated

import typer

from libops.cli import (
    calendar,
    catalogue,
    charge,
    config,
    database,
    deposit,
    desk,
    exporting,
    hold,
    import_runs,
    item_spine,
    journal,
    keys,
    loan,
    overdue,
    patron,
    policy,
    printer,
    reader,
    sample,
    shelf,
    slip,
    stack,
    staff,
    till,
    title,
    transfer,
)
from libops.cli.console import console
from libops.cli.demo import demo
from libops.cli.doctor import doctor
from libops.cli.exit_codes import ExitCode
from libops.cli.help_texts import SpokenCommand, exit_codes, group, say, teach_typer
from libops.cli.init import init
from libops.cli.nightly import nightly
from libops.cli.search import search
from libops.cli.serve import serve
from libops.cli.today import today
from libops.cli.train import train
from libops.cli.undo import undo
from libops.cli.usage import report_usage

if TYPE_CHECKING:
    from typer._click import Command


def _new_program() -> typer.Typer:
    return group(say("The operations console of a library."), epilog=exit_codes())


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"libops {version('libops')}")
        raise typer.Exit


def _program(
    version: Annotated[
        bool, typer.Option("--version", metavar="", help=say("Show the version."), callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Options of the program itself."""


app = _new_program()
app.callback()(_program)
app.command("init", cls=SpokenCommand, help=say("Found a library where none stands."))(init)
app.command("console", cls=SpokenCommand, help=say("Open the desk on this terminal."))(console)
app.command("demo", cls=SpokenCommand, help=say("Play a morning at the desk of a sample library of its own."))(demo)
app.command("train", cls=SpokenCommand, help=say("Open the desk on a library to practise in."))(train)
_GROUPS = {
    "loan": loan,
    "patron": patron,
    "hold": hold,
    "transfer": transfer,
    "charge": charge,
    "deposit": deposit,
    "till": till,
    "item": item_spine,
    "title": title,
    "catalogue": catalogue,
    "shelf": shelf,
    "stack": stack,
    "overdue": overdue,
    "policy": policy,
    "calendar": calendar,
    "staff": staff,
    "journal": journal,
    "slip": slip,
    "desk": desk,
    "config": config,
    "db": database,
    "sample": sample,
    "import": import_runs,
    "export": exporting,
    "keys": keys,
}
for _name, _commands in _GROUPS.items():
    app.add_typer(_commands.app, name=_name)
app.command("search", cls=SpokenCommand, help=say("Find titles: by words, names, pinyin, ISBN, barcode, call number."))(
    search
)
app.command("today", cls=SpokenCommand, help=say("Show how the day goes: what was done, refused, and what stands."))(
    today
)
app.command(
    "undo", cls=SpokenCommand, help=say("Undo what was done at this desk just now, also a payment or a waiver.")
)(undo)
app.command("nightly", cls=SpokenCommand, help=say("Do the nightly work now: expiry, overdue and lost loans."))(nightly)
app.command("serve", cls=SpokenCommand, help=say("Do what is due by the clock, until this program is ended."))(serve)
app.command("doctor", cls=SpokenCommand, help=say("Check every invariant of the data, and list what is broken."))(
    doctor
)
app.add_typer(reader.app, name="reader")
app.add_typer(printer.app, name="printer")


@cache
def _only(asked: str) -> Command:
    """The commands of a group, or all where none is named: to make them all takes longer than most of them do."""
    if not asked:
        return typer.main.get_command(app)
    program = _new_program()
    program.callback()(_program)
    program.add_typer(_GROUPS[asked].app, name=asked)
    return typer.main.get_command(program)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code to end with."""
    asked = list(sys.argv[1:] if arguments is None else arguments)
    _speak_utf8()
    teach_typer()
    json = _wants_json(asked)
    try:
        named = asked[0] if asked and asked[0] in _GROUPS else ""
        ended = _only(named)(asked, prog_name="libops", standalone_mode=False)
    except typer.TyperException as error:
        return report_usage(error, json)
    except (KeyboardInterrupt, typer.Abort):
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - whatever it is, people are told in words
        return _report(error, json)
    return ended if isinstance(ended, int) else ExitCode.DONE


def _report(error: Exception, json: bool) -> int:
    from libops.cli.edge import report

    try:
        return report(error, json)
    except typer.Exit as ended:
        # Nobody was left to read the report.
        return ended.exit_code


def _wants_json(arguments: Sequence[str]) -> bool:
    """Whether the answer is to be JSON, which must be known also of a command that was not understood."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in options


def _speak_utf8() -> None:
    """Chinese comes out whole whatever the locale, and a byte that is no text stops nothing."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
