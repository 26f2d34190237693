"""Files that appear whole or not at all, and never in the place of another."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EEXIST, ENOENT
from pathlib import Path
from typing import IO


class NoFolder(FileNotFoundError):
    """The folder into which a file is to be written does not exist; ``filename`` is the folder's."""


@contextmanager
def whole_file(file: Path) -> Iterator[IO[bytes]]:
    """Write a file that nobody sees before it is whole and durable; only its owner may read it.

    Raises ``FileExistsError`` where there is one of this name, also one that came meanwhile; ``NoFolder`` where there
    is no place for it; and ``OSError`` of that name where it cannot be begun.
    """
    require_free(file)
    part = file.with_name(f".{file.name}.{uuid.uuid4().hex}.part")
    handle = _begin(part, file)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        _give_name(part, file)
        _sync_folder(file.parent)
    finally:
        part.unlink(missing_ok=True)


def require_free(file: Path) -> None:
    """Raise ``FileExistsError`` where there is a file of this name, ``NoFolder`` where there is no folder for it."""
    if not file.parent.is_dir():
        raise NoFolder(ENOENT, os.strerror(ENOENT), str(file.parent))
    if file.exists() or file.is_symlink():
        raise FileExistsError(EEXIST, os.strerror(EEXIST), str(file))


def free_name(file: Path) -> Path:
    """This name, or the first of ``name-2``, ``name-3`` that no file has."""
    stem, ending = file.stem, file.suffix
    found, number = file, 1
    while found.exists() or found.is_symlink():
        number += 1
        found = file.with_name(f"{stem}-{number}{ending}")
    return found


def _begin(part: Path, file: Path) -> int:
    try:
        return os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError as error:
        # Nobody has named the file that is there meanwhile.
        raise type(error)(error.errno, error.strerror, str(file)) from None


def _give_name(part: Path, file: Path) -> None:
    try:
        file.hardlink_to(part)
    except FileExistsError:
        raise FileExistsError(EEXIST, os.strerror(EEXIST), str(file)) from None
    except OSError:
        # A disk without links, as sticks have; between looking and naming nobody can be kept out there.
        require_free(file)
        part.replace(file)


def _sync_folder(folder: Path) -> None:
    # A file's name is durable only when its folder is.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
