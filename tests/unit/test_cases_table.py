"""The table of cases names tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
TABLE = CHECKOUT / "docs" / "cases.md"
CASES = {*range(1, 21), 25}


def test_every_case_has_its_tests_and_each_of_them_exists() -> None:
    seen: set[int] = set()
    for row in re.findall(r"^\| (\d+) \| (.+) \|$", TABLE.read_text(encoding="utf-8"), re.MULTILINE):
        seen.add(int(row[0]))
        named = re.findall(r"`((?:engines|unit)/\w+\.py)`: ((?:`test_\w+`(?:, )?)+)", row[1])
        assert named, f"case {row[0]} names no test"
        for file, tests in named:
            source = (CHECKOUT / "tests" / file).read_text(encoding="utf-8")
            for test in re.findall(r"`(test_\w+)`", tests):
                assert f"def {test}(" in source, f"case {row[0]}: {file} has no {test}"
    assert seen == CASES
