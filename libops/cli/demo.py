"""``libops demo``: a morning at the desk of a sample library, on real input.

Bytes leave simulated readers on pseudo-terminals, the real drivers read them, the real console answers (on this
terminal, or unseen where there is none), and durable loans stand in the database. The library lives in a home of its
own, whatever the environment says, and nothing is ever played in a database that was not made here as a sample.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import platformdirs

from db.circulation import Credential
from db.database import Database
from db.migrate import upgrade
from devices.reader_simulator import SimulatedReader
from devices.serial_reader import SerialReader
from libops import doctor, stats
from libops.bootstrap import open_library, operator, wall_clock
from libops.circulation.desk import DeskSession, Mode, Outcome, Word
from libops.circulation.desk_words import say
from libops.codes import SAMPLE_PATTERNS
from libops.founding import found_from, is_founded, is_sample, sample_folder
from libops.i18n import Language
from libops.library import Library
from libops.places import all_desks, find_place
from libops.scans import Garbled, ReaderChanged, ReaderState, Scan
from libops.simulation.morning import Morning, Station, Step, next_morning
from libops.work import Actor, Place

ANSWER_SECONDS = 20
"""How long the morning waits for one answer before it gives up: something is broken then."""

SIGN_IN = ("S0002", "75319")
"""Badge and PIN of the sample's supervisor, as sample_data/staff.csv shows them."""


class NotASample(Exception):
    """The demonstration's home holds a library that was not made as a sample; it is left alone."""


class Unanswered(Exception):
    """A scan was not answered in time."""


class Told(msgspec.Struct, frozen=True):
    """What a morning came to; times in milliseconds from the first byte of a scan to its answer at the desk."""

    day: str
    home: str
    scans: int
    outcomes: dict[str, int]
    loans_confirmed: int
    loans_in_database: int
    median_ms: float
    p95_ms: float
    faults: list[str]
    open_loans: int


def demo_home() -> Path:
    """Where the demonstration keeps its library, apart from any other."""
    return Path(platformdirs.user_data_dir("libops-demo"))


def open_demo(home: Path, clock: Callable[[], datetime]) -> Library:
    """The demonstration's library, made from the sample files the first time. Raises ``NotASample``."""
    home.mkdir(parents=True, exist_ok=True)
    file = home / "libops.db"
    url = f"sqlite:///{file}"
    if file.exists():
        _require_sample(url, file)
    upgrade(url)
    database = Database(url)
    try:
        if not is_founded(database):
            found_from(database, sample_folder(), patterns=SAMPLE_PATTERNS, now=wall_clock(), sample=True)
    finally:
        database.close()
    return open_library(url, SAMPLE_PATTERNS, clock=clock)


def _require_sample(url: str, file: Path) -> None:
    database = Database(url)
    try:
        if is_founded(database) and not is_sample(database):
            raise NotASample(str(file))
    finally:
        database.close()


class MorningClock:
    """The clock of a morning that is played: it moves on with each scan."""

    def __init__(self) -> None:
        self._now = wall_clock()

    def __call__(self) -> datetime:
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

    def heard(self, heard: Scan | Garbled) -> None:
        """Take one scan; called by the reader's thread, one after the other."""
        self._answered(self._session.hear(heard, Credential.CARD))


class Player:
    """Holds the codes of a morning before the readers, one after the other, and waits for each answer."""

    def __init__(self, morning: Morning, readers: dict[Station, SimulatedReader], tally: Tally, clock: MorningClock, pause: float) -> None:
        self._morning = morning
        self._readers = readers
        self._tally = tally
        self._clock = clock
        self._pause = pause
        self._ready = {station: threading.Event() for station in readers}
        self.milliseconds: list[float] = []
        self.failure: Exception | None = None

    def changed(self, station: Station) -> Callable[[ReaderChanged], None]:
        """What a station's driver calls when its state changes."""

        def note(change: ReaderChanged) -> None:
            if change.state is ReaderState.READY:
                self._ready[station].set()

        return note

    def play(self) -> None:
        """Play the whole morning; what goes wrong is kept in ``failure``."""
        try:
            for ready in self._ready.values():
                if not ready.wait(ANSWER_SECONDS):
                    raise Unanswered
            for step in self._morning.steps:
                self._scan(step)
        except Exception as error:  # noqa: BLE001 - handed to the thread that waits for the morning's end
            self.failure = error

    def _scan(self, step: Step) -> None:
        self._clock.tick(35)
        expected = len(self._tally.outcomes)
        begun = time.perf_counter()
        for _ in range(2 if step.twice else 1):
            self._readers[step.station].scan(step.code)
            expected += 1
        self._tally.wait_for(expected)
        self.milliseconds.append((time.perf_counter() - begun) * 1000)
        time.sleep(self._pause)
