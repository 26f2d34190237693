"""Files that are read in, in plain words and tables, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

import msgspec
from rich.console import RenderableType

from db.imports import ImportSubject
from libops.catalogue.description import TitleName
from libops.catalogue.importing.differences import CopyDifference, Difference, Field
from libops.catalogue.importing.fault_files import FaultFiles
from libops.catalogue.importing.looking import Overview
from libops.catalogue.importing.missing import MissingBranches
from libops.catalogue.importing.planning import Kind
from libops.catalogue.importing.runs import Counts, Fault, Run
from libops.catalogue.importing.settings import Existing, Match, TitleSettings
from libops.catalogue.importing.tables import TableSettings
from libops.catalogue.marc.detect import Detected
from libops.catalogue.marc.records import NAMES
from libops.cli.answers import line, note, table
from libops.i18n import Language, mark
from libops.names import CONDITIONS, COPY_FIELDS, MATERIALS, NAME_ROLES, TITLE_FIELDS, handled_by
from libops.refusals import Reason, explain

Words = Iterator[RenderableType]
Plain = dict[str, object]

FIRST = 20
"""So many differences are told where somebody reads them."""
COUNTED = {
    "added": mark("added"),
    "changed": mark("changed"),
    "same": mark("as they were"),
    "bad": mark("bad, not read in"),
    "items_added": mark("copies added"),
    "items_changed": mark("copies changed"),
    "items_without_barcode": mark("copies without a barcode, passed over"),
    "items_unreadable": mark("copies with a call number that the scheme of their location cannot read"),
}
SUBJECTS = {
    ImportSubject.TITLES: mark("titles"),
    ImportSubject.ITEMS: mark("items"),
    ImportSubject.PATRONS: mark("patrons"),
}
KINDS = {
    Kind.ADDED: mark("added"),
    Kind.CHANGED: mark("changed"),
    Kind.SAME: mark("as it was"),
    Kind.BAD: mark("bad"),
}
_BRANCH_REMEDIES = {
    ImportSubject.TITLES: mark(
        "Say under [branch] of a file for --mapping what they are called here, or leave the copies out: --no-copies."
    )
}
_OF_A_TABLE = mark("Correct the column, or leave it out and name the branch with --branch.")
MATCHES = {Match.CONTROL_NUMBER: mark("by control number"), Match.ISBN: mark("by ISBN")}
EXISTING = {Existing.UPDATE: mark("what is there is updated"), Existing.LEAVE: mark("what is there is left as it is")}


def detected_plainly(found: Detected, language: Language) -> Plain:
    """What a file seems to be, for JSON."""
    return {
        "format": found.format,
        "dialect": found.dialect,
        "encoding": found.encoding,
        "why": [one.told(language) for one in found.why],
    }


def overview_plainly(overview: Overview, language: Language) -> Plain:
    """What is in it, for JSON."""
    told: Plain = {name: getattr(overview, name) for name in Overview.__struct_fields__}
    told["faults"] = [_fault(bad.place, bad.start, bad.length, bad.reasons, language) for bad in overview.faults]
    return told


def checked(found: Detected, overview: Overview, language: Language) -> Words:
    """What a file seems to be, why, and what is in it."""
    say = language.say
    yield line(_sort(found, language))
    for one in found.why:
        yield line(f"  {one.told(language)}")
    yield line(say("{records} records: {good} good, {bad} bad", **_many(overview, "records", "good", "bad")))
    if overview.copies:
        yield line(
            say(
                "{copies} copies, {without_barcode} of them without a barcode",
                **_many(overview, "copies", "without_barcode"),
            )
        )
    if overview.faults:
        told = [(bad.place, bad.start, bad.reasons) for bad in overview.faults]
        yield from _faults_told(told, language)
    if overview.copies:
        note(say("Branches, locations, item types and what is here already: only --dry-run looks at them."))


def _many(counts: Overview, *names: str) -> dict[str, object]:
    return {name: f"{getattr(counts, name):,}" for name in names}


def _sort(found: Detected, language: Language) -> str:
    return language.listed(NAMES[one] for one in (found.format, found.dialect, found.encoding) if one is not None)


def chosen_in_words(found: Detected, settings: TitleSettings, language: Language) -> list[str]:
    """What was found out about a file and what was chosen for it."""
    say = language.say
    why = [f"  {one.told(language)}" for one in found.why]
    ways = language.listed(say(MATCHES[one]) for one in settings.match)
    return [
        _sort(found, language),
        *why,
        say("Known again {ways}; {existing}.", ways=ways, existing=say(EXISTING[settings.existing])),
    ]


def table_in_words(settings: TableSettings, language: Language) -> list[str]:
    """How a table is read."""
    say = language.say
    columns = language.listed(settings.columns)
    existing = say(EXISTING[settings.existing])
    return [
        say("{encoding}, columns: {columns}", encoding=NAMES[settings.encoding], columns=columns),
        say("Known again by number; {existing}.", existing=existing),
    ]


def outcome_plainly(run: Run, resumed: bool, files: FaultFiles | None) -> Plain:
    """What came of a file, for JSON."""
    told: Plain = {"import": run.id, "file": run.file, "ended": run.ended_at is not None, "resumed": resumed}
    return {**told, **msgspec.structs.asdict(run.counts), **files_plainly(files)}


def files_plainly(files: FaultFiles | None) -> Plain:
    """Where the bad ones are, for JSON."""
    if files is None:
        return {"faults": None, "reasons": None}
    return {"faults": str(files.records), "reasons": str(files.reasons)}


def outcome(run: Run, files: FaultFiles | None, missing: MissingBranches, language: Language) -> Words:
    """What came of a file."""
    yield from _counts(run.counts, language)
    yield from _missing_told(missing, run.subject, language)
    if files is not None:
        yield from files_in_words(files, language)
    if run.ended_at is None:
        yield line(language.say("Stopped; the same command goes on here (import {number}).", number=run.id))


def files_in_words(files: FaultFiles, language: Language) -> Words:
    """Where the bad ones are."""
    yield line(language.say("What did not go in: {file}", file=files.records))
    yield line(language.say("Why: {file}", file=files.reasons))


def _counts(counts: Counts, language: Language) -> Words:
    yield line(f"{counts.records:>10,}", language.say("read"))
    for name, text in COUNTED.items():
        count: int = getattr(counts, name)
        if count:
            yield line(f"{count:>10,}", language.say(text))


def _missing_told(missing: MissingBranches, subject: ImportSubject, language: Language) -> Words:
    """Which branches are not here, and what to do about all of them at once."""
    if not missing.records:
        return
    told = language.count(
        "{n} record names a branch that is not here: {codes}.",
        "{n} records name branches that are not here: {codes}.",
        missing.records,
        codes=language.listed(missing.codes),
    )
    yield line(told)
    yield line(f"      {language.say(_BRANCH_REMEDIES.get(subject, _OF_A_TABLE))}")


class Rehearsal:
    """What a rehearsal has told so far: the counts, and the first differences."""

    def __init__(self, subject: ImportSubject) -> None:
        self.subject = subject
        self.missing = MissingBranches()
        self.counts = dict.fromkeys(Kind, 0)
        self.copies_added = self.copies_changed = self.without_barcode = self.unreadable = 0
        self.first: list[Difference] = []

    @property
    def records(self) -> int:
        """How many records were looked at."""
        return sum(self.counts.values())

    def add(self, differences: Sequence[Difference]) -> None:
        """Count what comes."""
        for one in differences:
            self.counts[one.kind] += 1
            self.copies_added += sum(copy.new for copy in one.copies)
            self.copies_changed += sum(not copy.new for copy in one.copies)
            self.without_barcode += one.without_barcode
            self.unreadable += one.unreadable
            self.missing.add(one.reasons)
            if one.kind is not Kind.SAME and len(self.first) < FIRST:
                self.first.append(one)

    def plainly(self, language: Language) -> Plain:
        """For JSON."""
        return {
            "dry_run": True,
            "records": self.records,
            **{str(kind): count for kind, count in self.counts.items()},
            "items_added": self.copies_added,
            "items_changed": self.copies_changed,
            "items_without_barcode": self.without_barcode,
            "items_unreadable": self.unreadable,
            "differences": [difference_plainly(one, language) for one in self.first],
        }


def difference_plainly(one: Difference, language: Language) -> Plain:
    """One difference, for JSON."""
    told: Plain = {name: getattr(one, name) for name in ("place", "kind", "number", "name", "fields", "copies")}
    told["reasons"] = reasons_plainly(one.reasons, language)
    return told


def rehearsed(rehearsal: Rehearsal, currency: str, language: Language) -> Words:
    """What reading a file in would come to; nothing was written."""
    say = language.say
    names = TITLE_FIELDS if rehearsal.subject is ImportSubject.TITLES else {}
    for one in rehearsal.first:
        yield line(str(one.place), say(KINDS[one.kind]), one.number, one.name)
        yield from _reasons_told(one.reasons, language)
        for field in one.fields:
            yield line(f"      {_change(field, names, currency, language)}")
        for copy in one.copies:
            yield line(f"      {_copy(copy, currency, language)}")
    told = sum(rehearsal.counts[kind] for kind in (Kind.ADDED, Kind.CHANGED, Kind.BAD)) - len(rehearsal.first)
    if told:
        note(say("and {count} more; --lines tells all.", count=told))
    counts = Counts(
        records=rehearsal.records,
        **{str(kind): count for kind, count in rehearsal.counts.items()},
        items_added=rehearsal.copies_added,
        items_changed=rehearsal.copies_changed,
        items_without_barcode=rehearsal.without_barcode,
        items_unreadable=rehearsal.unreadable,
    )
    yield from _counts(counts, language)
    yield from _missing_told(rehearsal.missing, rehearsal.subject, language)
    yield line(say("Nothing was written."))


def _change(field: Field, names: Mapping[str, str], currency: str, language: Language) -> str:
    before, after = (_shown(field.name, value, currency, language) for value in (field.before, field.after))
    sign = "~" if before and after else "-" if before else "+"
    told = " → ".join(part for part in (before, after) if part)
    # A column of a table is called as its file has it.
    name = language.say(names[field.name]) if field.name in names else field.name
    return " ".join((sign, language.say("{name}: {value}", name=name, value=told)))


def _shown(field: str, value: object, currency: str, language: Language) -> str:
    """A value as people read it; empty where there is none."""
    if value is None:
        return ""
    if field == "names":
        return language.say("; ").join(_named(name, language) for name in msgspec.convert(value, tuple[TitleName, ...]))
    if field == "price" and isinstance(value, int):
        return language.money(value, currency)
    for name, words in (("material", MATERIALS), ("condition", CONDITIONS)):
        if field == name and str(value) in words:
            return language.say(words[str(value)])
    if field == "languages":
        return language.listed(map(language.of_language, msgspec.convert(value, tuple[str, ...])))
    if isinstance(value, list | tuple):
        return language.say("; ").join(map(str, value))
    return str(value)


def _named(name: TitleName, language: Language) -> str:
    told = f"{name.name} = {name.alt}" if name.alt else name.name
    return language.say("{name} ({role})", name=told, role=language.say(NAME_ROLES[name.role]))


def _copy(copy: CopyDifference, currency: str, language: Language) -> str:
    word = language.say("new copy") if copy.new else language.say("copy")
    changes = language.say("; ").join(_change(field, COPY_FIELDS, currency, language) for field in copy.fields)
    return language.say("{name}: {value}", name=f"{word} {copy.barcode}", value=changes)


def reasons_plainly(reasons: Sequence[Reason], language: Language) -> list[Plain]:
    """Reasons with their words, for JSON."""
    told = ((reason.code, explain(reason, language)) for reason in reasons)
    return [{"code": code, "message": words.why, "remedy": words.remedy} for code, words in told]


def _fault(place: int, start: int, length: int, reasons: Sequence[Reason], language: Language) -> Plain:
    return {"place": place, "start": start, "length": length, "reasons": reasons_plainly(reasons, language)}


def faults_plainly(faults: Sequence[Fault], language: Language) -> list[Plain]:
    """What did not go in, for JSON; without the records themselves."""
    return [_fault(fault.place, fault.start, fault.length, fault.reasons, language) for fault in faults]


def faults_in_words(faults: Sequence[Fault], language: Language) -> Words:
    """What did not go in, and why."""
    if not faults:
        note(language.say("There are none."))
        return
    yield from _faults_told([(fault.place, fault.start, fault.reasons) for fault in faults], language)


def _faults_told(faults: Sequence[tuple[int, int, Sequence[Reason]]], language: Language) -> Words:
    """Each record's reasons, and under each what to do about it."""
    for place, start, reasons in faults:
        yield line(language.say("Record {place}, byte {start}:", place=place, start=start))
        yield from _reasons_told(reasons, language)


def _reasons_told(reasons: Sequence[Reason], language: Language) -> Words:
    told = (explain(reason, language) for reason in reasons)
    # The same of every copy of a record is said once.
    for why, remedy in dict.fromkeys((words.why, words.remedy) for words in told):
        yield line(f"      {why}")
        yield line(f"        {remedy}")


def run_plainly(run: Run, faults: Sequence[Fault], language: Language) -> Plain:
    """One import, for JSON."""
    return {**msgspec.structs.asdict(run), "faults": faults_plainly(faults, language)}


def run_in_words(run: Run, faults: Sequence[Fault], language: Language, zone: ZoneInfo) -> Words:
    """One import."""
    say = language.say
    yield line(str(run.id), run.file, say(SUBJECTS[run.subject]), handled_by(None, run.actor, language))
    yield line(say("Begun"), _moment(run, language, zone), _state(run, language))
    yield from _counts(run.counts, language)
    if faults:
        yield from faults_in_words(faults, language)


def runs_in_words(found: Sequence[Run], language: Language, zone: ZoneInfo) -> Words:
    """The imports, one a row."""
    say = language.say
    if not found:
        note(say("There are none."))
        return
    rows = [
        [
            str(run.id),
            run.file,
            say(SUBJECTS[run.subject]),
            _moment(run, language, zone),
            _state(run, language),
            *(f"{getattr(run.counts, name):,}" for name in ("records", "added", "changed", "bad")),
        ]
        for run in found
    ]
    headings = [say("Import"), say("File"), say("What"), say("Begun"), say("State")]
    yield table([*headings, say("Read"), say("Added"), say("Changed"), say("Bad")], rows)


def _moment(run: Run, language: Language, zone: ZoneInfo) -> str:
    return f"{language.day(run.begun_at.astimezone(zone).date())} {language.time(run.begun_at, zone)}"


def _state(run: Run, language: Language) -> str:
    if run.ended_at is not None:
        return language.say("ended")
    return language.say("broken off at {percent} %", percent=100 * run.position // max(run.size, 1))
