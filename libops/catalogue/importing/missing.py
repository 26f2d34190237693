"""Branches that a file names and a library does not have: one thing to put right, however many copies it stops."""

from __future__ import annotations

from collections.abc import Sequence

from libops.refusals import Reason


class MissingBranches:
    """How many records or rows stay outside because a branch of that code is not here, and which codes those are."""

    def __init__(self) -> None:
        self.records = 0
        self._codes: set[str] = set()

    @property
    def codes(self) -> list[str]:
        """The codes, in order."""
        return sorted(self._codes)

    def add(self, reasons: Sequence[Reason]) -> None:
        """Count one record or row by the reasons against it."""
        codes = {str(reason.facts["code"]) for reason in reasons if reason.code == "copy.no_branch"}
        self.records += bool(codes)
        self._codes |= codes
