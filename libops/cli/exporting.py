"""``libops export``: titles, items and patrons are written into files that go in again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.import_options import MappingOption, OutputArgument
from libops.cli.options import AtOption, BadgeOption, JsonOption, legible

if TYPE_CHECKING:
    from libops.catalogue.exporting.selection import Selection
    from libops.catalogue.marc.records import Encoding
    from libops.i18n import Language

app = group(say("Write titles, items and patrons into files."))

FormatOption = Annotated[
    str,
    typer.Option("--format", metavar="FORMAT", help=say("iso2709, marcxml or csv; otherwise by the file's ending.")),
]
DialectOption = Annotated[str, typer.Option("--dialect", metavar="DIALECT", help=say("cnmarc or marc21."))]
EncodingOption = Annotated[str, typer.Option("--encoding", metavar="ENCODING", help=say("utf-8 or gb18030."))]
NoCopiesOption = Annotated[bool, typer.Option("--no-copies", metavar="", help=say("Leave the copies out."))]
NumberOption = Annotated[
    list[str] | None, typer.Option("--number", metavar="NUMBER", help=say("A title by its number. Repeatable."))
]
SearchOption = Annotated[
    str, typer.Option("--search", metavar="WORDS", help=say("What a search for these words finds."), callback=legible)
]
BranchOption = Annotated[
    str, typer.Option("--branch", metavar="CODE", help=say("What this branch has copies of."), callback=legible)
]
LocationOption = Annotated[
    str, typer.Option("--location", metavar="CODE", help=say("What has copies at this location."), callback=legible)
]
LanguageOption = Annotated[
    str, typer.Option("--language", metavar="CODE", help=say("What is in this language: zh, en."), callback=legible)
]
ImportOption = Annotated[
    int | None, typer.Option("--import", metavar="NUMBER", help=say("What was last written by this import."))
]
SinceOption = Annotated[
    str, typer.Option("--since", metavar="DATE", help=say("What came or changed on this day or later: YYYY-MM-DD."))
]
_ENDINGS = {".xml": "marcxml", ".csv": "csv"}


def _selection(
    numbers: list[str] | None, search: str, branch: str, location: str, language: str, run: int | None, since: str
) -> Selection:
    from datetime import date

    from libops.catalogue.exporting.selection import Selection

    try:
        day = date.fromisoformat(since) if since else None
    except ValueError:
        raise typer.BadParameter(say("a date as YYYY-MM-DD."), param_hint="--since") from None
    named = tuple(legible(number) for number in numbers or ())
    return Selection(named, search, branch, location, language, run, day)


def _encoding(word: str) -> Encoding:
    from libops.catalogue.marc.records import Encoding
    from libops.cli.choices import one_of

    return one_of((Encoding.UTF_8, Encoding.GB18030), word, "--encoding")


@app.command("titles", cls=SpokenCommand, help=say("Write titles with their copies as records, or as a table."))
def titles(
    file: OutputArgument,
    form: FormatOption = "",
    dialect: DialectOption = "cnmarc",
    encoding: EncodingOption = "utf-8",
    mapping: MappingOption = None,
    no_copies: NoCopiesOption = False,
    number: NumberOption = None,
    search: SearchOption = "",
    branch: BranchOption = "",
    location: LocationOption = "",
    language: LanguageOption = "",
    run: ImportOption = None,
    since: SinceOption = "",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Write titles from one moment; without a selection all of them. The file appears whole, and replaces none."""
    from libops.catalogue.exporting.titles import Exported, TitleShape, export_titles
    from libops.catalogue.marc.records import Dialect, Format
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.choices import one_of
    from libops.cli.export_words import exported, exported_plainly
    from libops.cli.import_options import mapping_of

    chosen = _selection(number, search, branch, location, language, run, since)
    shape = TitleShape(
        one_of(Format, form or _ENDINGS.get(file.suffix.lower(), "iso2709"), "--format"),
        one_of(Dialect, dialect, "--dialect"),
        _encoding(encoding),
        mapping_of(mapping),
        not no_copies,
    )
    done = Exported(0)
    with at_work(at, badge) as desk:
        with _file(file, desk.language) as (stream, told), desk.look() as look:
            for done in export_titles(look, stream, chosen, shape):
                told(done.titles + done.bad, done.total)
        give(exported_plainly(file, done, desk.language), json, lambda: exported(file, done, desk.language))


@app.command("items", cls=SpokenCommand, help=say("Write items as a table (CSV)."))
def items(
    file: OutputArgument,
    encoding: EncodingOption = "utf-8",
    number: NumberOption = None,
    search: SearchOption = "",
    branch: BranchOption = "",
    location: LocationOption = "",
    language: LanguageOption = "",
    run: ImportOption = None,
    since: SinceOption = "",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Write the items of all titles, or of those that are chosen."""
    from libops.catalogue.exporting.item_rows import ExportedRows, export_items
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.export_words import rows_exported

    chosen = _selection(number, search, branch, location, language, run, since)
    done = ExportedRows(0, 0, 0)
    with at_work(at, badge) as desk:
        with _file(file, desk.language) as (stream, told), desk.look() as look:
            for done in export_items(look, stream, chosen, _encoding(encoding)):
                told(done.done, done.total)
        give({"file": str(file), "rows": done.rows}, json, lambda: rows_exported(file, done.rows, desk.language))


@app.command("patrons", cls=SpokenCommand, help=say("Write patrons as a table (CSV), for the eyes of its owner only."))
def patrons(
    file: OutputArgument,
    encoding: EncodingOption = "utf-8",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Write all patrons; the file can be read by its owner only."""
    from libops.catalogue.exporting.item_rows import ExportedRows
    from libops.catalogue.exporting.patron_rows import export_patrons
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.export_words import rows_exported

    done = ExportedRows(0, 0, 0)
    with at_work(at, badge) as desk:
        with _file(file, desk.language) as (stream, told), desk.look() as look:
            for done in export_patrons(look, stream, _encoding(encoding)):
                told(done.done, done.total)
        give({"file": str(file), "rows": done.rows}, json, lambda: rows_exported(file, done.rows, desk.language))


@contextmanager
def _file(file: Path, language: Language) -> Iterator[tuple[IO[bytes], Callable[[int, int], None]]]:
    """The file to write, and whom to tell how far it is."""
    from libops.cli.rebuilding import progress
    from libops.whole_files import whole_file

    with whole_file(file) as stream, progress() as bar:
        task = bar.add_task(language.say("Written"), total=None)

        def told(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total or None)

        yield stream, told
