"""Rows of the editable CSV files: each cell is read with a reason ready for when it cannot be."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from importlib.resources.abc import Traversable
from typing import TypeVar

from babel.numbers import get_currency_precision

from libops.bad_files import BadFile
from libops.i18n import mark

T = TypeVar("T")

_CLOCK = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_MOST = 1_000_000_000
_CLOSING = re.compile("([0-2][0-9]|3[0-5]):[0-5][0-9]|36:00")


def read_rows(folder: Traversable, file: str) -> Iterator[Row]:
    """The rows of a UTF-8 CSV file with a header; the header is row 1. Raises ``BadFile``."""
    try:
        text = folder.joinpath(file).read_bytes().decode("utf-8-sig")
        for number, cells in enumerate(csv.DictReader(io.StringIO(text, newline=""), strict=True), start=2):
            yield Row(file, number, cells)
    except OSError as error:
        raise BadFile(file, 0, mark("cannot be read")) from error
    except UnicodeDecodeError as error:
        why = mark("is no UTF-8 CSV file: byte {byte} belongs to no character")
        raise BadFile(file, 0, why, byte=error.start) from error
    except csv.Error as error:
        why = mark("is no UTF-8 CSV file: a quotation mark is wrong, or a cell is far too long")
        raise BadFile(file, 0, why) from error


class Row:
    """One row of a file; every way to read a cell raises ``BadFile`` with the row and the reason."""

    def __init__(self, file: str, number: int, cells: Mapping[str, str | None]) -> None:
        self._file = file
        self._number = number
        self._cells = cells

    def bad(self, why: str, **facts: object) -> BadFile:
        """A complaint about this row: a marked message and its facts."""
        return BadFile(self._file, self._number, why, **facts)

    def need_columns(self, known: Collection[str]) -> None:
        """Complain about a column that nobody knows: a slip in a name must not pass for an empty cell."""
        if None in self._cells:
            raise self.bad(mark("there are more cells than columns"))
        for column in self._cells:
            if column not in known:
                raise self.bad(
                    mark("there is no column {column} here ({known})"), column=column, known=", ".join(known)
                )

    def filled(self) -> dict[str, str]:
        """The cells that are not empty, by their columns."""
        texts = {column: self.text(column) for column in self._cells}
        return {column: text for column, text in texts.items() if text}

    def text(self, column: str) -> str:
        """A cell that may be empty."""
        value = self._cells.get(column)
        if value is None:
            raise self.bad(mark("there is no cell for {column}"), column=column)
        return value.strip()

    def needed(self, column: str) -> str:
        """A cell that may not be empty."""
        text = self.text(column)
        if not text:
            raise self.bad(mark("{column} is empty"), column=column)
        return text

    def read(self, column: str, reader: Callable[[str], T]) -> T:
        """A cell as something else than text; the reader raises ``ValueError`` for what it cannot read."""
        try:
            return reader(self.needed(column))
        except (ValueError, InvalidOperation) as error:
            raise self.bad(
                mark("{column}: {text} cannot be read"), column=column, text=repr(self.text(column))
            ) from error

    def maybe(self, column: str, reader: Callable[[str], T]) -> T | None:
        """A cell as something else than text; None where it is empty."""
        return self.read(column, reader) if self.text(column) else None

    def optional(self, column: str, reader: Callable[[str], T], otherwise: T) -> T:
        """A cell as something else than text; ``otherwise`` where it is empty, or its column left out."""
        return self.read(column, reader) if column in self._cells and self.text(column) else otherwise

    def link(self, column: str, ids: Mapping[str, int]) -> int:
        """The id of what a cell names by its code."""
        code = self.needed(column)
        if code not in ids:
            raise self.bad(mark("{column}: there is no {code}"), column=column, code=code)
        return ids[code]

    def maybe_link(self, column: str, ids: Mapping[str, int]) -> int | None:
        """The id of what a cell names; None where it is empty."""
        return self.link(column, ids) if self.text(column) else None


def minor_units(text: str, currency: str) -> int:
    """A price as on books, with the decimals of its currency, in minor units."""
    amount = Decimal(text)
    if not 0 <= amount <= _MOST:
        raise ValueError(text)
    amount = amount.scaleb(get_currency_precision(currency))
    if amount != amount.to_integral_value() or amount > _MOST:
        raise ValueError(text)
    return int(amount)


def in_units(minor: int, currency: str) -> str:
    """An amount in minor units, as ``minor_units`` reads it."""
    return f"{Decimal(minor).scaleb(-get_currency_precision(currency)):f}"


def clock_time(text: str) -> str:
    """A time of day, ``00:00`` to ``24:00``: always five characters, so that times compare as texts."""
    if not _CLOCK.fullmatch(text):
        raise ValueError(text)
    return text


def closing_time(text: str) -> str:
    """When a day's opening ends, ``00:00`` to ``36:00``; beyond ``24:00`` it is the next morning."""
    if not _CLOSING.fullmatch(text):
        raise ValueError(text)
    return text


def yes_no(text: str) -> bool:
    """``yes`` or ``no``."""
    answers = {"yes": True, "no": False}
    if text not in answers:
        raise ValueError(text)
    return answers[text]
