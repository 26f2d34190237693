"""The first walk around the desk: one thing to do at a time, and the next as soon as it was done, in whatever way."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
from rich.text import Text

from libops.circulation.desk import Mode, Outcome, Word
from libops.i18n import mark
from screens.desk.panels import Help
from screens.keymap import CLOSE, DONE, GO_TO, HELP, ITEM_CARD, SEARCH, TO_DESK, TURN, UNDO, KeyAction
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
}


class Stop(msgspec.Struct, frozen=True):
    """One thing to do, and how it shows that it was done."""

    what: str
    is_done: Callable[[Tour], bool]


class Tour(Spoken):
    """Stands above the scan line of the desk; it is over when everything was done once."""

    def __init__(self, shift: Shift) -> None:
        super().__init__(shift.voice, id="tour")
        self.shift = shift
        self._at = 0

    def on_mount(self) -> None:
        self.set_interval(_LOOK, self._look)

    def _look(self) -> None:
        if self._at < len(STOPS) and STOPS[self._at].is_done(self):
            self._at += 1
            self.speak()

    @property
    def is_over(self) -> bool:
        """Whether everything was done."""
        return self._at == len(STOPS)

    def text(self) -> Text:
        say = self.voice.say
        if self.is_over:
            told = say("That was the tour. {help} shows every key, wherever you are.", **self._facts())
            return Text(f" ✓ {told}")
        number = say("{at} of {count}", at=self._at + 1, count=len(STOPS))
        return Text.assemble((f" {number}  ", "bold"), say(STOPS[self._at].what, **self._facts()))

    def _facts(self) -> dict[str, str]:
        return {"card": CARD, "book": BOOK, **{name: self.voice.key(key) for name, key in _KEYS.items()}}

    def newest_is(self, *words: Word) -> bool:
        """Whether the newest outcome at the desk is one of these."""
        newest = self.shift.visit.newest
        return isinstance(newest, Outcome) and newest.word in words

    def is_open(self, kind: type[object]) -> bool:
        """Whether such a screen is open."""
        return any(isinstance(screen, kind) for screen in self.app.screen_stack)


def _is_searching(tour: Tour) -> bool:
    from screens.catalogue.search import Search

    return tour.is_open(Search)


def _looks_at_item(tour: Tour) -> bool:
    from screens.item_card import ItemCard

    return tour.is_open(ItemCard)


STOPS: tuple[Stop, ...] = (
    Stop(
        mark("Scan a patron's card, or type one: {card}, then Enter."),
        lambda tour: tour.shift.view.patron is not None,
    ),
    Stop(
        mark("Lend: scan a book, or type {book}, then Enter. No key is needed."), lambda tour: tour.newest_is(Word.LENT)
    ),
    Stop(
        mark("Scan it once more: what changes nothing says so."),
        lambda tour: tour.newest_is(Word.ALREADY, Word.RENEWED),
    ),
    Stop(mark("{item} shows what is known of the book; {close} closes it."), _looks_at_item),
    Stop(
        mark("{done} lets the patron go. The next card would do it too."), lambda tour: tour.shift.view.patron is None
    ),
    Stop(mark("{turn} changes to returns."), lambda tour: tour.shift.view.mode is Mode.RETURN),
    Stop(
        mark("Scan the book ({book}): large letters say what to do with it."),
        lambda tour: tour.newest_is(Word.SHELVE, Word.SEND, Word.HOLD_SHELF),
    ),
    Stop(mark("{undo} undoes the last thing done here; it asks first."), lambda tour: tour.newest_is(Word.DONE)),
    Stop(
        mark("{go_to} leads to every list: try 2, the hold shelf. {back} leads back."),
        lambda tour: tour.is_open(ListScreen),
    ),
    Stop(mark("{search} searches the catalogue: 红楼, honglou, hlm, austen."), _is_searching),
    Stop(mark("{help} shows every key that does something here."), lambda tour: tour.is_open(Help)),
)
