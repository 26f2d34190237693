"""The first walk around the desk: one thing to do at a time, and the next as soon as it was done, in whatever way."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from libops.circulation.outcomes import Mode, Outcome, Word
from libops.i18n import mark
from screens.desk.panels import Help
from screens.keymap import (
    CLOSE,
    DONE,
    END_TOUR,
    GO_TO,
    HELP,
    ITEM_CARD,
    SEARCH,
    SKIP_STOP,
    TO_DESK,
    TURN,
    UNDO,
    KeyAction,
)
from screens.lists.screen import ListScreen
from screens.shift import Shift
from screens.spoken import Spoken

CARD, BOOK = "P20170001", "30000000000012"
"""A patron's card and a book of the sample library."""

_LOOK = 0.2
"""Seconds after which the tour looks again whether it was done."""

_KEYS: Mapping[str, KeyAction] = {
    "done": DONE,
    "turn": TURN,
    "go_to": GO_TO,
    "search": SEARCH,
    "item": ITEM_CARD,
    "undo": UNDO,
    "help": HELP,
    "back": TO_DESK,
    "close": CLOSE,
    "skip": SKIP_STOP,
    "end": END_TOUR,
}


class Stop(msgspec.Struct, frozen=True):
    """One thing to do, how it shows that it was done, and what has to be done first as the desk stands now, if any."""

    what: str
    is_done: Callable[[Tour], bool]
    first: Callable[[Tour], str] = lambda _: ""


class Tour(Spoken):
    """Stands above the scan line of the desk until everything was done or skipped, and one thing more was done."""

    COMPONENT_CLASSES = {"tour--keys"}

    def __init__(self, shift: Shift) -> None:
        super().__init__(shift.voice, id="tour")
        self.shift = shift
        self._at = 0
        self._said = ""
        self._parting: tuple[object, ...] | None = None

    def on_mount(self) -> None:
        self.set_interval(_LOOK, self._look)

    def _look(self) -> None:
        if self.is_over:
            self._part()
            return
        if STOPS[self._at].is_done(self):
            self._at += 1
        if self._sentence() != self._said:
            self.speak()

    def _part(self) -> None:
        """Go once something else is done than what the desk looked like when the last word was read there."""
        now = self._standing()
        if self._parting is None and self.screen.is_current:
            self._parting = now
        elif self._parting not in (None, now):
            self.end()

    def _standing(self) -> tuple[object, ...]:
        visit, view = self.shift.visit, self.shift.view
        return visit.newest, view.mode, view.patron, self.screen.is_current

    def go_on(self, *, end: bool = False) -> None:
        """Skip what is to be done now; or be done with it all."""
        if end or self.is_over:
            self.end()
        else:
            self._at += 1
            self.speak()

    def end(self) -> None:
        """Nobody is shown around any more."""
        self.shift.tour = False
        _ = self.remove()

    @property
    def is_over(self) -> bool:
        """Whether everything was done or skipped."""
        return self._at == len(STOPS)

    def text(self) -> Text:
        say, facts = self.voice.say, self._facts()
        self._said = self._sentence()
        told = say(self._said, **facts)
        if self.is_over:
            return Text(f" ✓ {told}")
        number = say("{at} of {count}", at=self._at + 1, count=len(STOPS))
        keys = say("{skip} skips this, {end} ends the tour.", **facts)
        text = Text.assemble((f" {number}  ", "bold"), told)
        apart = "   " if text.cell_len + cell_len(keys) + 3 <= self.width else "\n "
        return text.append(apart).append(keys, self._quiet())

    def _sentence(self) -> str:
        if self.is_over:
            return _OVER
        stop = STOPS[self._at]
        return stop.first(self) or stop.what

    def _quiet(self) -> Style:
        return self.get_component_rich_style("tour--keys", partial=True)

    def _facts(self) -> dict[str, str]:
        return {"card": CARD, "book": BOOK, **{name: self.voice.key(key) for name, key in _KEYS.items()}}

    def newest_is(self, *words: Word) -> bool:
        """Whether the newest outcome at the desk is one of these."""
        newest = self.shift.visit.newest
        return isinstance(newest, Outcome) and newest.word in words

    def is_open(self, kind: type[object]) -> bool:
        """Whether such a screen is open."""
        return any(isinstance(screen, kind) for screen in self.app.screen_stack)

    def mode_is(self, mode: Mode) -> bool:
        """Whether the desk lends, or takes back."""
        return self.shift.view.mode is mode


_OVER = mark("That was the tour. {help} shows every key, wherever you are.")


# What opens by a key is loaded when it first opens.


def _is_searching(tour: Tour) -> bool:
    from screens.catalogue.search import Search

    return tour.is_open(Search)


def _looks_at_list(tour: Tour) -> bool:
    from screens.catalogue.search import Search

    return any(isinstance(one, ListScreen) and not isinstance(one, Search) for one in tour.app.screen_stack)


def _looks_at_item(tour: Tour) -> bool:
    from screens.item_card import ItemCard

    return tour.is_open(ItemCard)


def _has_undone(tour: Tour) -> bool:
    newest = tour.shift.visit.newest
    if not isinstance(newest, Outcome) or newest.word is not Word.DONE:
        return False
    return newest.errand is not None and newest.errand.undoes is not None


def _lend_first(tour: Tour) -> str:
    return "" if tour.mode_is(Mode.LEND) else mark("{turn} changes to lending; then it goes on here.")


def _card_first(tour: Tour) -> str:
    needed = mark("A patron's card comes first: scan one, or type {card}, then Enter.")
    return _lend_first(tour) or ("" if tour.shift.view.patron is not None else needed)


def _loan_first(tour: Tour) -> str:
    needed = mark("A book has to be lent first: scan one, or type {book}, then Enter.")
    return _card_first(tour) or ("" if tour.shift.visit.lent() else needed)


def _book_first(tour: Tour) -> str:
    needed = mark("A book comes first: scan one, or type {book}, then Enter.")
    return "" if tour.shift.visit.newest_barcode else needed


def _returns_first(tour: Tour) -> str:
    return "" if tour.mode_is(Mode.RETURN) else mark("{turn} changes to returns; then it goes on here.")


STOPS: tuple[Stop, ...] = (
    Stop(
        mark("Scan a patron's card, or type one: {card}, then Enter."),
        lambda tour: tour.shift.view.patron is not None,
        _lend_first,
    ),
    Stop(
        mark("Lend: scan a book, or type {book}, then Enter. No key is needed."),
        lambda tour: tour.newest_is(Word.LENT),
        _card_first,
    ),
    Stop(
        mark("Scan it once more: what changes nothing says so."),
        lambda tour: tour.newest_is(Word.ALREADY, Word.RENEWED),
        _loan_first,
    ),
    Stop(mark("{item} shows what is known of the book; {close} closes it."), _looks_at_item, _book_first),
    Stop(
        mark("{done} lets the patron go. The next card would do it too."), lambda tour: tour.shift.view.patron is None
    ),
    Stop(mark("{turn} changes to returns."), lambda tour: tour.mode_is(Mode.RETURN)),
    Stop(
        mark("Scan the book ({book}): large letters say what to do with it."),
        lambda tour: tour.newest_is(Word.SHELVE, Word.SEND, Word.HOLD_SHELF),
        _returns_first,
    ),
    Stop(mark("{undo} undoes the last thing done here; it asks first."), _has_undone),
    Stop(mark("{go_to} leads to every list: try 2, the hold shelf. {back} leads back."), _looks_at_list),
    Stop(mark("{search} searches the catalogue: 红楼, honglou, hlm, austen."), _is_searching),
    Stop(mark("{help} shows every key that does something here."), lambda tour: tour.is_open(Help)),
)
