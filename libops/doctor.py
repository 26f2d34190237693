"""The doctor: checks every invariant of the data, and of the engine's promises, and lists what is broken.

It only reads. Every stress test ends with it; a library that it finds fault with should be restored or mended by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Select, func, select, text

from db.as_declared import Part, lacking
from db.database import Transaction
from db.tables import BRANCH, ERA, EVENT, ITEM, LIBRARY, PATRON, POLICY
from libops.catalogue import checks as catalogue_checks
from libops.circulation import checks, request_checks, rules
from libops.codes import CodePatterns
from libops.findings import MOST as MOST
from libops.findings import Finding as Finding
from libops.i18n import Language, mark
from libops.library import Library
from libops.money import checks as money_checks
from libops.people import checks as people_checks

_AREAS = (checks, request_checks, money_checks, people_checks, catalogue_checks)


FAULTS: dict[str, str] = {
    "library.none": mark("No library was founded in this database."),
    "item.barcode": mark("The barcode {subject} does not fit this library's barcodes."),
    "patron.number": mark("The patron number {subject} does not fit this library's patron numbers."),
    "journal.positions": mark("The journal has no event at position {subject}, and has later ones."),
    "journal.request_without_answer": mark("Event {subject} has a request key and no answer."),
    "journal.no_era": mark("The journal has no era."),
    "journal.era_ahead": mark("Era {subject} begins after the journal's end."),
    "policy.fallback": mark("The loan rules have {subject} fallback rows instead of one."),
    "branch.zone": mark("Branch {subject} has a time zone that is not known here."),
    "branch.never_open": mark("Branch {subject} has no open day in the coming year."),
    "schema.column_missing": mark("The column {subject} is missing, or may be empty where it must not."),
    "schema.index_missing": mark("The index {subject} is missing or not as it was made: races may be decided wrongly."),
    "schema.constraint_missing": mark(
        "The constraint {subject} is missing or not as it was made: wrong rows may be let in."
    ),
    "engine.not_durable": mark("The database server does not promise durable commits: {subject}."),
    "engine.damaged": mark("The database file is damaged: {subject}."),
    "engine.reference": mark("Rows of {subject} refer to rows that are not there."),
    **{code: words for area in _AREAS for code, words in area.FAULTS.items()},
}


def describe(finding: Finding, language: Language) -> str:
    """The finding in plain words."""
    return language.say(FAULTS[finding.code], subject=finding.subject)


def examine(library: Library) -> list[Finding]:
    """Check everything in one moment of the database; an empty list means that all is well."""
    with library.database.reading() as transaction:
        findings = list(_engine(transaction)) + list(_schema(transaction))
        if any(finding.code == "schema.column_missing" for finding in findings):
            # What follows reads every table.
            return findings
        version = transaction.connection.execute(select(LIBRARY.c.rules_version)).scalar()
        if version is None:
            return [*findings, Finding("library.none", "")]
        for code, query in _QUERIES.items():
            rows = transaction.connection.execute(query.limit(MOST))
            findings += [Finding(code, str(row[0])) for row in rows]
        for area in _AREAS:
            findings += area.find(transaction)
        findings += _codes(transaction, library.patterns)
        findings += _journal(transaction)
        findings += _rules(transaction, library, version)
    return findings


_QUERIES: dict[str, Select[tuple[object]]] = {
    "journal.request_without_answer": select(EVENT.c.id).where(
        EVENT.c.request_key.is_not(None),
        EVENT.c.data["answer"].as_string().is_(None) & EVENT.c.data["reasons"].as_string().is_(None),
    ),
    "journal.era_ahead": select(ERA.c.name).where(
        ERA.c.begins_after > select(func.coalesce(func.max(EVENT.c.position), 0)).scalar_subquery()
    ),
}


def _engine(transaction: Transaction) -> Iterator[Finding]:
    connection = transaction.connection
    if transaction.locks_rows:
        for setting in ("fsync", "full_page_writes"):
            if connection.execute(text(f"SHOW {setting}")).scalar() != "on":
                yield Finding("engine.not_durable", f"{setting} = off")
        return
    for (fault,) in connection.execute(text("PRAGMA integrity_check(10)")):
        if fault != "ok":
            yield Finding("engine.damaged", str(fault))
    tables = {str(row[0]) for row in connection.execute(text("PRAGMA foreign_key_check"))}
    for table in sorted(tables):
        yield Finding("engine.reference", table)


_PARTS = {
    Part.COLUMN: "schema.column_missing",
    Part.INDEX: "schema.index_missing",
    Part.CONSTRAINT: "schema.constraint_missing",
}


def _schema(transaction: Transaction) -> Iterator[Finding]:
    for part, name in lacking(transaction.connection):
        yield Finding(_PARTS[part], name)


def _codes(transaction: Transaction, patterns: CodePatterns) -> Iterator[Finding]:
    item, patron = patterns.compile(patterns.item), patterns.compile(patterns.patron)
    barcodes = transaction.connection.execute(select(ITEM.c.barcode), execution_options={"yield_per": 10_000})
    wrong = (code for (code,) in barcodes if item.fullmatch(code) is None or patterns.against_label(code) is not None)
    for barcode in islice(wrong, MOST):
        yield Finding("item.barcode", barcode)
    barcodes.close()
    numbers = transaction.connection.execute(select(PATRON.c.number), execution_options={"yield_per": 10_000})
    for number in islice((number for (number,) in numbers if not patron.fullmatch(number)), MOST):
        yield Finding("patron.number", number)
    numbers.close()


def _journal(transaction: Transaction) -> Iterator[Finding]:
    connection = transaction.connection
    if connection.execute(select(func.count()).select_from(ERA)).scalar_one() == 0:
        yield Finding("journal.no_era", "")
    missing = _first_missing_position(transaction)
    if missing is not None:
        yield Finding("journal.positions", str(missing))


def _first_missing_position(transaction: Transaction) -> int | None:
    """Positions are 1, 2, 3 and so on, in the order in which followers read; the first that no event has."""
    position, connection = EVENT.c.position, transaction.connection
    placed, first, last = connection.execute(select(func.count(position), func.min(position), func.max(position))).one()
    if not placed or (first, last) == (1, placed):
        return None
    counted = func.row_number().over(order_by=position).label("counted")
    numbered = select(position, counted).where(position.is_not(None)).subquery()
    wrong = select(func.min(numbered.c.counted)).where(numbered.c.position != numbered.c.counted)
    missing = connection.execute(wrong).scalar_one()
    return int(missing)


def _rules(transaction: Transaction, library: Library, version: int) -> Iterator[Finding]:
    connection = transaction.connection
    fallbacks = connection.execute(
        select(func.count()).where(
            POLICY.c.branch_id.is_(None), POLICY.c.category_id.is_(None), POLICY.c.item_type_id.is_(None)
        )
    ).scalar_one()
    if fallbacks != 1:
        yield Finding("policy.fallback", str(fallbacks))
    calendars = rules.load(transaction, version).calendars
    now = library.clock()
    branches = connection.execute(select(BRANCH.c.id, BRANCH.c.code, BRANCH.c.zone).order_by(BRANCH.c.code)).all()
    unknown = {branch.id: branch.code for branch in branches if not _is_known(branch.zone)}
    closed = (
        branch.code
        for branch in branches
        if branch.id not in unknown and calendars[branch.id].open_day_from(calendars[branch.id].local_day(now)) is None
    )
    for code in islice(unknown.values(), MOST):
        yield Finding("branch.zone", code)
    for code in islice(closed, MOST):
        yield Finding("branch.never_open", code)


def _is_known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
