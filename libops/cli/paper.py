"""The printer of this machine, for one command: where it is, how wide its paper is, and printing while it waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from libops.cli.help_texts import say
from libops.cli.setbacks import Setback

if TYPE_CHECKING:
    from devices.receipt_printer import Delivery
    from libops.settings import Settings
    from libops.slips.printing import Changed, Ended, Fate, Printer, PrinterState, PrintJob

PrinterOption = Annotated[
    str | None,
    typer.Option(
        "--printer",
        metavar="ADDRESS",
        help=say("The printer, as tcp://HOST:PORT or the path of its device; otherwise LIBOPS_PRINTER."),
    ),
]
ColumnsOption = Annotated[
    int | None,
    typer.Option(
        "--columns", metavar="N", help=say("Columns of the paper, usually 32, 42 or 48; otherwise as configured.")
    ),
]


def columns_of(settings: Settings, asked: int | None) -> int:
    """The columns that were asked for, or those of the settings."""
    from libops.slips.layout import NARROWEST, WIDEST

    if asked is None:
        return settings.printer_columns
    if not NARROWEST <= asked <= WIDEST:
        words = say("a number from {least} to {most}.", least=NARROWEST, most=WIDEST)
        raise typer.BadParameter(words, param_hint="--columns")
    return asked


def address_of(settings: Settings, asked: str | None) -> str:
    """The address that was asked for, or that of the settings; a setback where there is none."""
    from libops.cli.exit_codes import ExitCode
    from libops.languages import mark
    from libops.slips.printer_address import BadAddress, read_address

    address = asked or settings.printer
    if not address:
        raise Setback(
            ExitCode.BAD_INPUT,
            "no_printer",
            mark("No printer is configured."),
            mark("Set LIBOPS_PRINTER, to tcp://HOST:PORT or to the path of its device."),
        )
    try:
        read_address(address)
    except BadAddress as error:
        needed = say("tcp://HOST:PORT, serial:PORT, file:PATH or the path of a device from the root on is needed.")
        raise typer.BadParameter(needed, param_hint="--printer") from error
    return address


def printer_of(settings: Settings, changed: Changed, ended: Ended) -> Printer | None:
    """The printer of this machine for a desk, not yet started; None where none is configured."""
    from devices.receipt_printer import ReceiptPrinter

    if not settings.printer:
        return None
    return ReceiptPrinter("printer", settings.printer, changed, ended)


def delivery_to(address: str) -> Delivery:
    """The way to the printer at an address that can be read."""
    from devices.receipt_printer import Delivery
    from libops.slips.printer_address import read_address

    return Delivery(read_address(address))


def print_now(address: str, job: PrintJob) -> Fate:
    """Print a slip and wait for it: whether the printer said so; a setback when it failed."""
    from libops.slips.printing import Fate

    fate, state = delivery_to(address).print(job)
    if fate is Fate.FAILED:
        raise printer_setback(state)
    return fate


def printer_setback(state: PrinterState) -> Setback:
    """What keeps a printer from its work, for whoever typed the command."""
    from libops.cli.exit_codes import ExitCode
    from libops.slips.printing import WORDS, PrinterState

    lasting = (PrinterState.DENIED, PrinterState.UNUSABLE)
    why, remedy = WORDS[state]
    return Setback(ExitCode.BAD_INPUT if state in lasting else ExitCode.BUSY, f"printer_{state}", why, remedy)
