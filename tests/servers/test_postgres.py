"""The test servers themselves: real, apart from each other, and gone with whoever started them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.rows import scalar_row
from sqlalchemy import make_url

from tests.servers import programs
from tests.servers.one_run import OneRun
from tests.servers.postgres import PostgresCluster, PostgresServer, wait_until_gone

ROOT = Path(__file__).parents[2]
OWNER_OF_A_SERVER = """
import sys
from tests.servers.one_run import OneRun
from tests.servers.postgres import PostgresServer
with PostgresServer() as server:
    print(server.socket, flush=True)
    sys.stdin.read()
"""
OWNER_OF_A_RUN = """
import sys
from tests.servers.one_run import OneRunOwner
print(OneRunOwner().folder, flush=True)
sys.stdin.read()
"""


def ask(url: str, question: str) -> object:
    """What the database at the address answers, as the role that the address names."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, row_factory=scalar_row, autocommit=True) as connection:
        return connection.execute(question.encode()).fetchone()


def postmaster(cluster: PostgresCluster) -> int:
    """The process id of a cluster's server."""
    return int((cluster.socket / "data" / "postmaster.pid").read_text().splitlines()[0])


def has_ended(process: int) -> bool:
    """Whether a process is gone, or only waits for its parent to notice."""
    try:
        return psutil.Process(process).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@contextmanager
def running(program: str) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A Python process of its own that says one path and then waits."""
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield process, Path(process.stdout.readline().decode().strip())


def test_commits_are_durable_and_text_is_utf8_sorted_by_code_point(postgres_server: PostgresCluster) -> None:
    url = postgres_server.create_database()
    shown = [
        ask(url, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes", "server_encoding")
    ]
    assert shown == ["on", "on", "on", "UTF8"]
    assert ask(url, "SELECT datcollate FROM pg_database WHERE datname = current_database()") == "C"
    postgres_server.drop_database(url)


def test_a_test_works_under_a_role_that_is_no_superuser(postgres_server: PostgresCluster) -> None:
    url = postgres_server.create_database()
    assert ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert ask(url, "SELECT has_schema_privilege('public', 'CREATE')") is True
    postgres_server.drop_database(url)


def test_a_database_is_dropped_although_somebody_is_connected(postgres_server: PostgresCluster) -> None:
    url = postgres_server.create_database()
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        postgres_server.drop_database(url)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def test_two_clusters_stand_beside_each_other_and_leave_nothing(postgres_server: PostgresCluster) -> None:
    with PostgresServer() as other:
        identity = "SELECT system_identifier FROM pg_control_system()"
        assert ask(other.url("postgres"), identity) != ask(postgres_server.url("postgres"), identity)
        process = postmaster(other)
    assert has_ended(process)
    assert not other.socket.exists()


def test_a_server_ends_when_its_owner_is_killed() -> None:
    with running(OWNER_OF_A_SERVER) as (owner, socket):
        cluster = PostgresCluster(socket)
        process = postmaster(cluster)
        assert not has_ended(process)
        owner.kill()
    wait_until_gone(cluster.socket)
    assert has_ended(process)


def test_a_server_that_a_worker_started_ends_when_the_owner_of_the_run_is_killed() -> None:
    with running(OWNER_OF_A_RUN) as (owner, folder):
        cluster = OneRun(folder).cluster()
        process = postmaster(cluster)
        assert OneRun(folder).cluster() == cluster
        owner.kill()
    wait_until_gone(cluster.socket)
    assert has_ended(process)
    shutil.rmtree(folder)


def test_the_servers_own_programs_can_be_called(postgres_server: PostgresCluster) -> None:
    psql = str(programs.installed() / "psql")
    command = [psql, f"--host={postgres_server.socket}", "--username=libops", "--list", "postgres"]
    assert b"postgres" in subprocess.run(command, check=True, capture_output=True).stdout
