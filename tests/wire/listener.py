"""Stands where the desk stands: takes what a reader's driver says and waits for it with a limit."""

from queue import Empty, SimpleQueue

from libops.scans import Garbled, Heard, ReaderChanged, ReaderState, Scan

PATIENCE = 10.0  # seconds; only a broken driver, never a slow machine, uses them up


class Listener:
    """Both of a driver's listeners, and the questions a test asks about what came."""

    def __init__(self) -> None:
        """Nothing heard yet."""
        self._heard: SimpleQueue[Heard] = SimpleQueue()
        self._changes: SimpleQueue[ReaderChanged] = SimpleQueue()

    def heard(self, message: Heard) -> None:
        """The driver's ``heard``."""
        self._heard.put(message)

    def changed(self, change: ReaderChanged) -> None:
        """The driver's ``changed``."""
        self._changes.put(change)

    def scan(self) -> Scan:
        """The next message, which must be a code."""
        message = self._heard.get(timeout=PATIENCE)
        assert isinstance(message, Scan), message
        return message

    def garbled(self) -> Garbled:
        """The next message, which must not be a code."""
        message = self._heard.get(timeout=PATIENCE)
        assert isinstance(message, Garbled), message
        return message

    def codes(self, count: int) -> list[str]:
        """The next so many codes."""
        return [self.scan().code for _ in range(count)]

    def change(self) -> ReaderChanged:
        """The next change of state."""
        return self._changes.get(timeout=PATIENCE)

    def states(self, count: int) -> list[ReaderState]:
        """The next so many states."""
        return [self.change().state for _ in range(count)]

    def until(self, state: ReaderState) -> ReaderChanged:
        """Skip the changes before the one to this state."""
        change = self.change()
        while change.state is not state:
            change = self.change()
        return change

    def at_rest(self) -> bool:
        """Whether everything that was heard or changed has been asked for."""
        try:
            self._heard.get_nowait()
        except Empty:
            return self._changes.empty()
        return False
