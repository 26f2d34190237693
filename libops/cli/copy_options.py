"""Options and arguments of the commands that add copies, change them, and choose many of them."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from libops.cli.help_texts import say
from libops.cli.options import maybe_legible


def _all_legible(texts: list[str] | None) -> list[str]:
    return [maybe_legible(text) or "" for text in texts or ()]


def _option(option: str, metavar: str, meaning: str) -> Any:  # noqa: ANN401 - what a parameter is annotated with
    return typer.Option(option, metavar=metavar, help=meaning, callback=maybe_legible)


_TYPE = say("Item type, by its code.")
_BRANCH = say("Branch it belongs to, by its code.")
_LOCATION = say("Location it is shelved at, by its code.")
_CALL_NUMBER = say("Its call number.")
_PRICE = say("Its price, as people write it: 28.00.")
_VOLUME = say("Which volume it is.")
_CONDITION = say("How worn it is: new, good, worn or poor.")
_NOTE = say("A note for staff.")
_RFID = say("The number of its RFID tag.")
_EMPTY = say("An empty text takes it away.")

TypeOption = Annotated[str | None, _option("--type", "CODE", _TYPE)]
BranchOption = Annotated[str | None, _option("--branch", "CODE", _BRANCH)]
LocationOption = Annotated[str | None, _option("--location", "CODE", _LOCATION)]
CallNumberOption = Annotated[str | None, _option("--call-number", "NUMBER", _CALL_NUMBER)]
PriceOption = Annotated[str | None, _option("--price", "AMOUNT", _PRICE)]
VolumeOption = Annotated[str | None, _option("--volume", "VOLUME", _VOLUME)]
ConditionOption = Annotated[str | None, _option("--condition", "CONDITION", _CONDITION)]
NoteOption = Annotated[str | None, _option("--note", "TEXT", _NOTE)]
RfidOption = Annotated[str | None, _option("--rfid", "UID", _RFID)]
StatusOption = Annotated[
    str | None, _option("--status", "STATUS", say("What it begins as: available, restricted, in_process or on_order."))
]

SetTypeOption = Annotated[str | None, _option("--set-type", "CODE", _TYPE)]
SetBranchOption = Annotated[str | None, _option("--set-branch", "CODE", _BRANCH)]
SetLocationOption = Annotated[str | None, _option("--set-location", "CODE", f"{_LOCATION} {_EMPTY}")]
SetCallNumberOption = Annotated[str | None, _option("--set-call-number", "NUMBER", f"{_CALL_NUMBER} {_EMPTY}")]
SetPriceOption = Annotated[str | None, _option("--set-price", "AMOUNT", f"{_PRICE} {_EMPTY}")]
SetVolumeOption = Annotated[str | None, _option("--set-volume", "VOLUME", f"{_VOLUME} {_EMPTY}")]
SetConditionOption = Annotated[str | None, _option("--set-condition", "CONDITION", f"{_CONDITION} {_EMPTY}")]
SetNoteOption = Annotated[str | None, _option("--set-note", "TEXT", f"{_NOTE} {_EMPTY}")]

TitleOption = Annotated[str | None, _option("--title", "NUMBER", say("Number of the title."))]
NewTitleOption = Annotated[
    str | None,
    _option("--new-title", "TITLE", say("A title that is not in the catalogue yet; it is made with this copy.")),
]
BeginningOption = Annotated[
    str | None, _option("--call-number", "BEGINNING", say("Only those whose call number begins like this."))
]
BarcodesArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="[BARCODE]...", help=say("Barcodes of items."), callback=_all_legible, show_default=False),
]
DoOption = Annotated[
    bool, typer.Option("--do", metavar="", help=say("Do it; otherwise only what would change is shown."))
]
BatchArgument = Annotated[
    str, typer.Argument(metavar="NUMBER", help=say("Number of the change."), callback=maybe_legible)
]
