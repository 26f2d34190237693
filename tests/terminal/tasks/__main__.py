"""Writes docs/tasks.md: ``python -m tests.terminal.tasks``."""

from __future__ import annotations

from tests.terminal.tasks.table import FILE, written

FILE.write_text(written(), encoding="utf-8")
