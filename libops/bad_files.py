"""A file that somebody named and that cannot be used: which one, which row, and why, in the language of who asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from errno import EACCES, EBUSY, EDQUOT, EFBIG, EIO, EISDIR, ENAMETOOLONG, ENOENT, ENOSPC, ENOTDIR, EPERM, EROFS

from libops.i18n import Language, mark

_MOST_TOLD = 20

_WHY_NOT: Mapping[int | None, str] = {
    EACCES: mark("it may not be used"),
    EPERM: mark("it may not be used"),
    EBUSY: mark("it is in use"),
    EDQUOT: mark("there is no room left"),
    EFBIG: mark("it is too large"),
    EIO: mark("the disk fails"),
    EISDIR: mark("it is a folder"),
    ENAMETOOLONG: mark("its name is too long"),
    ENOENT: mark("it is not there"),
    ENOSPC: mark("there is no room left"),
    ENOTDIR: mark("it is not in a folder"),
    EROFS: mark("its disk may only be read"),
}
"""Why the system does not let a file be used; the system itself says so in its own language only."""


def why_not(error: OSError, language: Language) -> str:
    """Why a file or folder cannot be used, in a few words; the system's own for what is rare."""
    known = _WHY_NOT.get(error.errno)
    return (error.strerror or "") if known is None else language.say(known)


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
