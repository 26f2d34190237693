"""The migrations make exactly the tables that are declared, compared as the engines themselves write them down.

Alembic's own check does not see a wrong index predicate, a changed CHECK or a collation.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from db import migrate, revision
from db.database import Database
from db.engine import open_engine, read_url
from db.tables import metadata
from db.troubles import DatabaseTrouble, TroubleKind
from tests.servers.postgres import PostgresCluster

BREAKS_OFF = """
from alembic import op
import sqlalchemy as sa
revision, down_revision, branch_labels, depends_on = "9998", "HEAD", None, None
def upgrade() -> None:
    op.create_table("half_done", sa.Column("id", sa.Integer()))
    op.execute("DELETE FROM no_such_table")
"""
ADDS_A_TABLE = """
from alembic import op
import sqlalchemy as sa
revision, down_revision, branch_labels, depends_on = "9998", "HEAD", None, None
def upgrade() -> None:
    op.create_table("seat", sa.Column("id", sa.Integer()))
"""
SQLITE = "SELECT type, name, coalesce(sql, '') FROM sqlite_master WHERE tbl_name != 'alembic_version'"
POSTGRES = (
    """
SELECT concat_ws(' ', 'column', c.relname, row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum),
    a.attname, format_type(a.atttypid, a.atttypmod),
    'collation', l.collname, 'not null', a.attnotnull, 'default', pg_get_expr(d.adbin, d.adrelid), a.attidentity)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_collation l ON l.oid = a.attcollation
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
    AND c.relname != 'alembic_version'
""",
    """
SELECT concat_ws(' ', 'index', pg_get_indexdef(i.indexrelid), 'valid', i.indisvalid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relname != 'alembic_version'
""",
    """
SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text != 'alembic_version'
""",
    """
SELECT concat_ws(' ', 'sequence', c.relname, s.seqtypid::regtype)
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid WHERE c.relnamespace = 'public'::regnamespace
""",
)


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """An engine of its own, made where there is no database yet."""
    engine = open_engine(read_url(url), create=True)
    try:
        yield engine
    finally:
        engine.dispose()


def dumped(url: str) -> list[str]:
    """Everything the engine has written down about a database's tables."""
    with opened(url) as engine, engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            rows = connection.execute(text(SQLITE))
            return sorted(line for kind, name, sql in rows for line in lines_of(f"{kind} {name}", sql))
        return sorted(line for query in POSTGRES for line in connection.execute(text(query)).scalars())


def lines_of(subject: str, sql: str) -> list[str]:
    """A statement line by line: columns with their place, constraints without, for their order means nothing."""
    # A table that was made anew by a migration is written down with its name in quotes.
    lines = [
        line.strip().rstrip(",").replace('CREATE TABLE "', "CREATE TABLE ").replace('" (', " (")
        for line in sql.splitlines()
    ]
    return [
        f"{subject} {line}" if line.startswith("CONSTRAINT") else f"{subject} {place} {line}"
        for place, line in enumerate(lines)
        if line != ")"
    ] or [subject]


@pytest.fixture
def declared(engine_name: str, tmp_path: Path, postgres_server: PostgresCluster) -> Iterator[str]:
    """A database of the same engine, whose tables were made from their declarations."""
    local = engine_name == "sqlite"
    url = f"sqlite:///{tmp_path / 'declared.db'}" if local else postgres_server.create_database()
    with opened(url) as engine:
        metadata.create_all(engine)
    yield url
    if not local:
        postgres_server.drop_database(url)


@pytest.fixture
def add_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Give the program one more migration than it has."""

    def add(source: str) -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(revision.MIGRATIONS, folder)
        (folder / "versions" / "9998_more.py").write_text(source.replace("HEAD", revision.head()))
        monkeypatch.setattr(revision, "MIGRATIONS", folder)

    return add


def test_the_migrations_make_the_declared_tables(empty_database_url: str, declared: str) -> None:
    migrate.upgrade(empty_database_url)
    migrated = dumped(empty_database_url)
    assert len(migrated) > len(metadata.tables)
    assert migrated == dumped(declared)


@pytest.mark.parametrize(
    "change",
    [
        "DROP INDEX uq_loan_open_item; CREATE UNIQUE INDEX uq_loan_open_item ON loan (item_id)",
        "DROP INDEX ix_event_unplaced; CREATE INDEX ix_event_unplaced ON event (id) WHERE position IS NOT NULL",
        "DROP INDEX uq_loan_policy_row",
        "ALTER TABLE item ADD COLUMN colour text",
    ],
)
def test_a_difference_in_the_tables_is_seen(database_url: str, declared: str, change: str) -> None:
    with opened(database_url) as engine, engine.begin() as connection:
        for statement in change.split("; "):
            connection.execute(text(statement))
    assert dumped(database_url) != dumped(declared)


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    "change",
    [
        'ALTER TABLE item ALTER COLUMN barcode TYPE text COLLATE "default"',
        "ALTER TABLE loan DROP CONSTRAINT ck_loan_due_at, ADD CONSTRAINT ck_loan_due_at CHECK (due_at > opened_at)",
        "ALTER TABLE loan ALTER COLUMN opened_at TYPE timestamp",
        "ALTER TABLE patron ALTER COLUMN expires_on DROP NOT NULL",
    ],
)
def test_a_difference_that_only_the_catalogue_shows_is_seen(database_url: str, declared: str, change: str) -> None:
    with opened(database_url) as engine, engine.begin() as connection:
        connection.execute(text(change))
    assert dumped(database_url) != dumped(declared)


def test_upgrading_twice_changes_nothing(database_url: str) -> None:
    before = dumped(database_url)
    migrate.upgrade(database_url)
    assert dumped(database_url) == before


def test_a_migration_that_breaks_off_leaves_nothing(database_url: str, add_migration: Callable[[str], None]) -> None:
    before = dumped(database_url)
    add_migration(BREAKS_OFF)
    with pytest.raises(DatabaseTrouble):
        migrate.upgrade(database_url)
    assert dumped(database_url) == before


def test_a_first_migration_that_breaks_off_leaves_nothing(
    empty_database_url: str, add_migration: Callable[[str], None]
) -> None:
    add_migration(BREAKS_OFF)
    with pytest.raises(DatabaseTrouble):
        migrate.upgrade(empty_database_url)
    assert dumped(empty_database_url) == []


def test_an_older_database_is_told_until_it_is_upgraded(
    database_url: str, add_migration: Callable[[str], None]
) -> None:
    before = revision.head()
    add_migration(ADDS_A_TABLE)
    database = Database(database_url)
    with pytest.raises(DatabaseTrouble) as caught:
        revision.require_current(database)
    assert (caught.value.kind, caught.value.detail) == (TroubleKind.OLDER, before)
    migrate.upgrade(database_url)
    revision.require_current(database)
    database.close()


def test_a_newer_database_is_refused_and_left_as_it_is(database_url: str) -> None:
    with opened(database_url) as engine, engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = dumped(database_url)
    database = Database(database_url)
    with pytest.raises(DatabaseTrouble) as opening:
        revision.require_current(database)
    with pytest.raises(DatabaseTrouble) as upgrading:
        migrate.upgrade(database_url)
    for trouble in (opening.value, upgrading.value):
        assert (trouble.kind, trouble.detail) == (TroubleKind.NEWER, "9999")
    database.close()
    assert dumped(database_url) == before


def test_the_revisions_told_by_file_names_are_those_of_the_migrations() -> None:
    scripts = ScriptDirectory.from_config(migrate.alembic_config())
    assert [script.revision for script in scripts.walk_revisions()][::-1] == revision.revisions()
    assert scripts.get_current_head() == revision.head()
