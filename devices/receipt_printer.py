"""A receipt printer: one thread that prints what the desk hands over, and says how the printer is doing."""

import errno
import socket
import threading
import traceback
from collections import deque
from contextlib import suppress
from types import TracebackType
from typing import Self

import structlog

from devices.printer_language import in_printers_language
from devices.printer_lines import open_line
from devices.printer_status import SAY_NOTHING_UNASKED, Conversation
from libops.slips.printer_address import Address, BadAddress, read_address
from libops.slips.printing import (
    PRINTS,
    Changed,
    Ended,
    Fate,
    PrinterChanged,
    PrinterState,
    PrintJob,
    SlipEnded,
)

_log = structlog.stdlib.get_logger(__name__)

_STOP_PATIENCE = 0.5  # seconds stop() waits for a slip that is being printed
_LOOK_AGAIN = 30.0  # seconds between looks at a printer that has nothing to do
_FIRST_WAIT = 2.0  # seconds until a printer that was in trouble is looked at again; then ever longer

_STATE_OF_ERROR = {
    errno.EBUSY: PrinterState.BUSY,
    errno.EAGAIN: PrinterState.BUSY,  # how a lock held elsewhere shows
    errno.EACCES: PrinterState.DENIED,
    errno.EPERM: PrinterState.DENIED,
    errno.ENOTTY: PrinterState.UNUSABLE,
    errno.EINVAL: PrinterState.UNUSABLE,
    errno.EISDIR: PrinterState.UNUSABLE,
}


class Delivery:
    """The way of single slips to one printer, for whoever may wait for it; ``ReceiptPrinter`` does so for a desk.

    ``patience`` is how many seconds the printer may take to be reached and for each step, ``end_patience`` how long
    the end of a slip may take.
    """

    def __init__(self, address: Address, *, patience: float = 4.0, end_patience: float = 15.0) -> None:
        self._address = address
        self._patience = patience
        self._end_patience = end_patience
        # A printer that does not say when it has come to the end is not waited for a second time.
        self._tells_end = True
        self.detail = ""

    def look(self) -> PrinterState:
        """How the printer is. One that says nothing of itself counts as ready when it can be reached."""
        try:
            with open_line(self._address, self._patience) as line:
                self.detail = ""
                return Conversation(line).state() or PrinterState.READY
        except (OSError, ValueError) as error:
            return self._trouble(error)

    def print(self, job: PrintJob) -> tuple[Fate, PrinterState]:
        """Print one slip; what became of it, and how the printer is then."""
        data = SAY_NOTHING_UNASKED + in_printers_language(job)
        try:
            with open_line(self._address, self._patience) as line:
                self.detail = ""
                talk = Conversation(line)
                before = talk.state()
                if before is not None and before not in PRINTS:
                    return Fate.FAILED, before
                try:
                    line.send(data, self._patience)
                except TimeoutError:
                    return Fate.FAILED, _why_stalled(talk)
                if before is None or not self._tells_end:
                    return Fate.SENT, before or PrinterState.READY
                return self._await_end(talk, before)
        except (OSError, ValueError) as error:
            return Fate.FAILED, self._trouble(error)

    def _await_end(self, talk: Conversation, before: PrinterState) -> tuple[Fate, PrinterState]:
        state = talk.end(self._end_patience)
        if state is None:
            self._tells_end = False
            return Fate.SENT, before
        return (Fate.PRINTED if state in PRINTS else Fate.FAILED), state

    def _trouble(self, error: Exception) -> PrinterState:
        number = _error_number(error)
        self.detail = type(error).__name__ if number is None else errno.errorcode.get(number, str(number))
        if isinstance(error, TimeoutError | socket.gaierror | ConnectionError):
            return PrinterState.LOST
        if isinstance(error, ValueError):
            return PrinterState.UNUSABLE
        return PrinterState.LOST if number is None else _STATE_OF_ERROR.get(number, PrinterState.LOST)


def _why_stalled(talk: Conversation) -> PrinterState:
    """A printer whose paper ends takes no more bytes; it may still say so."""
    state = None
    with suppress(OSError):
        state = talk.state()
    return PrinterState.STALLED if state is None or state in PRINTS else state


def _error_number(error: BaseException | None) -> int | None:
    """The system's error number. Of a port that it could not configure, pyserial keeps it only in the inner error."""
    while error is not None:
        if error.args and isinstance(error.args[0], int):
            return error.args[0]
        error = error.__context__
    return None


class ReceiptPrinter:
    """Prints the slips of a desk and says how the printer is doing, from ``start()`` to ``stop()``.

    Both listeners are called from the printer's own thread, one call at a time. A slip that cannot be printed fails
    within seconds, and all that wait behind it with it: nobody wants them an hour later. Any of them can be handed
    over again. If a listener raises, the log gets the kind and place of the error, and nothing else happens.
    """

    def __init__(
        self,
        name: str,
        address: str,
        changed: Changed,
        ended: Ended,
        *,
        patience: float = 4.0,
        end_patience: float = 15.0,
    ) -> None:
        """``name`` is the printer's name on screen; ``address`` as in libops/slips/printer_address.py.

        Nothing is opened before ``start()``. ``patience`` and ``end_patience`` as of ``Delivery``.
        """
        self.name = name
        self.address = address
        self._changed = changed
        self._ended = ended
        self._patience = patience
        self._end_patience = end_patience
        self._state: PrinterState | None = None
        self._waiting: deque[PrintJob] = deque()
        self._something = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look after the printer; returns at once. ``RuntimeError`` if already begun."""
        if self._thread is not None:
            raise RuntimeError(f"printer {self.name} was started already")
        self._stopping = False
        self._state = None
        self._thread = threading.Thread(target=self._run, name=f"printer {self.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Print no more, within half a second. Safe to call twice, or from a listener; no listener is called after.

        A slip that is being printed is not waited for longer than that; what waits behind it is forgotten.
        """
        with self._something:
            self._stopping = True
            self._waiting.clear()
            self._something.notify_all()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join(_STOP_PATIENCE)

    def print(self, job: PrintJob) -> None:
        """Hand over a slip; returns at once. What becomes of it is told to the listener."""
        with self._something:
            self._waiting.append(job)
            self._something.notify_all()

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _run(self) -> None:
        try:
            self._look_after()
        # Whatever it is: or the screen would go on saying "ready" over a thread that has ended.
        except Exception as bug:  # noqa: BLE001
            self._complain("printer_stopped", bug)
            self._report(PrinterState.UNUSABLE, type(bug).__name__)

    def _look_after(self) -> None:
        self._report(PrinterState.CONNECTING, "")
        try:
            delivery = Delivery(read_address(self.address), patience=self._patience, end_patience=self._end_patience)
        except BadAddress:
            self._report(PrinterState.UNUSABLE, "address")
            self._turn_away()
            return
        self._report(delivery.look(), delivery.detail)
        wait = _FIRST_WAIT
        while not self._stopping:
            job = self._next(_LOOK_AGAIN if self._state in PRINTS else wait)
            if job is not None:
                self._print(delivery, job)
            elif not self._stopping:
                self._report(delivery.look(), delivery.detail)
            wait = _FIRST_WAIT if self._state in PRINTS or job is not None else min(wait * 2, _LOOK_AGAIN)

    def _next(self, patience: float) -> PrintJob | None:
        with self._something:
            self._something.wait_for(lambda: self._stopping or self._waiting, patience)
            return self._waiting.popleft() if self._waiting and not self._stopping else None

    def _print(self, delivery: Delivery, job: PrintJob) -> None:
        try:
            fate, state = delivery.print(job)
        except Exception as bug:  # noqa: BLE001 - the next slip must be printed, and this one is not lost without a word
            self._complain("slip_not_printed", bug)
            fate, state = Fate.FAILED, PrinterState.UNUSABLE
        self._report(state, delivery.detail)
        self._tell_end(SlipEnded(self.name, job, fate, state))
        if fate is Fate.FAILED:
            self._fail_all(state)

    def _fail_all(self, state: PrinterState) -> None:
        with self._something:
            left, self._waiting = list(self._waiting), deque()
        for job in left:
            self._tell_end(SlipEnded(self.name, job, Fate.FAILED, state))

    def _turn_away(self) -> None:
        """Say of every slip that there is no printer, until the end."""
        while not self._stopping:
            job = self._next(_LOOK_AGAIN)
            if job is not None:
                self._tell_end(SlipEnded(self.name, job, Fate.FAILED, PrinterState.UNUSABLE))

    def _report(self, state: PrinterState, detail: str) -> None:
        """Tell the listener when the state is another than before."""
        if self._stopping or state is self._state:
            return
        self._state = state
        try:
            self._changed(PrinterChanged(self.name, self.address, state, detail))
        except Exception as error:  # noqa: BLE001 - somebody else's code, and the next slip must be printed
            self._complain("printer_state_not_taken", error)

    def _tell_end(self, ended: SlipEnded) -> None:
        if self._stopping:
            return
        try:
            self._ended(ended)
        except Exception as error:  # noqa: BLE001 - somebody else's code, and the next slip must be printed
            self._complain("slip_end_not_taken", error)

    def _complain(self, event: str, error: Exception) -> None:
        """Log what kind of error it was and where. Not its text, which may quote a slip."""
        last = traceback.extract_tb(error.__traceback__)[-1]
        _log.error(event, device=self.name, error=type(error).__name__, where=f"{last.name}:{last.lineno}")
