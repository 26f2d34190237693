"""Who plays: somebody at a console in the test's own process, or at one on a real terminal. Both only see and press."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from libops.i18n import Language, language
from screens.workplace import Workplace
from tests.terminal.at_desk import AtDesk
from tests.terminal.real_terminal import Terminal
from tests.terminal.tasks.play import Gone, Play, Press, Scan, See, Step, Type


def squeezed(text: str) -> str:
    """Without any space: a sentence may go on in the next line."""
    return "".join(text.split())


def stands(shown: str, step: See | Gone | Press, spoken: Language, today: date) -> bool:
    """Whether the screen is as a step wants it."""
    if isinstance(step, Press) and not step.in_bar:
        return True
    if isinstance(step, Gone):
        return squeezed(spoken.say(step.message)) not in squeezed(shown)
    said = step.said(spoken) if isinstance(step, Press) else step.said(spoken, today)
    return squeezed(said) in squeezed(shown)


class AtConsole:
    """Scans by a serial reader and presses keys, in the test's own process; ``seen`` is every screen on the way."""

    def __init__(self, me: AtDesk, code: str, today: date) -> None:
        self._me, self._spoken, self._today = me, language(code), today
        self.seen: list[str] = []

    async def play(self, play: Play) -> None:
        """From the scan line to what is said, and back to it."""
        for step in (*play.steps, *play.back):
            await self._do(step)

    async def _do(self, step: Step) -> None:
        me = self._me
        if isinstance(step, Scan):
            me.hear_code(step.code)
        elif isinstance(step, Type):
            await me.press(*step.text, *(("enter",) if step.ends else ()))
        else:
            await self._wait_for(step)
            self.seen.append(me.shown())
            if isinstance(step, Press):
                self._is_explained(step)
                await me.press(step.key)

    def _is_explained(self, key: Press) -> None:
        """What a narrow key bar leaves out does something now all the same, under the name that the help gives it."""
        screen = self._me.app.screen
        if not key.in_bar:
            assert isinstance(screen, Workplace)
            assert (key.key, key.label) in [(one.key, one.label) for one in screen.offered()], key

    async def _wait_for(self, step: See | Gone | Press) -> None:
        try:
            await self._me.until(lambda: stands(self._me.shown(), step, self._spoken, self._today))
        except TimeoutError:
            raise AssertionError(f"{step} did not come to be; on screen:\n{self._me.shown()}") from None


class AtTerminal:
    """Types and scans through the one keyboard of a real terminal, as a person and a reader do."""

    def __init__(self, terminal: Terminal, code: str, today: Callable[[], date]) -> None:
        self._terminal, self._spoken, self._today = terminal, language(code), today

    def play(self, play: Play) -> None:
        """From the scan line to what is said, and back to it."""
        for step in (*play.steps, *play.back):
            self._do(step)

    def _do(self, step: Step) -> None:
        terminal = self._terminal
        if isinstance(step, Scan):
            terminal.press(f"{step.code}\r")
        elif isinstance(step, Type):
            terminal.write(step.text)
            if step.ends:
                terminal.key("enter")
        else:
            terminal.until(lambda: stands(terminal.shown(), step, self._spoken, self._today()), repr(step))
            if isinstance(step, Press):
                terminal.key(step.key)
