"""A barcode or QR reader on a serial line: one thread per port, from plug to code."""

import errno
import threading
import time
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Self

import serial
import structlog

from devices.framing import USUAL, Framer, Framing, Suffix
from devices.serial_ports import locate
from libops.scans import Heard, ReaderChanged, ReaderState

_log = structlog.stdlib.get_logger(__name__)

_POLL = 0.1  # seconds a read waits, so that a reader at rest notices stop() soon
_FIRST_WAIT, _LONGEST_WAIT = 0.05, 2.0  # seconds between attempts to open: a pulled plug is often back at once
_STOP_PATIENCE = 0.3  # seconds stop() waits for a listener that is still busy with a code

_STATE_OF_ERROR = {
    errno.ENOENT: ReaderState.LOST,
    errno.ENOTDIR: ReaderState.LOST,
    errno.ENODEV: ReaderState.LOST,
    errno.ENXIO: ReaderState.LOST,
    errno.EIO: ReaderState.LOST,  # a device file with nothing behind it
    errno.EBUSY: ReaderState.BUSY,
    errno.EAGAIN: ReaderState.BUSY,  # how a lock held elsewhere shows
    errno.EACCES: ReaderState.DENIED,
    errno.EPERM: ReaderState.DENIED,
}


class SerialReader:
    """Hears one reader and says how it is doing, from ``start()`` to ``stop()``, however often it is unplugged.

    Both listeners are called from the reader's own thread, one call at a time and in the order of the line; bytes that
    came while the port was not open are never delivered. A listener may take its time: the line waits.

    If ``heard`` raises, that code is not delivered again. The reader goes on with the next one, the state becomes
    ``unheard`` until a code is taken again, and the log gets the kind and place of the error, never the code. If
    ``changed`` raises, the log gets the same and nothing else happens.
    """

    def __init__(
        self,
        name: str,
        port: str,
        heard: Callable[[Heard], None],
        changed: Callable[[ReaderChanged], None],
        framing: Framing = USUAL,
        baudrate: int = 9600,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``name`` is the reader's name on screen; ``port`` a path (best under ``/dev/serial/by-id``) or
        ``usb:SERIALNUMBER``; ``baudrate`` bits a second, without meaning for most USB readers; ``clock`` monotonic
        seconds. Nothing is opened before ``start()``.
        """
        self.name = name
        self.port = port
        self._heard = heard
        self._changed = changed
        self._framing = framing
        self._baudrate = baudrate
        self._clock = clock
        # Without a suffix, a read that waited this long for nothing is the gap that ends a code: the system itself
        # saw the line quiet, so a thread that was held up does not mistake its own delay for silence.
        self._patience = framing.idle_gap if framing.suffix is Suffix.NONE else _POLL
        self._state: ReaderState | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to listen; returns at once, whether or not the port is there. ``RuntimeError`` if already begun."""
        if self._thread is not None:
            raise RuntimeError(f"reader {self.name} was started already")
        self._state = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(self._stopping,), name=f"reader {self.name}", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and let go of the port, within half a second. Safe to call twice, or from a listener.

        No listener is called afterwards; one that is still busy is not waited for, and its call is the last.
        """
        self._stopping.set()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join(_STOP_PATIENCE)

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _run(self, stopping: threading.Event) -> None:
        try:
            self._keep_listening(stopping)
        # Whatever it is: or the screen would go on saying "ready" over a thread that has ended.
        except Exception as bug:  # noqa: BLE001
            self._complain("reader_stopped", bug)
            self._report(stopping, ReaderState.UNUSABLE, type(bug).__name__)

    def _keep_listening(self, stopping: threading.Event) -> None:
        self._report(stopping, ReaderState.CONNECTING, "")
        wait = _FIRST_WAIT
        while not stopping.is_set():
            if self._listen_once(stopping):
                wait = _FIRST_WAIT
            stopping.wait(wait)
            wait = min(wait * 2, _LONGEST_WAIT)

    def _listen_once(self, stopping: threading.Event) -> bool:
        """Open the port and listen until it is gone; whether any byte came, which tells a good line from a bad one."""
        try:
            path = locate(self.port)
            # exclusive: two programs on one line would each get half of every code. Where a line has no DTR and RTS,
            # as a pseudo-terminal has none, pyserial opens it without.
            line = serial.Serial(path, self._baudrate, timeout=self._patience, exclusive=True)
        # pyserial lets through its own errors, the system's, those of termios and ValueError.
        except Exception as error:  # noqa: BLE001
            self._report(stopping, *_trouble(error))
            return False
        with line:
            self._report(stopping, ReaderState.READY, path)
            return self._listen(line, path, stopping)

    def _listen(self, line: serial.Serial, path: str, stopping: threading.Event) -> bool:
        framer = Framer(self.name, self._framing)
        any_byte = False
        while not stopping.is_set():
            try:
                data = line.read(line.in_waiting or 1)
            except OSError:
                self._report(stopping, ReaderState.LOST, "unplugged")
                break
            any_byte = any_byte or bool(data)
            for message in framer.feed(data, self._clock()) if data else framer.quiet(self._patience):
                self._deliver(message, path, stopping)
        return any_byte

    def _deliver(self, message: Heard, path: str, stopping: threading.Event) -> None:
        if stopping.is_set():
            return
        try:
            self._heard(message)
        except Exception as error:  # noqa: BLE001 - somebody else's code, and the next scan must be heard
            self._complain("scan_not_taken", error)
            self._report(stopping, ReaderState.UNHEARD, type(error).__name__)
        else:
            self._report(stopping, ReaderState.READY, path)

    def _report(self, stopping: threading.Event, state: ReaderState, detail: str) -> None:
        """Tell the listener when the state is another than before; a code lost to an error is told every time."""
        if stopping.is_set() or (state is self._state and state is not ReaderState.UNHEARD):
            return
        self._state = state
        try:
            self._changed(ReaderChanged(self.name, self.port, state, detail))
        except Exception as error:  # noqa: BLE001 - somebody else's code, and the next scan must be heard
            self._complain("reader_state_not_taken", error)

    def _complain(self, event: str, error: Exception) -> None:
        """Log what kind of error it was and where. Not its text, which may quote the code of somebody's card."""
        last = traceback.extract_tb(error.__traceback__)[-1]
        _log.error(event, device=self.name, error=type(error).__name__, where=f"{last.name}:{last.lineno}")


def _trouble(error: BaseException) -> tuple[ReaderState, str]:
    """What a failure to open the port means for the desk, and the system's name for it."""
    number = _error_number(error)
    if number is None:
        return ReaderState.UNUSABLE, type(error).__name__
    return _STATE_OF_ERROR.get(number, ReaderState.UNUSABLE), errno.errorcode.get(number, str(number))


def _error_number(error: BaseException | None) -> int | None:
    """The system's error number. Of a port that it could not configure, pyserial keeps it only in the inner error."""
    while error is not None:
        if error.args and isinstance(error.args[0], int):
            return error.args[0]
        error = error.__context__
    return None
