"""The program as tests run it: in this process where a process of its own would add nothing."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from libops.cli.main import main

PATRON, OTHER_PATRON, CHILD = "P20170001", "P20170002", "P20240009"
BLOCKED, EXPIRED = "P20220005", "P20190003"
BOOK, OTHER_BOOK, THIRD_BOOK = "30000000000012", "30000000000020", "30000000000038"
REFERENCE, WITHDRAWN, MISSING = "30000000002216", "30000000000095", "30000000000665"
IN_PROCESS = "30000000002208"
SUPERVISOR, CLERK, SORTER = ("S0002", "75319"), ("S0004", "2468"), ("S0008", "4826")

Told = dict[str, object]


class Reason(msgspec.Struct):
    """A reason of a refusal, as JSON tells it."""

    code: str
    message: str
    remedy: str
    override: str | None


class Trouble(msgspec.Struct):
    """Why something was not done, as JSON tells it."""

    kind: str
    message: str
    remedy: str


class Page(msgspec.Struct):
    """A list, as JSON tells it."""

    results: list[Told]
    next: str | None


class _Refused(msgspec.Struct, forbid_unknown_fields=True):
    refused: list[Reason]


class _Troubled(msgspec.Struct, forbid_unknown_fields=True):
    trouble: Trouble


class Ran(msgspec.Struct):
    """How a run of the program ended: its exit code, and what it said to whom."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Told:
        """The one JSON object that was answered."""
        assert self.out.endswith("\n")
        return msgspec.json.decode(self.out, type=Told)

    @property
    def page(self) -> Page:
        """The answer, as a list."""
        return msgspec.json.decode(self.out, type=Page)

    @property
    def reasons(self) -> list[Reason]:
        """Why it was refused."""
        assert self.code == 3, self
        return msgspec.json.decode(self.out, type=_Refused).refused

    @property
    def refused(self) -> list[str]:
        """The codes of the reasons for which it was refused."""
        return [reason.code for reason in self.reasons]

    @property
    def trouble(self) -> Trouble:
        """Why it was not done."""
        return msgspec.json.decode(self.out, type=_Troubled).trouble


class Program:
    """Runs commands, and looks at what every one of them must keep to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capfd = capfd

    @property
    def home(self) -> Path:
        """The home folder of this test."""
        return Path(os.environ["LIBOPS_HOME"])

    def set(self, **environment: str) -> None:
        """Set variables of the environment, for this run and all that follow."""
        for name, value in environment.items():
            self._monkeypatch.setenv(name, value)

    def run(self, *arguments: str, typed: str = "") -> Ran:
        """Run one command here, with this on its standard input."""
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
        self._capfd.readouterr()
        code = main(arguments)
        said = self._capfd.readouterr()
        return _looked_at(Ran(code, said.out, said.err), arguments)

    def json(self, *arguments: str, typed: str = "") -> Ran:
        """The same, asking for JSON."""
        return self.run(*arguments, "--json", typed=typed)

    def start(self, *arguments: str, typed: str = "", shell: str = "") -> Ran:
        """Run one command in a process of its own; ``shell`` is said to a shell before it."""
        command = [sys.executable, "-m", "libops", *arguments]
        if shell:
            command = ["/bin/sh", "-c", f'{shell}; exec "$@"', "sh", *command]
        done = subprocess.run(command, input=typed, capture_output=True, text=True, timeout=60, check=False)
        return _looked_at(Ran(done.returncode, done.stdout, done.stderr), arguments)


def _looked_at(ran: Ran, arguments: tuple[str, ...]) -> Ran:
    assert "Traceback" not in ran.out + ran.err, ran
    assert ran.code != 1, ran
    if "--json" in arguments and "--help" not in arguments:
        assert isinstance(ran.json, dict)
        assert ran.out.count("\n") == 1
    return ran
