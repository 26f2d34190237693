"""A database that cannot be used: each way of it is told apart, and nothing is changed by the attempt."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import event, make_url, select, text

from db.engine import BadDatabaseUrl, read_url
from db.migrate import upgrade
from db.troubles import DatabaseTrouble, TroubleKind
from libops.bootstrap import open_library
from libops.i18n import Language
from libops.troubles import explain_trouble
from tests.engines.town import BOOK, OTHER_BOOK, PATTERNS, READER, Town
from tests.servers.postgres import PostgresCluster

ROOT = Path(__file__).parents[2]
SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
POSTGRES = pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
PATIENCE = 20


def trouble(attempt: Callable[[], object]) -> TroubleKind:
    """What kind of trouble an attempt ends with; the words for it must exist too."""
    with pytest.raises(DatabaseTrouble) as caught:
        attempt()
    words = explain_trouble(caught.value, Language("en"))
    assert words.why
    assert words.remedy
    return caught.value.kind


def opening(url: str) -> TroubleKind:
    """What kind of trouble it is to open a library there."""
    return trouble(lambda: open_library(url, PATTERNS))


def file_of(town: Town) -> Path:
    """The file of a library on SQLite."""
    return Path(make_url(town.url).database or "")


def digest(file: Path) -> str:
    """What a file holds, in short."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_missing_file_is_missing_and_is_not_made(tmp_path: Path) -> None:
    for name in ("library.db", "no/such/folder/library.db", "odd ?name#1.db"):
        assert opening(f"sqlite:///{tmp_path / name}") is TroubleKind.MISSING
    assert list(tmp_path.iterdir()) == []


def test_a_place_where_no_folder_can_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert trouble(lambda: upgrade(f"sqlite:///{tmp_path / 'file' / 'library.db'}")) is TroubleKind.READ_ONLY


def test_a_folder_in_the_place_of_the_file_is_no_database(tmp_path: Path) -> None:
    assert opening(f"sqlite:///{tmp_path}") is TroubleKind.MISSING


def test_a_missing_database_on_the_server_is_missing(postgres_server: PostgresCluster) -> None:
    url = postgres_server.url("nobody_made_this")
    assert opening(url) is TroubleKind.MISSING
    with pytest.raises(DatabaseTrouble) as caught:
        open_library(url, PATTERNS)
    assert caught.value.where == "nobody_made_this", "its name, and nothing of who may go there"


def test_an_empty_database_is_no_library(empty_database_url: str) -> None:
    if empty_database_url.startswith("sqlite"):
        file = Path(make_url(empty_database_url).database or "")
        file.touch()
        assert opening(empty_database_url) is TroubleKind.NOT_LIBOPS
        assert file.read_bytes() == b""
    else:
        assert opening(empty_database_url) is TroubleKind.NOT_LIBOPS


def test_a_database_of_another_program_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "bookmarks.db"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE bookmark (address text)")
    before = digest(file)
    assert opening(f"sqlite:///{file}") is TroubleKind.NOT_LIBOPS
    assert digest(file) == before
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_a_file_that_is_no_database_at_all_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear library, " * 1000)
    before = digest(file)
    assert opening(f"sqlite:///{file}") is TroubleKind.NOT_LIBOPS
    assert digest(file) == before


@SQLITE
def test_a_damaged_file_is_damaged(town: Town) -> None:
    town.library.close()
    file = file_of(town)
    content = bytearray(file.read_bytes())
    content[4096 * 2 :] = b"\xa5" * (len(content) - 4096 * 2)
    file.write_bytes(content)

    def look_in() -> None:
        town.reopen()
        town.lend(READER, BOOK)

    assert trouble(look_in) is TroubleKind.DAMAGED


@contextmanager
def impatient(town: Town) -> Iterator[None]:
    """The library gives up on a lock after a moment instead of ten seconds."""
    town.reopen()
    engine = town.library.database.engine
    pragma = engine.dialect.name == "sqlite"
    statement = "PRAGMA busy_timeout = 200" if pragma else "SELECT set_config('lock_timeout', '200', false)"

    def hurry(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(statement)
        connection.commit()

    event.listen(engine, "connect", hurry)
    engine.dispose()
    yield


HOLDER = """
import sys
from db.database import Database
from sqlalchemy import text
with Database(sys.argv[1]).act() as transaction:
    transaction.connection.execute(text("UPDATE patron SET note = 'held' WHERE number = 'P1'"))
    print("held", flush=True)
    sys.stdin.readline()
    transaction.connection.rollback()
"""


def test_a_lock_that_another_program_holds_too_long_is_told(town: Town) -> None:
    command = [sys.executable, "-c", HOLDER, town.url]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder, impatient(town):
        assert holder.stdin is not None
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert trouble(lambda: town.lend(READER, BOOK)) is TroubleKind.LOCKED
        assert town.open_loans() == []
        holder.stdin.write(b"\n")
        holder.stdin.flush()
        assert holder.wait(PATIENCE) == 0
    assert town.lend(READER, BOOK).barcode == BOOK


@SQLITE
def test_a_full_disk_is_told_and_nothing_is_left_half_done(town: Town) -> None:
    town.lend(READER, BOOK)
    pages = town.ask(select(text("page_count")).select_from(text("pragma_page_count")))[0][0]

    def fill(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    town.reopen()
    event.listen(town.library.database.engine, "connect", fill)
    town.library.database.engine.dispose()

    def go_on() -> None:
        for _ in range(500):
            town.take_back(BOOK)
            town.lend(READER, BOOK)

    assert trouble(go_on) is TroubleKind.FULL
    town.reopen()
    lent = town.open_loans() == [(READER, BOOK)]
    assert town.status_of(BOOK) == ("checked_out" if lent else "available")


LIMITED = """
import resource, sys
from db.troubles import DatabaseTrouble
from libops.bootstrap import open_library
from libops.circulation import loans, returns
from libops.places import find_place
from tests.engines.town import CLERK, PATTERNS
library = open_library(sys.argv[1], PATTERNS)
with library.database.reading() as transaction:
    place = find_place(transaction, "M1")
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    for _ in range(5000):
        with library.work(actor=CLERK, place=place) as work:
            returns.check_in(work, barcode="B2")
except DatabaseTrouble as trouble:
    print(trouble.kind)
"""


@SQLITE
def test_a_file_that_may_not_grow_is_told_as_a_full_disk(town: Town) -> None:
    said = subprocess.run(
        [sys.executable, "-c", LIMITED, town.url], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (said.stdout, said.stderr) == ("full\n", "")
    assert town.lend(READER, OTHER_BOOK).barcode == OTHER_BOOK


@POSTGRES
@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("53100", TroubleKind.FULL),
        ("58030", TroubleKind.FULL),
        ("40P01", TroubleKind.LOCKED),
        ("40001", TroubleKind.LOCKED),
        ("57014", TroubleKind.LOCKED),
        ("XX001", TroubleKind.DAMAGED),
        ("XX002", TroubleKind.DAMAGED),
        ("53300", TroubleKind.UNREACHABLE),
        ("42501", TroubleKind.FAILED),
    ],
)
def test_what_the_server_answers_is_told_apart_by_its_code(own_town: Town, state: str, kind: TroubleKind) -> None:
    own_town.change(
        text(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$"
        ),
        text("CREATE TRIGGER fail BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION fail()"),
    )
    assert trouble(lambda: own_town.lend(READER, BOOK)) is kind
    assert (own_town.open_loans(), own_town.status_of(BOOK)) == ([], "available")


@POSTGRES
def test_a_server_that_only_reads_is_told(own_town: Town) -> None:
    name = make_url(own_town.url).database
    own_town.change(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
    own_town.reopen()
    assert trouble(lambda: own_town.lend(READER, BOOK)) is TroubleKind.READ_ONLY
    assert own_town.open_loans() == []


AS_ANOTHER = """
import os, sys
user, url = int(sys.argv[1]), sys.argv[2]
from db.troubles import DatabaseTrouble
from libops.bootstrap import open_library
from libops.circulation import loans
from libops.places import find_place
from tests.engines.town import CLERK, PATTERNS
if user:
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
try:
    library = open_library(url, PATTERNS)
    with library.database.reading() as transaction:
        place = find_place(transaction, "M1")
    with library.work(actor=CLERK, place=place) as work:
        loans.check_out(work, patron_number="P1", barcode="B1")
except DatabaseTrouble as trouble:
    print(trouble.kind)
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account can get to; what pytest gives is closed to others."""
    with TemporaryDirectory(prefix="libops-open-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


@SQLITE
@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o755, 0o444), (0o555, 0o444), (0o555, 0o644), (0o755, 0o000)])
def test_a_file_that_may_only_be_read_or_not_even_that_is_told(
    town: Town, open_folder: Path, folder_mode: int, file_mode: int
) -> None:
    town.library.close()
    file = open_folder / "library.db"
    file.write_bytes(file_of(town).read_bytes())
    before = digest(file)
    file.chmod(file_mode)
    open_folder.chmod(folder_mode)
    # Root may write anywhere, so as root the attempt is made under another account.
    user = 65534 if os.geteuid() == 0 else 0
    said = subprocess.run(
        [sys.executable, "-c", AS_ANOTHER, str(user), f"sqlite:///{file}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (said.stdout, said.stderr) == ("read_only\n", "")
    file.chmod(0o644)
    assert digest(file) == before


def test_a_server_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    assert opening(f"postgresql://libops@/libops?host={tmp_path}") is TroubleKind.UNREACHABLE
    assert opening("postgresql://libops@127.0.0.1:1/libops") is TroubleKind.UNREACHABLE


@POSTGRES
def test_a_server_that_threw_us_out_is_found_again(town: Town) -> None:
    throw_out = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'libops'"
    throw_out += " AND datname = current_database() AND pid != pg_backend_pid()"
    with town.library.database.reading(), town.library.database.reading():
        pass
    place = town.place()
    with closing(open_library(town.url, PATTERNS)) as other, other.database.act() as transaction:
        transaction.connection.execute(text(throw_out))
    assert trouble(town.place) is TroubleKind.UNREACHABLE
    assert town.place() == place
    assert town.lend(READER, BOOK).barcode == BOOK


@POSTGRES
def test_an_act_whose_server_goes_away_in_the_middle_leaves_nothing(town: Town) -> None:
    def cut_short() -> None:
        with town.library.database.act() as transaction:
            transaction.connection.execute(text("UPDATE item SET status = 'missing'"))
            process = transaction.connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with town.library.database.act() as other:
                other.connection.execute(text(f"SELECT pg_terminate_backend({process})"))

    assert trouble(cut_short) is TroubleKind.UNREACHABLE
    assert town.status_of(BOOK) == "available"


def test_a_pool_without_a_free_connection_is_told_as_busy(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.engine.BUSY_SECONDS", 0.2)
    with closing(open_library(town.url, PATTERNS, pool_size=1)) as small:
        held, let_go = threading.Event(), threading.Event()

        def sit() -> None:
            with small.database.reading(), small.database.reading():
                held.set()
                assert let_go.wait(PATIENCE)

        with ThreadPoolExecutor(1) as pool:
            sitting = pool.submit(sit)
            assert held.wait(PATIENCE)

            def read() -> None:
                with small.database.reading():
                    raise AssertionError

            assert trouble(read) is TroubleKind.LOCKED
            let_go.set()
            sitting.result(PATIENCE)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "library.db",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://root@localhost/library",
        "postgresql//missing-colon",
        "http://example.org",
    ],
)
def test_a_text_that_is_no_address_of_a_database_is_refused(url: str) -> None:
    with pytest.raises(BadDatabaseUrl):
        read_url(url)


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:///library.db", "sqlite"),
        ("sqlite:////srv/library.db", "sqlite"),
        ("postgresql://user@host/name", "postgresql+psycopg"),
        ("postgresql+psycopg://user@host:5433/name", "postgresql+psycopg"),
    ],
)
def test_the_two_engines_are_known_by_their_addresses(url: str, driver: str) -> None:
    assert read_url(url).drivername == driver


def test_every_kind_of_trouble_has_its_words_in_both_languages() -> None:
    for code in ("en", "zh"):
        told = [explain_trouble(DatabaseTrouble(kind), Language(code)) for kind in TroubleKind]
        assert all(words.why and words.remedy for words in told)
        assert len({words.why for words in told}) == len(TroubleKind)
