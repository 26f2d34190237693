"""What a receipt printer says of itself: the status bytes of ESC/POS, and how to ask for them.

``DLE EOT n`` is answered at once, whatever else the printer is doing; ``GS r 1`` in its turn, when everything that
was sent before it has been printed. The fixed bits of an answer tell which of the two it is.
"""

import time
from collections import deque

from devices.printer_lines import PrinterLine
from libops.slips.printing import PRINTS, PrinterState

ASK_PRINTER, ASK_CAUSE, ASK_PAPER = b"\x10\x04\x01", b"\x10\x04\x02", b"\x10\x04\x04"
ASK_IN_TURN = b"\x1dr\x01"
SAY_NOTHING_UNASKED = b"\x1da\x00"

IS_OFFLINE = 0x08
COVER_IS_OPEN, STOPPED_FOR_PAPER = 0x04, 0x20
NEAR_END, NO_PAPER = 0x0C, 0x60
NEAR_END_IN_TURN = 0x03
FIXED = 0x12
"""The bits that are set in every answer to ``DLE EOT``."""

_FIRST_ANSWER = 1.0  # seconds: printers that answer do so within some milliseconds, over a slow network too
_BETWEEN_LOOKS = 0.5  # seconds between questions how a printer is that has not yet come to the end of a slip
_UNANSWERED = 2  # questions without an answer, after which a printer that did answer counts as stalled


class Conversation:
    """Questions and answers over one open line. What comes back out of turn is kept for whoever asked for it."""

    def __init__(self, line: PrinterLine) -> None:
        self._line = line
        self._at_once: deque[int] = deque()
        self._in_turn: deque[int] = deque()

    def state(self) -> PrinterState | None:
        """How the printer is; None when it does not say."""
        if not self._line.answers:
            return None
        paper = self._ask(ASK_PAPER)
        if paper is None:
            return None
        if paper & NO_PAPER == NO_PAPER:
            return PrinterState.PAPER_OUT
        cause = self._ask(ASK_CAUSE) or 0
        if cause & COVER_IS_OPEN:
            return PrinterState.COVER_OPEN
        if cause & STOPPED_FOR_PAPER:
            return PrinterState.PAPER_OUT
        if (self._ask(ASK_PRINTER) or 0) & IS_OFFLINE:
            return PrinterState.OFFLINE
        return PrinterState.PAPER_LOW if paper & NEAR_END == NEAR_END else PrinterState.READY

    def end(self, patience: float) -> PrinterState | None:
        """Wait until all that was sent has been printed: ready, or what keeps the printer from it.

        None when a printer that is well does not say within ``patience`` seconds that it has come to the end;
        stalled when it no longer says anything.
        """
        give_up = time.monotonic() + patience
        unanswered = 0
        self._line.send(ASK_IN_TURN, patience)
        while time.monotonic() < give_up:
            answer = self._await(self._in_turn, _BETWEEN_LOOKS)
            if answer is not None:
                near = answer & NEAR_END_IN_TURN == NEAR_END_IN_TURN
                return PrinterState.PAPER_LOW if near else PrinterState.READY
            state = self.state()
            if state is not None and state not in PRINTS:
                return state
            unanswered = 0 if state is not None else unanswered + 1
            if unanswered == _UNANSWERED:
                break
        return PrinterState.STALLED if unanswered else None

    def _ask(self, question: bytes) -> int | None:
        self._at_once.clear()
        self._line.send(question, _FIRST_ANSWER)
        return self._await(self._at_once, _FIRST_ANSWER)

    def _await(self, answers: deque[int], patience: float) -> int | None:
        give_up = time.monotonic() + patience
        while not answers and (left := give_up - time.monotonic()) > 0:
            for answer in self._line.receive(left):
                if answer & 0x93 == FIXED:
                    self._at_once.append(answer)
                elif answer & 0x90 == 0:
                    self._in_turn.append(answer)
        return answers.popleft() if answers else None
