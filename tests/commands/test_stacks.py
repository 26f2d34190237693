"""Stacks and shelves on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, update

from db.places import Scheme
from db.tables import ITEM, LOCATION
from libops.catalogue.call_numbers.schemes import shelf_key
from libops.cli.exit_codes import ExitCode
from tests.commands.program import BOOK, CLERK, Program
from tests.stack_files import bay, write

LITERATURE = "C-3F-LIT"
BAYS = (
    bay("C301", 1, "A", "I", LITERATURE),
    bay("C302", 2, "I", "J", LITERATURE, face="R"),
    bay("C303", 3, "J", "", LITERATURE, status="closed"),
    bay("FLAT", 9, collection=""),
)


@pytest.fixture
def keyed(library: Program, sample_url: str) -> Program:
    """The sample library, whose items at one location have the keys of their call numbers."""
    engine = create_engine(sample_url.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.begin() as connection:
        at = connection.execute(select(LOCATION.c.id).where(LOCATION.c.code == LITERATURE)).scalar_one()
        for number in connection.execute(
            select(ITEM.c.call_number).where(ITEM.c.location_id == at).distinct()
        ).scalars():
            key = shelf_key(Scheme.CLC, number)
            changed = update(ITEM).where(ITEM.c.location_id == at, ITEM.c.call_number == number).values(shelf_key=key)
            connection.execute(changed)
    engine.dispose()
    return library


def test_stack_files_are_checked_loaded_and_shown(keyed: Program, tmp_path: Path) -> None:
    folder = str(write(tmp_path / "stack", BAYS))

    before = keyed.json("stack", "show", "--branch", "C").json
    checked = keyed.json("stack", "check", folder, "--branch", "C")
    assert keyed.json("stack", "show", "--branch", "C").json == before
    loaded = keyed.json("stack", "load", folder, "--branch", "C")
    shown = keyed.json("stack", "show", "--branch", "C")

    assert (checked.json["added"], checked.json["removed"]) == (4, 82)
    assert (loaded.json["added"], loaded.json["kept"]) == (4, 0)
    assert shown.json["filling"] == checked.json["filling"]
    said = keyed.run("stack", "show", "--branch", "C")
    assert "2 floors" in said.out
    assert "C302" in said.out
    assert keyed.run("stack", "check", folder, "--branch", "C").out.count("4 stay") == 1


def test_files_that_do_not_fit_are_told_row_by_row_and_change_nothing(keyed: Program, tmp_path: Path) -> None:
    folder = str(write(tmp_path / "stack", (bay("B1", 1, "A", "B", LITERATURE), bay("B2", 2, "C", "", "N-2F-LIT"))))

    before = keyed.json("stack", "show", "--branch", "C").json
    for command in ("check", "load"):
        ran = keyed.json("stack", command, folder, "--branch", "C")
        assert ran.code == ExitCode.BAD_INPUT
        assert "bays.csv, row 3: collection: this branch has no N-2F-LIT" in ran.trouble.message
    assert keyed.json("stack", "show", "--branch", "C").json == before


def test_a_clerk_may_not_load_a_stack(keyed: Program, tmp_path: Path) -> None:
    folder = str(write(tmp_path / "stack", BAYS))
    badge, pin = CLERK
    keyed.set(LIBOPS_PIN=pin)

    assert keyed.json("stack", "load", folder, "--branch", "C", "--as", badge).refused == ["permission.missing"]


def test_items_without_a_place_are_listed_with_the_reason(keyed: Program, tmp_path: Path) -> None:
    keyed.run("stack", "load", str(write(tmp_path / "stack", BAYS)), "--branch", "C")

    first = keyed.json("stack", "unplaced", "--branch", "C", "--limit", "2").page
    assert first.next == first.results[1]["barcode"]
    second = keyed.json("stack", "unplaced", "--branch", "C", "--limit", "2", "--after", str(first.next)).page

    reasons = {row["why"] for row in (*first.results, *second.results)}
    assert reasons <= {"no_location", "no_call_number", "no_range", "closed", "unreadable"}
    assert str(second.results[0]["barcode"]) > str(first.next)
    assert "call number" in keyed.run("stack", "unplaced", "--branch", "C").out


def test_the_shelf_is_browsed_around_a_call_number_and_on(keyed: Program, tmp_path: Path) -> None:
    keyed.run("stack", "load", str(write(tmp_path / "stack", BAYS)), "--branch", "C")

    found = keyed.json("shelf", "browse", "I242.4/C118", "--location", LITERATURE, "--branch", "C", "--limit", "2").json

    after, before = found["after"], found["before"]
    assert isinstance(after, list)
    assert isinstance(before, list)
    assert after[0]["call_number"] == "I242.4/C118"
    assert after[0]["bay"]["code"] == "C302"
    assert len(after) == len(before) == 2
    going = ("--location", LITERATURE, "--branch", "C", "--limit", "2", "--from", str(found["later"]))
    further = keyed.json("shelf", "browse", *going).json["after"]
    assert isinstance(further, list)
    assert len({row["barcode"] for row in (*before, *after, *further)}) == 6
    assert keyed.json("shelf", "browse").refused == ["search.empty"]
    said = keyed.run("shelf", "browse", BOOK)
    assert "→" in said.out
    assert LITERATURE in said.out


def test_labels_are_written_for_bays_and_spines(keyed: Program, tmp_path: Path) -> None:
    keyed.run("stack", "load", str(write(tmp_path / "stack", BAYS)), "--branch", "C")

    labels = keyed.run("shelf", "label", "--branch", "C", "--location", LITERATURE)
    assert [one for one in labels.out.splitlines() if "–" in one] == [
        f"{LITERATURE}  A – I",
        f"{LITERATURE}  I – J",
        f"{LITERATURE}  J – …",
    ]
    assert keyed.json("shelf", "label", "--branch", "C", "--bay", "FLAT").page.results[0]["cn_from"] == ""
    assert keyed.json("shelf", "label", "--branch", "C", "--bay", "NONE").refused == ["stack.no_bay"]
    spine = keyed.json("item", "spine", BOOK).page.results[0]
    assert spine["lines"] == ["I242.4", "C118"]
    assert keyed.run("item", "spine", BOOK).out.split() == [BOOK, "I242.4", "C118"]
    assert keyed.json("item", "spine", BOOK, "B0").code == ExitCode.REFUSED
