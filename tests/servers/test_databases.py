"""What the fixtures promise to every other test: a database of its own on each engine, and a home of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from platformdirs import user_data_path
from sqlalchemy import create_engine, inspect, text

from tests.servers.postgres import PostgresCluster


def tables(url: str) -> set[str]:
    """The names of a database's tables."""
    engine = create_engine(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def leave_a_table(url: str) -> None:
    """Something for the next test to stumble over."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE left_behind (id integer)"))
    engine.dispose()


def test_the_database_is_of_the_engine_that_was_asked_for(engine_name: str, database_url: str) -> None:
    assert database_url.startswith(engine_name)


@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_database_has_all_tables_and_nothing_of_another_test(database_url: str, turn: str) -> None:
    found = tables(database_url)
    assert {"alembic_version", "loan"} <= found
    assert "left_behind" not in found
    leave_a_table(database_url)


def test_an_empty_database_has_no_tables(empty_database_url: str, database_url: str) -> None:
    assert empty_database_url != database_url
    assert tables(empty_database_url) == set()


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_test_may_ask_for_one_engine_only(database_url: str) -> None:
    assert database_url.startswith("postgresql+psycopg://")


def test_a_template_that_could_not_be_filled_is_not_left(postgres_server: PostgresCluster) -> None:
    def fail(_url: str) -> None:
        raise ValueError("no tables today")

    for _ in range(2):
        with pytest.raises(ValueError, match="today"):
            postgres_server.make_template("unfinished", fail)


def test_a_test_finds_no_folder_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> None:
    base = tmp_path_factory.getbasetemp()
    for place in (Path.home(), user_data_path("libops"), Path(os.environ["LIBOPS_HOME"])):
        assert place.is_relative_to(base)
    assert [name for name in os.environ if name.startswith("LIBOPS_")] == ["LIBOPS_HOME"]
