"""Slips, their wording and their printers."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {}

BRIEFLY: dict[str, str] = {}
