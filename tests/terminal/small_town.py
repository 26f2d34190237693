"""The library of these tests: the sample, with many copies to burst through and titles that look like markup."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select, update

from db.database import Database
from db.migrate import upgrade
from db.tables import CATEGORY, EVENT, ITEM, ITEM_TYPE, LOAN, PATRON, TITLE
from libops.barcodes import CheckDigit, check_holds
from libops.bootstrap import open_library
from libops.codes import SAMPLE_PATTERNS
from libops.doctor import examine
from libops.findings import Finding
from libops.founding import found_from, sample_folder

NOON = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
"""A Wednesday, noon at the desk."""

TEACHER, TEACHER_NAME = "P20170001", "周文博"
OTHER, OTHER_NAME = "P20170002", "李雪梅"
BLOCKED = "P20220005"
SUPERVISOR = ("S0002", "75319")
CLERK = ("S0004", "2468")
SORTER = ("S0008", "4826")

BRACKETED = "Poems [electronic resource]"
BRACKETED_SHORT = "Poems [elec"
"""As much of it as a list shows at 80 columns."""
NASTY = "[/] [bold red]Tags[/bold red] [@click=app.quit]click[/]"
ON_LOAN_ELSEWHERE = "30000000000012"
REFERENCE = "30000000002216"
OF_THE_NORTH = "30000000002364"


def barcodes(count: int, start: int = 900) -> list[str]:
    """So many different barcodes with right check digits, which this library has copies for."""
    codes: list[str] = []
    number = start * 10_000
    while len(codes) < count:
        body = f"3{number:012d}"
        codes.append(next(body + str(digit) for digit in range(10) if check_holds(CheckDigit.LUHN, f"{body}{digit}")))
        number += 1
    return codes


COPIES = barcodes(240)
BRACKETED_COPY, NASTY_COPY = barcodes(2, start=800)
(NO_COPY,) = barcodes(1, start=700)
_ONLY_HERE = ("item.no_shelf_key", "title.not_indexed")
"""What the doctor finds, because titles and copies of these tests are written past the catalogue."""


def found(url: str) -> None:
    """Found it in a database that has no tables yet, or has them empty."""
    upgrade(url)
    database = Database(url)
    try:
        found_from(database, sample_folder(), patterns=SAMPLE_PATTERNS, now=NOON, sample=True)
        with database.act() as transaction:
            run = transaction.connection.execute
            run(update(CATEGORY).values(loans_limit=1000))
            run(update(PATRON).values(expires_on=date(2999, 12, 31)))
            run(insert(TITLE).values(number="T9001", title=BRACKETED, language="en"))
            run(insert(TITLE).values(number="T9002", title=NASTY, language="en"))
            titles = {row.number: row.id for row in run(select(TITLE.c.number, TITLE.c.id))}
            book = run(select(ITEM_TYPE.c.id).where(ITEM_TYPE.c.code == "book")).scalar_one()
            copies = [(BRACKETED_COPY, "T9001"), (NASTY_COPY, "T9002"), *((code, "T0001") for code in COPIES)]
            like = {"branch_id": 1, "location_id": None, "call_number": "I1/1", "price": None, "status": "available"}
            rows = [
                {"barcode": code, "title_id": titles[title], "item_type_id": book, **like} for code, title in copies
            ]
            run(insert(ITEM), rows)
    finally:
        database.close()


def copy_of(template: Path, file: Path) -> str:
    """The address of a copy of a SQLite library."""
    shutil.copyfile(template, file)
    return f"sqlite:///{file}"


def open_loans(url: str) -> list[str]:
    """The barcodes of all open loans, in the order of lending."""
    database = Database(url)
    try:
        with database.reading() as transaction:
            query = select(ITEM.c.barcode).select_from(LOAN.join(ITEM, ITEM.c.id == LOAN.c.item_id))
            query = query.where(LOAN.c.returned_at.is_(None)).order_by(LOAN.c.id)
            return list(transaction.connection.execute(query).scalars())
    finally:
        database.close()


def journal_of(url: str) -> list[str]:
    """The kinds of all events, in the order in which they were written."""
    database = Database(url)
    try:
        with database.reading() as transaction:
            return list(transaction.connection.execute(select(EVENT.c.kind).order_by(EVENT.c.id)).scalars())
    finally:
        database.close()


def events_of(url: str, kind: str) -> int:
    """How many events of this kind the journal tells of."""
    database = Database(url)
    try:
        with database.reading() as transaction:
            query = select(func.count()).select_from(EVENT).where(EVENT.c.kind == kind)
            return int(transaction.connection.execute(query).scalar_one())
    finally:
        database.close()


def make_overdue(url: str, barcode: str, days: int) -> None:
    """Let the open loan of an item have been due so many days before noon."""
    database = Database(url)
    try:
        with database.act() as transaction:
            item = select(ITEM.c.id).where(ITEM.c.barcode == barcode).scalar_subquery()
            change = (
                update(LOAN)
                .where(LOAN.c.item_id == item)
                .values(opened_at=NOON - timedelta(days=days + 30), due_at=NOON - timedelta(days=days))
            )
            transaction.connection.execute(change)
    finally:
        database.close()


def rename(url: str, number: str, new: str) -> None:
    """Give a patron another number."""
    database = Database(url)
    try:
        with database.act() as transaction:
            transaction.connection.execute(update(PATRON).where(PATRON.c.number == number).values(number=new))
    finally:
        database.close()


def wrong_in(url: str) -> list[Finding]:
    """What the doctor finds that is not so in this library from its beginning."""
    library = open_library(url, SAMPLE_PATTERNS)
    try:
        return [finding for finding in examine(library) if finding.code not in _ONLY_HERE]
    finally:
        library.close()
