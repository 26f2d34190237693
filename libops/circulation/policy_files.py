"""The loan rules as files: one TOML file, or a folder with ``policies.csv`` and ``blocks.csv``, as in ``sample_data/``.

A file is read whole, and every row that cannot be used is told with its reason.
"""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

import msgspec

from libops.bad_files import BadFile, BadRows
from libops.circulation.policy_rows import (
    BLOCK_COLUMNS,
    POLICY_COLUMNS,
    SCOPE,
    BlockRow,
    PolicyRow,
    RuleSet,
    Value,
    read_row,
    written,
)
from libops.i18n import mark
from libops.refusals import MESSAGES
from libops.rows import Row, read_rows

POLICIES, BLOCKS = "policies.csv", "blocks.csv"

R = TypeVar("R", PolicyRow, BlockRow)
Codes = Mapping[str, Mapping[str, int]]
"""The codes there are of branches, categories and item types, with their ids."""


class RuleRows(msgspec.Struct, frozen=True):
    """The rows of a file before anybody looked into them; ``blocks`` is None where it says nothing of blocks."""

    file: str
    policies: list[Row]
    blocks: list[Row] | None


def rows_of_folder(folder: Traversable) -> RuleRows:
    """The rows of a folder's CSV files, of which that of the blocks may be left out. Raises ``BadFile``."""
    blocks = list(read_rows(folder, BLOCKS)) if folder.joinpath(BLOCKS).is_file() else None
    return RuleRows(POLICIES, list(read_rows(folder, POLICIES)), blocks)


def rows_of(path: Path) -> RuleRows:
    """The rows of a folder, of one CSV file of policies, or of a TOML file. Raises ``BadFile``, and ``OSError``."""
    if path.is_dir():
        return rows_of_folder(path)
    if path.suffix == ".csv":
        return RuleRows(path.name, list(read_rows(path.parent, path.name)), None)
    return rows_of_toml(path.name, path.read_bytes())


def rows_of_toml(file: str, content: bytes) -> RuleRows:
    """The rows of a TOML file, each a ``[[policy]]`` or a ``[[block]]``, counted from 1. Raises ``BadFile``."""
    parts = _parts(file, content)
    unknown = sorted(set(parts) - {"policy", "block"})
    if unknown:
        raise BadFile(file, 0, mark("there is no table {name} here ({known})"), name=unknown[0], known="policy, block")
    faults: list[BadFile] = []
    policies = _rows(file, "policy", parts.get("policy", []), faults)
    blocks = _rows(file, "block", parts["block"], faults) if "block" in parts else None
    if faults:
        raise BadRows(faults)
    return RuleRows(file, policies, blocks)


_AT = re.compile(r"\(at line (?P<line>\d+), column (?P<column>\d+)\)")


def _parts(file: str, content: bytes) -> dict[str, object]:
    """A TOML file as it stands. Where it is none, its reader says so in English only: the place is what helps."""
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadFile(file, 0, mark("is no UTF-8 text")) from error
    except tomllib.TOMLDecodeError as error:
        place = _AT.search(str(error))
        if place is None:
            raise BadFile(file, 0, mark("is no TOML: it ends in the middle of something")) from error
        raise BadFile(file, 0, mark("is no TOML at line {line}, column {column}"), **place.groupdict()) from error


def _rows(file: str, name: str, tables: object, faults: list[BadFile]) -> list[Row]:
    """The tables of one name as rows; what is none is added to the faults."""
    if not isinstance(tables, list):
        faults.append(BadFile(file, 0, mark("{name}: each row begins with [[{name}]]"), name=name))
        return []
    rows = []
    for number, table in enumerate(tables, start=1):
        is_row = isinstance(table, dict)
        rows.append(Row(f"{file} [[{name}]]", number, _cells(table) if is_row else {}))
        if not is_row:
            faults.append(rows[-1].bad(mark("has no columns with values")))
    return rows


def _cells(table: Mapping[str, object]) -> dict[str, str | None]:
    return {key: _plain(value) for key, value in table.items()}


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def read_rules(rows: RuleRows, codes: Codes, currency: str) -> RuleSet:
    """The rules that these rows make. Raises ``BadRows`` with every fault of every row."""
    faults: list[BadFile] = []
    policies = _read_all(rows.policies, lambda row: _policy(row, codes, currency), faults)
    blocks = None if rows.blocks is None else _read_all(rows.blocks, lambda row: _block(row, codes, currency), faults)
    if not faults and not any(row.scope == (None, None, None) for row in policies):
        why = mark("needs exactly one row with branch, category and item_type all empty")
        faults.append(BadFile(rows.file, 0, why))
    if faults:
        raise BadRows(faults)
    return RuleSet(policies=policies, blocks=blocks)


def _read_all(rows: Sequence[Row], read: Callable[[Row], R], faults: list[BadFile]) -> list[R]:
    done: dict[object, R] = {}
    for row in rows:
        try:
            found = read(row)
            if found.scope in done:
                raise row.bad(mark("an earlier row is for the same"))
            done[found.scope] = found
        except BadRows as bad:
            faults += bad.faults
        except BadFile as bad:
            faults.append(bad)
    return list(done.values())


def _policy(row: Row, codes: Codes, currency: str) -> PolicyRow:
    return _typed(row, PolicyRow, POLICY_COLUMNS, SCOPE, codes, currency)


def _block(row: Row, codes: Codes, currency: str) -> BlockRow:
    return _typed(row, BlockRow, BLOCK_COLUMNS, ("category",), codes, currency)


def _typed(row: Row, kind: type[R], columns: Iterable[str], scope: Iterable[str], codes: Codes, currency: str) -> R:
    """A row of a file as a row of the rules. Raises ``BadRows`` with all that is wrong with it."""
    row.need_columns(tuple(columns))
    cells = row.filled()
    names: dict[str, Value] = {}
    faults: list[BadFile] = []
    for name in scope:
        with _kept(faults):
            if cells.get(name):
                row.link(name, codes[name])
        names[name] = cells.pop(name, None)
    made, reasons = read_row(kind, cells, columns, currency, names)
    faults += [row.bad(MESSAGES[reason.code][0], **reason.facts) for reason in reasons]
    if faults or made is None:
        raise BadRows(faults)
    return made


@contextmanager
def _kept(faults: list[BadFile]) -> Iterator[None]:
    try:
        yield
    except BadFile as bad:
        faults.append(bad)


def as_csv(rows: Sequence[PolicyRow] | Sequence[BlockRow], columns: Sequence[str], currency: str) -> str:
    """Rows as a CSV file, with a header of these columns."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(written(row, currency) for row in rows)
    return text.getvalue()


def write_files(path: Path, rules: RuleSet, currency: str) -> list[Path]:
    """Write the rules to a new ``.toml`` file, or as new CSV files into a folder; the files.

    Raises ``FileExistsError`` where one of them stands already, and ``BadFile`` for the name of one CSV file; then
    nothing is written.
    """
    if path.suffix == ".csv" and not path.is_dir():
        raise BadFile(path.name, 0, mark("loan rules and blocks are two CSV files; name a folder for them"))
    if path.suffix == ".toml":
        texts = {path: as_toml(rules, currency)}
    else:
        path.mkdir(parents=True, exist_ok=True)
        texts = {
            path / POLICIES: as_csv(rules.policies, POLICY_COLUMNS, currency),
            path / BLOCKS: as_csv(rules.blocks or [], BLOCK_COLUMNS, currency),
        }
    for file in texts:
        if file.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(file))
    for file, text in texts.items():
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    return list(texts)


def as_toml(rules: RuleSet, currency: str) -> str:
    """The rules as one TOML file. Cells that are empty are left out; amounts are texts, as they are in CSV."""
    tables = [("policy", row) for row in rules.policies] + [("block", row) for row in rules.blocks or ()]
    parts = []
    for name, row in tables:
        cells = {column: _native(getattr(row, column), text) for column, text in written(row, currency).items() if text}
        parts.append(f"[[{name}]]\n" + "".join(f"{column} = {value}\n" for column, value in cells.items()))
    if not rules.blocks:
        # That there are none has to be said, or reading the file back would leave those that stand.
        parts.insert(0, "block = []\n")
    return "\n".join(parts)


def _native(value: object, text: str) -> str:
    """A cell as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date) or (isinstance(value, int) and text == str(value)):
        return text
    return json.dumps(text, ensure_ascii=False)
