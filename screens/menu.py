"""Where one can go from anywhere by two keys, with the counts that matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from textual import on
from textual.message import Message

from libops.i18n import mark
from libops.work import Look
from screens.attempts import attempt
from screens.picker import Choosable, Picker
from screens.shift import Shift


class Destination(Choosable, frozen=True):
    """A place to go to, and what is counted there."""

    count: Callable[[Look], str] | None = None


class Counted(Message):
    """So much is to be done in one place."""

    def __init__(self, id: str, count: str) -> None:
        super().__init__()
        self.id, self.count = id, count


class Menu(Picker):
    """Every place; what is to be done in each is counted while it is looked at."""

    HEADING = mark("Go to")

    def __init__(self, shift: Shift, destinations: Sequence[Destination]) -> None:
        super().__init__(shift.voice, destinations)
        self._shift = shift
        self._destinations = destinations

    def on_mount(self) -> None:
        self.database_is_back()

    def database_is_back(self) -> None:
        """Count, once more where that failed."""
        self.run_worker(self._count, thread=True, name="counts", group="counts", exclusive=True, exit_on_error=False)

    def _count(self) -> None:
        for one in self._destinations:
            if one.count is None or not self.is_attached:
                continue
            count, error = attempt(partial(self._counted_in, one.count), "menu")
            # A count that cannot be read is left out; whoever goes there is told why.
            if error is None and count is not None:
                self.post_message(Counted(one.id, count))

    def _counted_in(self, count: Callable[[Look], str]) -> str:
        with self._shift.look() as look:
            return count(look)

    @on(Counted)
    def _counted(self, event: Counted) -> None:
        event.stop()
        self.lines.asides[event.id] = event.count
        self.lines.speak()
