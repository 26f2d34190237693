"""How this program is called by whoever runs it, so that what it tells them to type can be typed."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path


def called() -> str:
    """``libops`` where that is on the path; otherwise as it was called now, by the shortest path."""
    by = Path(sys.argv[0])
    found = shutil.which("libops")
    if by.name != "libops" or (found is not None and Path(found).resolve() == by.resolve()):
        return "libops"
    here = Path.cwd()
    path = by.absolute()
    return shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path))
