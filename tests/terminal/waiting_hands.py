"""A clock for idleness that moves when a test says so: nobody waits for minutes."""

from __future__ import annotations

import asyncio

from screens.idleness import Idleness, Rest
from tests.terminal.at_desk import PATIENCE, AtDesk


class Hands:
    """How long nobody has touched anything, as a test has it."""

    def __init__(self, *, patron: float = 0, lock: float = 0) -> None:
        self.now = 1000.0
        self.idleness = Idleness(Rest(patron, lock), lambda: self.now)

    async def rest(self, me: AtDesk, seconds: float) -> None:
        """Let so many seconds go by, and what they come to be done."""
        await self.pass_by(me, seconds)
        await me.pilot.pause()

    async def pass_by(self, me: AtDesk, seconds: float) -> None:
        """The same, and no longer than until the console has looked at the clock, behind all that has arrived."""
        self.now += seconds
        looked = asyncio.Event()

        def look() -> None:
            me.app.look_at_idleness()
            looked.set()

        me.app.call_later(look)
        async with asyncio.timeout(PATIENCE):
            await looked.wait()
