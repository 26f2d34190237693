"""What goes out comes in again the same: titles in every format, their copies, items and patrons as tables."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import delete, select

from db.catalogue import ItemStatus
from db.places import Scheme
from db.tables import ITEM, LOCATION, PATRON, TITLE
from libops.catalogue import titles
from libops.catalogue.cataloguing import add_title, change_title
from libops.catalogue.description import Description, Holding, Material, NameKind, NameRole, TitleName
from libops.catalogue.exporting.item_rows import export_items
from libops.catalogue.exporting.patron_rows import export_patrons
from libops.catalogue.exporting.selection import EVERYTHING as ALL
from libops.catalogue.exporting.selection import Selection
from libops.catalogue.exporting.titles import Exported, TitleShape, export_titles
from libops.catalogue.importing.looking import found_out
from libops.catalogue.importing.reading_in import ITEMS, PATRONS, read_table_in
from libops.catalogue.importing.settings import settings_for
from libops.catalogue.importing.tables import TableSettings, found_table, header_of
from libops.catalogue.marc.records import Dialect, Encoding, Format
from libops.catalogue.writing import NewCopy, write_copies
from libops.whole_files import whole_file
from libops.work import Actor
from tests.engines.incoming_files import book, file_of, read_whole
from tests.engines.town import CLERK, MORNING, OPERATOR, Town, refused

ABOUTS = (
    Description(
        title="红楼梦",
        title_alt="A dream of red mansions",
        names=(TitleName("曹雪芹"), TitleName("中国艺术研究院", NameRole.EDITOR, NameKind.BODY)),
        edition="第2版",
        place="北京",
        publisher="人民文学出版社",
        year=1996,
        set_title="四大名著",
        volume="1",
        subjects=("章回小说--中国--清代", "古典小说"),
        clc="I242.4",
        languages=("zh",),
        isbns=("9787020002207",),
        price="CNY59.70",
        note="第一行\n第二行",
        summary="四大家族的兴衰",
    ),
    Description(
        title="Middlemarch: a study of provincial life",
        names=(TitleName("Eliot, George"), TitleName("Lee, Ann", NameRole.ILLUSTRATOR)),
        publisher="Penguin",
        year=2003,
        extent="880 pages",
        series="Penguin classics",
        series_number="12",
        dewey="823.8",
        languages=("en",),
        isbns=("9780141439549",),
    ),
    Description(title="人民画报 𠮷", issns=("05292395",), material=Material.SERIAL, languages=("zh",)),
)
SHAPES = [
    TitleShape(form, dialect, encoding)
    for form, dialect, encoding in (
        (Format.ISO2709, Dialect.CNMARC, Encoding.UTF_8),
        (Format.ISO2709, Dialect.CNMARC, Encoding.GB18030),
        (Format.ISO2709, Dialect.MARC21, Encoding.UTF_8),
        (Format.ISO2709, Dialect.MARC21, Encoding.GB18030),
        (Format.MARCXML, Dialect.CNMARC, Encoding.UTF_8),
        (Format.MARCXML, Dialect.MARC21, Encoding.UTF_8),
        (Format.CSV, Dialect.CNMARC, Encoding.UTF_8),
        (Format.CSV, Dialect.CNMARC, Encoding.GB18030),
    )
]
ENDINGS = {Format.ISO2709: "mrc", Format.MARCXML: "xml", Format.CSV: "csv"}


@pytest.fixture
def other_town(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Town]:
    """Another library of the same places that knows none of these titles; always in a file."""
    file = tmp_path / "other.db"
    shutil.copyfile(request.getfixturevalue("founded_file"), file)
    town = Town(f"sqlite:///{file}")
    yield town
    town.library.close()


def _catalogued(town: Town) -> list[str]:
    """Titles of the library's own with two copies each; their numbers."""
    numbers = [town.act(add_title, by=OPERATOR, about=about).number for about in ABOUTS]
    ids = {str(number): int(key) for number, key in town.ask(select(TITLE.c.number, TITLE.c.id))}
    (branch,) = town.ask(select(LOCATION.c.branch_id, LOCATION.c.id))
    (kind,) = town.ask(select(ITEM.c.item_type_id).where(ITEM.c.barcode == "B11"))
    with town.library.database.act() as transaction:
        for at, number in enumerate(numbers):
            bare = NewCopy(f"B21{at}", ids[number], kind[0], branch[0], None, Scheme.CLC, price=900)
            full = msgspec.structs.replace(
                bare,
                barcode=f"B20{at}",
                location_id=branch[1],
                call_number=f"I24{at}/C11",
                price=2850,
                status=ItemStatus.RESTRICTED,
                volume="上",
                note="赠书",
            )
            write_copies(transaction, [bare, full])
    return numbers


def _written(town: Town, file: Path, shape: TitleShape, selection: Selection = ALL, by: Actor = OPERATOR) -> Exported:
    with whole_file(file) as stream, town.library.look(actor=by, place=town.place()) as look:
        *_, done = export_titles(look, stream, selection, shape)
    return done


def _card(town: Town, number: str) -> tuple[Description, list[tuple[object, ...]]]:
    card = town.look(titles.show_title, number=number)
    prices = dict(town.ask(select(ITEM.c.barcode, ITEM.c.price)))
    copies = [
        (c.barcode, c.status, c.item_type_en, c.branch_code, c.location_code, c.call_number, c.volume, c.note)
        for c in card.copies
    ]
    about = msgspec.structs.replace(card.about, number="")
    return about, sorted((*copy, prices[str(copy[0])]) for copy in copies)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.format}-{shape.dialect}-{shape.encoding}")
def test_titles_come_back_as_they_were(town: Town, other_town: Town, tmp_path: Path, shape: TitleShape) -> None:
    numbers = _catalogued(town)
    file = tmp_path / f"all.{ENDINGS[shape.format]}"
    done = _written(town, file, shape)
    assert (done.titles, done.bad) == (len(ABOUTS) + 1, 0)
    found = found_out(file)
    assert (found.format, found.encoding) == (shape.format, shape.encoding)
    assert found.dialect in (None, shape.dialect)
    run = read_whole(other_town, file, settings_for(found))
    assert (run.counts.added, run.counts.bad) == (len(ABOUTS), 0)
    for number in numbers:
        about, copies = _card(town, number)
        assert _card(other_town, number) == (about, [] if shape.format is Format.CSV else copies)
    again = read_whole(other_town, file, settings_for(found))
    assert again.counts.same == again.counts.records


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_goes_in_again_where_it_came_from_doubles_nothing(town: Town, tmp_path: Path) -> None:
    _catalogued(town)
    before = len(town.ask(select(TITLE.c.id)))
    file = tmp_path / "all.mrc"
    _written(town, file, TitleShape(dialect=Dialect.MARC21))
    run = read_whole(town, file, settings_for(found_out(file)))
    assert (run.counts.added, run.counts.bad) == (0, 0)
    assert len(town.ask(select(TITLE.c.id))) == before


def test_the_record_that_a_title_came_with_goes_out_as_it_came(town: Town, tmp_path: Path) -> None:
    file = file_of(tmp_path, [book("c1", "呐喊", isbn="9787020002207")])
    read_whole(town, file)
    out = tmp_path / "out.mrc"
    _written(town, out, TitleShape(), Selection(numbers=("c1",)))
    assert out.read_bytes()[:5] == file.read_bytes()[:5]
    about = town.look(titles.show_title, number="c1").about
    town.act(change_title, by=OPERATOR, number="c1", about=msgspec.structs.replace(about, edition="第3版"))
    changed = tmp_path / "changed.mrc"
    _written(town, changed, TitleShape(), Selection(numbers=("c1",)))
    assert "人天书店" in changed.read_text("utf-8")
    assert "第3版" in changed.read_text("utf-8")


def test_only_what_is_chosen_goes_out(town: Town, tmp_path: Path) -> None:
    numbers = _catalogued(town)
    told = [Holding("B301", branch="WEST")]
    run = read_whole(town, file_of(tmp_path, [book("c1", "呐喊", copies=told)]))
    town.clock.later(days=3)
    town.act(add_title, by=OPERATOR, about=Description(title="新的", languages=("zh",)))
    selections = {
        Selection(branch="WEST"): ["T1", "c1"],
        Selection(location="M-A"): ["T1", *numbers],
        Selection(language="en"): [numbers[1]],
        Selection(run=run.id): ["c1"],
        Selection(search="红楼梦", language="zh"): [numbers[0], "T1"][:2],
        Selection(since=(MORNING + timedelta(days=2)).date()): [f"L{int(numbers[-1][1:]) + 1:08d}"],
        Selection(numbers=("c1", numbers[2])): [numbers[2], "c1"],
    }
    for at, (selection, expected) in enumerate(selections.items()):
        file = tmp_path / f"chosen{at}.csv"
        _written(town, file, TitleShape(Format.CSV), selection)
        rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))
        assert sorted(row["number"] for row in rows) == sorted(expected), selection


def test_a_selection_of_what_is_not_there_is_refused(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "none.mrc"
    for selection, code in (
        (Selection(branch="MOON"), "copy.no_branch"),
        (Selection(numbers=("nobody",)), "title.unknown"),
        (Selection(run=99), "import.unknown"),
    ):
        assert refused(partial(_written, town, file, TitleShape(), selection)) == [code]
    assert refused(lambda: _written(town, file, TitleShape(encoding=Encoding.MARC_8))) == ["export.encoding"]
    assert refused(lambda: _written(town, file, TitleShape(), by=CLERK)) == ["permission.missing"]
    assert list(tmp_path.glob("*none*")) == []


def test_what_cannot_be_written_is_told_and_left_out(town: Town, tmp_path: Path) -> None:
    town.act(add_title, by=OPERATOR, about=Description(title="长", summary="长" * 4000), number="long")
    file = tmp_path / "all.mrc"
    done = _written(town, file, TitleShape())
    assert [(one.number, [reason.code for reason in one.reasons]) for one in done.left_out] == [
        ("long", ["record.write_field_long"])
    ]
    assert (done.titles, done.bad) == (1, 1)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_no_file_is_overwritten(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "all.mrc"
    file.write_bytes(b"mine")
    with pytest.raises(FileExistsError, match=r"all\.mrc"):
        _written(town, file, TitleShape())
    assert file.read_bytes() == b"mine"


@pytest.mark.parametrize("encoding", [Encoding.UTF_8, Encoding.GB18030])
def test_items_and_patrons_come_back_as_they_were(
    town: Town, other_town: Town, tmp_path: Path, encoding: Encoding
) -> None:
    _catalogued(town)
    titles_file, items, patrons = (tmp_path / name for name in ("titles.csv", "items.csv", "patrons.csv"))
    _written(town, titles_file, TitleShape(Format.CSV))
    for file, export in ((items, "items"), (patrons, "patrons")):
        with whole_file(file) as stream, town.library.look(actor=OPERATOR, place=town.place()) as look:
            told = (
                export_items(look, stream, ALL, encoding)
                if export == "items"
                else export_patrons(look, stream, encoding)
            )
            assert list(told)[-1].rows > 0
    other_town.change(delete(ITEM).where(ITEM.c.barcode == "B1"), delete(PATRON).where(PATRON.c.number == "P2"))
    read_whole(other_town, titles_file, settings_for(found_out(titles_file)))
    for file, table in ((items, ITEMS), (patrons, PATRONS)):
        found = found_table(file).encoding
        settings = TableSettings(found, header_of(file, found, table.columns).columns)
        *_, last = read_table_in(other_town.library, file, table, settings, actor=OPERATOR, place=other_town.place())
        assert last.run.counts.bad == 0
        assert last.run.counts.added == (7 if table is ITEMS else 1)
    for query in (
        select(ITEM.c.barcode, ITEM.c.call_number, ITEM.c.price, ITEM.c.note, ITEM.c.volume, ITEM.c.branch_id),
        select(PATRON.c.number, PATRON.c.name, PATRON.c.status, PATRON.c.expires_on, PATRON.c.category_id),
    ):
        assert sorted(other_town.ask(query)) == sorted(town.ask(query))
