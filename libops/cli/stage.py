"""The stage of the demonstration: its clock, its readers' hands, and the count of what was answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from devices.reader_simulator import SimulatedReader
from libops.bootstrap import wall_clock
from libops.circulation.desk import DeskSession
from libops.circulation.outcomes import Mode, Outcome
from libops.library import Library
from libops.scans import Heard, ReaderChanged, ReaderState
from libops.simulation.morning import Morning, Station, Step
from libops.work import Actor, Place

ANSWER_SECONDS = 20
"""How long the morning waits for one answer before it gives up: something is broken then."""

BETWEEN_SCANS = 35
"""Seconds of the morning that pass with each scan."""


class Unanswered(Exception):
    """A scan was not answered in time."""


class MorningClock:
    """The clock of a morning that is played: it moves on with each scan."""

    def __init__(self) -> None:
        self._now = wall_clock()

    def __call__(self) -> datetime:
        """The morning's time, UTC."""
        return self._now

    def set(self, moment: datetime) -> None:
        """Begin the morning."""
        self._now = moment

    def tick(self, seconds: int) -> None:
        """Let some of the morning pass."""
        self._now += timedelta(seconds=seconds)


class Tally:
    """What the stations answered, counted from their own threads, so that the player can wait for it."""

    def __init__(self, show: Callable[[Outcome], None]) -> None:
        self._changed = threading.Condition()
        self._show = show
        self.outcomes: list[Outcome] = []

    def note(self, outcome: Outcome) -> None:
        """Count one answer and show it."""
        self._show(outcome)
        with self._changed:
            self.outcomes.append(outcome)
            self._changed.notify_all()

    def wait_for(self, count: int) -> None:
        """Wait until so many scans have been answered. Raises ``Unanswered``."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.outcomes) >= count, ANSWER_SECONDS):
                raise Unanswered


class BookDrop:
    """The station beside the desk where returned books are scanned: a reader and a session, no screen."""

    def __init__(self, library: Library, actor: Actor, place: Place, answered: Callable[[Outcome], None]) -> None:
        self._session = DeskSession(library, actor=actor, place=place, mode=Mode.RETURN)
        self._answered = answered

    def heard(self, heard: Heard) -> None:
        """Take one scan; called by the reader's thread, one after the other."""
        self._answered(self._session.hear(heard))


class Player:
    """Holds the codes of a morning before the readers, one after the other, and waits for each answer."""

    def __init__(
        self,
        morning: Morning,
        readers: dict[Station, SimulatedReader],
        tally: Tally,
        clock: MorningClock,
        pause: float,
    ) -> None:
        self._morning = morning
        self._readers = readers
        self._tally = tally
        self._clock = clock
        self._pause = pause
        self._ready = {station: threading.Event() for station in readers}
        self._left = threading.Event()
        self.milliseconds: list[float] = []
        self.failure: Exception | None = None

    def changed(self, station: Station) -> Callable[[ReaderChanged], None]:
        """What a station's driver calls when its state changes."""

        def note(change: ReaderChanged) -> None:
            if change.state is ReaderState.READY:
                self._ready[station].set()

        return note

    def stop(self) -> None:
        """Scan nothing more; the audience has left."""
        self._left.set()

    def play(self) -> None:
        """Play the whole morning; what goes wrong is kept in ``failure``."""
        try:
            for ready in self._ready.values():
                if not ready.wait(ANSWER_SECONDS):
                    raise Unanswered
            for step in self._morning.steps:
                if self._left.is_set():
                    return
                self._scan(step)
        except Exception as error:  # noqa: BLE001 - handed to the thread that waits for the morning's end
            self.failure = error

    def _scan(self, step: Step) -> None:
        self._clock.tick(BETWEEN_SCANS)
        expected = len(self._tally.outcomes)
        begun = time.perf_counter()
        for _ in range(2 if step.twice else 1):
            self._readers[step.station].scan(step.code)
            expected += 1
        self._tally.wait_for(expected)
        self.milliseconds.append((time.perf_counter() - begun) * 1000)
        time.sleep(self._pause)
