"""The demonstration: a morning on real lines, in a library of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from db.database import Database
from db.migrate import upgrade
from libops.bootstrap import open_library, wall_clock
from libops.cli.demonstration import demo_home, open_demo
from libops.cli.setbacks import Setback
from libops.codes import SAMPLE_PATTERNS
from libops.doctor import examine
from libops.follower import Follower
from libops.founding import found_bare


def demo(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "libops", "demo", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def played(done: subprocess.CompletedProcess[str]) -> dict[str, object]:
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


def test_a_morning_ends_with_durable_loans_and_a_second_run_plays_the_next_morning() -> None:
    first, second = played(demo("--json")), played(demo("--json"))
    assert date.fromisoformat(str(first["day"])) < date.fromisoformat(str(second["day"]))
    assert first["loans_confirmed"] == first["loans_in_database"]
    assert first["faults"] == second["faults"] == []
    assert {"lent", "refused", "unknown", "already", "patron"} <= set(outcomes(first))
    assert {"shelve", "lent"} <= set(outcomes(second)), "the second morning returns what the first one lent"
    library = open_library(f"sqlite:///{first['file']}", SAMPLE_PATTERNS)
    try:
        assert examine(library) == []
        opened = [event for event in Follower.from_start(library.database).poll(5000) if event.kind == "loan.opened"]
        assert len(opened) == int(str(first["loans_confirmed"])) + int(str(second["loans_confirmed"]))
    finally:
        library.close()


def outcomes(told: dict[str, object]) -> dict[str, int]:
    found = told["outcomes"]
    assert isinstance(found, dict)
    return found


def test_the_demonstration_leaves_the_database_of_the_environment_alone(tmp_path: Path) -> None:
    own = tmp_path / "own.db"
    url = f"sqlite:///{own}"
    upgrade(url)
    before = own.read_bytes()
    told = played(
        demo("--json", LIBOPS_DATABASE_URL=url, LIBOPS_HOME=str(tmp_path / "own-home"), LIBOPS_ITEM_CHECK="none")
    )
    assert own.read_bytes() == before
    assert not (tmp_path / "own-home").exists()
    assert str(told["file"]) != str(own)


def test_a_library_that_is_no_sample_is_left_alone_even_in_the_demonstrations_home() -> None:
    home = demo_home()
    home.mkdir(parents=True)
    url = f"sqlite:///{home / 'libops.db'}"
    upgrade(url)
    database = Database(url)
    found_bare(
        database,
        name="真馆",
        zone="Asia/Shanghai",
        badge="S0001",
        pin="123456",
        patterns=SAMPLE_PATTERNS,
        now=wall_clock(),
    )
    database.close()
    with pytest.raises(Setback):
        open_demo(home, wall_clock)
    done = demo()
    assert done.returncode != 0
    assert str(home / "libops.db") in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("language", "lent", "nothing_wrong"), [("en", "LENT", "nothing wrong"), ("zh", "借出", "未发现")]
)
def test_without_a_terminal_it_narrates_and_ends_with_a_summary(language: str, lent: str, nothing_wrong: str) -> None:
    done = demo(LIBOPS_LANGUAGE=language)
    assert done.returncode == 0, done.stderr
    assert lent in done.stdout
    assert nothing_wrong in done.stdout


def test_a_run_that_was_stopped_at_its_very_beginning_does_not_stand_in_the_way_of_the_next() -> None:
    home = demo_home()
    home.mkdir(parents=True)
    (home / "libops.db").touch()
    library = open_demo(home, wall_clock)
    assert examine(library) == []
    library.close()
