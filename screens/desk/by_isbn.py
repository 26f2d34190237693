"""An ISBN that was scanned where a barcode was wanted: the title is shown with its copies, and the patron stays."""

from __future__ import annotations

from functools import partial

from textual.screen import Screen

from libops.catalogue.identifiers import standard_number
from libops.catalogue.titles import known_by
from libops.circulation.outcomes import Outcome, Word
from screens.attempts import attempt
from screens.dialogs import Dialog
from screens.messages import Failure, TitlesKnown
from screens.workplace import Workplace


class ByIsbn:
    """Shows what is known by an ISBN, unless the desk has gone on to something else by then."""

    def __init__(self, desk: Workplace) -> None:
        self._desk, self._shift = desk, desk.shift
        self._shown: Screen[object] | None = None

    def after(self, result: Outcome | Failure) -> None:
        """Something was answered: what was shown for an ISBN before makes room; look this one up if it is one."""
        if self._shown is not None and self._shown is self._desk.app.screen and isinstance(self._shown, Dialog):
            _ = self._shown.dismiss(None)
        self._shown = None
        if isinstance(result, Outcome) and result.word is Word.UNKNOWN and self._is_awaited(result):
            number = standard_number(result.code)
            if number is not None and not self._shift.library.patterns.kinds(result.code):
                look = partial(self._look, result, number)
                self._desk.run_worker(look, thread=True, name="isbn", group="isbn", exit_on_error=False)

    def _look(self, outcome: Outcome, number: str) -> None:
        def numbers() -> list[str]:
            with self._shift.look() as look:
                return [title.number for title in known_by(look, number)]

        known, _ = attempt(numbers, "isbn")
        if known:
            self._desk.post_message(TitlesKnown(outcome, known))

    def known(self, event: TitlesKnown) -> None:
        """These titles are known by it: the one is shown, of several one is to be chosen."""
        if not self._is_awaited(event.outcome):
            return
        if len(event.numbers) == 1:
            self._shift.show_title(event.numbers[0])
            self._shown = self._desk.app.screen
        else:
            self._shift.search(event.outcome.code)

    def _is_awaited(self, outcome: Outcome) -> bool:
        """Whether it is still what somebody at the desk looks at."""
        return self._desk.is_active and self._shift.visit.newest is outcome
