"""A file that somebody named and that cannot be used: which one, which row, and why, in the language of who asks."""

from __future__ import annotations

from collections.abc import Sequence

from libops.i18n import Language

_MOST_TOLD = 20


class BadFile(ValueError):
    """A file cannot be used. ``row`` is 0 where it is no row's fault; ``why`` is a marked message with its ``facts``.

    As a plain exception it speaks English; ``told`` says it in any language.
    """

    def __init__(self, file: str, row: int, why: str, **facts: object) -> None:
        reason = why.format(**facts) if facts else why
        super().__init__(f"{file}, row {row}: {reason}" if row else f"{file}: {reason}")
        self.file = file
        self.row = row
        self.why = why
        self.facts = facts

    def told(self, language: Language) -> str:
        """File, row and reason in this language."""
        why = language.say(self.why, **self.facts)
        if not self.row:
            return language.say("{file}: {why}", file=self.file, why=why)
        return language.say("{file}, row {row}: {why}", file=self.file, row=self.row, why=why)


class BadRows(BadFile):
    """Several rows cannot be used, each with its own ``BadFile`` in ``faults``."""

    def __init__(self, faults: Sequence[BadFile]) -> None:
        first = faults[0]
        super().__init__(first.file, first.row, first.why, **first.facts)
        self.args = ("; ".join(str(fault) for fault in faults[:_MOST_TOLD]),)
        self.faults = tuple(faults)

    def told(self, language: Language) -> str:
        """Each fault in this language, one after the other; of very many, how many more there are."""
        told = [fault.told(language) for fault in self.faults[:_MOST_TOLD]]
        more = len(self.faults) - len(told)
        # A reason may be a whole sentence; in the middle of others it has no full stop.
        told = [one.rstrip(".。") for one in told] + ([language.say("and {count} more", count=more)] if more else [])
        return language.say("; ").join(told)
