"""A database file that is moved away or replaced under an open program is noticed before anything is confirmed."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from db.engine import read_url, sqlite_file
from db.troubles import DatabaseTrouble, TroubleKind
from tests.engines.town import BOOK, OTHER_BOOK, READER, Town

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def file(own_town: Town) -> Path:
    found = sqlite_file(read_url(own_town.url))
    assert found is not None
    return found


def move_away(file: Path, folder: Path) -> None:
    folder.mkdir()
    for part in file.parent.glob(f"{file.name}*"):
        part.rename(folder / part.name)


def test_nothing_is_lent_into_a_file_that_was_moved_away(own_town: Town, file: Path, tmp_path: Path) -> None:
    own_town.lend(READER, BOOK)
    move_away(file, tmp_path / "away")
    with pytest.raises(DatabaseTrouble) as caught:
        own_town.lend(READER, OTHER_BOOK)
    assert caught.value.kind is TroubleKind.MISSING
    assert not file.exists()


def test_a_replaced_file_is_told_once_and_then_used(own_town: Town, file: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(file)) as whole:
        whole.execute("VACUUM INTO ?", (str(tmp_path / "copy.db"),))
    own_town.lend(READER, BOOK)
    move_away(file, tmp_path / "away")
    shutil.copy(tmp_path / "copy.db", file)
    with pytest.raises(DatabaseTrouble) as caught:
        own_town.lend(READER, OTHER_BOOK)
    assert caught.value.kind is TroubleKind.REPLACED
    own_town.lend(READER, OTHER_BOOK)
    assert own_town.open_loans() == [(READER, OTHER_BOOK)]
