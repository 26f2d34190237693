"""``libops export``: the sample library's titles, items and patrons as files, which appear whole and replace none."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.commands.program import CLERK, Program


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("some.mrc", ("--dialect", "marc21", "--encoding", "gb18030")),
        ("some.xml", ("--dialect", "cnmarc")),
        ("some.csv", ()),
    ],
)
def test_titles_go_out_and_come_in_again_the_same(
    library: Program, tmp_path: Path, name: str, options: tuple[str, ...]
) -> None:
    file = tmp_path / name
    done = library.json("export", "titles", str(file), *options, "--location", "C-3F-LIT").json
    assert int(str(done["titles"])) > 100
    assert (done["bad"], done["left_out"]) == (0, [])
    again = library.json("import", "titles", str(file)).json
    assert (again["same"], again["records"]) == (done["titles"], done["titles"])


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_no_file_is_replaced_and_only_its_owner_reads_it(library: Program, tmp_path: Path) -> None:
    file = tmp_path / "patrons.csv"
    assert library.json("export", "patrons", str(file)).json["rows"] == 300
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert library.run("export", "patrons", str(file)).code == 6
    assert library.json("import", "patrons", str(file)).json["same"] == 300
    assert [found.name for found in tmp_path.iterdir() if found.name.startswith(".")] == []
    nowhere = tmp_path / "no" / "folder"
    told = library.json("export", "patrons", str(nowhere / "patrons.csv"))
    assert (told.code, told.trouble.message) == (6, f"The folder {nowhere} does not exist.")
    too_long = tmp_path / ("x" * 250)
    told = library.json("export", "patrons", str(too_long))
    assert (told.code, str(too_long) in told.trouble.message, ".part" in told.trouble.message) == (6, True, False)
    before = library.json("import", "list").page.results
    told = library.json("import", "patrons", str(file), "--faults", str(nowhere / "faults.csv"))
    assert (told.code, library.json("import", "list").page.results) == (6, before)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_cannot_be_chosen_or_written_is_refused(library: Program, tmp_path: Path) -> None:
    file = str(tmp_path / "none.xml")
    assert library.json("export", "titles", file, "--encoding", "gb18030").refused == ["export.encoding"]
    assert library.json("export", "titles", file, "--number", "nobody").refused == ["title.unknown"]
    assert library.run("export", "titles", file, "--since", "yesterday").code == 2
    badge, pin = CLERK
    library.set(LIBOPS_PIN=pin)
    assert library.json("export", "titles", file, "--as", badge).refused == ["permission.missing"]
    assert list(tmp_path.glob("*none*")) == []
