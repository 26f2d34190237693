"""The kinds of charges and the ways to pay, for front ends: they know no tables."""

from __future__ import annotations

from db.money import EntryKind as EntryKind
from db.money import Method as Method

BY_HAND = (EntryKind.FEE, EntryKind.DAMAGE, EntryKind.LOST, EntryKind.PROCESSING)
"""What staff charge by hand; fines come of themselves."""
