"""What the program tells people to type can be typed where they are."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from libops.cli.called import called


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the program in its .venv, and a path that leads nowhere."""
    program = tmp_path / ".venv" / "bin" / "libops"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    monkeypatch.setattr(sys, "argv", [str(program), "init"])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_in_a_checkout_it_is_called_from_there(checkout: Path) -> None:
    assert called() == ".venv/bin/libops"


def test_from_elsewhere_it_is_called_by_its_whole_path(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout / "other").mkdir()
    monkeypatch.chdir(checkout / "other")
    assert called() == str(checkout / ".venv/bin/libops")


def test_on_the_path_its_name_is_enough(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(checkout / ".venv/bin"))
    assert called() == "libops"
