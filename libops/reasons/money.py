"""Charges, payments, deposits and the closing of a desk."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {}

BRIEFLY: dict[str, str] = {}
