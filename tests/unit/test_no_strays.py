"""Nothing in the project belongs to one machine or one package index, and nothing waits to be finished."""

from __future__ import annotations

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements.lock"
# Written so that this file does not hold what it looks for.
STRAYS = {
    "a path of somebody's machine": rb"(?<![\w.~*-])/(?:work|root|home|Users)/[\w.]",
    "a package index": rb"[p]ypi\.org|[p]ythonhosted|index[-_]url *=|[d]evpi|[a]rtifactory",
    "something unfinished": rb"\b(?:TO[D]O|FIX[M]E|XX[X])\b",
}


@cache
def project_files() -> tuple[Path, ...]:
    """The files that are, or would be, in the repository."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout: nobody can say which files belong to the project")
    # The checkout may belong to somebody else than whoever runs the tests.
    git = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(git, cwd=ROOT, check=True, capture_output=True).stdout
    return tuple(path for name in listed.split(b"\0") if name and (path := ROOT / name.decode()).is_file())


@pytest.mark.parametrize("stray", STRAYS)
def test_no_file_holds(stray: str) -> None:
    pattern = re.compile(STRAYS[stray])
    found = [
        f"{path.relative_to(ROOT)}:{content.count(10, 0, hit.start()) + 1}: {hit[0].decode()}"
        for path in project_files()
        for content in [path.read_bytes()]
        for hit in pattern.finditer(content)
    ]
    assert found == []


def pins() -> dict[str, tuple[Version, int]]:
    """The locked packages by canonical name: version, and how many hashes vouch for it."""
    found: dict[str, tuple[Version, int]] = {}
    for block in LOCK.read_text().replace("\\\n", " ").splitlines():
        line = block.partition(" #")[0].strip()
        if not line or line.startswith("#"):
            continue
        pin = re.fullmatch(r"([\w.-]+)==([\w.+!]+)(?: *;[^#]*?)?((?: +--hash=sha256:[0-9a-f]{64})+)", line)
        assert pin is not None, f"not a pin with hashes: {line[:100]}"
        found[canonicalize_name(pin[1])] = (Version(pin[2]), pin[3].count("--hash="))
    return found


def direct_dependencies() -> list[Requirement]:
    """What the project file asks for, to run and to develop."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lines = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    return [Requirement(line) for line in lines]


def test_every_locked_package_is_pinned_with_its_hashes() -> None:
    assert len(pins()) > 50
    assert all(hashes for _version, hashes in pins().values())


@pytest.mark.parametrize("wanted", direct_dependencies(), ids=str)
def test_the_lock_satisfies(wanted: Requirement) -> None:
    version, _hashes = pins()[canonicalize_name(wanted.name)]
    assert version in wanted.specifier
