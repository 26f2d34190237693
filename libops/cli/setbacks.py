"""The one place where what went wrong becomes words and an exit code.

Setback         a command could not do its work, for a reason that people can do something about
  exit_code     see exit_codes.py; ``kind`` is stable, for scripts
"""

from __future__ import annotations
