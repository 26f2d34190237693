"""The log: JSON lines in the home folder, for whoever keeps the program running.

Nothing about a person may get in, nor any code or PIN. Therefore a line is a fixed name of what happened and values
under the few names listed here; whatever else a caller hands over is left out.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import MutableMapping
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import structlog

ALLOWED = frozenset({"event", "level", "logger", "timestamp", "act", "trouble", "device", "doing", "error", "where"})
"""The only names under which a line holds anything."""

LARGEST, KEPT = 1_000_000, 3
"""Bytes of one log file, and how many older ones are kept."""

_LONGEST = 1000
_ROOTS = ("libops", "screens", "devices", "db")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def log_file(home: Path) -> Path:
    """Where a machine's log is."""
    return home / "logs" / "libops.log"


class _Line(str):
    """A line that has gone through the list of what is allowed."""

    __slots__ = ()


class _LogFile(RotatingFileHandler):
    """Made when the first line comes, open only while a line is written: several programs share it."""

    def _open(self) -> TextIOWrapper:
        file = Path(self.baseFilename)
        file.parent.mkdir(parents=True, exist_ok=True)
        return open(file, "a", encoding="utf-8", opener=_for_its_owner)

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; what came another way, or a traceback beside it, may quote anything."""
        if isinstance(record.msg, _Line):
            record.exc_info = record.exc_text = record.stack_info = None
            super().emit(record)
            self.close()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the standard library's name
        """A log that cannot be written must not disturb the desk."""


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def keep_log(home: Path) -> None:
    """From now on, write what the program logs into this home folder; nothing is made before there is a line."""
    handler = _LogFile(log_file(home), maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8", delay=True)
    for name in _ROOTS:
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(logging.INFO)
        logger.propagate = False
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            structlog.processors.JSONRenderer(serializer=_as_line),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


# structlog's own type for what it hands to a processor.
def only_allowed(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Leave out everything that is not on the list, and a name of the event that has something written into it."""
    kept = {name: _short(value) for name, value in line.items() if name in ALLOWED}
    if not _NAME.fullmatch(str(line.get("event", ""))):
        kept["event"] = "unnamed"
    return kept


def _as_line(line: object, **_ways: object) -> str:
    return _Line(json.dumps(line, ensure_ascii=False))


def _short(value: object) -> str | int | float | None:
    return value if isinstance(value, int | float | None) else str(value)[:_LONGEST]
