"""``libops import``: files of records, items and patrons are looked at and read in."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from libops.cli.exit_codes import ExitCode
from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.import_options import (
    AgainOption,
    BranchOption,
    DialectOption,
    DryRunOption,
    EncodingOption,
    ExistingOption,
    FaultsOption,
    FormatOption,
    InputArgument,
    LinesOption,
    LocationOption,
    MappingOption,
    MatchOption,
    NoCopiesOption,
    SourceOption,
    TypeOption,
)
from libops.cli.options import AtOption, BadgeOption, JsonOption

if TYPE_CHECKING:
    from db.imports import ImportSubject
    from libops.catalogue.importing.differences import Difference
    from libops.catalogue.importing.fault_files import FaultFiles
    from libops.catalogue.importing.reading_in import Reading, Table
    from libops.catalogue.importing.settings import TitleSettings
    from libops.catalogue.importing.tables import TableSettings
    from libops.catalogue.marc.detect import Detected
    from libops.cli.at_work import AtWork

app = group(say("Read files of titles, items and patrons in; see what came of them."))


@app.command("check", cls=SpokenCommand, help=say("Look at a file of records: what it seems to be, and what is bad."))
def check(
    file: InputArgument,
    form: FormatOption = "",
    dialect: DialectOption = "",
    encoding: EncodingOption = "",
    mapping: MappingOption = None,
    json: JsonOption = False,
) -> None:
    """Read a file of records to its end without a library; nothing is written."""
    from libops.catalogue.importing.looking import found_out, look_through
    from libops.catalogue.importing.settings import settings_for
    from libops.cli.answers import give
    from libops.cli.at_work import read_settings, spoken
    from libops.cli.import_options import mapping_of, overridden
    from libops.cli.import_words import checked, detected_plainly, overview_plainly

    here = read_settings()
    language = spoken(here)
    found = overridden(found_out(file), form, dialect, encoding)
    overview = look_through(file, settings_for(found, mapping_of(mapping)), here.patterns)
    plainly = {**detected_plainly(found, language), **overview_plainly(overview, language)}
    give(plainly, json, lambda: checked(found, overview, language))


@app.command("titles", cls=SpokenCommand, help=say("Read records of titles, and of their copies, into the catalogue."))
def titles(
    file: InputArgument,
    form: FormatOption = "",
    dialect: DialectOption = "",
    encoding: EncodingOption = "",
    mapping: MappingOption = None,
    match: MatchOption = "control_number,isbn",
    existing: ExistingOption = "update",
    source: SourceOption = "",
    branch: BranchOption = "",
    location: LocationOption = "",
    item_type: TypeOption = "book",
    no_copies: NoCopiesOption = False,
    again: AgainOption = False,
    dry_run: DryRunOption = False,
    lines: LinesOption = False,
    faults: FaultsOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Read records in, batch by batch; the same command goes on where it was broken off."""
    import msgspec

    from db.imports import ImportSubject
    from libops.catalogue.importing import reading_in
    from libops.catalogue.importing.looking import found_out
    from libops.catalogue.importing.settings import settings_for
    from libops.cli.at_work import at_work
    from libops.cli.import_options import existing_way, mapping_of, matches, overridden

    found = overridden(found_out(file), form, dialect, encoding)
    settings = msgspec.structs.replace(
        settings_for(found, mapping_of(mapping)),
        match=matches(match),
        existing=existing_way(existing),
        source=source,
        branch=branch,
        location=location,
        item_type=item_type,
        copies=not no_copies,
        again=again,
    )
    with at_work(at, badge) as desk:
        if dry_run or lines:
            coming = reading_in.differences(desk.library, file, settings, desk.actor, desk.place)
            rehearse(file, ImportSubject.TITLES, coming, desk, json, lines)
            return
        files = chosen_faults(faults)
        reading = reading_in.read_in(desk.library, file, settings, actor=desk.actor, place=desk.place)
        carry_out(file, reading, desk, json=json, faults=files, told=lambda: _told(found, settings, desk))


def _told(found: Detected, settings: TitleSettings, desk: AtWork) -> None:
    from libops.cli.answers import note
    from libops.cli.import_words import chosen_in_words

    note(*chosen_in_words(found, settings, desk.language))


def chosen_faults(file: Path | None) -> FaultFiles | None:
    """The files that somebody named for what does not go in; raises ``FileExistsError`` before anything is done."""
    from libops.catalogue.importing import fault_files

    return None if file is None else fault_files.at(file)


def carry_out(
    file: Path,
    reading: Generator[Reading, None, None],
    desk: AtWork,
    *,
    json: bool,
    faults: FaultFiles | None,
    told: Callable[[], None],
) -> None:
    """Read a file in with a bar where somebody looks; then tell what came of it, and write what did not go in."""
    from contextlib import closing

    from libops.catalogue.importing import fault_files
    from libops.catalogue.importing.missing import MissingBranches
    from libops.cli.answers import give, note
    from libops.cli.import_progress import file_bar
    from libops.cli.import_words import outcome, outcome_plainly
    from libops.cli.nightly import stop_asked

    with stop_asked() as stop, closing(reading), file_bar(file.name, file.stat().st_size, desk.language) as bar:
        state = next(reading)
        resumed = state.resumed
        if not json:
            told()
            if resumed:
                note(desk.language.say("Going on behind record {number}.", number=state.run.counts.records))
        bar.told(state.run.position, state.run.counts.records)
        for state in reading:
            bar.told(state.run.position, state.run.counts.records)
            if stop.is_set():
                break
    run, files, missing = state.run, faults, MissingBranches()
    if run.ended_at is not None and run.counts.bad:
        with desk.look() as look:
            files = faults or fault_files.beside(file, fault_files.form_of(look, run))
            missing = fault_files.write_faults(look, run, files, desk.language)
    else:
        files = None
    give(outcome_plainly(run, resumed, files), json, lambda: outcome(run, files, missing, desk.language))
    if run.ended_at is None:
        raise typer.Exit(ExitCode.INTERRUPTED)


def rehearse(
    file: Path,
    subject: ImportSubject,
    coming: Iterable[tuple[int, list[Difference]]],
    desk: AtWork,
    json: bool,
    lines: bool,
) -> None:
    """Tell what reading a file in would come to; ``coming`` are positions in the file, and what comes up to there."""
    from libops.cli.answers import give, print_json
    from libops.cli.import_progress import file_bar
    from libops.cli.import_words import Rehearsal, difference_plainly, rehearsed
    from libops.money.amounts import currency_of

    with desk.look() as look:
        currency = currency_of(look.transaction)
    rehearsal = Rehearsal(subject)
    with file_bar(file.name, file.stat().st_size, desk.language) as bar:
        bar.told(0, 0)
        for position, differences in coming:
            rehearsal.add(differences)
            bar.told(position, rehearsal.records)
            for one in differences if lines else ():
                if one.kind != "same":
                    print_json(difference_plainly(one, desk.language))
    if not lines:
        give(rehearsal.plainly(desk.language), json, lambda: rehearsed(rehearsal, currency, desk.language))


@app.command("items", cls=SpokenCommand, help=say("Read a table of items (CSV) into the catalogue."))
def items(
    file: InputArgument,
    encoding: EncodingOption = "",
    existing: ExistingOption = "update",
    branch: BranchOption = "",
    location: LocationOption = "",
    item_type: TypeOption = "book",
    dry_run: DryRunOption = False,
    lines: LinesOption = False,
    faults: FaultsOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Read items in, row by row; the same command goes on where it was broken off."""
    import msgspec

    from libops.catalogue.importing import reading_in

    table = reading_in.ITEMS
    settings = _table_settings(file, encoding, existing, table.columns)
    settings = msgspec.structs.replace(settings, branch=branch, location=location, item_type=item_type)
    _read_table(file, table, settings, _How(at, badge, json, dry_run, lines, faults))


@app.command(
    "patrons", cls=SpokenCommand, help=say("Read a table of patrons (CSV): register them, or bring them up to date.")
)
def patrons(
    file: InputArgument,
    encoding: EncodingOption = "",
    existing: ExistingOption = "update",
    branch: BranchOption = "",
    dry_run: DryRunOption = False,
    lines: LinesOption = False,
    faults: FaultsOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Read patrons in, row by row; the same command goes on where it was broken off."""
    import msgspec

    from libops.catalogue.importing import reading_in

    table = reading_in.PATRONS
    settings = msgspec.structs.replace(_table_settings(file, encoding, existing, table.columns), branch=branch)
    _read_table(file, table, settings, _How(at, badge, json, dry_run, lines, faults))


class _How(NamedTuple):
    at: str | None
    badge: str | None
    json: bool
    dry_run: bool
    lines: bool
    faults: Path | None


def _table_settings(file: Path, encoding: str, existing: str, columns: tuple[str, ...]) -> TableSettings:
    from libops.catalogue.importing.tables import TableSettings, found_table, header_of
    from libops.cli.import_options import existing_way, overridden

    found = overridden(found_table(file), "", "", encoding)
    header = header_of(file, found.encoding, columns)
    return TableSettings(found.encoding, header.columns, existing_way(existing), delimiter=header.delimiter)


def _read_table(file: Path, table: Table, settings: TableSettings, how: _How) -> None:
    from libops.catalogue.importing import reading_in
    from libops.cli.answers import note
    from libops.cli.at_work import at_work
    from libops.cli.import_words import table_in_words

    with at_work(how.at, how.badge) as desk:
        if how.dry_run or how.lines:
            coming = reading_in.table_differences(
                desk.library, file, table, settings, actor=desk.actor, place=desk.place
            )
            rehearse(file, table.subject, coming, desk, how.json, how.lines)
            return
        files = chosen_faults(how.faults)
        reading = reading_in.read_table_in(desk.library, file, table, settings, actor=desk.actor, place=desk.place)
        words = table_in_words(settings, desk.language)
        carry_out(file, reading, desk, json=how.json, faults=files, told=lambda: note(*words))
