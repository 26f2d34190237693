"""Stands where the desk stands: hands slips to a printer's driver and waits, with a limit, for what it says."""

from __future__ import annotations

from queue import Empty, SimpleQueue

from db.slips import SlipKind
from libops.slips.layout import for_printer
from libops.slips.lines import Line, Text
from libops.slips.printing import PrinterChanged, PrinterState, PrintJob, SlipEnded

PATIENCE = 20.0  # seconds; only a broken driver, never a slow machine, uses them up


class PrinterDesk:
    """Both of a driver's listeners, and the questions a test asks about what came."""

    def __init__(self) -> None:
        self._changes: SimpleQueue[PrinterChanged] = SimpleQueue()
        self._ended: SimpleQueue[SlipEnded] = SimpleQueue()

    def changed(self, change: PrinterChanged) -> None:
        """The driver's ``changed``."""
        self._changes.put(change)

    def ended(self, ended: SlipEnded) -> None:
        """The driver's ``ended``."""
        self._ended.put(ended)

    def end(self) -> SlipEnded:
        """What became of the next slip."""
        return self._ended.get(timeout=PATIENCE)

    def until(self, state: PrinterState) -> PrinterChanged:
        """Skip the changes before the one to this state."""
        change = self._changes.get(timeout=PATIENCE)
        while change.state is not state:
            change = self._changes.get(timeout=PATIENCE)
        return change

    def nothing_more(self) -> bool:
        """Whether nothing came that was not asked for."""
        try:
            self._ended.get_nowait()
        except Empty:
            return self._changes.empty()
        return False


def job(*lines: Line | str, columns: int = 32, about: str = "B-17") -> PrintJob:
    """A slip with these lines."""
    read: list[Line] = [Text(line) if isinstance(line, str) else line for line in lines]
    return PrintJob(SlipKind.HOLD, about, columns, for_printer(read, columns))
