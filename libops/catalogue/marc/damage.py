"""What is wrong with a record: a reason that stops it, or warnings that go along with it."""

from __future__ import annotations

from libops.refusals import Fact, Reason


class Damaged(Exception):
    """A record cannot be read without guessing; ``reason`` says why."""

    def __init__(self, code: str, /, **facts: Fact) -> None:
        super().__init__(code)
        self.reason = Reason(code, dict(facts))


class Warnings:
    """What was forgiven in one record, each once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Reason] = {}

    def add(self, code: str, /, **facts: str | int) -> None:
        """Tell this; the same of the same field is told once."""
        self._found.setdefault((code, str(facts.get("tag", ""))), Reason(code, dict(facts)))

    def told(self) -> tuple[Reason, ...]:
        """All of them, in the order in which they were met."""
        return tuple(self._found.values())
