"""What all processes of one test run share: one PostgreSQL, and the databases of each engine that tests copy.

The process that the tests were started in owns it; workers find it by its folder. Nothing is started before a test
asks, and everything ends with the owner, also when it is killed.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.postgres import PostgresCluster, PostgresServer, wait_until_gone

TEMPLATE = "libops_template"


class OneRun:
    """The shared things of one test run, seen from any of its processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def cluster(self) -> PostgresCluster:
        """The run's PostgreSQL, with the template in it; started by whoever asks first."""
        found = self.folder / "postgresql"
        with self._alone():
            if not found.exists():
                lifeline = os.open(self.folder / "owner", os.O_RDONLY | os.O_NONBLOCK)
                os.set_blocking(lifeline, True)
                cluster = PostgresServer(lifeline=lifeline).start()
                found.write_text(str(cluster.socket))
            return PostgresCluster(Path(found.read_text()))

    def postgres_copy(self) -> str:
        """The address of a new PostgreSQL database with all tables."""
        return self.cluster().create_database(template=self.postgres_once(TEMPLATE, _make_tables))

    def postgres_once(self, name: str, fill: Callable[[str], None]) -> str:
        """The name of a PostgreSQL database to be copied; filled once, by whoever asks first."""
        cluster = self.cluster()
        made = self.folder / f"{name}.made"
        with self._alone():
            if not made.exists():
                cluster.make_template(name, fill)
                made.touch()
        return name

    def sqlite_copy(self, file: Path) -> str:
        """The address of a new SQLite database with all tables, in a file that does not exist yet."""
        shutil.copyfile(self.sqlite_once(TEMPLATE, _make_tables), file)
        return f"sqlite:///{file}"

    def sqlite_once(self, name: str, fill: Callable[[str], None]) -> Path:
        """The file of a SQLite database to be copied; filled once, by whoever asks first."""
        made = self.folder / f"{name}.db"
        with self._alone():
            if not made.exists():
                making = self.folder / "making.db"
                making.unlink(missing_ok=True)
                fill(f"sqlite:///{making}")
                making.rename(made)
        return made

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class OneRunOwner(OneRun):
    """The same, held by the process that ends it."""

    def __init__(self) -> None:
        super().__init__(Path(tempfile.mkdtemp(prefix="libops-tests-")))
        os.mkfifo(self.folder / "owner", 0o600)
        # For reading too, because opening only for writing waits for a reader. Closed by the system if all else fails.
        self._hold = os.open(self.folder / "owner", os.O_RDWR)

    def end(self) -> None:
        """Let go of the server, wait until it is gone, and remove what was shared."""
        os.close(self._hold)
        found = self.folder / "postgresql"
        if found.exists():
            wait_until_gone(Path(found.read_text()))
        shutil.rmtree(self.folder)


def _make_tables(url: str) -> None:
    # Imported late: a test run that needs no database starts sooner, and works while the migrations do not.
    from db.migrate import upgrade

    upgrade(url)
