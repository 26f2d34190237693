"""A library to practise in, in a file of its own: the sample, or a copy of the real one in which nobody is themselves.

Nothing that is done in it reaches the library it was made from.
"""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from random import Random

from sqlalchemy import bindparam, delete, literal_column, select, update

from db.database import Database, Transaction
from db.migrate import upgrade
from db.tables import ENTRY, IMPORT_FAULT, PATRON, REQUEST, STAFF, TILL_CLOSING, TRANSFER
from libops.backup import back_up, restore
from libops.codes import SAMPLE_PATTERNS
from libops.founding import found_from, sample_folder
from libops.people.pins import hash_pin
from libops.simulation.imagined.people import chinese

PIN = "13579"
"""The PIN of everybody on the staff of a copy: real ones stay where they are."""

_BATCH = 1000
_ASIDE = "~"


def make_sample(file: Path, *, now: datetime) -> None:
    """Make the sample library in a file that is not there yet."""
    url = f"sqlite:///{file}"
    upgrade(url)
    database = Database(url)
    try:
        found_from(database, sample_folder(), patterns=SAMPLE_PATTERNS, now=now, sample=True)
    finally:
        database.close()


def make_copy(source: Database, file: Path, *, now: datetime, dice: Random) -> None:
    """Make a copy of a library of either engine in a file that is not there yet, and have nobody recognised in it."""
    url = f"sqlite:///{file}"
    with tempfile.TemporaryDirectory(prefix="training-", dir=file.parent) as folder:
        archive = Path(folder) / "backup"
        back_up(source, archive, now=now)
        restore(url, archive, now=now)
    database = Database(url)
    try:
        with database.act() as transaction:
            _make_strangers(transaction, dice)
    finally:
        database.close()


def _make_strangers(transaction: Transaction, dice: Random) -> None:
    """Other names; cards that still open an account, but another one's; no words that somebody wrote about somebody."""
    connection = transaction.connection
    found = connection.execute(select(PATRON.c.id, PATRON.c.number).order_by(PATRON.c.id)).all()
    numbers = [str(number) for _, number in found]
    dice.shuffle(numbers)
    # Two hold one number for a moment otherwise.
    connection.execute(update(PATRON).values(number=literal_column(f"'{_ASIDE}'").concat(PATRON.c.id)))
    stranger = (
        update(PATRON)
        .where(PATRON.c.id == bindparam("of"))
        .values(number=bindparam("to"), name=bindparam("called"), phone="", email="", note="")
    )
    rows = [
        {"of": key, "to": number, "called": chinese(dice).zh} for (key, _), number in zip(found, numbers, strict=True)
    ]
    for first in range(0, len(rows), _BATCH):
        connection.execute(stranger, rows[first : first + _BATCH])
    connection.execute(update(STAFF).values(pin_hash=hash_pin(PIN), attempts=0, attempted_at=None))
    for table in (ENTRY, TILL_CLOSING, REQUEST, TRANSFER):
        connection.execute(update(table).where(table.c.note != "").values(note=""))
    connection.execute(delete(IMPORT_FAULT))
