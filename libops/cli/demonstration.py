"""``libops demo``: a morning at the desk of a sample library, on real input.

Bytes leave simulated readers on pseudo-terminals, the real drivers read them, the real console answers (on this
terminal, or unseen where there is none), and durable loans stand in the database. The library lives in a home of its
own, whatever the environment says, and nothing is ever played in a database that was not made here as a sample.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles

import msgspec
import platformdirs
from rich.cells import cell_len
from sqlalchemy import func, select

from db.database import Database
from db.migrate import upgrade
from db.revision import is_empty
from db.tables import LOAN
from devices.reader_simulator import SimulatedReader
from devices.serial_reader import SerialReader
from libops import doctor, stats
from libops.appearance import Appearance, Sound
from libops.bootstrap import open_library, operator, wall_clock
from libops.circulation.desk_words import say
from libops.circulation.outcomes import Outcome, Word
from libops.cli.exit_codes import ExitCode
from libops.cli.setbacks import Setback
from libops.cli.stage import BookDrop, MorningClock, Player, Tally
from libops.codes import SAMPLE_PATTERNS
from libops.founding import found_from, is_founded, is_sample, sample_folder, sample_sign_in
from libops.i18n import Language, mark
from libops.library import Library
from libops.logs import keep_log
from libops.people import staff
from libops.places import find_place
from libops.scans import Heard, ReaderChanged
from libops.simulation.morning import Morning, Station, next_morning
from libops.work import Actor, Place
from screens.app import ConsoleApp

DESK, BOOK_DROP = "C1", "C2"
"""The sample's two desks in its first branch: one lends before the audience, the other takes the book drop."""


_UNHEARD = Appearance(sound=Sound.NONE)
"""A whole morning would ring without end."""


class Told(msgspec.Struct, frozen=True):
    """What a morning came to; times in milliseconds from the first byte of a scan to its answer at the desk."""

    day: str
    file: str
    scans: int
    outcomes: dict[str, int]
    loans_confirmed: int
    loans_in_database: int
    median_ms: float
    p95_ms: float
    faults: list[str]
    open_loans: int

    @property
    def sound(self) -> bool:
        """Whether every confirmed loan stands in the database and the doctor found nothing."""
        return not self.faults and self.loans_confirmed == self.loans_in_database


def demo_home() -> Path:
    """Where the demonstration keeps its library, apart from any other."""
    return Path(platformdirs.user_data_dir("libops-demo"))


def open_demo(home: Path, clock: Callable[[], datetime]) -> Library:
    """The demonstration's library, made from the sample files the first time. Refuses one that is no sample."""
    home.mkdir(parents=True, exist_ok=True)
    keep_log(home)
    url = _url(home)
    if _file(home).exists():
        _require_sample(url)
    upgrade(url)
    database = Database(url)
    try:
        if not is_founded(database):
            found_from(database, sample_folder(), patterns=SAMPLE_PATTERNS, now=wall_clock(), sample=True)
    finally:
        database.close()
    return open_library(url, SAMPLE_PATTERNS, clock=clock)


def _file(home: Path) -> Path:
    return home / "libops.db"


def _url(home: Path) -> str:
    return f"sqlite:///{_file(home)}"


def _require_sample(url: str) -> None:
    database = Database(url)
    try:
        # Nothing but an empty file is there when a first run was stopped at its very beginning.
        if not is_empty(database) and is_founded(database) and not is_sample(database):
            raise Setback(
                ExitCode.UNUSABLE,
                "not_a_sample",
                mark("The demonstration's folder holds a library that was not made as a sample: {file}"),
                mark("It was left alone. Move it away, then try again."),
                file=str(_file(demo_home())),
            )
    finally:
        database.close()


def play(home: Path, language: Language, *, live: bool, narrate: bool) -> Told:
    """Play the next morning, before the audience (``live``: the console takes this terminal) or unseen.

    Where it is unseen, ``narrate`` prints each outcome as it comes. Raises ``Setback`` where the home holds a library
    that is no sample, and ``Unanswered`` where a scan got no answer in time.
    """
    clock = MorningClock()
    library = open_demo(home, clock)
    try:
        with library.database.reading() as transaction:
            desk, drop = (find_place(transaction, code) for code in (DESK, BOOK_DROP))
            morning = next_morning(transaction, desk, wall_clock().astimezone(desk.zone).date())
        clock.set(morning.begins)
        badge, pin = sample_sign_in()
        actor = staff.log_in(library, badge=badge, pin=pin, place=desk)
        tally = Tally(_Narrator(language, morning).tell if narrate and not live else _say_nothing)
        milliseconds = _perform(library, morning, clock, tally, actor, (desk, drop), language, live=live)
        return _sum_up(library, home, desk, morning, tally, milliseconds)
    finally:
        library.close()


def _perform(
    library: Library,
    morning: Morning,
    clock: MorningClock,
    tally: Tally,
    actor: Actor,
    places: tuple[Place, Place],
    language: Language,
    *,
    live: bool,
) -> list[float]:
    desk, drop = places
    with ExitStack() as stage:
        folder = Path(stage.enter_context(tempfile.TemporaryDirectory(prefix="libops-demo-")))
        simulated = {station: stage.enter_context(SimulatedReader(folder, station)) for station in Station}
        player = Player(morning, simulated, tally, clock, pause=0.5 if live else 0.02)

        def attach(heard: Callable[[Heard], None], changed: Callable[[ReaderChanged], None]) -> Callable[[], None]:
            ready = player.changed(Station.DESK)

            def both(change: ReaderChanged) -> None:
                changed(change)
                ready(change)

            reader = SerialReader("reader", str(simulated[Station.DESK].port), heard, both)
            reader.start()
            return reader.stop

        app = ConsoleApp(
            library, desk, language.code, actor=actor, attach=attach, answered=tally.note, appearance=_UNHEARD
        )
        book_drop = BookDrop(library, actor, drop, tally.note)
        drop_reader = SerialReader(
            "book drop", str(simulated[Station.BOOK_DROP].port), book_drop.heard, player.changed(Station.BOOK_DROP)
        )

        def perform() -> None:
            player.play()
            # The audience may have left before the end.
            with suppress(RuntimeError):
                app.call_from_thread(app.exit)

        with drop_reader:
            hand = threading.Thread(target=perform, name="morning", daemon=True)
            hand.start()
            app.run(headless=not live, size=None if live else (100, 30))
            player.stop()
            hand.join(timeout=5)
    if player.failure is not None:
        raise player.failure
    if app.return_code:
        raise RuntimeError("the console failed")
    if not player.milliseconds:
        raise Setback(
            ExitCode.INTERRUPTED, "cut_short", mark("The morning was left before it began."), mark("Run it again.")
        )
    return player.milliseconds


def _sum_up(
    library: Library, home: Path, desk: Place, morning: Morning, tally: Tally, milliseconds: list[float]
) -> Told:
    confirmed = {outcome.loan.loan_id for outcome in tally.outcomes if outcome.word is Word.LENT and outcome.loan}
    with library.look(actor=operator(), place=desk) as look:
        counts = stats.count(look)
        found = select(func.count()).where(LOAN.c.id.in_(confirmed))
        standing = look.transaction.connection.execute(found).scalar_one()
    return Told(
        day=morning.day.isoformat(),
        file=str(_file(home)),
        scans=len(tally.outcomes),
        outcomes=dict(Counter(str(outcome.word) for outcome in tally.outcomes)),
        loans_confirmed=len(confirmed),
        loans_in_database=standing,
        median_ms=round(median(milliseconds), 1),
        p95_ms=round(quantiles(milliseconds, n=20, method="inclusive")[-1], 1),
        faults=[f"{finding.code} {finding.subject}" for finding in doctor.examine(library)],
        open_loans=counts.open_loans,
    )


class _Narrator:
    """Tells the morning line by line where nobody sees the console."""

    def __init__(self, language: Language, morning: Morning) -> None:
        self._language = language
        self._day = morning.day

    def tell(self, outcome: Outcome) -> None:
        """Print one outcome, past the console that holds the ordinary output."""
        said = say(outcome, self._language, self._day)
        word = said.word + " " * max(0, 12 - cell_len(said.word))
        print(f"  {word}  {said.title}  {said.fact}", file=sys.__stdout__, flush=True)


def open_console(home: Path, language: Language) -> None:
    """Open the console on the demonstration's library, with nobody signed in yet."""
    library = open_demo(home, wall_clock)
    try:
        with library.database.reading() as transaction:
            desk = find_place(transaction, DESK)
        ConsoleApp(library, desk, language.code).run()
    finally:
        library.close()


def _say_nothing(outcome: Outcome) -> None:
    """The audience sees the console itself."""
