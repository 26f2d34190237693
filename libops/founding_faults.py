"""What is wrong with the files that a library is founded from, blamed on the file and the row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, IntegrityError

from db.troubles import Conflict, DatabaseTrouble, TroubleKind, read_error
from libops.bad_files import BadFile
from libops.i18n import mark
from libops.refusals import Reason
from libops.rows import Row


@contextmanager
def blamed(file: str, row: Row | None = None) -> Iterator[None]:
    """What the tables refuse is the fault of the file that it came from: something twice, or a number out of bounds."""
    try:
        yield
    except (IntegrityError, DataError, OverflowError) as error:
        raise _bad(file, row, read_error(error)) from None
    except Conflict as conflict:
        raise _bad(file, row, conflict) from None
    except DatabaseTrouble as trouble:
        if trouble.kind is not TroubleKind.FAILED:
            raise
        raise _bad(file, row, trouble) from None


def _bad(file: str, row: Row | None, error: Exception) -> BadFile:
    # Not with its cause: that carries the rows, and with them people's names.
    why, facts = mark("something stands twice, or is out of bounds ({detail})"), {"detail": error}
    return BadFile(file, 0, why, **facts) if row is None else row.bad(why, **facts)


def misfit(fault: Reason | None) -> str:
    """What is wrong with a code that is none of the library's, as a message about its column."""
    if fault is not None and fault.code == "code.check_digit":
        return mark("{column}: the check digit of {code} is wrong")
    return mark("{column}: {code} does not fit this library's pattern")
