"""What came of a scan behind a card, a form or a menu: one line in front of that, so that nobody misses it."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text
from textual.screen import Screen

from libops.circulation.outcomes import Outcome
from screens.columns import fit, plain
from screens.messages import Failure
from screens.shift import Shift
from screens.spoken import Spoken
from screens.standing import stands
from screens.workplace import Workplace

_GAP = "  "
_SHORTEST_TITLE = 10
"""Cells below which what is left of a title tells nobody which it is."""


class Behind(Spoken):
    """One line at the top, in the tone of the outcome; it takes no room from what is below it."""

    def __init__(self, shift: Shift, result: Outcome | Failure) -> None:
        super().__init__(shift.voice, id="behind")
        self._shift = shift
        self.result = result

    def text(self) -> Text:
        shift = self._shift
        told = shift.visit.said(self.result, self.voice, shift.today)
        said = _fitted(plain(told.word), plain(told.title), plain(told.fact), plain(told.remedy), self.width - 3)
        return Text(f" ▌ {said}", no_wrap=True, overflow="ellipsis")

    def tell(self) -> None:
        """Say it, in its tone."""
        told = self._shift.visit.said(self.result, self.voice, self._shift.today)
        self.set_classes(f"-{told.tone}")
        self.speak()


def _fitted(word: str, title: str, fact: str, remedy: str, width: int) -> str:
    # What can be done stands at the desk too; no sentence breaks off while a title can be shorter.
    for parts in ((word, title, fact, remedy), (word, title, fact)):
        said = _joined(*parts)
        if cell_len(said) <= width:
            return said
    room = width - cell_len(_joined(word, fact)) - len(_GAP)
    return _joined(word, fit(title, room) if room >= _SHORTEST_TITLE else "", fact)


def _joined(*parts: str) -> str:
    return _GAP.join(part for part in parts if part)


def show_behind(front: Screen[object], shift: Shift, result: Outcome | Failure) -> None:
    """Show what came of something that the screen in front has not asked for, where it does not show that itself.

    One that is only just opening shows it as soon as it stands; and all that comes, in the order in which it came.
    """
    if not isinstance(front, Workplace):
        _ = front.call_later(_show, front, shift, result)


def _show(front: Screen[object], shift: Shift, result: Outcome | Failure) -> None:
    if front.app.screen is not front:
        # It was closed, or covered, before it came to this.
        show_behind(front.app.screen, shift, result)
        return
    if not stands(front) or shift.locked:
        return
    shown = next(iter(front.query(Behind)), None)
    if shown is None:
        shown = Behind(shift, result)
        _ = front.mount(shown)
    shown.result = result
    shown.tell()
