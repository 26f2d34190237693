"""The house as drawn, seen in clean processes: what is really loaded, however it was imported."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]
EDGES = {"textual", "fastapi", "starlette", "uvicorn", "typer", "serial", "escpos", "screens", "devices"}
HEAVY = {"textual", "fastapi", "serial", "sqlalchemy", "sqlmodel", "alembic", "psycopg", "screens", "devices", "db"}
PROGRAM = """
import importlib, json, sys
for name in json.load(sys.stdin):
    importlib.import_module(name)
json.dump(sorted({name.partition(".")[0] for name in sys.modules}), sys.stdout)
"""


def modules_of(package: str, *, without: str = "") -> list[str]:
    """The names of all modules in a package, by its files, so that none can hide from an import."""
    files = sorted((ROOT / package).rglob("*.py"))
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files]
    return [name for name in names if not without or not f"{name}.".startswith(f"{without}.")]


def loaded_by(names: Iterable[str]) -> set[str]:
    """The top-level packages in memory after a new process has imported these modules and nothing else."""
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=ROOT, input=json.dumps(list(names)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def settings() -> dict[str, dict[str, object]]:
    """The ``[tool]`` tables of the project file."""
    return dict(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"])


def test_the_domain_loads_no_screen_no_device_no_web_and_no_command_line() -> None:
    domain = [name for name in modules_of("libops", without="libops.cli") if name != "libops.__main__"]
    assert "libops.work" in domain
    assert loaded_by(domain) & EDGES == set()


def test_the_tables_load_nothing_of_the_library() -> None:
    # Alembic runs its own two kinds of files; they are no modules.
    tables = modules_of("db", without="db.migrations")
    assert loaded_by(tables) & (EDGES | {"libops"}) == set()


def test_devices_load_no_screen() -> None:
    assert loaded_by(modules_of("devices")) & {"textual", "typer", "screens"} == set()


def test_screens_load_no_device() -> None:
    assert loaded_by(modules_of("screens")) & {"serial", "escpos", "typer", "devices"} == set()


def test_the_command_line_starts_without_what_a_command_may_need_later() -> None:
    assert loaded_by(["libops.cli.main"]) & HEAVY == set()


def test_every_folder_of_programs_is_under_the_import_contracts() -> None:
    folders = {file.relative_to(ROOT).parts[0] for file in ROOT.glob("[!.]*/**/*.py")}
    roots = settings()["importlinter"]["root_packages"]
    assert isinstance(roots, list)
    assert folders - {"tests", "tools"} - set(roots) <= {"sample_data"}
    # Sample data is files; at most it says that it is a package.
    assert modules_of("sample_data") in ([], ["sample_data"])
