"""The file ``config.toml``: read with the line of each key, changed without touching anything else in it."""

from __future__ import annotations

import fcntl
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec
import tomlkit
from tomlkit import TOMLDocument

from libops.home import CONFIG, home_folder

Written = str | int | bool
"""A value as ``libops config set`` writes it."""

_WHERE = re.compile(r"at line (\d+), column (\d+)")


class BrokenFile(Exception):
    """The file is no TOML; ``line`` and ``column`` say where, from 1 on, 0 where that is not known."""

    def __init__(self, line: int = 0, column: int = 0) -> None:
        super().__init__(f"no TOML at line {line}, column {column}")
        self.line = line
        self.column = column


class SettingsFile(msgspec.Struct, frozen=True):
    """What stands in the file; ``lines`` tells where each key begins, counted from 1. Empty where there is none."""

    path: Path
    text: str
    values: Mapping[str, object]
    lines: Mapping[str, int]


def settings_path() -> Path:
    """Where this machine's settings file is, or would be."""
    return home_folder() / CONFIG


def read_settings_file(path: Path) -> SettingsFile:
    """The file as it stands. Raises ``BrokenFile`` where it is no TOML, and ``OSError`` where it cannot be read."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return SettingsFile(path, "", {}, {})
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BrokenFile(*_end_of(raw[: error.start].decode("utf-8"))) from None
    return SettingsFile(path, text, _parsed(text), lines_of(text))


def lines_of(text: str) -> dict[str, int]:
    """On which line each key of a sound file begins: behind the last one at which everything before it was whole."""
    lines: dict[str, int] = {}
    whole, read = 0, ""
    for number, line in enumerate(text.split("\n"), start=1):
        read += line + "\n"
        try:
            values = tomllib.loads(read)
        except tomllib.TOMLDecodeError:
            # In the middle of a value that runs over several lines.
            continue
        for key in values:
            lines.setdefault(key, whole + 1)
        whole = number
    return lines


def with_value(file: SettingsFile, key: str, value: Written) -> str:
    """The text of the file with this value; comments, order and whatever else stands there stay."""
    document = _document(file)
    document[key] = value
    return _checked(document, {**file.values, key: value})


def without_value(file: SettingsFile, key: str) -> str:
    """The text of the file without this key."""
    document = _document(file)
    del document[key]
    return _checked(document, {name: value for name, value in file.values.items() if name != key})


@contextmanager
def alone_with(path: Path) -> Iterator[None]:
    """Whoever changes the file reads and writes it in here: a second one waits, and begins from what the first wrote.

    What only reads needs none of this. Raises ``OSError`` where nothing can be written beside the file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # A file of its own, which stays: the settings file is another one after each change.
    handle = os.open(path.with_name(f".{path.name}.lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def replace_text(path: Path, text: str) -> None:
    """Write the file anew, so that whoever reads it sees the old one or the new one, whole; its rights stay.

    A file that is new may be read by its owner alone: it may hold the password of a database. Where the name leads to
    a file elsewhere, that one is replaced.
    """
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    rights = path.stat().st_mode & 0o777 if path.exists() else 0o600
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        handle = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "wb") as stream:
            os.fchmod(stream.fileno(), rights)
            stream.write(text.encode("utf-8"))
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _parsed(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = _WHERE.search(str(error))
        if where is None:
            # The end of the file came too soon.
            raise BrokenFile(*_end_of(text)) from None
        raise BrokenFile(int(where[1]), int(where[2])) from None


def _end_of(text: str) -> tuple[int, int]:
    """Line and column at which something behind the text would stand."""
    lines = text.split("\n")
    return len(lines), len(lines[-1]) + 1


def _document(file: SettingsFile) -> TOMLDocument:
    # A last line without its end would run into what is added below it.
    text = file.text if not file.text or file.text.endswith("\n") else file.text + "\n"
    return tomlkit.parse(text)


def _checked(document: TOMLDocument, wanted: Mapping[str, object]) -> str:
    """The text, once it has been read again and says what it was meant to say and nothing else."""
    text = tomlkit.dumps(document)
    if tomllib.loads(text) != wanted:
        raise ValueError("the file would say something else")
    return text
