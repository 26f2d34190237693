"""What every test may ask for, and what no test may touch.

``database_url``        a library's database with all tables, on each of the two engines: the test runs twice
``empty_database_url``  the same without tables
``engine_name``         which of the two it is; to run on one only, parametrise it: see CONTRIBUTING.md
``postgres_server``     the run's PostgreSQL itself, to make more databases in
``dear_pins``           PINs hashed as they are outside of tests, for tests of that
"""

from __future__ import annotations

import gc
import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from argon2 import PasswordHasher
from hypothesis import settings

from tests.servers.one_run import OneRun, OneRunOwner
from tests.servers.postgres import PostgresCluster

ENGINES = ("sqlite", "postgresql")
RUN = pytest.StashKey[OneRun]()
# How long an example takes tells of the machine: beside other tests any may take long.
settings.register_profile("here", deadline=None)
settings.load_profile("here")
FOLDERS = ("CONFIG_HOME", "DATA_HOME", "STATE_HOME", "CACHE_HOME", "RUNTIME_DIR")
# What a developer's shell says about these must not decide whether a test passes.
FOREIGN = ("LIBOPS_", "PG", "LC_", "TEXTUAL")
FOREIGN_NAMES = ("LANG", "LANGUAGE", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES")


class Worker(Protocol):
    """What is needed of pytest-xdist's own description of a worker, which carries no types."""

    config: pytest.Config
    workerinput: dict[str, object]


def pytest_configure(config: pytest.Config) -> None:
    """Own the shared servers, or find the owner's."""
    shared: str | None = getattr(config, "workerinput", {}).get("libops_run")
    config.stash[RUN] = OneRun(Path(shared)) if shared else OneRunOwner()


def pytest_collection(session: pytest.Session) -> None:
    """Look for no garbage while the tests are collected: all of it stays."""
    gc.disable()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Leave what was collected out of every look for garbage to come; a look through all of it takes a second."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Worker) -> None:
    """Tell a worker of pytest-xdist where the shared servers are."""
    node.workerinput["libops_run"] = str(node.config.stash[RUN].folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the shared servers when the run ends, however it went."""
    run = config.stash.get(RUN, None)
    if isinstance(run, OneRunOwner):
        run.end()


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where homes go: in a folder of their own, because pytest looks through all of its folders for each new one."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def _a_home_of_its_own(_homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    home = next(_homes)
    home.mkdir(mode=0o700)
    for name in os.environ:
        if name.startswith(FOREIGN) or name in FOREIGN_NAMES:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    for name in FOLDERS:
        folder = home / name.lower()
        folder.mkdir(mode=0o700)
        monkeypatch.setenv(f"XDG_{name}", str(folder))
    monkeypatch.setenv("LIBOPS_HOME", str(home / "libops"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture(scope="session", autouse=True)
def _hasher_of_pins() -> Iterator[PasswordHasher]:
    """The program's own. It is slow by intent, and tests sign in thousands of times: they have a quick one."""
    from libops.people import pins

    own = pins._HASHER
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pins, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield own


@pytest.fixture
def dear_pins(_hasher_of_pins: PasswordHasher, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """PINs are hashed as they are outside of tests."""
    from libops.people import pins

    monkeypatch.setattr(pins, "_HASHER", _hasher_of_pins)
    pins._nobody.cache_clear()
    yield
    pins._nobody.cache_clear()


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """The engine a test runs on: ``sqlite``, then ``postgresql``."""
    return str(request.param)


@pytest.fixture
def database_url(engine_name: str, tmp_path: Path, pytestconfig: pytest.Config) -> Iterator[str]:
    """The address of a new database with all tables, on each engine; gone after the test."""
    run = pytestconfig.stash[RUN]
    if engine_name == "sqlite":
        yield run.sqlite_copy(tmp_path / "libops.db")
        return
    url = run.postgres_copy()
    yield url
    run.cluster().drop_database(url)


@pytest.fixture
def empty_database_url(engine_name: str, tmp_path: Path, pytestconfig: pytest.Config) -> Iterator[str]:
    """The address of a new database without tables, on each engine; on SQLite the file is not there yet."""
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    cluster = pytestconfig.stash[RUN].cluster()
    url = cluster.create_database()
    yield url
    cluster.drop_database(url)


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> PostgresCluster:
    """The run's one PostgreSQL, shared by all workers."""
    return pytestconfig.stash[RUN].cluster()
