"""``libops import``: sample records checked, rehearsed, read in; their faults as files that are mended and read in."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import msgspec
import pytest

from tests.commands.program import CLERK, Program

RECORDS = Path(__file__).parents[2] / "sample_data" / "records"


def _copy(name: str, folder: Path) -> str:
    return str(shutil.copy(RECORDS / name, folder / name))


@pytest.mark.parametrize(
    ("name", "seems", "records"),
    [
        ("new_books.cnmarc.mrc", ("iso2709", "cnmarc", "gb18030"), 8),
        ("new_books.marc21.mrc", ("iso2709", "marc21", "utf-8"), 5),
        ("new_books.xml", ("marcxml", "cnmarc", "utf-8"), 3),
    ],
)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_sample_records_are_known_and_go_in_whole(
    library: Program, tmp_path: Path, name: str, seems: tuple[str, str, str], records: int
) -> None:
    file = _copy(name, tmp_path)
    found = library.json("import", "check", file).json
    assert (found["format"], found["dialect"], found["encoding"]) == seems
    assert (found["good"], found["bad"]) == (records, 0)
    dry = library.json("import", "titles", file, "--dry-run").json
    assert (dry["added"], dry["items_added"]) == (records, found["copies"])
    done = library.json("import", "titles", file).json
    assert (done["added"], done["items_added"], done["faults"]) == (records, found["copies"], None)
    assert library.json("import", "titles", file).json["same"] == records


def test_what_is_damaged_is_written_beside_the_file_and_goes_in_once_mended(library: Program, tmp_path: Path) -> None:
    file = _copy("damaged.mrc", tmp_path)
    done = library.json("import", "titles", file).json
    assert int(str(done["bad"])) + int(str(done["added"])) == done["records"]
    bad, why = Path(str(done["faults"])), Path(str(done["reasons"]))
    assert (bad.name, why.name) == ("damaged.bad.mrc", "damaged.bad.csv")
    rows = list(csv.DictReader(io.StringIO(why.read_text("utf-8-sig"))))
    assert {"code.check_digit", "copy.no_branch", "record.empty", "import.no_title"} <= {row["code"] for row in rows}
    whole = Path(file).read_bytes()
    assert all(whole[int(row["offset"]) :][:5] in bad.read_bytes() for row in rows)
    mended = tmp_path / "mended.mrc"
    mended.write_bytes(bad.read_bytes().replace(b"MOON", b"C   "))
    again = library.json("import", "titles", str(mended)).json
    assert (again["added"], again["bad"]) == (1, int(str(done["bad"])) - 1)
    assert library.json("import", "titles", file).json["faults"] == str(tmp_path / "damaged.bad-2.mrc")


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_imports_are_listed_shown_and_their_faults_told(library: Program, tmp_path: Path) -> None:
    file = _copy("damaged.mrc", tmp_path)
    number = str(library.json("import", "titles", file).json["import"])
    assert library.json("import", "list").page.results[0]["file"] == "damaged.mrc"
    shown = library.json("import", "show", number).json
    faults = library.json("import", "faults", number).page.results
    assert shown["faults"] == faults
    assert "damaged.mrc" in library.run("import", "show", number).out
    to = tmp_path / "again.mrc"
    assert library.json("import", "faults", number, "--to", str(to)).code == 0
    assert to.read_bytes() == (tmp_path / "damaged.bad.mrc").read_bytes()
    assert library.run("import", "faults", number, "--to", str(to)).code == 6
    assert library.json("import", "show", "99").refused == ["import.unknown"]
    assert library.run("import", "end", number).code == 0


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_look_at_a_file_tells_bad_barcodes_and_what_to_do_and_what_only_a_rehearsal_sees(
    library: Program, tmp_path: Path
) -> None:
    file = _copy("damaged.mrc", tmp_path)
    found = library.json("import", "check", file).json
    dry = library.json("import", "titles", file, "--dry-run").json
    faults = msgspec.convert(found["faults"], list[dict[str, object]])
    codes = {reason["code"] for fault in faults for reason in msgspec.convert(fault["reasons"], list[dict[str, str]])}
    assert "code.check_digit" in codes
    # The branch MOON is known to be none only where there is a library.
    assert (found["records"], int(str(found["bad"])) + 1) == (dry["records"], dry["bad"])
    said = library.run("import", "check", file)
    assert "The record has no title (245 or 200 $a).\n        Add one, or leave the record out.\n" in said.out
    assert "--dry-run" in said.err


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_branches_that_are_not_here_are_told_once_with_what_to_do(library: Program, tmp_path: Path) -> None:
    whole = (RECORDS / "new_books.xml").read_text("utf-8")
    file, mapping = tmp_path / "elsewhere.xml", tmp_path / "mapping.toml"
    file.write_text(whole.replace('<subfield code="a">C</subfield>', '<subfield code="a">MOON</subfield>'), "utf-8")
    bad = library.json("import", "titles", str(file), "--dry-run").json["bad"]
    for options in (["--dry-run"], []):
        told = library.run("import", "titles", str(file), *options).out
        assert f"{bad} records name branches that are not here: MOON.\n" in told
        assert told.count("--no-copies") == 1
    items = tmp_path / "items.csv"
    items.write_text("barcode,title,branch\n39999000000013,T0001,MOON\n", "utf-8")
    assert "--branch" in library.run("import", "items", str(items), "--dry-run").out
    usual = (RECORDS.parents[1] / "libops/catalogue/marc/holdings_cnmarc.toml").read_text("utf-8")
    mapping.write_text(usual.replace("[branch]", '[branch]\nMOON = "C"'), "utf-8")
    mended = library.json("import", "titles", str(file), "--mapping", str(mapping)).json
    assert (mended["added"], mended["same"], mended["bad"]) == (bad, 3 - int(str(bad)), 0)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_rehearsal_tells_every_difference_as_lines(library: Program, tmp_path: Path) -> None:
    file = _copy("new_books.cnmarc.mrc", tmp_path)
    before = library.json("import", "list").page.results
    ran = library.run("import", "titles", file, "--lines")
    told = [msgspec.json.decode(line) for line in ran.out.splitlines()]
    assert [one["place"] for one in told] == list(range(1, 9))
    assert {field["name"] for field in told[0]["fields"]} >= {"title", "publisher", "clc"}
    words = library.run("import", "titles", file, "--dry-run", "--branch", "C").out
    assert "千里江山图" in words
    assert "+ names: 孙甘露 (author)\n" in words
    assert "price: CN¥45.00" in words
    assert "[" not in words
    assert library.json("import", "list").page.results == before


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_tables_of_items_and_patrons_go_in(library: Program, tmp_path: Path) -> None:
    items, patrons = tmp_path / "items.csv", tmp_path / "patrons.csv"
    assert library.run("export", "items", str(items), "--number", "T0001").code == 0
    text = items.read_text("utf-8-sig").replace(",,,,\n", ",,worn,,\n").replace(",,,,\r\n", ",,worn,,\r\n")
    items.write_text(text, "gb18030")
    done = library.json("import", "items", str(items)).json
    assert done["changed"] == done["records"]
    patrons.write_text("number,name,category,branch\nP20990001,王新,teacher,C\nP20990002,,teacher,C\n", "utf-8")
    assert library.json("import", "patrons", str(patrons), "--dry-run").json["added"] == 1
    told = library.json("import", "patrons", str(patrons)).json
    assert (told["added"], told["bad"]) == (1, 1)
    bad = Path(str(told["faults"]))
    assert bad.read_text("utf-8-sig").splitlines() == ["number,name,category,branch", "P20990002,,teacher,C"]
    assert library.json("import", "items", _copy("new_books.xml", tmp_path)).refused == ["import.no_table"]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_who_lends_books_may_not_read_files_in(library: Program, tmp_path: Path) -> None:
    badge, pin = CLERK
    library.set(LIBOPS_PIN=pin)
    file = _copy("new_books.xml", tmp_path)
    assert library.json("import", "titles", file, "--as", badge).refused == ["permission.missing"]
    assert library.run("import", "titles", file, "--match", "guess").code == 2
    assert library.json("import", "titles", file, "--branch", "MOON").refused == ["copy.no_branch"]
