"""The line that takes codes at the desk: typed by a person, or by a reader that is plugged in as a keyboard.

Enter is handled here, at once, when it comes: the code is taken and the line is empty before the next key is looked at.
A binding would bubble to the app while the next code is already being typed into the same line.
"""

from __future__ import annotations

from collections.abc import Callable

from textual import events, on
from textual.widgets import Input

from libops.catalogue.identifiers import standard_number
from libops.codes import LONGEST, CodePatterns
from libops.scans import Garbled, GarbledReason, Scan
from screens.messages import CodeTyped, ScanHeard
from screens.wedge import GAP, LEAST, PAUSE

KEYBOARD = "keyboard"
"""The name of a reader that is plugged in as a keyboard."""
_LATE = 4
"""Of so many keys of a reader's code one may come late, because the program was busy; of a person's nearly all do."""


class ScanLine(Input):
    """Hands on ``ScanHeard`` for what came at a reader's speed, ``CodeTyped`` for what a person typed.

    Scans from elsewhere are posted to it and handed on in their turn: whatever was typed before them comes first.
    A busy program reads a code in pieces, late between them: a code is still told from what was typed before it, by
    its pattern and by how few of its keys came late.
    """

    def __init__(self, patterns: CodePatterns, hand_on: Callable[[ScanHeard | CodeTyped], None]) -> None:
        super().__init__(compact=True, select_on_focus=False, id="scan-line")
        self._hand_on = hand_on
        self.cursor_blink = False
        self._patterns = patterns
        self._last = float("-inf")
        self._ended = float("-inf")
        self._late: list[int] = []
        self._after_pause = 0
        self._beyond = 0
        self._spoiled = False
        self._before = ""

    @on(ScanHeard)
    @on(CodeTyped)
    def _came_from_elsewhere(self, event: ScanHeard | CodeTyped) -> None:
        event.stop()
        self._hand_on(event)

    def on_key(self, event: events.Key) -> None:
        fast = event.time - self._last <= GAP
        if event.key == "enter" or (event.key in ("tab", "ctrl+j") and self.value):
            self._end(event.time, fast)
        elif event.key in ("tab", "ctrl+j"):
            pass  # the second half of CR LF, or a stray end mark
        elif event.is_printable:
            if not self.selection.is_empty:
                # What is chosen goes, by a hand or by a reader.
                self.wipe()
            if not self._take_in(event.time, fast):
                return
        elif fast and self.value and event.character is not None and event.key not in ("backspace", "delete"):
            # A control character in the middle of a code is no key to act upon: the code is damaged.
            self._spoiled, self._last = True, event.time
        else:
            return
        event.stop()
        event.prevent_default()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys of the line that are left to what is above it: on an empty line there is nowhere to move and nothing to
        take away; Ctrl+F and Ctrl+K always are.
        """
        if action in ("delete_right_word", "delete_right_all"):
            return False
        if action in ("home", "end") or action.startswith("delete_"):
            return bool(self.value)
        return super().check_action(action, parameters)

    def is_receiving(self, now: float) -> bool:
        """Whether a reader is in the middle of a code, as far as anybody can tell."""
        return bool(self.value[self._after_pause :]) and now - self._last <= PAUSE

    def may_go_on(self, before: str) -> None:
        """What is typed now may be the rest of a code that began with a key in a menu: that led here."""
        if not self.value:
            self._before = before

    def go_on_in(self, other: ScanLine) -> None:
        """What a reader has typed here of a code goes on in another line, as if it had begun there."""
        begun = self.value[self._after_pause :]
        if begun or self._spoiled or self._beyond:
            other.write(other.value)
            other.value += begun
            other.cursor_position = len(other.value)
            other._last, other._spoiled, other._beyond = self._last, self._spoiled, self._beyond
            other._before = self._before
        self.wipe()

    def wipe(self) -> None:
        """Empty the line."""
        self._late, self._after_pause, self._beyond, self._spoiled = [], 0, 0, False
        self.value = self._before = ""

    def write(self, text: str) -> None:
        """Have this stand in the line as if a person had typed it: a reader's code that follows is not joined to it."""
        self.wipe()
        self.value = text
        self.cursor_position = len(text)
        self._late, self._after_pause = [len(text)], len(text)

    def _on_paste(self, event: events.Paste) -> None:
        """Lines that are pasted are codes; a single one waits for Enter."""
        event.stop()
        event.prevent_default()
        lines = event.text.splitlines()
        if len(lines) == 1 and lines[0] == event.text:
            self._insert_pasted(event.text)
            return
        first, lines = (self.value + lines[0] if lines else ""), lines[1:]
        self.wipe()
        for line in [first, *lines]:
            if line.strip():
                self._hand_on(typed_or_too_long(line, event.time))

    def _insert_pasted(self, text: str) -> None:
        room = max(LONGEST + 1 - len(self.value), 0)
        self._beyond += max(len(text) - room, 0)
        self.insert_text_at_cursor(text[:room])

    def _take_in(self, at: float, fast: bool) -> bool:
        """Note the time of a character; whether it is kept from the line, which is longer than any code already."""
        if not fast:
            self._late.append(len(self.value))
        if at - self._last > PAUSE:
            self._after_pause = len(self.value)
        self._last = at
        if len(self.value) <= LONGEST:
            return False
        self._beyond += 1
        return True

    def _end(self, at: float, fast: bool) -> None:
        value, late, beyond, spoiled = self.value, self._late, self._beyond, self._spoiled
        before, start = self._before, late[-1] if late else 0
        double_end = not value[start:] and not spoiled and at - self._ended <= GAP
        self._ended = at
        if double_end:
            return
        self.wipe()
        if beyond or len(value) > LONGEST:
            self._hand_on(ScanHeard(Garbled(KEYBOARD, at, GarbledReason.TOO_LONG, len(value) + beyond)))
            return
        if spoiled:
            self._hand_on(ScanHeard(Garbled(KEYBOARD, at, GarbledReason.UNDECODABLE, len(value))))
            return
        read = self._read_from(value, late, fast)
        if read is None:
            code = value.strip()
            begun_before = bool(before) and self._fits(before + code)
            by_reader = fast and not start and (begun_before or len(code) >= LEAST)
            code = before + code if begun_before else code
            self._hand_on(ScanHeard(Scan(code, KEYBOARD, at)) if by_reader else CodeTyped(value))
            return
        if read:
            # Somebody was typing when a reader came in between: the reader's code is whole, the rest stays.
            self.write(value[:read])
        self._hand_on(ScanHeard(Scan(value[read:].strip(), KEYBOARD, at)))

    def _read_from(self, value: str, late: list[int], fast: bool) -> int | None:
        """Where in the line a code of the library begins that a reader typed, up to its end; None: nowhere."""
        for begin in dict.fromkeys((0, *late)):
            code = value[begin:].strip()
            if len(code) >= LEAST and self._fits(code):
                within = sum(begin < place < len(value) for place in late) + (not fast)
                return begin if within <= len(code) // _LATE else None
        return None

    def _fits(self, code: str) -> bool:
        return bool(self._patterns.kinds(code) or standard_number(code))


def heard_by_keyboard(code: str, at: float) -> ScanHeard | CodeTyped:
    """What a reader plugged in as a keyboard read, as the desk hears it; an empty code is told as an empty line."""
    code = code.strip()
    if len(code) > LONGEST:
        return ScanHeard(Garbled(KEYBOARD, at, GarbledReason.TOO_LONG, len(code)))
    return ScanHeard(Scan(code, KEYBOARD, at)) if code else CodeTyped("")


def typed_or_too_long(line: str, at: float) -> ScanHeard | CodeTyped:
    """A pasted line as the desk hears it."""
    line = line.strip()
    return heard_by_keyboard(line, at) if len(line) > LONGEST else CodeTyped(line)
