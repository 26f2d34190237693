"""Founding a library from a folder of files: whole, or not at all and with the row that is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.database import Database
from db.tables import CATEGORY, DATED_HOURS, ERA, ITEM, LIBRARY, PATRON, POLICY, TITLE, metadata
from libops.bad_files import BadFile
from libops.bootstrap import open_library
from libops.circulation import loans
from libops.codes import SAMPLE_PATTERNS
from libops.doctor import examine
from libops.founding import Founded, found_bare, found_from, is_founded, is_sample, sample_folder
from libops.people import staff
from libops.permissions import EVERYTHING
from libops.places import all_desks, find_place
from tests.engines.town import MORNING, PATTERNS, refused

BARCODE, PATRON_NUMBER = "30000000000012", "P20170001"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url)) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the sample's files, to be spoilt."""
    copy = tmp_path / "mine"
    shutil.copytree(Path(__file__).parents[2] / "sample_data", copy)
    return copy


def found(database: Database, folder: Path | None = None) -> Founded:
    files = sample_folder() if folder is None else folder
    return found_from(database, files, patterns=SAMPLE_PATTERNS, now=MORNING, sample=folder is None)


def found_least(database: Database, *, badge: str = "S1", pin: str = "4711", zone: str = "UTC") -> Founded:
    return found_bare(database, name="小镇", zone=zone, badge=badge, pin=pin, patterns=PATTERNS, now=MORNING)


def rows(database: Database) -> int:
    """How many rows there are in all tables together."""
    with database.reading() as transaction:
        return sum(
            int(transaction.connection.execute(select(func.count()).select_from(table)).scalar_one())
            for table in metadata.sorted_tables
        )


def test_the_sample_is_founded_whole_and_the_doctor_finds_nothing_wrong(database: Database, database_url: str) -> None:
    assert not is_founded(database)
    assert found(database) == Founded(branches=3, titles=200, items=400, patrons=60, staff=9)
    assert is_founded(database)
    assert is_sample(database)
    with closing(open_library(database_url, SAMPLE_PATTERNS, clock=lambda: MORNING)) as library:
        assert examine(library) == []


def test_what_the_files_say_stands_in_the_tables(database: Database) -> None:
    found(database)
    with database.reading() as transaction:
        ask = transaction.connection.execute
        library = ask(select(LIBRARY)).one()
        assert (library.name_zh, library.currency, library.rules_version) == ("澄湖大学图书馆", "CNY", 1)
        assert library.made_at == MORNING
        item = ask(select(ITEM).where(ITEM.c.barcode == BARCODE)).one()
        assert (item.price, item.status, item.call_number) == (1980, "available", "I242.4/C118")
        patron = ask(select(PATRON).where(PATRON.c.number == PATRON_NUMBER)).one()
        assert (patron.name, patron.expires_on.isoformat(), patron.registered_at) == ("周文博", "2030-06-30", MORNING)
        child = ask(select(CATEGORY).where(CATEGORY.c.code == "child")).one()
        assert (child.loans_limit, child.overdue_limit, child.name_zh) == (5, 1, "少儿读者")
        assert ask(select(func.count()).select_from(POLICY)).scalar_one() == 15
        new_year = select(DATED_HOURS.c.opens, DATED_HOURS.c.note_en).where(DATED_HOURS.c.day == date(2026, 1, 1))
        assert ask(select(func.count()).select_from(ERA)).scalar_one() == 1
        assert ask(new_year.distinct()).all() == [(None, "New Year's Day")]
        assert ask(select(TITLE.c.title_alt).where(TITLE.c.number == "T0001")).scalar_one()


def test_whoever_the_files_name_may_sign_in_and_lend(database: Database, database_url: str) -> None:
    found(database)
    with closing(open_library(database_url, SAMPLE_PATTERNS, clock=lambda: MORNING)) as library:
        with database.reading() as transaction:
            place = find_place(transaction, "C2")
        actor = staff.log_in(library, badge="S0004", pin="2468", place=place)
        with library.work(actor=actor, place=place) as work:
            lent = loans.check_out(work, patron_number=PATRON_NUMBER, barcode=BARCODE)
        assert (lent.patron_name, lent.due_on.isoformat()) == ("周文博", "2027-02-21")


def test_a_library_is_founded_once(database: Database) -> None:
    found(database)
    before = rows(database)
    assert refused(lambda: found(database)) == ["library.exists"]
    assert refused(lambda: found_least(database)) == ["library.exists"]
    assert rows(database) == before


def test_a_librarys_own_files_make_no_sample(database: Database, folder: Path) -> None:
    found(database, folder)
    assert is_founded(database)
    assert not is_sample(database)


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        (
            "items.csv",
            BARCODE,
            "30000000000013",
            "items.csv, row 2: barcode: the check digit of 3",
        ),
        ("items.csv", BARCODE, PATRON_NUMBER, f"items.csv, row 2: barcode: {PATRON_NUMBER} does not fit"),
        ("items.csv", ",T0001,", ",T9999,", "items.csv, row 2: title: there is no T9999"),
        ("items.csv", ",book,", ",bok,", "items.csv, row 2: item_type: there is no bok"),
        ("items.csv", ",C,C-3F-LIT", ",X,C-3F-LIT", "items.csv, row 2: branch: there is no X"),
        ("items.csv", ",19.80,", ",free,", "items.csv, row 2: price: 'free' cannot be read"),
        ("items.csv", ",available", ",lost", "items.csv, row 2: status: 'lost' cannot be read"),
        ("patrons.csv", PATRON_NUMBER, "2017", "patrons.csv, row 2: number: 2017 does not fit"),
        ("patrons.csv", ",teacher,", ",tutor,", "patrons.csv, row 2: category: there is no tutor"),
        ("patrons.csv", "2030-06-30", "30.6.2030", "patrons.csv, row 2: expires: '30.6.2030' cannot be read"),
        ("patrons.csv", ",active,", ",gone,", "patrons.csv, row 2: status: 'gone' cannot be read"),
        ("staff.csv", "S0001", "0001", "staff.csv, row 2: badge: 0001 does not fit"),
        ("staff.csv", "administrator", "boss", "staff.csv, row 2: role: 'boss' cannot be read"),
        ("policies.csv", ",,,yes,30", "C,,,yes,30", "policies.csv: needs exactly one row"),
        ("policies.csv", ",,reference,", ",,referenz,", "policies.csv, row 3: item_type: there is no referenz"),
        ("policies.csv", ",no,0,0,due,", ",nein,0,0,due,", "policies.csv, row 3: lendable: 'nein' cannot be read"),
        ("calendar.csv", "2026-01-01", "1 Jan", "calendar.csv, row 2: date: '1 Jan' cannot be read"),
        ("calendar.csv", "2026-01-01,,", "2026-01-01,08:00,", "calendar.csv, row 2: hours 08:00 to"),
        ("calendar.csv", "2026-01-01,,", "2026-01-01,,20:00", "calendar.csv, row 2: hours"),
        ("calendar.csv", "2026-01-01,,", "2026-01-01,20:00,08:00", "calendar.csv, row 2: hours 20:00 to 08:00"),
        ("calendar.csv", "2026-01-01,,", "2026-01-01,08:00,08:99", "row 2: closes: '08:99' cannot be read"),
        ("calendar.csv", "2026-01-01,,", "2026-01-01,8:00,20:00", "row 2: opens: '8:00' cannot be read"),
        ("library.toml", 'opens = "08:00"', 'opens = "08:99"', "library.toml: branch C: hours 08:99 to"),
        ("titles.csv", "number,", "nummer,", "titles.csv, row 2: there is no cell for number"),
        ("library.toml", "Asia/Shanghai", "Asia/Nowhere", "there is no time zone Asia/Nowhere"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_and_nothing_is_founded(
    database: Database, folder: Path, file: str, old: str, new: str, complaint: str
) -> None:
    replace(folder / file, old, new)
    with pytest.raises(BadFile) as caught:
        found(database, folder)
    assert complaint in str(caught.value)
    assert rows(database) == 0
    assert not is_founded(database)


@pytest.mark.parametrize(
    ("file", "row", "complaint"),
    [
        ("items.csv", "30000000000012,T0001,book,C,C-3F-LIT,X,1.00,available", "row 402: barcode: 30000000000012"),
        ("patrons.csv", "P20170001,X,teacher,C,2030-01-01,active,,zh", "row 62: number: P20170001 stands twice"),
        ("staff.csv", "S0001,X,sorter,1234,zh", "row 11: badge: S0001 stands twice"),
        ("titles.csv", "T0001,X,,,,,,,zh,,", "row 202: number: T0001 stands twice"),
        ("policies.csv", "C,teacher,,yes,1,1,due,\nC,teacher,,yes,2,1,due,", "row 18: something stands twice"),
        ("categories.csv", "child,X,X,1,1", "row 8: code: child stands twice"),
        ("calendar.csv", "C,2026-01-01,,,,", "something stands twice"),
    ],
)
def test_a_code_that_stands_twice_is_told_with_its_file_and_nothing_is_founded(
    database: Database, folder: Path, file: str, row: str, complaint: str
) -> None:
    with (folder / file).open("a", encoding="utf-8") as stream:
        stream.write(f"{row}\n")
    with pytest.raises(BadFile, match=f"{file}.*{complaint}") as caught:
        found(database, folder)
    assert rows(database) == 0
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("categories.csv", "undergraduate,本科生,Undergraduate,15,3", "undergraduate,本科生,Undergraduate,-1,3"),
        ("policies.csv", ",,,yes,30,1", ",,,yes,-30,1"),
        ("policies.csv", ",,,yes,30,1", ",,,yes,3651,1"),
        ("policies.csv", ",,,yes,30,1", ",,,yes,30000000,1"),
        ("calendar.csv", "08:00,22:00", "22:00,08:00"),
        ("titles.csv", ",1996,", ",99999999999999999999,"),
        ("library.toml", 'days = ["sat", "sun"]', 'days = ["mon", "sun"]'),
        ("library.toml", 'code = "C2"', 'code = "C1"'),
    ],
)
def test_a_number_that_makes_no_sense_is_told_with_its_file(
    database: Database, folder: Path, file: str, old: str, new: str
) -> None:
    replace(folder / file, old, new)
    with pytest.raises(BadFile, match=file):
        found(database, folder)
    assert rows(database) == 0


def test_a_pin_that_is_too_short_is_refused_and_nothing_is_founded(database: Database, folder: Path) -> None:
    replace(folder / "staff.csv", "864209", "86")
    assert refused(lambda: found(database, folder)) == ["staff.weak_pin"]
    assert rows(database) == 0


def test_the_least_that_works_lends_and_signs_in(database: Database, database_url: str) -> None:
    assert found_least(database, zone="Europe/Berlin") == Founded(branches=1, titles=0, items=0, patrons=0, staff=1)
    assert not is_sample(database)
    with closing(open_library(database_url, PATTERNS, clock=lambda: MORNING)) as library:
        assert examine(library) == []
        with database.reading() as transaction:
            (place,) = all_desks(transaction)
        assert place.zone_name == "Europe/Berlin"
        assert staff.log_in(library, badge="S1", pin="4711", place=place).permissions == EVERYTHING


@pytest.mark.parametrize(("badge", "pin", "code"), [("X1", "4711", "staff.bad_badge"), ("S1", "47", "staff.weak_pin")])
def test_an_administrator_who_could_not_sign_in_is_refused(database: Database, badge: str, pin: str, code: str) -> None:
    assert refused(lambda: found_least(database, badge=badge, pin=pin)) == [code]
    assert rows(database) == 0
