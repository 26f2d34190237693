"""The log: what gets in, what does not, and that it neither grows without end nor disturbs anybody."""

from __future__ import annotations

import json
import logging
import stat
from pathlib import Path

import pytest
import structlog

from libops import logs
from libops.logs import keep_log, log_file, only_allowed
from tests.commands.program import Program


def lines(home: Path) -> list[dict[str, object]]:
    """What stands in a log."""
    return [json.loads(line) for line in log_file(home).read_text().splitlines()]


def test_a_line_says_what_happened_where_and_when(program: Program, tmp_path: Path) -> None:
    keep_log(tmp_path)
    assert not log_file(tmp_path).parent.exists()
    structlog.get_logger("libops.library").warning("refusal_not_journalled", act="loans.check_out", trouble="full")
    (line,) = lines(tmp_path)
    assert line["event"] == "refusal_not_journalled"
    assert (line["act"], line["trouble"], line["level"]) == ("loans.check_out", "full", "warning")
    assert line["logger"] == "libops.library"
    assert str(line["timestamp"]).endswith("Z")


def test_nothing_about_a_person_gets_in(program: Program, tmp_path: Path) -> None:
    keep_log(tmp_path)
    log = structlog.stdlib.get_logger("devices.serial_reader")
    log.error("reader_failed", device="desk 1", code="P20170012", pin="2468", name="李雷", patron={"number": "P1"})
    log.error("lent 30000000000012 to P20170012")
    log.error("lent to %s", "P20170012")
    try:
        raise ValueError("P20170012")
    except ValueError:
        log.exception("failed", error="ValueError")
    logging.getLogger("libops.elsewhere").error("lent to P20170012")
    text = log_file(tmp_path).read_text()
    assert not any(secret in text for secret in ("P20170012", "Traceback", "李雷", "30000000000012", "pin"))
    assert [line["event"] for line in lines(tmp_path)] == ["reader_failed", "unnamed", "unnamed", "failed"]
    assert lines(tmp_path)[0]["device"] == "desk 1"


def test_a_line_has_a_bounded_length() -> None:
    kept = only_allowed(None, "error", {"event": "failed", "where": "x" * 10_000, "device": ["a", "list"]})
    assert len(str(kept["where"])) == 1000
    assert isinstance(kept["device"], str)


def test_old_lines_make_way_for_new_ones(program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LARGEST", 2000)
    keep_log(tmp_path)
    log = structlog.get_logger("libops.library")
    for number in range(200):
        log.warning("refusal_not_journalled", act=f"act {number}")
    files = sorted(path.name for path in (tmp_path / "logs").iterdir())
    assert files == ["libops.log", "libops.log.1", "libops.log.2", "libops.log.3"]
    assert all(path.stat().st_size <= 2000 for path in (tmp_path / "logs").iterdir())
    assert lines(tmp_path)[-1]["act"] == "act 199"


def test_a_log_that_cannot_be_written_disturbs_nobody(
    program: Program, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    keep_log(tmp_path)
    structlog.get_logger("libops.library").warning("refusal_not_journalled", act="loans.check_out")
    assert capfd.readouterr() == ("", "")


def test_only_its_owner_may_read_the_log(program: Program, tmp_path: Path) -> None:
    keep_log(tmp_path)
    structlog.get_logger("libops.library").warning("refusal_not_journalled")
    assert stat.S_IMODE(log_file(tmp_path).stat().st_mode) & 0o077 == 0
