"""The folder in which a machine keeps the library's files."""

from __future__ import annotations

import os
from pathlib import Path

CONFIG = "config.toml"
"""The settings file in the home folder."""


def home_folder() -> Path:
    """``LIBOPS_HOME``, otherwise the platform's user data folder."""
    named = os.environ.get("LIBOPS_HOME")
    if named:
        return Path(named).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("libops"))
