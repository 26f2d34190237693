"""The doctor tells each part of the tables that is gone or means something else, as an engine has it written down."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import make_url, text

from libops.bootstrap import open_library
from libops.doctor import Finding, examine
from tests.engines.town import PATTERNS

POSTGRES = pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)


def faults(url: str) -> list[Finding]:
    """What the doctor says of a database besides that no library is in it."""
    with closing(open_library(url, PATTERNS)) as library:
        return [finding for finding in examine(library) if finding.code != "library.none"]


def change(url: str, *statements: str) -> None:
    """Change the tables."""
    with closing(open_library(url, PATTERNS)) as library, library.database.act() as transaction:
        for statement in statements:
            transaction.connection.execute(text(statement))


def remake(url: str, table: str, old: str, new: str) -> None:
    """Make an empty table of a SQLite file anew with another constraint: SQLite itself changes none."""
    with closing(sqlite3.connect(make_url(url).database or "")) as file:
        made = "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type = 'index'"
        statements = [sql for (sql,) in file.execute(made, (table,))]
        assert old in statements[0]
        file.execute(f"DROP TABLE {table}")
        for statement in statements:
            file.execute(statement.replace(old, new))
        file.commit()


def test_tables_as_they_are_made_lack_nothing(database_url: str) -> None:
    assert faults(database_url) == []


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("uq_loan_open_item", "CREATE UNIQUE INDEX uq_loan_open_item ON loan (item_id)"),
        ("uq_loan_open_item", "CREATE INDEX uq_loan_open_item ON loan (item_id) WHERE returned_at IS NULL"),
        ("uq_loan_open_item", "CREATE UNIQUE INDEX uq_loan_open_item ON loan (id) WHERE returned_at IS NULL"),
        ("ix_event_unplaced", "CREATE INDEX ix_event_unplaced ON event (id) WHERE position IS NOT NULL"),
        ("uq_loan_policy_row", "CREATE UNIQUE INDEX uq_loan_policy_row ON loan_policy (coalesce(branch_id, 0))"),
    ],
)
def test_an_index_that_means_something_else_is_found(database_url: str, name: str, instead: str) -> None:
    change(database_url, f"DROP INDEX {name}", instead)
    assert faults(database_url) == [Finding("schema.index_missing", name)]


@pytest.mark.parametrize(
    ("table", "name", "definition", "instead"),
    [
        ("patron", "uq_patron_number", "UNIQUE (number)", ""),
        ("loan", "fk_loan_item_id", "FOREIGN KEY(item_id) REFERENCES item (id) ON DELETE RESTRICT", ""),
        ("loan", "ck_loan_due_at", "CHECK (due_at >= opened_at)", ""),
        ("loan", "ck_loan_due_at", "CHECK (due_at >= opened_at)", "CHECK (due_at > opened_at)"),
        ("loan_policy", "ck_loan_policy_period", "CHECK (period BETWEEN 0 AND 3650)", "CHECK (period >= 0)"),
        (
            "patron",
            "ck_patron_status",
            "CHECK (status IN ('active', 'blocked', 'merged'))",
            "CHECK (status IN ('active'))",
        ),
    ],
)
def test_a_constraint_that_is_gone_or_means_something_else_is_found(
    database_url: str, engine_name: str, table: str, name: str, definition: str, instead: str
) -> None:
    if engine_name == "sqlite":
        kept = f"CONSTRAINT {name} {instead}" if instead else "CONSTRAINT ck_anything CHECK (1)"
        remake(database_url, table, f"CONSTRAINT {name} {definition}", kept)
    else:
        change(database_url, f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        if instead:
            change(database_url, f"ALTER TABLE {table} ADD CONSTRAINT {name} {instead}")
    assert faults(database_url) == [Finding("schema.constraint_missing", name)]


@POSTGRES
def test_a_constraint_that_holds_for_new_rows_only_is_found(database_url: str) -> None:
    change(
        database_url,
        "ALTER TABLE loan DROP CONSTRAINT ck_loan_due_at",
        "ALTER TABLE loan ADD CONSTRAINT ck_loan_due_at CHECK (due_at >= opened_at) NOT VALID",
    )
    assert faults(database_url) == [Finding("schema.constraint_missing", "ck_loan_due_at")]


@POSTGRES
def test_a_column_that_may_be_empty_is_found(database_url: str) -> None:
    change(database_url, "ALTER TABLE patron ALTER COLUMN expires_on DROP NOT NULL")
    assert faults(database_url) == [Finding("schema.column_missing", "patron.expires_on")]


def test_a_column_that_is_gone_is_found_before_anything_reads_it(database_url: str) -> None:
    change(database_url, "ALTER TABLE patron DROP COLUMN note", "ALTER TABLE loan DROP COLUMN renewed_at")
    assert faults(database_url) == [
        Finding("schema.column_missing", "patron.note"),
        Finding("schema.column_missing", "loan.renewed_at"),
    ]


def test_what_somebody_added_is_no_fault(database_url: str) -> None:
    change(
        database_url,
        "CREATE TABLE seat (id integer)",
        "ALTER TABLE item ADD COLUMN colour text",
        "CREATE INDEX ix_item_colour ON item (colour)",
    )
    assert faults(database_url) == []
