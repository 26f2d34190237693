"""Characters that no record may hold: they come in by mistake, and what they stood in goes out all the same."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from libops.catalogue import titles
from libops.catalogue.cataloguing import add_title
from libops.catalogue.description import Description, Holding
from libops.catalogue.exporting.selection import EVERYTHING as ALL
from libops.catalogue.exporting.titles import Exported, TitleShape, export_titles
from libops.catalogue.importing.looking import found_out
from libops.catalogue.importing.settings import TitleSettings, settings_for
from libops.catalogue.marc.reading import read_records
from libops.catalogue.marc.reads import Good
from libops.catalogue.marc.records import Dialect, Encoding, Format
from tests.engines.incoming_files import book, file_of, read_whole
from tests.engines.town import OPERATOR, Town
from tests.unit.marc_samples import data

SHAPES = [TitleShape(form, dialect) for form in (Format.ISO2709, Format.MARCXML) for dialect in Dialect]


def _written(town: Town, file: Path, shape: TitleShape) -> Exported:
    with file.open("wb") as stream, town.library.look(actor=OPERATOR, place=town.place()) as look:
        *_, last = export_titles(look, stream, ALL, shape)
    return last


def _texts(file: Path, shape: TitleShape) -> list[str]:
    with file.open("rb") as stream:
        reads = list(read_records(stream, format=shape.format, encoding=Encoding.UTF_8, dialect=shape.dialect))
    assert all(isinstance(one, Good) for one in reads)
    fields = [field for one in reads if isinstance(one, Good) for field in one.record.fields]
    return [text for field in fields for text in (field.value, *(text for _, text in field.subfields))]


def _table(file: Path) -> TitleSettings:
    return settings_for(found_out(file))


@pytest.mark.parametrize("shape", SHAPES)
def test_what_steers_in_a_table_stays_outside(town: Town, tmp_path: Path, shape: TitleShape) -> None:
    file = tmp_path / "titles.csv"
    rows = 'number,title,names,publisher,note,summary\nt1,呐\x1b[31m喊\t集,鲁\x07迅,人民\x85,"一\r\n\x0b二","甲\n乙"\n'
    file.write_bytes(rows.encode())
    assert read_whole(town, file, _table(file)).counts.added == 1
    about = town.look(titles.show_title, number="t1").about
    assert (about.title, about.names[0].name, about.publisher) == ("呐[31m喊 集", "鲁迅", "人民")
    assert (about.note, about.summary) == ("一\n二", "甲 乙")
    out = tmp_path / "out"
    assert _written(town, out, shape).bad == 0
    assert {"甲 乙", "一", "二"} <= set(_texts(out, shape))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_record_with_control_characters_goes_out_without_them(town: Town, tmp_path: Path, shape: TitleShape) -> None:
    record = book("c1", "呐\x07喊", copies=[Holding("B101", volume="上\x0b")])
    odd = (data("300", "  ", "$a有\n插图"), data("999", "  ", "$a别\x02家"))
    file = file_of(tmp_path, [msgspec.structs.replace(record, fields=(*record.fields, *odd))])
    assert read_whole(town, file).counts.added == 1
    assert town.look(titles.show_title, number="c1").about.title == "呐喊"
    out = tmp_path / "out"
    done = _written(town, out, shape)
    assert (done.bad, done.copies > 0) == (0, True)
    texts = _texts(out, shape)
    assert "呐喊" in {text.rstrip(" /") for text in texts}
    assert ("别家" in texts) == (shape.dialect is Dialect.CNMARC)


@pytest.mark.parametrize("shape", SHAPES)
def test_what_somebody_typed_in_several_lines_goes_out(town: Town, tmp_path: Path, shape: TitleShape) -> None:
    town.act(add_title, by=OPERATOR, about=Description(title="呐喊", summary="甲\n乙", publisher="人民\t文学"))
    out = tmp_path / "out"
    assert _written(town, out, shape).bad == 0
    assert {"甲 乙", "人民 文学"} <= {text.rstrip(",") for text in _texts(out, shape)}
