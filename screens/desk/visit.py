"""The visit under way: every outcome in its order, those that are still open, and how a line reads."""

from __future__ import annotations

from datetime import date

import msgspec

from libops.circulation.desk_words import Said, Tone, say
from libops.circulation.outcomes import Mode, Outcome, Word
from libops.codes import CodeKind, CodePatterns
from libops.i18n import mark
from libops.people.patrons import PatronView
from screens.complaints import failure
from screens.messages import Failure
from screens.voice import Voice

LONGEST_VISIT = 500
"""Lines kept of one visit; an afternoon of returns is longer than anybody scrolls. What is undone is kept beside."""

_OF_THE_MOMENT = ("code.empty", "command.", "scan.locked")
_NOT_DONE = mark("NOT DONE")
_OF_A_PATRON = (Word.LENT, Word.RENEWED, Word.ALREADY, Word.REFUSED, Word.NOT_DONE)


class Line(msgspec.Struct):
    """One outcome of the visit. ``settled``: it was refused, and then allowed all the same; or undone since."""

    number: int
    result: Outcome | Failure
    settled: bool = False


class Visit:
    """What has happened since this patron came, or since the desk turned to lending or returns.

    ``newest`` is what the hands act upon; ``read_twice`` that its code was read once more since, which changes nothing.
    ``patron_number`` is who stands at the desk now.
    """

    def __init__(self, patterns: CodePatterns) -> None:
        self.lines: list[Line] = []
        self.newest: Outcome | Failure | None = None
        self.read_twice: Outcome | None = None
        self.patron_number: str | None = None
        self._patterns = patterns
        self._count = 0

    def add(self, result: Outcome | Failure, line: int | None = None) -> None:
        """Note an outcome, in place of an earlier line that it decides or below all others."""
        self._note_newest(result)
        if isinstance(result, Outcome):
            if result.word is Word.PATRON:
                self.begin_anew()
                self.newest = result
            if result.word is Word.PATRON or _is_nothing(result):
                return
            self._settle(result)
            self._forget_read_card(result)
        for old in self.lines:
            if old.number == line:
                old.result = result
                return
        self._count += 1
        self.lines.append(Line(self._count, result))
        self._shorten()

    def begin_anew(self) -> None:
        """Another patron, or nobody: nothing of the visit stays on screen but what the database left undone.

        A card that could not be read is let go as well: whoever it belonged to has left.
        """
        self.newest = self.read_twice = None
        open_still = {number for number, _ in self.undone()}
        self.lines = [line for line in self.lines if line.number in open_still and not self._is_card(line.result)]

    def undone(self) -> list[tuple[int, Outcome]]:
        """What the database left undone, with the number of its line."""
        return [
            (line.number, line.result)
            for line in self.lines
            if isinstance(line.result, Outcome) and _is_undone(line.result)
        ]

    def lent(self) -> list[int]:
        """The loans that this visit came to, in their order; what was undone is not among them."""
        ids = (
            line.result.loan.loan_id
            for line in self.lines
            if isinstance(line.result, Outcome) and line.result.loan is not None and not line.settled
        )
        return list(dict.fromkeys(ids))

    def overridable(self, mode: Mode, patron: PatronView | None) -> Outcome | None:
        """The newest refusal that somebody could allow for the patron who stands here."""
        if patron is None or mode is not Mode.LEND:
            return None
        for line in reversed(self.lines):
            outcome = line.result
            if isinstance(outcome, Outcome) and outcome.can_override and not line.settled and outcome.wish is not None:
                return outcome if outcome.wish.patron_number == patron.number else None
        return None

    @property
    def newest_barcode(self) -> str:
        """The barcode of the newest outcome that was about an item; empty where none was."""
        for line in reversed(self.lines):
            if isinstance(line.result, Outcome) and CodeKind.ITEM in self._patterns.kinds(line.result.code):
                return line.result.code
        return ""

    @property
    def unknown_code(self) -> str:
        """The code that nobody knows, where that was the newest outcome; no command is looked for in the catalogue."""
        newest = self.newest
        if not isinstance(newest, Outcome) or newest.word is not Word.UNKNOWN:
            return ""
        return "" if CodeKind.COMMAND in self._patterns.kinds(newest.code) else newest.code

    def said(self, result: Outcome | Failure, voice: Voice, today: date) -> Said:
        """An outcome in the language of now, and whom it was for where that is not who stands at the desk."""
        if not isinstance(result, Outcome):
            told = failure(result.kind, voice)
            return Said(voice.say(_NOT_DONE), "", told.why, told.remedy, Tone.STOP)
        told_plainly = say(result, voice.language, today)
        whom = self._for_whom(result)
        if not whom:
            return told_plainly
        fact = voice.say("for {name}: {fact}", name=whom, fact=told_plainly.fact)
        return msgspec.structs.replace(told_plainly, fact=fact)

    def _for_whom(self, outcome: Outcome) -> str:
        """The patron an item was meant for, where somebody could take it for somebody else's."""
        wish = outcome.wish
        if wish is None or wish.patron_number is None or outcome.word not in _OF_A_PATRON or self._is_card(outcome):
            return ""
        if outcome.word is not Word.NOT_DONE and wish.patron_number == self.patron_number:
            return ""
        return wish.patron_name or wish.patron_number

    def _note_newest(self, result: Outcome | Failure) -> None:
        same = isinstance(result, Outcome) and isinstance(self.newest, Outcome) and result.code == self.newest.code
        if same and isinstance(result, Outcome) and result.double_read:
            self.read_twice = result
        else:
            self.newest, self.read_twice = result, None

    def _shorten(self) -> None:
        finished = [line.number for line in self.lines if not _is_undone(line.result)]
        gone = set(finished[:-LONGEST_VISIT])
        if gone:
            self.lines = [line for line in self.lines if line.number not in gone]

    def _settle(self, result: Outcome) -> None:
        undone = None if result.errand is None or result.word is not Word.DONE else result.errand.undoes
        for line in self.lines:
            if undone and isinstance(line.result, Outcome) and line.result.key == undone:
                line.settled = True
        if result.word not in (Word.LENT, Word.RENEWED):
            return
        for line in self.lines:
            if isinstance(line.result, Outcome) and line.result.can_override and line.result.code == result.code:
                line.settled = True

    def _forget_read_card(self, result: Outcome) -> None:
        """A card that could not be read has been read since, where something was lent or refused for its number."""
        number = None if result.wish is None or _is_undone(result) else result.wish.patron_number
        read = [one for one, card in self.undone() if number and card.code == number and self._is_card(card)]
        if read:
            self.lines = [line for line in self.lines if line.number not in read]

    def _is_card(self, result: Outcome | Failure) -> bool:
        return isinstance(result, Outcome) and self._patterns.kinds(result.code) == {CodeKind.PATRON}


def _is_undone(result: Outcome | Failure) -> bool:
    if not isinstance(result, Outcome) or result.word is not Word.NOT_DONE:
        return False
    return result.wish is not None or result.errand is not None


def _is_nothing(outcome: Outcome) -> bool:
    """What is told and is nothing to remember: Enter on an empty line, that a patron was let go, a desk card's code."""
    if outcome.deed is not None and outcome.errand is None:
        return True
    return bool(outcome.reasons) and all(reason.code.startswith(_OF_THE_MOMENT) for reason in outcome.reasons)
