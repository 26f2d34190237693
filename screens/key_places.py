"""Where each key does something: all that is on the keyboard at one time, place by place.

This loads every screen, so only those ask for it who check keys or list them.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

import msgspec
from textual.screen import Screen

from libops.i18n import mark
from screens import item_card, title_queue
from screens.account.keys import ACCOUNT_CARD
from screens.account.panel import AccountPanel
from screens.catalogue import labels, shelf, title
from screens.catalogue.record import RecordPanel
from screens.catalogue.search import Search
from screens.catalogue.titles import Titles
from screens.catalogue.volumes import Volumes
from screens.desk.panels import Help, Supervisor
from screens.desk.screen import Desk
from screens.dialogs import Ask, Which
from screens.explaining import ExplanationPanel
from screens.forms.form import Form
from screens.keymap import (
    ALLOW,
    BACK,
    CANCEL,
    CHOOSE,
    CLOSE,
    CONFIRM,
    COPY_TEXT,
    DESK,
    FORM,
    GO,
    HELP,
    ITEM,
    LEAF_UP,
    LINE_BEFORE,
    LINES,
    LIST,
    LOCK,
    MORE,
    NEITHER,
    NEXT_LINE,
    PAGER,
    PALETTE,
    PATRON,
    PRINT,
    ROW_SLIP,
    SAVE_TEXT,
    SIGN_IN,
    SPEAK,
    TEXT,
    KeyAction,
)
from screens.lists.all_lists import LISTS
from screens.lists.closings import Closings
from screens.lists.history import History
from screens.lists.item_history import ItemHistory
from screens.lists.listing import Listing
from screens.lists.row_card import RowCard
from screens.lists.screen import ListScreen
from screens.locked import Locked
from screens.palette import Palette
from screens.picker import Picker
from screens.sign_in import SignIn
from screens.slips import SlipPanel
from screens.taking_along import NotRead, TakenAlong
from screens.template_editor import BOUND as EDITOR
from screens.template_editor import Example, TemplateEditor
from screens.today.screen import Today
from screens.try_reader import TryReader


class Kind(Enum):
    """What else the keyboard is for in a place."""

    WORKPLACE = "workplace"
    """A line for codes is open: a reader that is plugged in as a keyboard types into it."""
    CARD = "card"
    """Nothing: no scan arrives there as keys."""
    MENU = "menu"
    """Letters and digits choose lines."""
    FORM = "form"
    """Fields, in which somebody writes."""
    EDITOR = "editor"
    """Lines, in which somebody writes and moves about."""


class KeyPlace(msgspec.Struct, frozen=True):
    """A place: what it is called, marked; the screen that it is; its keys, and those that it shares with its like."""

    name: str
    # Any, because what a screen answers with is no matter here.
    screen: type[Screen[Any]]
    actions: tuple[KeyAction, ...]
    kind: Kind = Kind.CARD
    shared: tuple[KeyAction, ...] = ()

    @property
    def all(self) -> tuple[KeyAction, ...]:
        """Everything that is on the keyboard there."""
        everywhere = () if issubclass(self.screen, SignIn) else (LOCK,)
        return (*self.shared, *self.actions, *everywhere)


# Any, because a list may be of anything.
_LISTS: tuple[type[Listing[Any]], ...] = (*LISTS.values(), Closings, History, ItemHistory, Volumes)
_CLOSES = (CLOSE, SPEAK, HELP)
_CARD = (PALETTE, COPY_TEXT, HELP)

PLACES: tuple[KeyPlace, ...] = (
    KeyPlace(mark("desk"), Desk, DESK, Kind.WORKPLACE),
    KeyPlace(mark("every list"), ListScreen, LIST, Kind.WORKPLACE),
    KeyPlace(Titles.NAME, Search, Titles.KEYS, Kind.WORKPLACE, LIST),
    *(KeyPlace(one.NAME, ListScreen, one.KEYS, Kind.WORKPLACE, LIST) for one in _LISTS),
    KeyPlace(Today.NAME, Today, Today.KEYS, Kind.WORKPLACE),
    KeyPlace(mark("account"), AccountPanel, ACCOUNT_CARD, shared=_CARD),
    KeyPlace(mark("item"), item_card.ItemCard, item_card.BOUND, shared=_CARD),
    KeyPlace(mark("title"), title.TitlePanel, title.BOUND, shared=_CARD),
    KeyPlace(mark("queue"), title_queue.TitleQueue, title_queue.BOUND, shared=_CARD),
    KeyPlace(mark("shelf"), shelf.ShelfPanel, shelf.BOUND, shared=_CARD),
    KeyPlace(mark("spine labels"), labels.LabelPanel, labels.BOUND, shared=_CARD),
    KeyPlace(mark("record"), RecordPanel, (MORE, PAGER, LEAF_UP, *LINES, *_CLOSES), shared=_CARD),
    KeyPlace(mark("slip"), SlipPanel, (PRINT, SAVE_TEXT, COPY_TEXT, PAGER, *TEXT, *_CLOSES)),
    KeyPlace(mark("a row's card"), RowCard, (ROW_SLIP, COPY_TEXT, PAGER, *TEXT, *_CLOSES)),
    KeyPlace(mark("rules"), ExplanationPanel, (COPY_TEXT, PAGER, *TEXT, *_CLOSES)),
    KeyPlace(mark("example"), Example, (*TEXT, *_CLOSES)),
    KeyPlace(mark("help"), Help, (MORE, COPY_TEXT, PAGER, LEAF_UP, *LINES, CLOSE, SPEAK)),
    KeyPlace(mark("copied"), TakenAlong, (SAVE_TEXT, PAGER, *_CLOSES)),
    KeyPlace(mark("not read in the pager"), NotRead, _CLOSES),
    KeyPlace(mark("trying a reader"), TryReader, _CLOSES),
    KeyPlace(mark("questions"), Ask, (CHOOSE, BACK, CONFIRM, CANCEL, SPEAK, HELP)),
    KeyPlace(mark("a code that is two things"), Which, (PATRON, ITEM, NEITHER, SPEAK, HELP)),
    KeyPlace(mark("menus"), Picker, (NEXT_LINE, LINE_BEFORE, GO, CANCEL, SPEAK, HELP), Kind.MENU),
    KeyPlace(mark("commands"), Palette, (NEXT_LINE, LINE_BEFORE, GO, CANCEL), Kind.FORM),
    KeyPlace(mark("forms"), Form, (*FORM, ALLOW, HELP), Kind.FORM),
    KeyPlace(mark("badge and PIN"), Supervisor, (CANCEL, SPEAK, HELP), Kind.FORM),
    KeyPlace(mark("sign-in"), SignIn, SIGN_IN, Kind.FORM),
    KeyPlace(mark("locked"), Locked, (HELP, SPEAK), Kind.FORM),
    KeyPlace(mark("wording of a slip"), TemplateEditor, EDITOR, Kind.EDITOR),
)
"""Every place of the console."""


# Any, because what a screen answers with is no matter here.
def place_of(screen: Screen[Any]) -> KeyPlace:
    """The place that a screen is; of one that is more than its like, the place of its like."""
    known = {place.screen: place for place in reversed(PLACES)}
    return next(known[kind] for kind in type(screen).__mro__ if kind in known)


def by_id() -> dict[str, KeyAction]:
    """Every action by its id; of those that mean the same in several places, the first."""
    found: dict[str, KeyAction] = {}
    for place in PLACES:
        for one in place.all:
            found.setdefault(one.id, one)
    return found


def places_of(id: str) -> list[str]:
    """The names of the places where an action is on a key, marked."""
    return list(dict.fromkeys(place.name for place in PLACES if any(one.id == id for one in place.actions)))
