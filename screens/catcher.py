"""Catches what a keyboard-wedge reader types before any widget sees it, so that a scan never presses a button."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Protocol, runtime_checkable

from textual import events
from textual.screen import Screen
from textual.widgets import Input, TextArea

from libops.barcodes import is_trade_number
from libops.codes import CodeKind, CodePatterns
from libops.people.pins import MOST as MOST_DIGITS
from libops.scans import Garbled, GarbledReason, Heard
from screens.fields import WordsLine
from screens.menu import Menu
from screens.messages import CodeTyped, ScanHeard
from screens.scan_line import KEYBOARD, ScanLine, heard_by_keyboard
from screens.wedge import GAP, PAUSE, PrefixWedge, SpeedWedge, Step, Wedge

_DIALOG_GAP = 0.15
"""Where nobody types texts, keys may wait longer: a reader that stutters must not answer a question."""
_MENU_GAP = 0.03
"""Where a key only leads to another line for codes it waits for a moment: a code that it began goes on there."""
_A_LITTLE = 0.005
_LOOKS = 2
_REMEMBERED = 20
"""Characters passed on last that are remembered: as many as somebody may have typed of a badge."""


@runtime_checkable
class TakesBadges(Protocol):
    """A screen that asks for a badge: one that is scanned fills it in."""

    def take_badge(self, badge: str) -> None:
        """Fill in the badge that was read."""
        ...


@runtime_checkable
class TakesItems(Protocol):
    """A form that asks for an item: one that is scanned is written into it, and nothing else is done."""

    def take_item(self, barcode: str) -> None:
        """Fill in the barcode that was read."""
        ...


@runtime_checkable
class TakesCards(Protocol):
    """A form that asks for a patron's card: one that is scanned is written into it, and nothing else is done."""

    def take_card(self, number: str) -> None:
        """Fill in the number that was read."""
        ...


@runtime_checkable
class TakesIsbns(Protocol):
    """A form that asks for an ISBN: one that is scanned is written into it, and nothing else is done."""

    def take_isbn(self, code: str) -> None:
        """Fill in the ISBN that was read."""
        ...


@runtime_checkable
class TakesOthers(Protocol):
    """A form that asks for codes: one that is scanned and is none of the library's is shown there, not behind it."""

    def take_other(self, code: str) -> None:
        """Say what is wrong with the code that was read."""
        ...


@runtime_checkable
class TakesAnything(Protocol):
    """A screen that looks at whatever is scanned; nothing else is done with it."""

    def take_anything(self, heard: Heard) -> None:
        """Show what was read."""
        ...


class Catcher:
    """Stands between the terminal and the widgets. ``tell`` gets the scans, ``pass_on`` the keys that are no scans;
    ``more_to_come`` knows of keys that have come and are still on their way; ``repeats`` are letters that people hold
    down.
    """

    def __init__(
        self,
        prefix: str,
        patterns: CodePatterns,
        tell: Callable[[ScanHeard | CodeTyped], object],
        pass_on: Callable[[events.Key], Awaitable[None]],
        more_to_come: Callable[[], bool],
        repeats: frozenset[str] = frozenset(),
    ) -> None:
        self._speed: SpeedWedge[events.Key] = SpeedWedge(repeats=repeats)
        self._wedge: Wedge[events.Key] = PrefixWedge(prefix) if prefix else self._speed
        self._patterns = patterns
        self._tell = tell
        self._pass_on = pass_on
        self._more_to_come = more_to_come
        self._line: ScanLine | None = None
        self._line_until = 0.0
        self._led, self._led_until = "", 0.0
        self._quiet_looks = 0
        self._passed_on = ""

    @property
    def next_look(self) -> float | None:
        """Seconds until ``look_again`` must be called; None where no key is held back."""
        if not self._wedge.holds:
            return None
        return self._wedge.gap + _A_LITTLE if self._quiet_looks == 0 else _A_LITTLE

    async def catch(self, event: events.Key, screen: Screen[object], line: ScanLine | None) -> bool:
        """Take a key before anybody else does; whether it was taken. ``line`` is the scan line, if it is in front."""
        self._quiet_looks = 0
        if self._wedge is self._speed and not self._wedge.holds:
            if line is not None:
                # In front, the scan line itself tells readers from people, and nobody waits for a key to show.
                self._note(line, event)
                return False
            if self._line is not None and self._line.is_attached and event.time <= self._line_until:
                # A dialog opened in the middle of a code: the rest follows its beginning.
                event._set_forwarded()
                line = self._line
                line.post_message(event)
                self._note(line, event)
                return True
            self._speed.gap = _gap(screen)
        step = self._wedge.press(event, _typed_by(event), event.time)
        if list(step.released) == [event] and step.code is None and step.cut_off is None:
            self._remember([event])
            return False
        await self._act(step, screen, event.time)
        return True

    def _note(self, line: ScanLine, event: events.Key) -> None:
        # A key that types nothing, as Ctrl+L, begins no code: what comes behind it is for what it opened.
        self._line, self._line_until = (line, event.time + PAUSE) if event.is_printable else (None, 0.0)
        if self._led and event.time <= self._led_until:
            line.may_go_on(self._led)
        self._led = ""

    async def look_again(self, now: float, screen: Screen[object]) -> None:
        """Let go of keys that nothing followed in time.

        Two looks in a row must find that no more have come: between the first and the second, keys that were handed on
        already and stood behind the timer come forward.
        """
        self._quiet_looks = 0 if self._more_to_come() else self._quiet_looks + 1
        if self._quiet_looks >= _LOOKS:
            step = self._wedge.quiet(now)
            if isinstance(screen, Menu):
                self._led = "".join(map(_typed_by, step.released))
                self._led_until = now + PAUSE
            await self._act(step, screen, now)

    async def _act(self, step: Step[events.Key], screen: Screen[object], at: float) -> None:
        self._remember(step.released)
        for key in step.released:
            await self._pass_on(key)
        if step.cut_off is not None:
            self._tell(ScanHeard(Garbled(KEYBOARD, at, GarbledReason.CUT_OFF, step.cut_off)))
        if step.code is None:
            return
        if self._is_typing(step.code.strip(), screen):
            for key in step.keys:
                await self._pass_on(key)
        else:
            self._tell(heard_by_keyboard(step.code, at))

    def _is_typing(self, code: str, screen: Screen[object]) -> bool:
        """Whether what came so fast is for the field in front: a PIN from quick fingers, or words; never a code."""
        field = screen.focused
        if self._wedge is not self._speed or isinstance(field, WordsLine) or self._patterns.kinds(code):
            return False
        if isinstance(field, Input) and field.password:
            return code.isdecimal() and len(code) <= MOST_DIGITS and not is_trade_number(code)
        if isinstance(field, Input) and isinstance(screen, TakesBadges):
            # Somebody types a badge, and a program that was busy got all but its beginning in a moment.
            return any(CodeKind.BADGE in self._patterns.kinds(begun + code) for begun in self._begun(field))
        # No label bears such signs; an input method, or a program that was busy, lets them come in a moment.
        return isinstance(field, Input | TextArea) and not (code.isascii() and " " not in code)

    def _remember(self, keys: Iterable[events.Key]) -> None:
        for sign in map(_typed_by, keys):
            self._passed_on = (self._passed_on + sign)[-_REMEMBERED:] if sign.isprintable() else ""

    def _begun(self, field: Input) -> Iterator[str]:
        """What may stand in a field: keys that were passed on may have come to it, or be on their way still."""
        for came in range(len(self._passed_on) + 1):
            yield field.value + self._passed_on[came:]


def _gap(screen: Screen[object]) -> float:
    """How long keys wait for others that would make them a code."""
    if isinstance(screen.focused, Input | TextArea):
        return GAP
    return _MENU_GAP if isinstance(screen, Menu) else _DIALOG_GAP


def _typed_by(event: events.Key) -> str:
    """The character that a key types; Escape and the editing keys type none."""
    if event.key in ("escape", "backspace", "delete"):
        return ""
    return {"enter": "\r", "tab": "\t", "ctrl+j": "\n"}.get(event.key, event.character or "")
