"""What the desk and a receipt printer tell each other.

A slip is handed over as a job and is printed on the driver's own thread, so that no desk ever waits for paper. What
became of it comes back with the job, which can be handed over again as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

import msgspec

from db.slips import SlipKind
from libops.languages import mark
from libops.slips.layout import Instruction


class PrinterState(StrEnum):
    """How a printer is doing, as far as its driver can tell; the desk shows it and says what to do about it."""

    CONNECTING = "connecting"
    """The driver has been started and has not yet tried the printer."""
    READY = "ready"
    """It can be reached, and says nothing against printing."""
    PAPER_LOW = "paper_low"
    """It prints, and its paper is near the end."""
    PAPER_OUT = "paper_out"
    """It has no paper."""
    COVER_OPEN = "cover_open"
    """Its cover is open."""
    OFFLINE = "offline"
    """It answers, but does not print: switched to off-line, or a fault of its own."""
    STALLED = "stalled"
    """It can be reached and took no more of a slip for a while."""
    LOST = "lost"
    """It cannot be reached: switched off, unplugged, or at another address."""
    BUSY = "busy"
    """Another program holds it."""
    DENIED = "denied"
    """This account may not use it."""
    UNUSABLE = "unusable"
    """What is configured is no printer."""


PRINTS = frozenset({PrinterState.READY, PrinterState.PAPER_LOW})
"""The states in which slips come out."""

WORDS: dict[PrinterState, tuple[str, str]] = {
    PrinterState.CONNECTING: (mark("The printer is being looked for."), mark("Wait a moment.")),
    PrinterState.READY: (mark("The printer is ready."), ""),
    PrinterState.PAPER_LOW: (mark("The printer's paper is near its end."), mark("Have a new roll at hand.")),
    PrinterState.PAPER_OUT: (mark("The printer has no paper."), mark("Put in a new roll, then print again.")),
    PrinterState.COVER_OPEN: (mark("The printer's cover is open."), mark("Close it, then print again.")),
    PrinterState.OFFLINE: (
        mark("The printer is not ready."),
        mark("Look at its lights; switch it off and on, then print again."),
    ),
    PrinterState.STALLED: (
        mark("The printer stopped in the middle of a slip."),
        mark("Look at its paper and its lights, then print again."),
    ),
    PrinterState.LOST: (
        mark("The printer cannot be reached."),
        mark("Switch it on and check its cable; check LIBOPS_PRINTER."),
    ),
    PrinterState.BUSY: (mark("Another program holds the printer."), mark("Close that program, then print again.")),
    PrinterState.DENIED: (
        mark("This account may not use the printer."),
        mark("Give it the right to write to the printer's port."),
    ),
    PrinterState.UNUSABLE: (mark("There is no printer at that address."), mark("Check LIBOPS_PRINTER.")),
}
"""What each state says: how the printer is, and what can be done; nothing where nothing need be."""


class PrintJob(msgspec.Struct, frozen=True):
    """One slip for paper of so many columns. ``about`` names it to people; it says no more than the slip itself.

    ``kind`` is None for a trial, which is no slip of the library.
    """

    kind: SlipKind | None
    about: str
    columns: int
    instructions: tuple[Instruction, ...]


class Fate(StrEnum):
    """What became of a job."""

    PRINTED = "printed"
    """The printer said so."""
    SENT = "sent"
    """All of it was handed over to a printer that does not say what it does."""
    FAILED = "failed"
    """It was not printed, or only in part."""


class SlipEnded(msgspec.Struct, frozen=True):
    """A job has ended. A failed one can be handed over again."""

    device: str
    """The printer's name."""
    job: PrintJob
    fate: Fate
    state: PrinterState
    """The state of the printer at the end of the job: why it failed, if it did."""


class PrinterChanged(msgspec.Struct, frozen=True):
    """A printer is in another state than before."""

    device: str
    """The printer's name."""
    address: str
    """The address as configured."""
    state: PrinterState
    """The state it is in now."""
    detail: str
    """For the log and the engineer, in no language: the system's name of the error."""


class Printer(Protocol):
    """A printer in use, from ``start()`` to ``stop()``; its listeners are called from its own thread."""

    @property
    def name(self) -> str:
        """What the printer is called on screen."""

    def start(self) -> None:
        """Begin to look after the printer; returns at once."""

    def stop(self) -> None:
        """Print no more; no listener is called afterwards."""

    def print(self, job: PrintJob) -> None:
        """Hand over a job; returns at once. What becomes of it is told to the listener."""


Changed = Callable[[PrinterChanged], None]
Ended = Callable[[SlipEnded], None]
