"""Options of the commands that read files in and write them out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from libops.cli.help_texts import say
from libops.cli.options import legible

if TYPE_CHECKING:
    from libops.catalogue.importing.settings import Existing, Match
    from libops.catalogue.marc.detect import Detected
    from libops.catalogue.marc.holdings import Mapping
    from libops.catalogue.marc.records import Dialect, Encoding, Format

InputArgument = Annotated[
    Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True, help=say("The file to read in."))
]
OutputArgument = Annotated[
    Path, typer.Argument(metavar="FILE", dir_okay=False, help=say("The file to write; none is overwritten."))
]


FormatOption = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help=say("iso2709 or marcxml; otherwise as the file seems to be."),
        callback=legible,
    ),
]
DialectOption = Annotated[
    str,
    typer.Option(
        "--dialect",
        metavar="DIALECT",
        help=say("marc21 or cnmarc; otherwise as the file seems to be."),
        callback=legible,
    ),
]
EncodingOption = Annotated[
    str,
    typer.Option(
        "--encoding",
        metavar="ENCODING",
        help=say("utf-8, gb18030 or marc-8; otherwise as it seems to be."),
        callback=legible,
    ),
]
MatchOption = Annotated[
    str,
    typer.Option(
        "--match",
        metavar="WAYS",
        help=say("How titles are known again: control_number, isbn, or both with a comma."),
        callback=legible,
    ),
]
ExistingOption = Annotated[
    str,
    typer.Option(
        "--existing",
        metavar="WAY",
        help=say("What becomes of what is there and reads otherwise now: update or leave."),
        callback=legible,
    ),
]
SourceOption = Annotated[
    str,
    typer.Option(
        "--source",
        metavar="NAME",
        help=say("Whose records these are; otherwise as each record says."),
        callback=legible,
    ),
]
BranchOption = Annotated[
    str,
    typer.Option("--branch", metavar="CODE", help=say("The branch of copies that name none."), callback=legible),
]
LocationOption = Annotated[
    str,
    typer.Option("--location", metavar="CODE", help=say("The location of copies that name none."), callback=legible),
]
TypeOption = Annotated[
    str,
    typer.Option("--type", metavar="CODE", help=say("The item type of copies that name none."), callback=legible),
]
MappingOption = Annotated[
    Path | None,
    typer.Option(
        "--mapping",
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help=say("A TOML file that says which subfields tell of copies, and what the record's words mean here."),
    ),
]
NoCopiesOption = Annotated[bool, typer.Option("--no-copies", metavar="", help=say("Leave the copies out."))]
AgainOption = Annotated[
    bool, typer.Option("--again", metavar="", help=say("Read also what came before just so, to put it right again."))
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", metavar="", help=say("Only tell what would be added and changed; write nothing."))
]
LinesOption = Annotated[
    bool,
    typer.Option("--lines", metavar="", help=say("With --dry-run: every difference as one JSON object a line.")),
]
FaultsOption = Annotated[
    Path | None,
    typer.Option("--faults", metavar="FILE", help=say("Where to write what does not go in; otherwise beside it.")),
]


def matches(words: str) -> tuple[Match, ...]:
    """The ways to know a title again; a usage error for others."""
    from libops.catalogue.importing.settings import Match
    from libops.cli.choices import one_of

    return tuple(dict.fromkeys(one_of(Match, word, "--match") for word in words.split(",")))


def existing_way(word: str) -> Existing:
    """What becomes of what is there; a usage error for anything else."""
    from libops.catalogue.importing.settings import Existing
    from libops.cli.choices import one_of

    return one_of(Existing, word, "--existing")


def overridden(found: Detected, form: str, dialect: str, encoding: str) -> Detected:
    """What a file seems to be, with what somebody knows better in its place; a usage error for other words."""
    import msgspec

    from libops.catalogue.marc.records import Dialect, Encoding, Format
    from libops.cli.choices import one_of

    chosen: dict[str, Format | Dialect | Encoding] = {}
    if form:
        chosen["format"] = one_of((Format.ISO2709, Format.MARCXML), form, "--format")
    if dialect:
        chosen["dialect"] = one_of(Dialect, dialect, "--dialect")
    if encoding:
        chosen["encoding"] = one_of(Encoding, encoding, "--encoding")
    return msgspec.structs.replace(found, **chosen)


def mapping_of(file: Path | None) -> Mapping | None:
    """The mapping in a file; raises ``BadFile``."""
    from libops.catalogue.marc.holdings import read_mapping

    return None if file is None else read_mapping(file.read_bytes(), file.name)
