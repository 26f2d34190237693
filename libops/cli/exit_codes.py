"""Exit codes: what a script may rely on. They never change their meaning; ``libops --help`` lists them."""

from __future__ import annotations

from enum import IntEnum

from libops.languages import mark


class ExitCode(IntEnum):
    """How a command ended."""

    DONE = 0
    """Everything that was asked for is done and durable."""

    BUG = 1
    """The program itself failed; the log says where. What was being done was undone."""

    USAGE = 2
    """The command was not understood: an unknown option, a missing argument, a value of the wrong kind."""

    REFUSED = 3
    """The library's rules refused it, with reasons; nothing was changed."""

    UNUSABLE = 4
    """The database cannot be used until somebody sees to it: missing, newer, read-only, full, damaged."""

    BUSY = 5
    """The database is busy or out of reach for now; the same command may succeed later."""

    BAD_INPUT = 6
    """A setting or a file that was named cannot be used."""

    FAULTS_FOUND = 7
    """``libops doctor`` worked and found something broken."""

    INTERRUPTED = 130
    """Stopped by Ctrl-C."""

    UNREAD = 141
    """Whoever was reading the output went away."""


MEANINGS: dict[ExitCode, str] = {
    ExitCode.DONE: mark("done"),
    ExitCode.BUG: mark("the program failed; the log says where"),
    ExitCode.USAGE: mark("the command was not understood"),
    ExitCode.REFUSED: mark("refused by the library's rules; nothing was changed"),
    ExitCode.UNUSABLE: mark("the database cannot be used until somebody sees to it"),
    ExitCode.BUSY: mark("the database is busy or out of reach: try again"),
    ExitCode.BAD_INPUT: mark("a setting or a file cannot be used"),
    ExitCode.FAULTS_FOUND: mark("doctor found something broken"),
    ExitCode.INTERRUPTED: mark("stopped by Ctrl-C"),
    ExitCode.UNREAD: mark("nobody read the output to its end"),
}
"""Each code in a few words, for the help."""
