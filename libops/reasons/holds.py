"""Holds, the hold shelf and recalls."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {}

BRIEFLY: dict[str, str] = {}
