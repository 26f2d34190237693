"""``libops reader``: which serial ports there are, and a reader to try the desk with where there is none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.options import JsonOption

if TYPE_CHECKING:
    from devices.reader_simulator import SimulatedReader

app = group(say("Find barcode readers, or play one."))

LinkOption = Annotated[
    Path | None,
    typer.Option("--link", metavar="PATH", help=say("Where the port shall appear; otherwise in a temporary folder.")),
]


@app.command("list", cls=SpokenCommand, help=say("List the serial ports of this machine."))
def list_all(json: JsonOption = False) -> None:
    """The ports that are there now, and by which name a desk should know them."""
    from devices.serial_ports import list_ports
    from libops.cli.answers import give
    from libops.cli.help_texts import asked_language
    from libops.cli.in_words import port_list
    from libops.i18n import language
    from libops.pages import Page

    page = Page(list(list_ports()), None)
    give(page, json, lambda: port_list(page.results, language(asked_language())))


@app.command("simulate", cls=SpokenCommand, help=say("Play a reader: each line of input is scanned."))
def simulate(link: LinkOption = None, json: JsonOption = False) -> None:
    """A reader on a pseudo-terminal that scans what is typed, until the input ends."""
    import sys
    from tempfile import TemporaryDirectory

    from devices.reader_simulator import SimulatedReader
    from libops.cli.answers import give, line, note

    with TemporaryDirectory(prefix="libops-reader-") as folder:
        port = (Path(folder) / "reader" if link is None else link).absolute()
        with SimulatedReader(port.parent, port.name) as reader:
            note(say("The reader is at {port}", port=port))
            note(say("In another terminal: libops console --reader {port}", port=port))
            note(say("Each line you type here is scanned; Ctrl-D ends."))
            scans = _scan_lines(reader, sys.stdin)
    give({"port": str(port), "scans": scans}, json, lambda: [line(say("Scanned: {n}", n=scans))])


def _scan_lines(reader: SimulatedReader, lines: TextIO) -> int:
    scans = 0
    for code in (line.strip() for line in lines):
        if code:
            _scan(reader, code)
            scans += 1
    return scans


def _scan(reader: SimulatedReader, code: str) -> None:
    from libops.cli.exit_codes import ExitCode
    from libops.cli.setbacks import Setback
    from libops.languages import mark

    try:
        reader.scan(code)
    except TimeoutError as error:
        raise Setback(
            ExitCode.BUSY,
            "reader",
            mark("Nobody reads the port, and it is full."),
            mark("Open a desk on it with: libops console --reader {port}"),
            port=reader.port,
        ) from error
