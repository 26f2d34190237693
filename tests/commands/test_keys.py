"""``libops keys``, and that no console opens with keys that it would not go by."""

from __future__ import annotations

import msgspec
import pytest

from libops.i18n import Language
from tests.commands.program import Program


def settings_file(program: Program, text: str) -> None:
    program.home.mkdir(parents=True, exist_ok=True)
    (program.home / "config.toml").write_text(text, encoding="utf-8")


def test_every_key_is_listed_with_its_name_and_where_it_does_what(program: Program) -> None:
    rows = {str(one["id"]): one for one in program.json("keys", "list").page.results}
    assert rows["desk.account"] == {
        "id": "desk.account",
        "key": "F4",
        "usual_key": "F4",
        "label": "account",
        "does": "Show the whole account: loans, holds, money.",
        "where": ["desk"],
        "fixed": False,
    }
    assert rows["account.renew"]["key"] == "R"
    assert rows["list.open"]["fixed"] is True
    assert "desk.account" in program.run("keys", "list").out


@pytest.mark.parametrize("table", ['[keys]\ndesk.account = "ctrl+t"\n', '[keys]\n"desk.account" = "^T"\n'])
def test_a_key_of_the_settings_file_is_used_with_quotes_round_its_name_and_without(
    program: Program, table: str
) -> None:
    settings_file(program, table)
    (row,) = (one for one in program.json("keys", "list").page.results if one["id"] == "desk.account")
    assert (row["key"], row["usual_key"]) == ("Ctrl+T", "F4")
    checked = program.run("keys", "check")
    assert (checked.code, checked.out) == (0, "1 key is changed, and can be used.\n")


def test_with_no_key_changed_there_is_nothing_to_check(program: Program) -> None:
    checked = program.run("keys", "check")
    assert (checked.code, checked.out) == (0, "No key is changed.\n")


def test_what_is_wrong_is_said_key_by_key_and_by_the_exit_code(program: Program) -> None:
    settings_file(program, '[keys]\ndesk.acount = "f5"\nany.help = "h"\n')
    checked = program.run("keys", "check")
    assert checked.code == 6
    assert checked.out.splitlines() == [
        "desk.acount: nothing has this name. Write desk.account if that is meant; libops keys list has them all.",
        "any.help: a scan can send H (desk). Take a function key, or Ctrl and a letter.",
    ]
    asked = program.json("keys", "check")
    assert asked.code == 6
    assert [(one["id"], one["key"]) for one in msgspec.convert(asked.json["faults"], list[dict[str, str]])] == [
        ("desk.acount", "f5"),
        ("any.help", "h"),
    ]


def test_a_console_with_keys_that_cannot_be_used_does_not_open_and_says_how_to_mend_it(program: Program) -> None:
    settings_file(program, '[keys]\ndesk.account = "f9"\n')
    told = program.run("console")
    assert (told.code, told.out) == (6, "")
    assert told.err.splitlines() == [
        "Not done: The settings cannot be used: "
        "desk.account and desk.done would both be on F9 (desk). Give one of them another key.",
        f"  Correct them in the environment or in {program.home / 'config.toml'}.",
    ]


def test_a_list_of_keys_is_given_also_where_those_of_the_settings_are_wrong(program: Program) -> None:
    settings_file(program, '[keys]\ndesk.account = "f9"\n')
    listed = program.run("keys", "list")
    assert listed.code == 0
    assert "libops keys check" in listed.err
    assert "desk.account" in listed.out


def test_a_key_that_is_no_text_is_told_by_its_name(program: Program) -> None:
    settings_file(program, "[keys]\ndesk.account = 5\n")
    told = program.run("keys", "check")
    assert told.code == 6
    assert "desk.account: a text in quotation marks is needed." in told.err


def test_keys_may_be_set_in_the_environment_and_speak_chinese(program: Program) -> None:
    program.set(LIBOPS_KEYS='{"desk.account": "f9"}', LIBOPS_LANGUAGE="zh")
    checked = program.run("keys", "check")
    assert checked.code == 6
    assert "desk.account" in checked.out
    assert "would both" not in checked.out
    program.set(LIBOPS_KEYS='{"desk.account": "ctrl+t"}')
    said = Language("zh").count("{n} key is changed, and can be used.", "{n} keys are changed, and can be used.", 1)
    assert program.run("keys", "check").out == said + "\n"


def test_movement_by_letters_shows_in_the_list_and_another_way_to_move_is_told(program: Program) -> None:
    settings_file(program, 'movement = "vim"\n')
    rows = {str(one["id"]): one for one in program.json("keys", "list").page.results}
    assert (rows["dialog.down"]["key"], rows["dialog.last"]["key"]) == ("↑ ↓ j k", "End G")
    assert (rows["account.renew_card"]["key"], rows["account.renew_card"]["usual_key"]) == ("V", "K")
    settings_file(program, 'movement = "vim"\n[keys]\naccount.hold = "j"\n')
    assert program.run("keys", "check").out == (
        "account.hold and dialog.down would both be on J (account). Give one of them another key.\n"
    )
    settings_file(program, 'movement = "emacs"\n')
    told = program.run("console")
    assert told.code == 6
    assert "movement: one of: plain, vim." in told.err


def test_a_library_to_practise_in_goes_by_the_same_keys(program: Program) -> None:
    settings_file(program, '[keys]\ndesk.account = "f9"\n')
    told = program.run("train")
    assert told.code == 6
    assert "desk.account and desk.done would both be on F9" in told.err
