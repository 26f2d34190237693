"""The wheel carries everything the program needs, and works where there is no checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from db.slips import SlipKind

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_data_migrations_translations_and_styles(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "sample_data/chinese.cnmarc.mrc" in names
    assert "libops/catalogue/marc/holdings_cnmarc.toml" in names
    assert "sample_data/library.toml" in names
    assert "db/migrations/env.py" in names
    assert any(name.startswith("db/migrations/versions/0001") for name in names)
    assert "libops/locale/zh_CN/LC_MESSAGES/libops.mo" in names
    assert any(name.startswith("screens/") and name.endswith(".tcss") for name in names)
    assert {f"libops/slips/wording/{kind}.{language}.txt" for kind in SlipKind for language in ("zh", "en")} <= names
    assert "devices/printer_capabilities.json" in names
    assert not any(name.startswith("tests/") for name in names)


def test_the_installed_wheel_makes_a_sample_library_and_lends_from_it(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    # The folder comes before the checkout that this environment was installed from.
    environment = {**os.environ, "PYTHONPATH": str(site), "LIBOPS_HOME": str(tmp_path / "home")}

    def libops(*arguments: str) -> str:
        command = [sys.executable, "-W", "error", "-m", "libops", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = subprocess.run(
        [sys.executable, "-c", "import libops; print(libops.__file__)"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(site) in where.stdout
    libops("init", "--sample", "--json")
    assert '"lent"' in libops("loan", "out", "P20170001", "30000000000012", "--json")
    assert libops("--help")
