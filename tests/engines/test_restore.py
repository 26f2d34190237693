"""A backup holds the whole library, fits both engines, and lets followers go on as if nothing had happened."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import func, select

from db.database import Database
from db.tables import EVENT, metadata
from db.troubles import DatabaseTrouble, TroubleKind
from libops.backup import BadBackup, Manifest, back_up, restore
from libops.doctor import examine
from libops.follower import Follower, UnknownEra, placed_moment
from libops.refusals import Refusal
from tests.engines.town import BOOK, CLERK, FOURTH_BOOK, MORNING, OTHER_BOOK, READER, THIRD_BOOK, Town, refused
from tests.servers.postgres import PostgresCluster, PostgresServer


@pytest.fixture(scope="module")
def second_cluster() -> Iterator[PostgresCluster]:
    """Another server, with transaction numbers of its own."""
    with PostgresServer() as cluster:
        yield cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new database on the other machine: a file, or a database of a second, new cluster."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'elsewhere' / 'libops.db'}"
    return str(request.getfixturevalue("second_cluster").create_database())


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.reading() as transaction:
        return {
            table.name: sorted((tuple(row) for row in transaction.connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
            if table.name != "era"
        }


def test_a_restored_library_is_the_same_to_the_last_row_and_goes_on_working(
    town: Town, elsewhere: str, tmp_path: Path
) -> None:
    town.lend(READER, BOOK, key="kept")
    town.lend(READER, OTHER_BOOK)
    town.take_back(OTHER_BOOK)
    refused(lambda: town.lend("P9", BOOK, key="refused"))
    file = tmp_path / "library.libops"
    manifest = back_up(town.library.database, file, now=MORNING)
    assert manifest.rows == sum(len(rows) for rows in everything(town.library.database).values()) + 1
    restore(elsewhere, file, now=MORNING)
    again = Town(elsewhere)
    try:
        assert everything(again.library.database) == everything(town.library.database)
        assert again.lend(READER, BOOK, key="kept").loan_id == 1, "the request key answers as it did"
        assert again.lend(READER, THIRD_BOOK).loan_id == 3, "numbers go on behind those that were restored"
        assert examine(again.library) == []
    finally:
        again.library.close()


def test_a_follower_goes_on_in_the_restored_library_without_missing_or_repeating(
    town: Town, elsewhere: str, tmp_path: Path
) -> None:
    follower = Follower.from_start(town.library.database)
    town.lend(READER, BOOK)
    assert len(follower.poll()) == 1
    town.lend(READER, OTHER_BOOK)  # in the backup, and not read yet
    back_up(town.library.database, tmp_path / "b", now=MORNING)
    restore(elsewhere, tmp_path / "b", now=MORNING)
    again = Town(elsewhere)
    try:
        moved = Follower(again.library.database, follower.cursor)
        assert [event.loan_id for event in moved.poll()] == [2]
        again.lend(READER, THIRD_BOOK)
        assert [event.loan_id for event in moved.poll()] == [3]
        assert moved.poll() == []
    finally:
        again.library.close()


def test_a_follower_that_had_read_past_the_backup_misses_nothing_of_the_new_life(
    town: Town, elsewhere: str, tmp_path: Path
) -> None:
    town.lend(READER, BOOK)
    back_up(town.library.database, tmp_path / "b", now=MORNING)
    town.lend(READER, OTHER_BOOK)
    town.take_back(OTHER_BOOK)
    follower = Follower.from_start(town.library.database)
    assert len(follower.poll()) == 3
    restore(elsewhere, tmp_path / "b", now=MORNING)
    again = Town(elsewhere)
    try:
        moved = Follower(again.library.database, follower.cursor)
        assert moved.poll() == []
        again.lend(READER, FOURTH_BOOK)
        again.lend(READER, THIRD_BOOK)
        assert [event.kind for event in moved.poll()] == ["loan.opened", "loan.opened"]
        # A second restore of the same backup throws that life away: its followers are told.
        restore(f"sqlite:///{tmp_path / 'third.db'}", tmp_path / "b", now=MORNING)
        third = Town(f"sqlite:///{tmp_path / 'third.db'}")
        with pytest.raises(UnknownEra):
            Follower(third.library.database, moved.cursor).poll()
        third.library.close()
    finally:
        again.library.close()


def test_a_backup_is_of_one_moment_while_work_goes_on(town: Town, tmp_path: Path) -> None:
    town.lend(READER, BOOK)
    with town.library.database.reading() as transaction:
        transaction.connection.execute(select(func.count()).select_from(EVENT)).all()
        town.lend(READER, OTHER_BOOK)
    back_up(town.library.database, tmp_path / "b", now=MORNING)
    restore(f"sqlite:///{tmp_path / 'copy.db'}", tmp_path / "b", now=MORNING)
    copy = Town(f"sqlite:///{tmp_path / 'copy.db'}")
    assert examine(copy.library) == []
    copy.library.close()


def test_a_backup_is_never_overwritten_and_only_its_owner_may_read_it(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "b"
    back_up(town.library.database, file, now=MORNING)
    assert file.stat().st_mode & 0o077 == 0
    before = file.read_bytes()
    with pytest.raises(Refusal):
        back_up(town.library.database, file, now=MORNING)
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def test_a_library_is_never_restored_over_another(town: Town, tmp_path: Path) -> None:
    town.lend(READER, BOOK)
    back_up(town.library.database, tmp_path / "b", now=MORNING)
    before = everything(town.library.database)
    assert refused(lambda: restore(town.url, tmp_path / "b", now=MORNING)) == ["library.exists"]
    assert everything(town.library.database) == before


@pytest.mark.parametrize("damage", ["cut", "changed", "missing", "text", "newer"])
def test_a_damaged_backup_is_refused_and_leaves_no_library(
    town: Town, tmp_path: Path, damage: str, empty_database_url: str
) -> None:
    town.lend(READER, BOOK)
    good, bad = tmp_path / "good", tmp_path / "bad"
    back_up(town.library.database, good, now=MORNING)
    _damage(good, bad, damage)
    with pytest.raises((BadBackup, DatabaseTrouble)) as caught:
        restore(empty_database_url, bad, now=MORNING)
    if damage == "newer":
        assert isinstance(caught.value, DatabaseTrouble)
        assert caught.value.kind is TroubleKind.NEWER
    restore(empty_database_url, good, now=MORNING)
    mended = Town(empty_database_url)
    assert mended.open_loans() == [(READER, BOOK)]
    mended.library.close()


def _damage(good: Path, bad: Path, damage: str) -> None:
    if damage == "text":
        bad.write_text("no archive")
        return
    if damage == "cut":
        bad.write_bytes(good.read_bytes()[:-200])
        return
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "patron.jsonl":
                if damage == "missing":
                    continue
                if damage == "changed":
                    content = content.replace("李雷".encode(), "李電".encode())
            if name == "manifest.json" and damage == "newer":
                manifest = msgspec.json.decode(content, type=Manifest)
                content = msgspec.json.encode(msgspec.structs.replace(manifest, revision="9999"))
            target.writestr(name, content)


def test_the_actor_of_a_restored_library_is_still_known(town: Town, tmp_path: Path) -> None:
    town.lend(READER, BOOK)
    back_up(town.library.database, tmp_path / "b", now=MORNING)
    restore(f"sqlite:///{tmp_path / 'copy.db'}", tmp_path / "b", now=MORNING)
    copy = Town(f"sqlite:///{tmp_path / 'copy.db'}")
    assert [event.actor for event in Follower.from_start(copy.library.database).poll()] == [CLERK.name]
    copy.library.close()


def test_events_committed_while_a_backup_takes_its_moment_are_placed_alike_in_both_lives(
    town: Town, tmp_path: Path
) -> None:
    town.lend(READER, BOOK)
    with placed_moment(town.library.database) as (moment, positions):
        assert positions == {}, "what was there before is placed before the moment"
        assert moment.connection.execute(select(func.count()).where(EVENT.c.position.is_(None))).scalar_one() == 0
        town.lend(READER, OTHER_BOOK)
    ended = threading.Event()

    def keep_lending() -> None:
        while not ended.is_set():
            town.lend("P2", THIRD_BOOK)
            town.take_back(THIRD_BOOK)

    follower = Follower.from_start(town.library.database)
    with ThreadPoolExecutor(1) as thread:
        lending = thread.submit(keep_lending)
        for turn in range(20):
            back_up(town.library.database, tmp_path / str(turn), now=MORNING)
        ended.set()
        lending.result()
    while follower.poll():
        pass
    given = dict(town.ask(select(EVENT.c.id, EVENT.c.position)))
    for turn in range(0, 20, 5):
        url = f"sqlite:///{tmp_path / f'{turn}.db'}"
        restore(url, tmp_path / str(turn), now=MORNING)
        copy = Town(url)
        restored = dict(copy.ask(select(EVENT.c.id, EVENT.c.position)))
        assert restored == {event: given[event] for event in restored}
        assert Follower(copy.library.database, follower.cursor).poll() == []
        copy.library.close()
