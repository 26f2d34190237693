"""``libops slip``: slips and receipts, on screen, in a file, on paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from libops.cli import slip_template
from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.options import AtOption, BadgeOption, JsonOption, legible
from libops.cli.paper import ColumnsOption, PrinterOption

if TYPE_CHECKING:
    from db.slips import SlipKind
    from libops.slips.facts import Facts
    from libops.work import Look

app = group(say("Show and print slips and receipts, and word them."))
app.add_typer(slip_template.app, name="template")

WhatArgument = Annotated[
    str,
    typer.Argument(
        metavar="WHAT",
        help=say("Of loans and payment: number on the patron's card. Of hold and transfer: barcode of the item."),
        callback=legible,
    ),
]
TodayOption = Annotated[
    bool, typer.Option("--today", metavar="", help=say("Of loans: only what was lent or renewed today."))
]
ReceiptOption = Annotated[
    str,
    typer.Option(
        "--receipt", metavar="NUMBER", help=say("Of payment: this receipt instead of the last one."), callback=legible
    ),
]
FileOption = Annotated[
    Path | None, typer.Option("--file", metavar="FILE", help=say("Write the slip into this new file, as plain text."))
]
PrintOption = Annotated[bool, typer.Option("--print", metavar="", help=say("Print the slip."))]


@app.command("show", cls=SpokenCommand, help=say("Show a slip, write it into a file, or print it."))
def show(
    kind: slip_template.KindArgument,
    what: WhatArgument,
    today: TodayOption = False,
    receipt: ReceiptOption = "",
    language: slip_template.SlipLanguageOption = None,
    columns: ColumnsOption = None,
    file: FileOption = None,
    on_paper: PrintOption = False,
    printer: PrinterOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """A slip as the library words it, once more and as often as it is wanted."""
    from db.slips import SlipKind
    from libops.cli.answers import give
    from libops.cli.at_work import at_work, read_settings
    from libops.cli.choices import one_of
    from libops.cli.paper import address_of, columns_of, print_now
    from libops.cli.slip_words import slip_shown
    from libops.slips import slips

    wanted = one_of(SlipKind, kind, "KIND")
    settings = read_settings()
    width = columns_of(settings, columns)
    address = address_of(settings, printer) if on_paper else ""
    with at_work(at, badge) as desk:
        with desk.look() as look:
            slip = slips.make(look, _facts(look, wanted, what, receipt, today=today), language=language or "")
        text = slip.text(width)
        if file is not None:
            with file.open("x", encoding="utf-8") as stream:
                stream.write(text)
        fate = print_now(address, slip.job(width)) if on_paper else None
        answer = {
            "kind": slip.kind,
            "language": slip.language,
            "about": slip.about,
            "text": text,
            "file": None if file is None else str(file),
            "printed": fate,
        }
        give(answer, json, lambda: slip_shown(text, file, fate, desk.language))


def _facts(look: Look, kind: SlipKind, what: str, receipt: str, *, today: bool) -> Facts:
    from db.slips import SlipKind
    from libops.slips import loan_slips, parcel_slips, payment_receipts

    match kind:
        case SlipKind.HOLD:
            return parcel_slips.hold_slip_of(look, what)
        case SlipKind.TRANSFER:
            return parcel_slips.transfer_slip_of(look, what)
        case SlipKind.PAYMENT:
            return payment_receipts.payment_receipt(look, patron_number=what, receipt=receipt)
    return loan_slips.todays_slip(look, what) if today else loan_slips.account_slip(look, what)
