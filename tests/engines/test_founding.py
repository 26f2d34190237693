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
from db.tables import (
    BLOCK_RULE,
    BRANCH,
    CATEGORY,
    DATED_HOURS,
    ERA,
    ITEM,
    ITEM_TYPE,
    LIBRARY,
    OPENING_HOURS,
    PATRON,
    POLICY,
    TITLE,
    metadata,
)
from libops.bad_files import BadFile, BadRows
from libops.bootstrap import open_library
from libops.circulation import loans
from libops.codes import SAMPLE_PATTERNS
from libops.doctor import examine
from libops.founding import Founded, found_bare, found_from, is_founded, is_sample, sample_folder
from libops.i18n import Language
from libops.people import staff
from libops.permissions import EVERYTHING
from libops.places import all_desks, find_place
from tests.engines.town import MORNING, PATTERNS, refused

BARCODE, PATRON_NUMBER = "30000000000012", "P20170001"


@pytest.fixture
def database(tables_url: str) -> Iterator[Database]:
    with closing(Database(tables_url)) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The sample's files with few titles, in a table, to be spoilt."""
    copy = tmp_path / "mine"
    shutil.copytree(Path(__file__).parents[2] / "sample_data", copy, ignore=shutil.ignore_patterns("*.mrc"))
    (copy / "titles.csv").write_text(TITLES, encoding="utf-8")
    for file, first in (("items.csv", ITEM_ROWS), ("patrons.csv", PATRON_ROWS)):
        lines = (copy / file).read_text(encoding="utf-8").splitlines(keepends=True)
        (copy / file).write_text("".join(lines[:first]), encoding="utf-8")
    return copy


TITLES = """\
number,title,title_alt,author,author_alt,publisher,year,isbn,language,clc,dewey
T0001,红楼梦,Dream of the Red Chamber,曹雪芹,Cao Xueqin,人民文学出版社,1996,9787020002207,zh,I242.4,895.1348
T0002,三国演义,Romance of the Three Kingdoms,罗贯中,Luo Guanzhong,人民文学出版社,1998,,zh,I242.4,895.1346
"""
ITEM_ROWS, PATRON_ROWS = 7, 4
"""Rows of the sample that are left, with their heads; all these items are copies of the two titles."""


CATEGORIES = ("undergraduate", "postgraduate", "teacher", "child", "public", "staff")
_OF_TYPE = POLICY.c.item_type_id == ITEM_TYPE.c.id


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


def test_the_sample_is_founded_whole_and_the_doctor_finds_nothing_wrong(database: Database, tables_url: str) -> None:
    assert not is_founded(database)
    assert found(database) == Founded(branches=3, titles=2000, items=4000, patrons=300, staff=9)
    assert is_founded(database)
    assert is_sample(database)
    with closing(open_library(tables_url, SAMPLE_PATTERNS, clock=lambda: MORNING)) as library:
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
        assert (child.loans_limit, child.holds_limit, child.months, child.deposit) == (5, 3, 12, 0)
        assert ask(select(func.count()).select_from(POLICY)).scalar_one() == 16
        reserve = ask(select(POLICY).join(ITEM_TYPE, ITEM_TYPE.c.code == "reserve").where(_OF_TYPE)).one()
        assert (reserve.period_kind, reserve.period, reserve.closed_due) == ("hours", 4, "back")
        assert (reserve.fine_unit, reserve.fine_amount, reserve.fine_cap, reserve.holdable) == (
            "hour",
            100,
            2000,
            False,
        )
        assert (reserve.fine_every, reserve.recall_days, reserve.fixed_on, reserve.holdable) == (1, 7, None, False)
        blocks = ask(select(BLOCK_RULE).order_by(BLOCK_RULE.c.id)).all()
        assert [(block.kind, block.threshold, block.stops_renewing) for block in blocks[:2]] == [
            ("owes", 2000, True),
            ("overdue", 3, False),
        ]
        new_year = select(DATED_HOURS.c.opens, DATED_HOURS.c.note_en).where(DATED_HOURS.c.day == date(2026, 1, 1))
        assert ask(select(func.count()).select_from(ERA)).scalar_one() == 1
        assert ask(new_year.distinct()).all() == [(None, "New Year's Day")]
        assert ask(select(TITLE.c.title_alt).where(TITLE.c.number == "T0001")).scalar_one()


def test_whoever_the_files_name_may_sign_in_and_lend(database: Database, tables_url: str) -> None:
    found(database)
    with closing(open_library(tables_url, SAMPLE_PATTERNS, clock=lambda: MORNING)) as library:
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
        ("policies.csv", ",,,yes,days,30", "C,,,yes,days,30", "policies.csv: needs exactly one row"),
        ("policies.csv", ",,reference,", ",,referenz,", "policies.csv, row 3: item_type: there is no referenz"),
        ("policies.csv", "reference,no,", "reference,nein,", "policies.csv, row 3: lendable: 'nein' cannot be read"),
        ("policies.csv", ",period,", ",periode,", "policies.csv, row 2: there is no column periode here (branch"),
        ("policies.csv", "days,30,", "hours,0,", "policies.csv, row 2: A loan by the hour lasts at least one hour."),
        ("policies.csv", "days,30,", "fixed,0,", "policies.csv, row 2: A loan until a fixed day needs that day."),
        ("policies.csv", "days,30,", "days,,", "policies.csv, row 2: period is empty."),
        ("policies.csv", "days,30,", "weeks,30,", "policies.csv, row 2: period_kind: 'weeks' cannot be read."),
        ("policies.csv", "0.10,", "0.101,", "policies.csv, row 2: fine_amount: '0.101' cannot be read."),
        ("policies.csv", ",3,14,90", ",366,14,90", "row 2: shelf_days: 366 is not between 0 and 365."),
        ("policies.csv", ",30\n", ",30,7\n", "policies.csv, row 2: there are more cells than columns"),
        ("blocks.csv", "20.00", "", "blocks.csv, row 2: A block of kind owes needs a threshold."),
        ("blocks.csv", ",owes,20.00", ",manual,20", "blocks.csv, row 2: A block of kind manual has no threshold."),
        ("blocks.csv", "undergraduate", "tutor", "blocks.csv, row 3: category: there is no tutor"),
        ("blocks.csv", ",3,", ",0,", "blocks.csv, row 3: threshold: 0 is not between 1 and"),
        ("blocks.csv", "postgraduate", "undergraduate", "blocks.csv, row 4: an earlier row is for the same"),
        ("categories.csv", "months", "overdue_limit", "categories.csv, row 2: there is no column overdue_limit here"),
        ("calendar.csv", "2026-01-01,,", "2026-01-01,08:00,36:01", "row 2: closes: '36:01' cannot be read"),
        ("calendar.csv", "C,2026-02-28,08:00,22:00", "C,2026-02-28,08:00,33:01", "on 2026-03-01 a branch opens before"),
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
        ("items.csv", "30000000000012,T0001,book,C,C-3F-LIT,X,1.00,available", "row 8: barcode: 30000000000012"),
        ("patrons.csv", "P20170001,X,teacher,C,2030-01-01,active,,zh", "row 5: number: P20170001 stands twice"),
        ("staff.csv", "S0001,X,sorter,1234,zh", "row 11: badge: S0001 stands twice"),
        ("titles.csv", "T0001,X,,,,,,,zh,,", "row 4: number: T0001 stands twice"),
        ("policies.csv", f",teacher,book,yes,days{',' * 17}", "row 18: .*; .*, row 18: renewals is empty"),
        ("policies.csv", f",teacher,book,yes,days,1,,1,due{',' * 13}", "row 18: an earlier row is for the same"),
        ("categories.csv", "child,X,X,1,1,1,0", "row 8: code: child stands twice"),
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
        ("categories.csv", "Undergraduate,15,5,48", "Undergraduate,-1,5,48"),
        ("categories.csv", "Undergraduate,15,5,48", "Undergraduate,15,5,0"),
        ("policies.csv", ",,,yes,days,30", ",,,yes,days,-30"),
        ("policies.csv", ",,,yes,days,30", ",,,yes,days,3651"),
        ("policies.csv", ",,,yes,days,30", ",,,yes,days,30000000"),
        ("policies.csv", ",,,yes,days,30", ",,,yes,days,99999999999999999999"),
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


def test_every_row_of_the_rules_that_cannot_be_used_is_told_at_once(database: Database, folder: Path) -> None:
    replace(folder / "policies.csv", ",,reference,no,days", ",,referenz,nein,weeks")
    replace(folder / "policies.csv", ",disc,yes,days,7", ",disc,yes,days,-7")
    replace(folder / "blocks.csv", "20.00", "twenty")
    with pytest.raises(BadRows) as caught:
        found(database, folder)
    assert caught.value.told(Language("en")).split("; ") == [
        "policies.csv, row 3: item_type: there is no referenz",
        "policies.csv, row 3: lendable: 'nein' cannot be read",
        "policies.csv, row 3: period_kind: 'weeks' cannot be read",
        "policies.csv, row 6: period: -7 is not between 0 and 3650",
        "blocks.csv, row 2: threshold: 'twenty' cannot be read",
    ]
    assert rows(database) == 0


def test_of_very_many_faults_the_first_are_told_and_the_others_counted(database: Database, folder: Path) -> None:
    text = (folder / "policies.csv").read_text(encoding="utf-8")
    (folder / "policies.csv").write_text(text.replace(",yes,", ",ja,").replace(",no,", ",nein,"), encoding="utf-8")
    with pytest.raises(BadRows) as caught:
        found(database, folder)
    assert len(caught.value.faults) > 20
    assert caught.value.told(Language("en")).endswith(f"; and {len(caught.value.faults) - 20} more")


def test_columns_that_are_left_out_take_their_defaults_and_blocks_are_not_needed(
    database: Database, folder: Path
) -> None:
    (folder / "blocks.csv").unlink()
    (folder / "policies.csv").write_text(
        "branch,category,item_type,lendable,period,renewals,renew_from\n,,,yes,14,1,due\n", encoding="utf-8"
    )
    (folder / "categories.csv").write_text(
        "code,name_zh,name_en,loans_limit\n"
        + "".join(
            f"{code},类,Kind,5\n" for code in ("undergraduate", "postgraduate", "teacher", "child", "public", "staff")
        ),
        encoding="utf-8",
    )
    found(database, folder)
    with database.reading() as transaction:
        ask = transaction.connection.execute
        policy = ask(select(POLICY)).one()
        assert (policy.period_kind, policy.period, policy.closed_due, policy.grace) == ("days", 14, "forward", 0)
        assert (policy.fine_amount, policy.fine_cap, policy.fine_open, policy.shelf_days) == (0, None, True, 7)
        assert (policy.type_limit, policy.lost_after, policy.holdable) == (None, None, True)
        assert ask(select(func.count()).select_from(BLOCK_RULE)).scalar_one() == 0
        category = ask(select(CATEGORY).where(CATEGORY.c.code == "child")).one()
        assert (category.holds_limit, category.months, category.deposit) == (10, 12, 0)


def test_a_branch_may_be_open_past_midnight(database: Database, folder: Path) -> None:
    replace(folder / "library.toml", 'closes = "22:00"', 'closes = "26:00"')
    with (folder / "calendar.csv").open("a", encoding="utf-8") as stream:
        stream.write("C,2027-06-30,08:00,30:00,考试周,Exams\n")
    found(database, folder)
    with database.reading() as transaction:
        ask = transaction.connection.execute
        week = select(OPENING_HOURS.c.closes).join(BRANCH, BRANCH.c.id == OPENING_HOURS.c.branch_id)
        assert ask(week.where(BRANCH.c.code == "C", OPENING_HOURS.c.weekday == 0)).scalar_one() == "26:00"
        dated = select(DATED_HOURS.c.closes).where(DATED_HOURS.c.day == date(2027, 6, 30))
        assert ask(dated).scalar_one() == "30:00"


def test_a_pin_that_is_too_short_is_refused_and_nothing_is_founded(database: Database, folder: Path) -> None:
    replace(folder / "staff.csv", "864209", "86")
    assert refused(lambda: found(database, folder)) == ["staff.weak_pin"]
    assert rows(database) == 0


def test_the_least_that_works_lends_and_signs_in(database: Database, tables_url: str) -> None:
    assert found_least(database, zone="Europe/Berlin") == Founded(branches=1, titles=0, items=0, patrons=0, staff=1)
    assert not is_sample(database)
    with closing(open_library(tables_url, PATTERNS, clock=lambda: MORNING)) as library:
        assert examine(library) == []
        with database.reading() as transaction:
            (place,) = all_desks(transaction)
        assert place.zone_name == "Europe/Berlin"
        assert staff.log_in(library, badge="S1", pin="4711", place=place).permissions == EVERYTHING


@pytest.mark.parametrize(("badge", "pin", "code"), [("X1", "4711", "staff.bad_badge"), ("S1", "47", "staff.weak_pin")])
def test_an_administrator_who_could_not_sign_in_is_refused(database: Database, badge: str, pin: str, code: str) -> None:
    assert refused(lambda: found_least(database, badge=badge, pin=pin)) == [code]
    assert rows(database) == 0
