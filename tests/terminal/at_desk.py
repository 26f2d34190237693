"""Somebody at the desk of a console that runs in the test's own process."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic

import pytest
from textual.events import Key
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot

from libops.appearance import USUAL, Appearance
from libops.circulation.outcomes import Outcome, Word
from libops.library import Library
from libops.people import staff
from libops.people.patrons import LoanView
from libops.places import find_place
from libops.scans import Scan
from libops.work import Actor, Place
from screens.app import Attach, ConsoleApp
from screens.desk.screen import Desk
from screens.idleness import Idleness
from screens.own_keys import NO_OWN_KEYS, OwnKeys
from screens.shift import Shift
from screens.slips import NO_PAPER, Paper
from tests.terminal.small_town import SUPERVISOR

PATIENCE = 10.0
BY_HAND, BY_READER = 0.1, 0.001
"""Seconds between two keys."""
A_MOMENT = 0.2
"""Seconds after which whoever typed a key has typed no more."""


class AtDesk:
    """What a librarian does and sees. Scans are a second apart unless told otherwise, so that none is a double read.

    Nobody waits while a person looks for the next key: the console's clock is put forward instead.
    """

    def __init__(self, app: ConsoleApp, pilot: Pilot[None], outcomes: list[Outcome], hours: Hours) -> None:
        self.app = app
        self.pilot = pilot
        self.outcomes = outcomes
        self.hours = hours
        self._clock = 0.0

    @property
    def desk(self) -> Desk:
        """The desk screen."""
        assert self.app.desk is not None
        return self.app.desk

    @property
    def shift(self) -> Shift:
        """What everything on screen shares."""
        return self.desk.shift

    def loans(self) -> list[LoanView] | None:
        """What the patron at the desk has on loan, as far as the desk knows."""
        account = self.shift.view.account
        return None if account is None else account.loans

    def last_word(self) -> Word:
        """The word of the newest outcome."""
        return self.outcomes[-1].word

    async def scan(self, *codes: str, apart: float = 2.0) -> None:
        """Scan by a serial reader, and wait until everything is answered."""
        wanted = len(self.outcomes) + len(codes)
        for code in codes:
            self._clock += apart
            self.app.hear(Scan(code, "reader", self._clock))
        await self.until(lambda: len(self.outcomes) >= wanted)

    def hear_code(self, code: str) -> None:
        """Scan by a serial reader what is not answered as an outcome: it is for a form."""
        self._clock += 2.0
        self.app.hear(Scan(code, "reader", self._clock))

    async def press(self, *keys: str) -> None:
        """Press keys one by one, as a person does, and see what comes of each."""
        for key in keys:
            self.hours.pass_by(BY_HAND)
            self._send(key, self.hours.now())
            await self.settled()
            await self.rest()

    def press_quickly(self, *keys: str) -> None:
        """Press keys faster than anything answers; whoever needs them to have arrived waits for what comes of them.

        They are as quick on a machine on which sending them takes its time.
        """
        self.hours.pass_by(BY_HAND)
        first = self.hours.now()
        for at, key in enumerate(keys):
            self._send(key, first + at * BY_READER)
        self.hours.pass_by(len(keys) * BY_READER)

    def _send(self, key: str, at: float) -> None:
        driver = self.app._driver
        assert driver is not None
        event = key_named(key)
        event.time = at
        event.set_sender(self.app)
        driver.send_message(event)

    async def rest(self) -> None:
        """Type nothing for a moment: keys that were held back because they might have been a reader's go on."""
        if self.app._catcher.next_look is None:
            return
        self.hours.pass_by(A_MOMENT)
        for _ in range(2):
            self.app.call_later(self.app._look_again)
        await self.settled()

    async def settled(self) -> None:
        """Wait until the console stands still, but for what goes on in threads and after some time; it is drawn."""
        await _stands_still()
        self.app.screen._on_timer_update()
        await _stands_still()

    async def enter(self, text: str) -> None:
        """Type a text and Enter."""
        await self.press(*text, "enter")

    async def until(self, so: Callable[[], bool]) -> None:
        """Wait until something is so; fail when it does not come to be."""
        async with asyncio.timeout(PATIENCE):
            while not so():  # noqa: ASYNC110 - what is on screen tells nobody that it changed
                await asyncio.sleep(0.02)
        await self.settled()

    async def until_shown(self, text: str) -> None:
        """Wait until a text is on screen."""
        try:
            await self.until(lambda: text in self.shown())
        except TimeoutError:
            raise AssertionError(f"{text!r} is not on screen:\n{self.shown()}") from None

    async def until_screen(self, kind: type[object]) -> None:
        """Wait until such a screen is in front."""
        await self.until(lambda: isinstance(self.app.screen, kind))

    def shown(self) -> str:
        """What the screen shows, as text without trailing spaces."""
        lines = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in lines)


class Hours:
    """The console's own clock, which keys and the looks at them go by."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        """Monotonic seconds."""
        return monotonic() + self._ahead

    def pass_by(self, seconds: float) -> None:
        """Let time pass without waiting."""
        self._ahead += seconds


async def _stands_still() -> None:
    """Wait until nothing is left that could be done at once."""
    # Public ways to know are slow: they sleep, and take a busy machine for a busy console.
    ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
    await asyncio.sleep(0)
    while ready:  # noqa: ASYNC110 - the loop tells nobody that it has nothing to do
        await asyncio.sleep(0)


def key_named(name: str) -> Key:
    """A key by its name or by what it types, as a terminal tells of it."""
    key = _character_to_key(name) if len(name) == 1 and not name.isalnum() else name
    try:
        return Key(key, unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(key, key))))
    except KeyError:
        return Key(key, name if len(name) == 1 else None)


def place_of(library: Library, code: str = "") -> Place:
    """A desk of the library."""
    with library.database.reading() as transaction:
        return find_place(transaction, code)


def signed_in(library: Library, who: tuple[str, str] = SUPERVISOR) -> Actor:
    """Somebody signed in."""
    badge, pin = who
    return staff.log_in(library, badge=badge, pin=pin, place=place_of(library))


@asynccontextmanager
async def at_desk(
    library: Library,
    language: str = "en",
    size: tuple[int, int] = (80, 24),
    *,
    who: tuple[str, str] | None = SUPERVISOR,
    prefix: str = "",
    attach: Attach | None = None,
    paper: Paper = NO_PAPER,
    training: bool = False,
    tour: bool = False,
    sample: bool = False,
    to_try: tuple[str, str] | None = None,
    idleness: Idleness | None = None,
    appearance: Appearance = USUAL,
    own_keys: OwnKeys = NO_OWN_KEYS,
) -> AsyncIterator[AtDesk]:
    """Sit down at the library's first desk; ``who`` None: nobody has signed in yet."""
    actor = None if who is None else signed_in(library, who)
    outcomes: list[Outcome] = []
    app = ConsoleApp(
        library,
        place_of(library),
        language,
        actor=actor,
        wedge_prefix=prefix,
        attach=attach,
        answered=outcomes.append,
        paper=paper,
        training=training,
        tour=tour,
        sample=sample,
        to_try=to_try,
        idleness=idleness,
        appearance=appearance,
        own_keys=own_keys,
    )
    hours = Hours()
    with pytest.MonkeyPatch.context() as patch:
        for module in ("screens.app", "screens.desk.way_back"):
            patch.setattr(f"{module}.monotonic", hours.now)
        async with app.run_test(size=size) as pilot:
            me = AtDesk(app, pilot, outcomes, hours)
            await me.settled()
            if app.desk is not None:
                await me.until(lambda: me.desk._following.has_begun)
            yield me
