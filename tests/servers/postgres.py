"""A real PostgreSQL of one's own: its cluster, its databases, and its certain end.

>>> with PostgresServer() as server:
...     url = server.create_database()
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, make_url

from tests.servers import programs
from tests.servers.programs import Programs

ROLE = "libops"
"""Owns the databases that tests get. No superuser: a library's own account is none either."""

PORT = "5432"
"""Only a part of the socket's name: a cluster listens on no network, and each has its own folder."""

SETTINGS = {
    "listen_addresses": "",
    "port": PORT,
    "max_connections": "200",
    # Not UTC, so that a program that leaves time zones to the server is found out.
    "timezone": "Asia/Shanghai",
}

# Whoever holds the other end of standard input owns the server. When it lets go, by intent or by being killed, this
# stops the server and removes its folder. It waits in the background, a child of nobody's, on a copy of the input
# because a shell takes the input itself away from what it puts there.
WATCH = """
exec 3<&0
(cat <&3; "$1/pg_ctl" stop --pgdata "$2/data" --mode immediate --wait; rm -rf "$2") >/dev/null 2>&1 &
"""


@dataclass(frozen=True, slots=True)
class PostgresCluster:
    """A running PostgreSQL, by the folder of its socket: makes databases and drops them."""

    socket: Path

    def url(self, database: str, *, role: str = ROLE) -> str:
        """The SQLAlchemy address of a database in this cluster."""
        return URL.create(
            "postgresql+psycopg", username=role, database=database, query={"host": str(self.socket)}
        ).render_as_string()

    def create_database(self, *, template: str | None = None) -> str:
        """A new database, empty or a copy of a template; its address."""
        name = f"libops_{uuid.uuid4().hex[:16]}"
        self._create(name, template)
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        name = make_url(url).database or ""
        self.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def make_template(self, name: str, fill: Callable[[str], None]) -> None:
        """A database that others are copied from: made once, filled once, then closed to connections."""
        self._create(name, None)
        try:
            fill(self.url(name))
        except BaseException:
            self.drop_database(self.url(name))
            raise
        self.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))

    def execute(self, statement: sql.Composed) -> None:
        """Run one statement as the cluster's superuser, outside a transaction."""
        address = make_conninfo(host=str(self.socket), port=PORT, user="postgres", dbname="postgres")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)

    def _create(self, name: str, template: str | None) -> None:
        self.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(ROLE), sql.Identifier(template or "template0")
            )
        )


class PostgresServer:
    """Starts a cluster of its own in a new folder; several may run beside each other.

    The cluster lives while its owner does: until the ``with`` block ends, or the process is killed. ``settings`` are
    PostgreSQL's own, on top of the defaults, which are those of a real server: commits are durable. ``lifeline`` is
    for a cluster that outlives this process: the reading end of a pipe whose writing end the true owner holds.
    """

    def __init__(self, *, settings: Mapping[str, str] | None = None, lifeline: int | None = None) -> None:
        self._settings = SETTINGS | dict(settings or {})
        self._lifeline = lifeline
        self._hold: int | None = None
        self._folder: Path | None = None

    def start(self) -> PostgresCluster:
        """Make the cluster and wait until it answers."""
        self._folder = folder = _short_folder()
        ready = programs.prepare(folder)
        self._watch(ready, folder)
        try:
            self._initialise(ready, folder)
            ready.run("pg_ctl", "start", "--wait", f"--pgdata={folder / 'data'}", f"--log={folder / 'log'}", cwd=folder)
            cluster = PostgresCluster(folder)
            cluster.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(ROLE)))
        except BaseException:
            self.stop()
            raise
        return cluster

    def stop(self) -> None:
        """End the server and remove its folder; returns when both are gone. With a lifeline the owner does it."""
        if self._hold is not None and self._folder is not None:
            os.close(self._hold)
            self._hold = None
            wait_until_gone(self._folder)

    def __enter__(self) -> PostgresCluster:
        """Start; the cluster is what the block works with."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _watch(self, ready: Programs, folder: Path) -> None:
        lifeline = self._lifeline
        if lifeline is None:
            lifeline, self._hold = os.pipe()
        try:
            subprocess.run(
                ["/bin/sh", "-c", WATCH, "watch", ready.folder, folder],
                cwd="/",
                env=ready.environment(),
                stdin=lifeline,
                # An interrupt at the keyboard goes to the whole session; the watcher has to outlive it.
                start_new_session=True,
                check=True,
                user=ready.user,
                group=ready.group,
            )
        finally:
            os.close(lifeline)

    def _initialise(self, ready: Programs, folder: Path) -> None:
        settings = self._settings | {"unix_socket_directories": str(folder)}
        chosen = [f"--set={name}={value}" for name, value in settings.items()]
        flags = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
        ready.run("initdb", f"--pgdata={folder / 'data'}", *flags, *chosen, cwd=folder)


def wait_until_gone(folder: Path, *, seconds: float = 30) -> None:
    """Wait for a cluster whose owner has let go: its folder is the last thing to disappear."""
    patience = time.monotonic() + seconds
    while folder.exists():
        if time.monotonic() > patience:
            raise TimeoutError(f"PostgreSQL in {folder} did not end")
        time.sleep(0.01)


def _short_folder() -> Path:
    """A new folder; short, because the path of a socket has to fit into 107 bytes."""
    base = Path(tempfile.gettempdir())
    reachable = os.geteuid() != 0 or all(folder.stat().st_mode & 0o001 for folder in (base, *base.parents))
    short = len(os.fsencode(base)) < 60
    return Path(tempfile.mkdtemp(prefix="libops-pg-", dir=base if short and reachable else "/tmp"))
