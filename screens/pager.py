"""The program in which long texts are read: ``less``, or whatever somebody is used to.

While it runs, the terminal is its own; what serial readers hear waits, and is answered when it ends. What a reader
plugged in as a keyboard types goes into the pager. A desk that locks meanwhile ends it.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence

from textual.app import App, SuspendNotSupported

from libops.i18n import mark

Pager = str
"""The command, with its options as in a shell; empty: that of ``PAGER``, otherwise ``less``."""

_EVERY = 1.0
"""Seconds between two looks whether the pager may stay."""
_GRACE = 2.0
"""Seconds in which a pager that was told to end can leave the terminal tidy."""
_SCREEN = 2
"""The console draws on standard error; standard output may be a file that waits for its answer."""
_ENDED_BY_READER = (0, 1, 130, 141)
"""How pagers end, also one that was left before the end of the text or by Ctrl-C."""


class NoPager(Exception):
    """The text cannot be read in the pager. ``messages`` are marked: why, and what to do."""

    def __init__(self, why: str, remedy: str, /, **facts: str) -> None:
        super().__init__(why)
        self.messages = (why, remedy)
        self.facts = facts


def command_of(pager: Pager) -> list[str]:
    """The program that runs, with its options. Raises ``NoPager`` where there is no such program."""
    wanted = pager.strip() or os.environ.get("PAGER", "").strip() or "less"
    try:
        words = shlex.split(wanted)
    except ValueError:
        words = []
    if not words or shutil.which(words[0]) is None:
        why = mark("The program {pager} is not there.")
        remedy = mark("Name another one as pager in the settings, or copy the text, or save it as a file.")
        raise NoPager(why, remedy, pager=words[0] if words else wanted)
    return words


def read_in(app: App[None], pager: Pager, text: str, is_over: Callable[[], bool]) -> None:
    """Leave the terminal to the pager until somebody ends it, or ``is_over``. Raises ``NoPager``."""
    command = command_of(pager)
    # Nobody comes from a text at the desk to a shell of this machine, or to its files.
    environment = {"LESSCHARSET": "utf-8", **os.environ, "LESSSECURE": "1"}
    try:
        with app.suspend():
            code = _run(command, text, environment, is_over)
    except SuspendNotSupported:
        why = mark("This terminal cannot be left to another program.")
        raise NoPager(why, mark("Copy the text, or save it as a file.")) from None
    except OSError as error:
        why = mark("The program {pager} does not start: {why}")
        remedy = mark("Name another one as pager in the settings, or copy the text, or save it as a file.")
        raise NoPager(why, remedy, pager=command[0], why=error.strerror or "") from error
    if code not in _ENDED_BY_READER:
        why = mark("The program {pager} ended with an error ({code}).")
        remedy = mark("Name another one as pager in the settings, or copy the text, or save it as a file.")
        raise NoPager(why, remedy, pager=command[0], code=str(code))


def _run(command: Sequence[str], text: str, environment: Mapping[str, str], is_over: Callable[[], bool]) -> int:
    """How it ended: as somebody ended it, 0 where the desk did."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=_SCREEN, env=environment) as process:
        unread: bytes | None = text.encode()
        while process.returncode is None:
            try:
                _ = process.communicate(unread, timeout=_EVERY)
            except subprocess.TimeoutExpired:
                unread = None
                if is_over():
                    _end(process)
                    return 0
        return process.returncode


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        _ = process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
