"""Help, usage and languages; what is loaded before a command is known."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from typer import Typer

from db.catalogue import ItemStatus
from db.people import Role
from libops.cli.exit_codes import MEANINGS, ExitCode
from libops.cli.main import app
from libops.cli.options import LARGEST_PAGE
from libops.i18n import Language
from libops.pages import MOST
from tests.commands.program import BOOK, PATRON, Program

CHINESE = Language("zh")
HEAVY = {
    "alembic",
    "argon2",
    "babel",
    "db",
    "devices",
    "msgspec",
    "psycopg",
    "screens",
    "serial",
    "sqlalchemy",
    "sqlmodel",
    "structlog",
    "textual",
}
COMMANDS = (
    "init",
    "console",
    "demo",
    "train",
    "undo",
    "nightly",
    "serve",
    "doctor",
    "loan out",
    "loan in",
    "loan renew",
    "loan renew-all",
    "patron list",
    "patron show",
    "patron alike",
    "patron register",
    "patron change",
    "patron renew",
    "patron block",
    "patron unblock",
    "patron merge",
    "hold place",
    "hold recall",
    "hold cancel",
    "hold pickup",
    "hold suspend",
    "hold resume",
    "hold dates",
    "hold move",
    "hold list",
    "hold show",
    "hold pull",
    "hold shelf",
    "hold clear",
    "hold unfillable",
    "transfer request",
    "transfer send",
    "transfer receive",
    "transfer cancel",
    "transfer out",
    "transfer sent",
    "transfer in",
    "transfer reconcile",
    "charge list",
    "charge history",
    "charge add",
    "charge pay",
    "charge waive",
    "charge cancel",
    "charge refund",
    "deposit give",
    "deposit return",
    "till show",
    "till close",
    "till list",
    "item history",
    "item list",
    "item show",
    "item lost",
    "item claimed",
    "item found",
    "item missing",
    "item damaged",
    "item parts",
    "item withdraw",
    "item status",
    "item add",
    "item change",
    "item batch",
    "item batches",
    "item undo-batch",
    "item spine",
    "search",
    "today",
    "journal list",
    "journal follow",
    "title show",
    "title add",
    "title change",
    "catalogue rebuild",
    "import check",
    "import titles",
    "import items",
    "import patrons",
    "import list",
    "import show",
    "import faults",
    "import end",
    "export titles",
    "export items",
    "export patrons",
    "sample generate",
    "shelf browse",
    "shelf scheme",
    "shelf label",
    "stack check",
    "stack load",
    "stack show",
    "stack unplaced",
    "overdue list",
    "overdue count",
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
    "staff add",
    "staff list",
    "slip show",
    "desk card",
    "slip template list",
    "slip template show",
    "slip template set",
    "slip template reset",
    "slip template preview",
    "config show",
    "config set",
    "config unset",
    "config check",
    "config path",
    "db upgrade",
    "db backup",
    "db restore",
    "db stats",
    "reader list",
    "reader simulate",
    "keys list",
    "keys check",
    "printer test",
    "printer simulate",
)
LOADED = """
import json, sys
from libops.cli.main import main
code = main(sys.argv[1:])
print("\\n" + json.dumps([code, sorted({name.partition(".")[0] for name in sys.modules})]), file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [["--help"], ["loan", "out", "--help"], ["--version"], ["loan"], ["no", "such"]])
def test_help_and_usage_load_nothing_that_only_a_command_needs(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, "-c", LOADED, *arguments], capture_output=True, text=True, check=True)
    code, loaded = json.loads(done.stderr.splitlines()[-1])
    assert code in (0, 2)
    assert set(loaded) & HEAVY == set()
    # Typer itself reads the arguments of a command with pydantic; the program's own help must not wait for that.
    assert "pydantic" not in loaded or arguments[0] not in ("--help", "--version")


def test_the_commands_that_are_looked_at_are_all_there_are() -> None:
    assert sorted(COMMANDS) == sorted(_commands(app))


def _commands(group: Typer, before: str = "") -> Iterator[str]:
    for command in group.registered_commands:
        yield f"{before}{command.name}"
    for inner in group.registered_groups:
        assert inner.typer_instance is not None
        yield from _commands(inner.typer_instance, f"{before}{inner.name} ")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_answers_in_json(program: Program, command: str) -> None:
    shown = program.run(*command.split(), "--help")
    assert shown.code == 0
    assert "--json" in shown.out
    assert shown.err == ""


def test_the_help_lists_every_exit_code(program: Program) -> None:
    shown = program.run("--help").out
    assert set(MEANINGS) == set(ExitCode)
    for code, meaning in MEANINGS.items():
        assert f"{code.value}  {meaning}" in shown


def test_help_names_every_status_role_and_limit_that_the_domain_knows(program: Program) -> None:
    statuses = " ".join(program.run("item", "list", "--help").out.split())
    roles = " ".join(program.run("staff", "add", "--help").out.split())
    assert all(status in statuses for status in ItemStatus)
    assert all(role in roles for role in Role)
    assert LARGEST_PAGE == MOST


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["loan", "out", PATRON], "'BARCODE' is missing"),
        (["loan", "out", PATRON, BOOK, "extra"], "Too much: extra"),
        (["loan", "out", "--nope"], "There is no option --nope."),
        (["lone"], "'loan'"),
        (["item", "list", "--status", "lost"], "available, awaiting_pickup"),
        (["item", "list", "--limit", "0"], "from 1 to 1000"),
        (["item", "list", "--limit", "1001"], "from 1 to 1000"),
        (["item", "list", "--limit", "many"], "'--limit': a whole number is needed."),
        (["staff", "add", "S0100", "Name", "--role", "boss", "--pin", "1234"], "sorter, supervisor"),
        (["staff", "add", "S0100", "Name", "--language", "fr", "--pin", "1234"], "en, zh"),
        (["console", "--language", "fr"], "en, zh"),
    ],
)
def test_what_is_not_understood_is_told_with_where_to_look(program: Program, arguments: list[str], words: str) -> None:
    told = program.run(*arguments)
    assert (told.code, told.out) == (2, "")
    assert words in told.err
    assert told.err.splitlines()[-1].startswith("  See: libops")
    asked = program.json(*arguments)
    assert (asked.code, asked.trouble.kind, asked.err) == (2, "usage", "")


def test_a_group_without_a_command_shows_its_help(program: Program) -> None:
    for group in ([], ["loan"], ["db"]):
        shown = program.run(*group)
        assert shown.code == 2
        assert "Usage: libops" in shown.out


def test_the_version_is_that_of_the_package(program: Program) -> None:
    from importlib.metadata import version

    assert program.run("--version").out == f"libops {version('libops')}\n"


def test_help_speaks_chinese_by_setting_by_locale_and_by_settings_file(program: Program) -> None:
    program.home.mkdir()
    ways = (
        "export LIBOPS_LANGUAGE=zh",
        "export LC_ALL=zh_CN.UTF-8",
        "echo 'language = \"zh\"' > $LIBOPS_HOME/config.toml",
    )
    for way in ways:
        shown = program.start("loan", "out", "--help", shell=way)
        assert shown.code == 0
        for words in ("Usage: ", "Lend an item to a patron.", "Options", "Arguments", "[required]", "Show this help."):
            assert CHINESE.say(words) in shown.out, way
            assert words not in shown.out, way
        assert "…" not in shown.out
    assert "Usage" in program.start("loan", "--help", shell="export LIBOPS_LANGUAGE=en").out
    shown = program.start("--help", shell="export LIBOPS_LANGUAGE=zh")
    assert CHINESE.say("Exit codes:") in shown.out
    usage = program.start("lone", shell="export LIBOPS_LANGUAGE=zh")
    assert usage.err.startswith(CHINESE.say("Not understood: {why}", why=""))


@pytest.mark.parametrize("columns", range(76, 82))
def test_chinese_help_is_broken_into_lines_and_loses_no_character(program: Program, columns: int) -> None:
    for command in (["loan", "out"], ["slip", "show"], ["item", "list"]):
        shown = program.start(*command, "--help", shell=f"export LIBOPS_LANGUAGE=zh COLUMNS={columns}")
        assert "…" not in shown.out


def test_what_is_to_be_typed_and_what_is_wrong_with_it_is_told_in_chinese(program: Program) -> None:
    spoken = "export LIBOPS_LANGUAGE=zh"
    assert "[OPTIONS]" not in program.start("loan", shell=spoken).out
    usage = program.start("loan", "out", "--help", shell=spoken).out.splitlines()[1]
    assert CHINESE.say("PATRON") in usage
    assert "PATRON" not in usage
    for wrong in (
        ["loan", "ou"],
        ["loan", "out", "--json=3"],
        ["printer", "simulate", "--port", "99999"],
        ["printer", "simulate", "--port", "-1"],
        ["import", "titles", "/nowhere"],
        ["import", "titles", "/"],
    ):
        told = program.start(*wrong, shell=spoken).err
        for english in ("Did you", "does not", "Input should", "is a directory"):
            assert english not in told


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_answers_and_refusals_speak_chinese_in_the_plain_c_locale_too(library: Program) -> None:
    lent = library.start(
        "loan", "out", PATRON, BOOK, shell="export LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 LIBOPS_LANGUAGE=zh"
    )
    assert (lent.code, lent.out.split()[:2]) == (0, [CHINESE.say("LENT"), "红楼梦"])
    library.set(LIBOPS_LANGUAGE="zh")
    refused = library.run("item", "show", "9787020002207")
    assert refused.err.startswith(CHINESE.say("Refused: {why}", why=""))
    assert library.json("item", "show", "9787020002207").reasons[0].message in refused.err
    assert "三楼文学" in library.run("item", "show", BOOK).out
