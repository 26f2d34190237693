"""Tables of items and patrons read into a library: added, brought up to date, refused row by row, gone on with."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from db.tables import IMPORT_RUN, ITEM, PATRON
from libops.catalogue.cataloguing import add_title
from libops.catalogue.description import Description
from libops.catalogue.importing import fault_files, reading_in, runs
from libops.catalogue.importing.reading_in import ITEMS, PATRONS, Table, read_table_in, table_differences
from libops.catalogue.importing.runs import Run
from libops.catalogue.importing.settings import Existing
from libops.catalogue.importing.tables import TableSettings, found_table, header_of
from libops.catalogue.search.finding import find
from libops.doctor import examine
from libops.i18n import Language
from libops.people import registration
from libops.permissions import EVERYTHING, Permission
from libops.work import Actor
from tests.engines.town import BLOCKED, BOOK, CLERK, OPERATOR, READER, TODAY, Town, refused

ISBN = "9787020002207"


def _file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    file = folder / "rows.csv"
    file.write_bytes(text.encode(encoding))
    return file


def _settings(file: Path, table: Table) -> TableSettings:
    encoding = found_table(file).encoding
    header = header_of(file, encoding, table.columns)
    return TableSettings(encoding, header.columns, branch="MAIN", delimiter=header.delimiter)


def _read(town: Town, file: Path, table: Table, settings: TableSettings | None = None, by: Actor = OPERATOR) -> Run:
    chosen = settings or _settings(file, table)
    *_, last = read_table_in(town.library, file, table, chosen, actor=by, place=town.place())
    assert last.run.ended_at is not None
    return last.run


def _counts(run: Run) -> dict[str, int]:
    return {name: count for name, count in msgspec.structs.asdict(run.counts).items() if count}


def _codes(town: Town, run: Run) -> list[tuple[int, list[str]]]:
    faults = town.look(runs.faults, by=OPERATOR, run_id=run.id)
    return [(fault.place, [reason.code for reason in fault.reasons]) for fault in faults]


def test_items_go_in_under_their_titles(town: Town, tmp_path: Path) -> None:
    about = Description(title="呐喊", isbns=(ISBN,))
    number = town.act(add_title, by=OPERATOR, about=about).number
    file = _file(
        tmp_path,
        "barcode,title,isbn,item_type,branch,location,call_number,price,status,volume,condition,note,rfid\n"
        f"B101,{number},,book,MAIN,M-A,I210.6,28.00,available,上,good,赠书,e0-04-01\n"
        "B102,,978-7-02-000220-7,disc,WEST,,I210.6,,missing,,,,\n",
    )
    assert _counts(_read(town, file, ITEMS)) == {"records": 2, "added": 2, "items_added": 2}
    columns = (
        ITEM.c.barcode,
        ITEM.c.price,
        ITEM.c.status,
        ITEM.c.volume,
        ITEM.c.condition,
        ITEM.c.note,
        ITEM.c.rfid_uid,
    )
    rows = town.ask(select(*columns).where(ITEM.c.barcode.in_(["B101", "B102"])).order_by(ITEM.c.barcode))
    assert [tuple(row) for row in rows] == [
        ("B101", 2800, "available", "上", "good", "赠书", "E00401"),
        ("B102", None, "missing", "", "", "", None),
    ]
    assert [hit.number for hit in town.look(find, typed="B102").results] == [number]
    assert _counts(_read(town, file, ITEMS)) == {"records": 2, "same": 2}
    assert examine(town.library) == []


def test_what_a_row_does_not_say_of_an_item_stays(town: Town, tmp_path: Path) -> None:
    before = town.ask(select(ITEM).where(ITEM.c.barcode == BOOK))[0]._asdict()
    file = _file(tmp_path, f"barcode,note,branch\n{BOOK},新记录,\n")
    assert _counts(_read(town, file, ITEMS)) == {"records": 1, "changed": 1, "items_changed": 1}
    after = town.ask(select(ITEM).where(ITEM.c.barcode == BOOK))[0]._asdict()
    assert {name for name in after if after[name] != before[name]} == {"note"}
    left = _file(tmp_path, f"barcode,note\n{BOOK},别的\n")
    settings = msgspec.structs.replace(_settings(left, ITEMS), existing=Existing.LEAVE)
    assert _counts(_read(town, left, ITEMS, settings)) == {"records": 1, "same": 1}


def test_every_reason_against_a_row_is_kept_with_its_bytes(town: Town, tmp_path: Path) -> None:
    text = (
        "barcode,title,branch,price,condition,rfid,note\n"
        "\n"
        "B101,T9,MAIN,,,,\n"
        "X,T1,NOWHERE,-3,eaten,zz,\n"
        'B102,T1,MAIN,,,,"two\nlines"\n'
        'B103,T1,MAIN,"x"y,,,\n'
        "B104,T1,MAIN,,,,,too,many\n"
        ",T1,MAIN,,,,\n"
        "B105,T1,MAIN,,,AA,\n"
        "B106,T1,MAIN,,,AA,\n"
    )
    file = _file(tmp_path, text)
    run = _read(town, file, ITEMS)
    assert _codes(town, run) == [
        (2, ["import.no_title_here"]),
        (3, ["copy.not_a_barcode", "copy.no_branch", "copy.bad_condition", "import.cell_wrong", "copy.bad_tag"]),
        (5, ["import.row_quotes"]),
        (6, ["import.row_long"]),
        (7, ["import.cell_needed"]),
        (9, ["copy.rfid_taken"]),
    ]
    assert _counts(run) == {"records": 8, "added": 2, "items_added": 2, "bad": 6}
    for fault in town.look(runs.faults, by=OPERATOR, run_id=run.id):
        assert file.read_bytes()[fault.start : fault.start + fault.length] == fault.record


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_cells_may_be_parted_as_spreadsheets_do(town: Town, tmp_path: Path, delimiter: str) -> None:
    rows = (["barcode", "title", "branch", "price", "note"], ["B101", "T1", "MAIN", '"12,50"', '"赠; 甲,乙"'])
    file = _file(tmp_path, "".join(delimiter.join(row) + "\r\n" for row in (*rows, ["B102", "T9", "MAIN", "", ""])))
    run = _read(town, file, ITEMS)
    assert _counts(run) == {"records": 2, "added": 1, "items_added": 1, "bad": 1}
    (row,) = town.ask(select(ITEM.c.price, ITEM.c.note).where(ITEM.c.barcode == "B101"))
    assert tuple(row) == (1250, "赠; 甲,乙")
    files = fault_files.at(tmp_path / "bad.csv")
    with town.library.look(actor=OPERATOR, place=town.place()) as look:
        fault_files.write_faults(look, run, files, Language("en"))
    mended = _file(tmp_path, files.records.read_text("utf-8-sig").replace("T9", "T1"))
    assert _counts(_read(town, mended, ITEMS)) == {"records": 1, "added": 1, "items_added": 1}


@pytest.mark.parametrize("text", ["", "\ufeff", "barcode,title\n", "barcode;title\n\n;\n"])
def test_a_table_without_a_row_is_refused_and_nothing_begun(town: Town, tmp_path: Path, text: str) -> None:
    file = _file(tmp_path, text)
    assert refused(lambda: _read(town, file, ITEMS)) == ["import.no_records"]
    assert not town.ask(select(IMPORT_RUN.c.id))


def test_prices_are_read_as_people_write_them(town: Town, tmp_path: Path) -> None:
    written = {
        "B101": ("1,234.50", 123450),
        "B102": ("￥28", 2800),
        "B103": ("CNY 9.9", 990),
        "B104": ("12,50", 1250),
        "B105": ("１２．５", 1250),
        "B106": ("1,234,567", 123456700),
        "B107": ("0", 0),
    }
    wrong = ["-3", "12.345", "1,23,456.00", "1.234.50", "28 / 30", "free", "1e3", "10,000,000.01"]
    rows = [f'{barcode},T1,MAIN,"{text}"' for barcode, (text, _) in written.items()]
    rows += [f'B2{at:02d},T1,MAIN,"{text}"' for at, text in enumerate(wrong)]
    run = _read(town, _file(tmp_path, "barcode,title,branch,price\n" + "\n".join(rows)), ITEMS)
    prices = town.ask(select(ITEM.c.barcode, ITEM.c.price).where(ITEM.c.barcode.in_(written)))
    assert dict(prices) == {barcode: price for barcode, (_, price) in written.items()}
    assert _codes(town, run) == [(9 + at, ["import.cell_wrong"]) for at in range(len(wrong))]


def test_a_table_is_gone_on_with_at_the_very_byte(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_in, "BATCH", 2)
    rows = "".join(f'B1{n:02d},T1,MAIN,"第{n}行\r\n说“好”"\r\n' for n in range(7))
    file = _file(tmp_path, f"barcode,title,branch,note\r\n{rows}", "gb18030")
    settings = _settings(file, ITEMS)
    assert settings.encoding == "gb18030"
    reading = read_table_in(town.library, file, ITEMS, settings, actor=OPERATOR, place=town.place())
    assert [next(reading).run.counts.records for _ in range(3)] == [0, 2, 4]
    reading.close()
    assert _counts(_read(town, file, ITEMS)) == {"records": 7, "added": 7, "items_added": 7}
    notes = town.ask(select(ITEM.c.note).where(ITEM.c.barcode == "B106"))
    assert notes[0][0] == "第6行\r\n说“好”"
    assert len(town.ask(select(IMPORT_RUN.c.id))) == 1


def test_patrons_are_registered_and_brought_up_to_date(town: Town, tmp_path: Path) -> None:
    file = _file(
        tmp_path,
        "\ufeffnumber,name,category,branch,expires,status,note,language,phone,email\n"
        "P101, 王  小明 ,reader,MAIN,2031-06-30,active,,zh,138 0000 0001,\n"
        "P102,Ann Lee,child,WEST,,,,en,,ann@example.org\n"
        f"{READER},,,WEST,,,,,,\n",
    )
    run = _read(town, file, PATRONS)
    assert _counts(run) == {"records": 3, "added": 2, "changed": 1}
    columns = (PATRON.c.number, PATRON.c.name, PATRON.c.expires_on, PATRON.c.language, PATRON.c.status)
    rows = town.ask(select(*columns).where(PATRON.c.number.in_(["P101", "P102", READER])).order_by(PATRON.c.number))
    assert [tuple(row) for row in rows] == [
        (READER, "李雷", date(2030, 12, 31), "zh", "active"),
        ("P101", "王 小明", date(2031, 6, 30), "zh", "active"),
        ("P102", "Ann Lee", registration.months_after(TODAY, 12), "en", "active"),
    ]
    assert _counts(_read(town, file, PATRONS)) == {"records": 3, "same": 3}
    kinds = town.story()
    assert kinds.count("patron.registered") == 2
    assert kinds.count("patron.changed") == 1


def test_a_block_is_set_and_taken_away_as_at_the_desk(town: Town, tmp_path: Path) -> None:
    file = _file(tmp_path, f"number,status,note\n{READER},blocked,\n{BLOCKED},active,\n")
    town.act(registration.block, by=OPERATOR, number=BLOCKED, note="找过了")
    run = _read(town, file, PATRONS)
    assert _codes(town, run) == [(2, ["patron.block_without_note"])]
    status = town.ask(select(PATRON.c.status, PATRON.c.note).where(PATRON.c.number == BLOCKED))
    assert tuple(status[0]) == ("active", "")


def test_whoever_seems_to_be_registered_is_told_of_and_left_out(town: Town, tmp_path: Path) -> None:
    file = _file(
        tmp_path,
        "number,name,category,branch,phone,status,expires,language\n"
        "P101,王小明,reader,MAIN,13800000001,,,\n"
        "P102,王小明,reader,MAIN,138 0000 0001,,,\n"
        "P103,张三,scholar,MOON,12,merged,soon,la\n"
        "9,张三,,,,,,\n",
    )
    run = _read(town, file, PATRONS)
    assert _codes(town, run) == [
        (3, ["patron.maybe_duplicate"]),
        (
            4,
            [
                "patron.unknown_category",
                "place.unknown",
                "patron.unknown_language",
                "patron.bad_phone",
                "import.cell_wrong",
                "import.cell_wrong",
            ],
        ),
        (5, ["patron.bad_number", "import.cell_needed"]),
    ]


def test_patrons_need_both_permissions(town: Town, tmp_path: Path) -> None:
    file = _file(tmp_path, "number,name,category,branch\nP101,王小明,reader,MAIN\n")
    only = Actor("staff:S9", "Cataloguer", EVERYTHING - {Permission.REGISTER_PATRONS})
    for by in (CLERK, only):
        assert refused(partial(_read, town, file, PATRONS, by=by)) == ["permission.missing"]
    assert not town.ask(select(PATRON.c.id).where(PATRON.c.number == "P101"))


def test_a_rehearsal_of_a_table_tells_what_differs_and_writes_nothing(town: Town, tmp_path: Path) -> None:
    file = _file(tmp_path, f"number,name,branch\n{READER},李磊,WEST\n")
    before = town.story()
    coming = table_differences(
        town.library, file, PATRONS, _settings(file, PATRONS), actor=OPERATOR, place=town.place()
    )
    ((_, (difference,)),) = coming
    assert [(field.name, field.before, field.after) for field in difference.fields if field.name == "name"] == [
        ("name", "李雷", "李磊")
    ]
    assert town.story() == before


@pytest.mark.parametrize(
    ("header", "code"),
    [("barcode,titel\n", "import.no_column"), ("barcode,barcode\n", "import.no_column"), ("", "import.no_records")],
)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_columns_that_nobody_knows_are_refused(town: Town, tmp_path: Path, header: str, code: str) -> None:
    file = _file(tmp_path, header)
    assert refused(lambda: _read(town, file, ITEMS)) == [code]
