"""``libops policy`` and ``libops calendar``: rules and opening hours, looked at, changed, written, read, explained."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from tests.commands.program import BOOK, CHILD, CLERK, PATRON, SUPERVISOR, Program, Told

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
COMMANDS = (
    "policy list",
    "policy show",
    "policy set",
    "policy remove",
    "policy limits",
    "policy limit",
    "policy import",
    "policy export",
    "policy explain",
    "calendar show",
    "calendar set",
    "calendar open",
    "calendar close",
    "calendar clear",
    "calendar preview",
)


def rows(told: object) -> list[dict[str, object]]:
    """A list of rows in an answer."""
    assert isinstance(told, list)
    return [dict(row) for row in told]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_answers_in_json(program: Program, command: str) -> None:
    shown = program.run(*command.split(), "--help")
    assert (shown.code, shown.err) == (0, "")
    assert "--json" in shown.out


def test_rules_are_listed_shown_changed_and_removed(library: Program) -> None:
    listed = library.json("policy", "list").json
    assert len(rows(listed["policies"])) == 16
    assert rows(listed["blocks"])[0] | {"id": 0} == {
        "id": 0,
        "category": None,
        "kind": "owes",
        "threshold": 2000,
        "stops_lending": True,
        "stops_renewing": True,
        "stops_holds": True,
    }
    scope = ("--category", "teacher", "--type", "book")
    assert library.json("policy", "show", *scope).json["period"] == 90
    changed = library.json("policy", "set", *scope, "period=45", "fine_amount=0.30").json
    row, was = changed["row"], changed["was"]
    assert isinstance(row, dict)
    assert isinstance(was, dict)
    assert (was["period"], row["period"], row["fine_amount"], row["category"]) == (90, 45, 30, "teacher")
    assert library.json("policy", "show", *scope).json == row
    assert library.json("policy", "remove", *scope).json == {"row": None, "was": row}
    assert library.json("policy", "show", *scope).refused == ["policy.no_row"]
    assert library.json("policy", "remove").refused == ["policy.fallback_stays"]
    assert library.json("doctor").page.results == []


def test_blocks_are_changed_by_the_same_commands(library: Program) -> None:
    block = ("--block", "owes")
    assert library.json("policy", "show", *block).json["threshold"] == 2000
    changed = library.json("policy", "set", *block, "--category", "child", "threshold=5", "stops_holds=no").json
    assert changed["was"] is None
    assert library.json("policy", "show", *block, "--category", "child").json["threshold"] == 500
    assert library.json("policy", "remove", *block, "--category", "child").json["row"] is None
    assert library.json("policy", "show", *block, "--category", "child").refused == ["block.no_row"]
    assert library.json("policy", "show", *block, "--branch", "C").trouble.kind == "usage"
    assert library.json("policy", "show", "--block", "moody").trouble.kind == "usage"


@ONE_ENGINE
def test_people_read_rules_in_tables_and_changes_in_words(library: Program) -> None:
    listed = library.run("policy", "list")
    heading, first = listed.out.splitlines()[:2]
    assert heading.split() == ["Branch", "Category", "Type", "Period", "Renewals", "Limit", "Fine", "Hold", "shelf"]
    assert first.split() == ["*", "*", "*", "30", "days", "1", "CN¥0.10", "each", "day", "3"]
    assert "reserve" in listed.out
    assert "money owed" in listed.out
    shown = library.run("policy", "show", "--type", "reserve").out
    assert ["period", "4", "loan", "period"] in [text.split() for text in shown.splitlines()]
    assert library.run("policy", "set", "--type", "reserve", "period=2").out == (
        "changed  * * reserve  period: 4 → 2\n"
    )
    assert library.run("policy", "set", "--type", "reserve", "period=2").out == "as before  * * reserve\n"
    assert library.run("policy", "set", "--branch", "N", "period=2").out == "added  N * *\n"
    assert library.run("policy", "remove", "--branch", "N").out == "removed  N * *\n"


@ONE_ENGINE
@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        (["period=soon"], ["rule.unreadable"]),
        (["periode=3"], ["rule.no_column"]),
        (["period=-3", "grace=9999"], ["rule.out_of_bounds", "rule.out_of_bounds"]),
        (["--branch", "X", "period=3"], ["rule.unknown_code"]),
        (["period_kind=fixed"], ["policy.fixed_needs_day"]),
    ],
)
def test_what_rules_cannot_say_is_refused_with_every_reason(
    library: Program, arguments: list[str], codes: list[str]
) -> None:
    told = library.json("policy", "set", *arguments)
    assert told.refused == codes
    assert all(reason.message and reason.remedy for reason in told.reasons)


@ONE_ENGINE
@pytest.mark.parametrize("arguments", [[], ["period"], ["=3"], ["period=3", "period=4"]])
def test_a_change_is_a_column_and_a_value_once(library: Program, arguments: list[str]) -> None:
    assert library.json("policy", "set", *arguments).trouble.kind == "usage"


def test_rules_are_exported_changed_and_imported(library: Program, tmp_path: Path) -> None:
    folder, file = tmp_path / "rules", tmp_path / "rules.toml"
    written = library.json("policy", "export", str(folder)).json
    assert written == {
        "policies": 16,
        "blocks": 7,
        "files": [str(folder / "policies.csv"), str(folder / "blocks.csv")],
    }
    assert library.json("policy", "export", str(file)).json["files"] == [str(file)]
    unchanged = {"policies": [], "blocks": [], "dry_run": False}
    for source in (folder, file, folder / "policies.csv"):
        assert library.json("policy", "import", str(source)).json == unchanged
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace('category = "teacher"\nitem_type = "book"', 'category = "teacher"', 1), encoding="utf-8"
    )
    before = library.json("policy", "list").out
    seen = library.json("policy", "import", str(file), "--dry-run").json
    assert (seen["dry_run"], [(row["was"] is None, row["row"] is None) for row in rows(seen["policies"])]) == (
        True,
        [(False, True), (True, False)],
    )
    assert library.json("policy", "list").out == before
    done = library.json("policy", "import", str(file), "--key", "once").json
    assert done == {**seen, "dry_run": False}
    assert library.json("policy", "import", str(file)).json == unchanged
    assert library.json("doctor").page.results == []


def test_a_file_that_cannot_be_used_is_told_with_every_row_and_changes_nothing(
    library: Program, tmp_path: Path
) -> None:
    library.json("policy", "export", str(tmp_path))
    policies = tmp_path / "policies.csv"
    text = policies.read_text(encoding="utf-8")
    policies.write_text(
        text.replace(",teacher,book,yes", ",tutor,book,ja").replace(",disc,", ",disk,"), encoding="utf-8"
    )
    before = library.json("policy", "list").out
    told = library.json("policy", "import", str(tmp_path))
    assert (told.code, told.trouble.kind) == (6, "file")
    for fault in (
        "row 6: item_type: there is no disk",
        "row 12: category: there is no tutor",
        "row 12: lendable: 'ja'",
    ):
        assert fault in told.trouble.message
    assert library.json("policy", "list").out == before
    assert library.json("policy", "import", str(tmp_path / "nothing.toml")).trouble.kind == "file"


@ONE_ENGINE
def test_an_export_goes_to_the_screen_or_to_a_new_file_and_overwrites_none(library: Program, tmp_path: Path) -> None:
    shown = library.run("policy", "export").out
    file = tmp_path / "rules.toml"
    assert library.run("policy", "export", str(file)).out == f"23 rows written to {file}.\n"
    assert file.read_text(encoding="utf-8") == shown
    assert library.json("policy", "export", str(file)).trouble.kind == "file"
    (tmp_path / "blocks.csv").touch()
    assert library.json("policy", "export", str(tmp_path)).trouble.kind == "file"
    assert not (tmp_path / "policies.csv").exists()


@ONE_ENGINE
def test_an_export_to_one_csv_file_is_refused_and_a_dash_is_the_screen(library: Program, tmp_path: Path) -> None:
    refused = library.run("policy", "export", str(tmp_path / "rules.csv"))
    assert (refused.code, refused.out) == (6, "")
    assert "rules.csv: loan rules and blocks are two CSV files; name a folder for them" in refused.err
    assert list(tmp_path.glob("*.csv")) == []
    assert library.run("policy", "export", "-").out == library.run("policy", "export").out
    assert not Path("-").exists()


@ONE_ENGINE
def test_faults_of_a_file_are_one_sentence_in_either_language(library: Program, tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text("[[policy]]\nperiod = -1\nlendable = true\n", encoding="utf-8")
    told = library.run("policy", "import", str(file)).err
    assert "row 1: renewals is empty; rules.toml [[policy]], row 1: " in told
    library.set(LIBOPS_LANGUAGE="zh")
    told = library.run("policy", "import", str(file)).err
    assert "；rules.toml [[policy]] 第 1 行：" in told
    assert "。；" not in told
    assert "; " not in told
    file.write_text("policy = 3\n", encoding="utf-8")
    assert "rules.toml：policy：每一行都以 [[policy]] 开头" in library.run("policy", "import", str(file)).err


@ONE_ENGINE
def test_an_import_says_in_words_what_changes(library: Program, tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    library.run("policy", "export", str(file))
    told = library.run("policy", "import", str(file))
    assert (told.out, told.err) == ("", "These rules stand already.\n")
    file.write_text(file.read_text(encoding="utf-8").replace("period = 30", "period = 28", 1), encoding="utf-8")
    told = library.run("policy", "import", str(file), "--dry-run")
    assert (told.out, told.err) == ("changed  * * *  period: 30 → 28\n", "1 row would change.\n")
    assert library.run("policy", "import", str(file)).err == "1 row changed.\n"


def test_a_patron_and_an_item_are_explained(library: Program) -> None:
    found = library.json("policy", "explain", PATRON, BOOK).json
    assert (found["wished"], found["allowed"], found["reasons"]) == ("check_out", True, [])
    fitting = rows(found["rows"])
    assert [row["names"] for row in fitting] == [["category", "item_type"], []]
    assert library.json("loan", "out", PATRON, BOOK).json["due_at"] == found["due_at"]
    refused = library.json("policy", "explain", CHILD, BOOK).json
    (reason,) = rows(refused["reasons"])
    assert (refused["allowed"], reason["code"], reason["override"]) == (False, "item.on_loan", None)
    assert str(reason["message"]).startswith("The item is on loan to another patron until")
    assert library.json("policy", "explain", PATRON, "39999999999996").refused == ["item.unknown"]


@ONE_ENGINE
def test_an_explanation_is_told_in_words(library: Program) -> None:
    told = library.run("policy", "explain", PATRON, BOOK).out
    for words in ("It would be lent.", "due ", "→", "teacher", "Blocks:", "loans in all: 0 of 40, 40 free", "grace 3"):
        assert words in told
    library.run("loan", "out", PATRON, BOOK)
    told = library.run("policy", "explain", PATRON, BOOK).out
    assert "lent or renewed just now: scanned again it stays as it is.  due " in told
    assert "If it were renewed now, it would be due " in told
    library.json("policy", "set", "--category", "teacher", "--type", "book", "renewals=0")
    told = library.run("policy", "explain", PATRON, BOOK).out
    assert "If it were to be renewed now, that would be refused:\n  The loan was renewed 0 times" in told
    told_apart = msgspec.convert(library.json("policy", "explain", PATRON, BOOK).json["if_renewed"], Told)
    (reason,) = rows(told_apart["reasons"])
    assert (reason["code"], bool(reason["message"])) == ("renewal.exhausted", True)
    assert "It would be refused." in library.run("policy", "explain", CHILD, BOOK).out


@ONE_ENGINE
def test_all_that_the_rules_say_of_a_loan_is_explained(library: Program) -> None:
    library.json("policy", "set", "--category", "teacher", "--type", "book", "renew_before=5", "closed_due=back")
    told = library.run("policy", "explain", PATRON, BOOK).out.splitlines()
    assert "3 renewals  counted from the due date  not earlier than 5 days before it is due" in told
    assert "on a closed day it falls due on the open day before" in told
    assert (
        "lost after 90 days overdue  CN¥50.00 without a price  processing fee CN¥5.00  given back within 30 days"
        in told
    )
    library.json(
        "policy", "set", "--category", "teacher", "--type", "book", "renew_before=", "lost_after=", "refund_days="
    )
    told = library.run("policy", "explain", PATRON, BOOK).out.splitlines()
    assert "3 renewals  counted from the due date  at any time" in told
    assert any(line.startswith("never counts as lost by itself") and line.endswith("not given back") for line in told)


def test_who_may_not_change_rules_is_refused_and_the_supervisor_is_not(library: Program) -> None:
    library.set(LIBOPS_BADGE=CLERK[0], LIBOPS_PIN=CLERK[1])
    assert library.json("policy", "set", "period=1").refused == ["permission.missing"]
    assert library.json("calendar", "close", "C", "2999-01-01").refused == ["permission.missing"]
    assert len(rows(library.json("policy", "list").json["policies"])) == 16
    library.set(LIBOPS_BADGE=SUPERVISOR[0], LIBOPS_PIN=SUPERVISOR[1])
    assert library.json("policy", "set", "period=1").code == 0


def test_what_categories_may_have_is_listed_and_changed(library: Program) -> None:
    listed = library.json("policy", "limits").page.results
    assert [(row["code"], row["loans_limit"]) for row in listed][:2] == [("undergraduate", 15), ("postgraduate", 25)]
    changed = library.json("policy", "limit", "child", "loans_limit=0", "deposit=50").json
    row, was = changed["row"], changed["was"]
    assert isinstance(row, dict)
    assert isinstance(was, dict)
    assert (was["loans_limit"], row["loans_limit"], row["holds_limit"], row["deposit"]) == (5, 0, 3, 5000)
    refused = library.json("loan", "out", CHILD, BOOK).refused
    assert "patron.loans_limit" in refused
    assert "patron.deposit" in refused
    assert library.json("policy", "limit", "child", "loans_limit=many").refused == ["rule.unreadable"]
    assert library.json("policy", "limit", "visitor", "loans_limit=1").refused == ["rule.empty", "rule.empty"]
    told = library.run("policy", "limit", "visitor", "loans_limit=1", "name_zh=访客", "name_en=Visitor")
    assert told.out == "added  visitor\n"
    assert library.run("policy", "limit", "visitor", "months=1").out == "changed  visitor  months: 12 → 1\n"
    assert library.run("policy", "limit", "visitor", "months=1").out == "as before  visitor\n"
    assert "visitor" in library.run("policy", "limits").out
    assert library.json("policy", "set", "--category", "visitor", "period=3").code == 0
    assert library.json("doctor").page.results == []


def test_a_calendar_is_shown_set_opened_and_cleared(library: Program) -> None:
    shown = library.json("calendar", "show", "N").json
    week = rows(shown["week"])
    assert week[0] == {"day": "mon", "opens": None, "closes": None}
    assert week[1] == {"day": "tue", "opens": "08:30", "closes": "21:00"}
    moved = library.json("calendar", "set", "N", "mon,tue", "10:00-26:00").json
    assert (moved["branch_code"], moved["loans"], moved["moves"]) == ("N", 0, [])
    assert rows(library.json("calendar", "show", "N").json["week"])[0]["closes"] == "26:00"
    library.json("calendar", "set", "N", "tue", "closed")
    assert rows(library.json("calendar", "show", "N").json["week"])[1]["opens"] is None
    library.json("calendar", "open", "N", "2030-01-01", "10:00-12:00", "--to", "2030-01-02", "--note-en", "New Year")
    dates = rows(library.json("calendar", "show", "N", "--from", "2030-01-01", "--to", "2030-12-31").json["dates"])
    assert [(day["day"], day["opens"], day["note_en"]) for day in dates] == [
        ("2030-01-01", "10:00", "New Year"),
        ("2030-01-02", "10:00", "New Year"),
    ]
    library.json("calendar", "clear", "N", "2030-01-01", "--to", "2030-01-02")
    assert library.json("calendar", "clear", "N", "2030-01-01").refused == ["calendar.as_usual"]
    assert library.json("doctor").page.results == []


def test_closing_a_day_moves_what_the_preview_said(library: Program) -> None:
    lent = library.json("loan", "out", PATRON, BOOK, "--at", "C1").json
    day = str(lent["due_on"])
    seen = library.json("calendar", "preview", "C", day).json
    assert (seen["loans"], seen["holds"]) == (1, 0)
    (sample,) = rows(seen["sample"])
    assert (sample["barcode"], sample["was_due_at"], sample["was_due_on"]) == (BOOK, lent["due_at"], day)
    closed = library.json("calendar", "close", "C", day, "--note-zh", "停电", "--note-en", "Power cut").json
    assert (closed["loans"], closed["moves"]) == (1, seen["moves"])
    shown = library.json("item", "show", BOOK).json["loan"]
    assert isinstance(shown, dict)
    assert date.fromisoformat(shown["due_on"]) > date.fromisoformat(day)
    assert library.json("doctor").page.results == []


def test_every_change_of_hours_is_previewed_and_changes_nothing(library: Program) -> None:
    due = date.fromisoformat(str(library.json("loan", "out", PATRON, BOOK, "--at", "C1").json["due_on"]))
    day, weekday = str(due), ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[due.weekday()]
    before = library.json("calendar", "show", "C").json
    for change, loans in (
        (("set", "C", weekday, "closed"), 1),
        (("close", "C", day), 1),
        (("open", "C", day, "10:00-11:00"), 0),
    ):
        seen = library.json("calendar", *change, "--preview").json
        assert seen["loans"] == loans, change
    assert library.json("calendar", "clear", "C", day, "--preview").refused == ["calendar.as_usual"]
    assert library.json("calendar", "show", "C").json == before
    told = library.run("calendar", "set", "C", weekday, "closed", "--preview").out
    assert "Would move:  1 due date, 0 hold-shelf times" in told
    assert " on\n" in told.splitlines(keepends=True)[0]
    moved = library.json("calendar", "set", "C", weekday, "closed").json
    assert moved["loans"] == 1


@ONE_ENGINE
def test_a_calendar_is_told_in_words(library: Program) -> None:
    shown = library.run("calendar", "show", "N").out
    assert shown.startswith("North Campus Library  N  Asia/Shanghai\n")
    assert ["Monday", "closed"] in [text.split() for text in shown.splitlines()]
    day = str(library.json("loan", "out", PATRON, BOOK, "--at", "C1").json["due_on"])
    seen = library.run("calendar", "preview", "C", day).out
    assert "Would move:  1 due date, 0 hold-shelf times" in seen
    assert BOOK in seen
    closed = library.run("calendar", "close", "C", day).out
    assert closed.startswith("Changed.  C  1 due date, 0 hold-shelf times\n")
    later = str(date.fromisoformat(day) + timedelta(days=3000))
    nothing = "Nothing falls due at another time because of it.\n"
    assert library.run("calendar", "preview", "C", later).out.endswith(nothing)
    assert library.run("calendar", "close", "C", later).out == (
        "Changed.  C  Nothing falls due at another time because of it.\n"
    )


@ONE_ENGINE
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["close", "C", "tomorrow"], "a day such as"),
        (["close", "C", "2027-01-01", "--to", "2027-13-01"], "a day such as"),
        (["close", "C", "2027-01-02", "--to", "2027-01-01"], "no days of a calendar"),
        (["open", "C", "2027-01-01", "late"], "Hours late to — cannot be"),
        (["open", "C", "2027-01-01", "09:00-08:00"], "Hours 09:00 to 08:00 cannot be"),
        (["set", "C", "someday", "closed"], "someday is no weekday"),
        (["show", "X"], "no desk or branch called X"),
    ],
)
def test_a_day_or_hours_that_cannot_be_are_told(library: Program, arguments: list[str], words: str) -> None:
    told = library.run("calendar", *arguments)
    assert told.code in (2, 3)
    assert words in told.err
