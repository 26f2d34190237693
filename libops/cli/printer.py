"""``libops printer``: the receipt printer of this machine, and one to try slips with where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from libops.cli.help_texts import SpokenCommand, group, listed, say
from libops.cli.options import JsonOption
from libops.cli.paper import ColumnsOption, PrinterOption

if TYPE_CHECKING:
    from devices.printer_paper import PrintedSlip
    from devices.printer_simulator import SimulatedPrinter

app = group(say("Try the receipt printer, or play one."))

PortOption = Annotated[
    int, typer.Option("--port", metavar="N", min=0, max=65535, help=say("The port to listen at; 0 takes any."))
]
PaperOption = Annotated[
    bool, typer.Option("--look", metavar="", help=say("Only say how the printer is; print nothing."))
]


@app.command("test", cls=SpokenCommand, help=say("Print a trial with rulers, Chinese, a barcode and a QR code."))
def try_out(
    printer: PrinterOption = None, columns: ColumnsOption = None, look: PaperOption = False, json: JsonOption = False
) -> None:
    """Whether the printer can be reached, how it is, and whether the paper comes out as it should."""
    from libops.bootstrap import wall_clock
    from libops.cli.answers import give
    from libops.cli.at_work import read_settings, spoken
    from libops.cli.paper import address_of, columns_of, delivery_to, print_now, printer_setback
    from libops.cli.slip_words import printer_in_words
    from libops.slips.printing import PRINTS
    from libops.slips.trial import trial

    settings = read_settings()
    address, width = address_of(settings, printer), columns_of(settings, columns)
    language = spoken(settings)
    state = delivery_to(address).look()
    if state not in PRINTS:
        raise printer_setback(state)
    fate = None if look else print_now(address, trial(address, width, language, wall_clock().astimezone()))
    answer = {"printer": address, "state": state, "columns": width, "printed": fate}
    give(answer, json, lambda: printer_in_words(address, state, fate, language))


@app.command("simulate", cls=SpokenCommand, help=say("Play a printer in the network: slips come out here."))
def simulate(port: PortOption = 0, columns: ColumnsOption = None, json: JsonOption = False) -> None:
    """A printer on the loopback interface that prints onto standard output, until the input ends."""
    import sys

    from devices.printer_simulator import SimulatedPrinter
    from libops.cli.answers import give, line, note
    from libops.cli.at_work import read_settings
    from libops.cli.paper import columns_of

    width = columns_of(read_settings(), columns)
    with SimulatedPrinter(width, port=port, seen=_keep_quiet if json else _show) as simulated:
        note(say("The printer is at {address}", address=simulated.address))
        note(say("In another terminal: LIBOPS_PRINTER={address} libops console", address=simulated.address))
        note(say("Type: {words}. Ctrl-D ends.", words=listed(_SWITCHES)))
        _obey(simulated, sys.stdin)
        slips = simulated.slips
    answer = {"printer": simulated.address, "slips": [slip.drawn() for slip in slips]}
    give(answer, json, lambda: [line(say("Printed: {n}", n=len(slips)))])


def _keep_quiet(slip: PrintedSlip) -> None:
    """The slips are told at the end, in one object."""


def _show(slip: PrintedSlip) -> None:
    from contextlib import suppress

    from libops.cli.slip_words import paper_in_words

    with suppress(BrokenPipeError):
        print(paper_in_words(slip), flush=True)


_SWITCHES = ("paper out", "new roll", "cover open", "cover closed", "off", "on")


def _obey(printer: SimulatedPrinter, lines: TextIO) -> None:
    """Do what is typed: what happens to printers, to see what a desk makes of it."""
    from libops.cli.answers import note

    for typed in (line.strip() for line in lines):
        match typed:
            case "paper out":
                printer.load(0)
            case "new roll":
                printer.load()
            case "cover open":
                printer.open_cover()
            case "cover closed":
                printer.close_cover()
            case "off":
                printer.switch_off()
            case "on":
                printer.switch_on()
            case "":
                continue
            case _:
                note(say("one of: {known}.", known=listed(_SWITCHES)))
