"""What a list is about: where its rows come from, how they read, and what can be done with one."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

import msgspec

from libops.circulation.outcomes import Mode
from libops.i18n import mark
from libops.pages import Page
from libops.permissions import Permission
from libops.scans import Heard
from libops.work import Look
from screens.keymap import KeyAction
from screens.lists.columns import Cell, Column
from screens.shift import Shift, WantedSlip

if TYPE_CHECKING:
    from screens.lists.screen import ListScreen

R = TypeVar("R")

COUNTED = 200
"""Rows that are counted for the menu; of more it says so."""


class Detail(msgspec.Struct, frozen=True):
    """One thing that is known of a row: what it is called, and what it is."""

    name: str
    text: str
    alarm: bool = False


class ListKey(msgspec.Struct, Generic[R], frozen=True):
    """A function key of a list. ``run`` gets the chosen row; ``when`` says for which rows the key does something.

    Without ``of_row`` it needs no row: then it gets None where there is none.
    """

    key: KeyAction
    run: Callable[[ListScreen, R], None]
    when: Callable[[R], bool] = lambda _: True
    of_row: bool = True


class Listing(Generic[R]):
    """A list of the house. One object serves one screen: what it was filtered by, it keeps."""

    NAME: ClassVar[str]
    """What it is called, in the menu and at the top."""
    NEEDS: ClassVar[tuple[Permission, ...]] = ()
    """Whoever has one of these may see it."""
    EMPTY: ClassVar[str] = mark("There is nothing to do here.")
    SCANS: ClassVar[Mode | None] = Mode.RETURN
    """Which way items go that are scanned in front of it; None: back to the desk, which takes them its own way."""
    PROMPT: ClassVar[str] = mark("check in ▸")
    """What stands before the scan line."""
    ABOUT_SCANS: ClassVar[str] = ""
    """What becomes of an item that is scanned there, where that is not what becomes of it in most lists."""
    CONCERNS: ClassVar[tuple[str, ...]] = ()
    """How the kinds of those events begin that may change it."""
    COLUMNS: ClassVar[tuple[Column, ...]]
    KEYS: ClassVar[tuple[KeyAction, ...]] = ()
    """Every key of its own that it may have."""
    PAGE: ClassVar[int] = 200
    """Rows of a page: some screens full."""
    SOON: ClassVar[float] = 0.2
    """Seconds after which a change is looked at: several at once are looked at once."""
    NEWEST_FIRST: ClassVar[bool] = False
    """Whether what is new comes on top: whoever looks at the top sees it come, and the chosen row moves down."""
    OF_DEVICES: ClassVar[bool] = False
    """Whether it is read anew when a reader or a printer is in another state."""
    URGENT: ClassVar[bool] = False
    """Whether rows in it are something gone wrong."""

    def __init__(self, shift: Shift) -> None:
        self.shift = shift
        self.voice = shift.voice

    def read_page(self, after: str, limit: int) -> Page[R]:
        """The rows behind a cursor, read from the library. Never on the screen's own thread."""
        with self.shift.look() as look:
            return self.read(look, after, limit)

    def read(self, look: Look, after: str, limit: int) -> Page[R]:
        """The rows behind a cursor."""
        raise NotImplementedError

    def key(self, row: R) -> Hashable:
        """What tells this row from all others."""
        raise NotImplementedError

    def cells(self, row: R) -> Sequence[Cell]:
        """What stands in its columns."""
        raise NotImplementedError

    def about(self, row: R) -> Sequence[Detail]:
        """What is known of it, for the column beside the list and for its card."""
        raise NotImplementedError

    def own_keys(self) -> Sequence[ListKey[R]]:
        """Its own keys, with what they do."""
        return ()

    def open(self, screen: ListScreen, row: R) -> None:
        """Enter on a row."""

    def slip(self, row: R) -> WantedSlip | None:
        """The slip that goes with a row; None where there is none."""
        return None

    def filter(self) -> str:
        """Which rows are shown, in the language of now."""
        return self.voice.language.either(self.shift.place.branch_zh, self.shift.place.branch_en)

    def search(self, text: str) -> bool:
        """Show only what begins with what was typed; False where a list takes no texts, only codes."""
        return False

    def take(self, screen: ListScreen, heard: Heard) -> bool:
        """Take what was scanned in front of it; False where it is for the desk, or is checked in."""
        return False

    def total(self) -> str:
        """How many rows there are in all, where it is known without reading them; empty: as many as were read."""
        return ""

    def nothing(self) -> Sequence[str]:
        """What is said where there is no row, each on a line of its own."""
        return (self.voice.say(self.EMPTY),)

    def count(self, look: Look) -> str:
        """How many rows there are, for the menu; empty where that matters to nobody."""
        page = self.read(look, "", COUNTED)
        return f"{len(page.results)}+" if page.next is not None else str(len(page.results) or "")
