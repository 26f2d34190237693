"""The titles that answer what was typed, as a list: the best first, each with how many copies are in and where."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from libops.catalogue import item_types
from libops.catalogue.availability import AtBranch, Availability
from libops.catalogue.availability_words import in_words
from libops.catalogue.places import read_places
from libops.catalogue.search.finding import Found, TitleHit, find
from libops.i18n import mark
from libops.names import MATERIALS, SEARCHED_BY
from libops.pages import Page
from libops.permissions import Permission
from libops.work import Look
from screens.catalogue import narrowing
from screens.catalogue.narrowing import Kinds, Narrowing
from screens.columns import plain
from screens.keymap import TO_DESK, list_key
from screens.lists.columns import Cell, Column, of_parts
from screens.lists.listing import Detail, Listing, ListKey
from screens.shift import Shift

if TYPE_CHECKING:
    from screens.lists.screen import ListScreen

_NARROWS = 10
"""The keys that narrow are of the search alone: where there is not room for all, they stay before those of any list."""
_HERE = list_key(
    "f4", mark("here"), mark("Only titles of which this branch has a copy, or all."), weight=_NARROWS, id="search.here"
)
_IN = list_key(
    "f7",
    mark("on the shelf"),
    mark("Only titles of which a copy is on the shelf, or all."),
    weight=_NARROWS,
    id="search.on_shelf",
)
_LANGUAGE = list_key(
    "f8",
    mark("languages"),
    mark("Only titles in the next language; after the last one in any."),
    weight=_NARROWS,
    id="search.language",
)
_TYPE = list_key(
    "f9",
    mark("type"),
    mark("Only copies of the next type; after the last one of any."),
    weight=_NARROWS,
    id="search.type",
)
_YEARS = list_key(
    "f12",
    mark("years"),
    mark("Only titles of some years, or in a language that is typed."),
    weight=_NARROWS,
    id="search.years",
)
_ADD = list_key(
    "f2",
    mark("add"),
    mark("Add a copy, and its title where it is new."),
    (Permission.CATALOGUE,),
    weight=7,
    id="search.add",
)


class Asked:
    """One search: what was typed, what it is narrowed to, and what the catalogue answered first."""

    def __init__(self, text: str, narrowed: Narrowing) -> None:
        self.text, self.narrowed = text, narrowed
        self.found: Found | None = None


class Titles(Listing[TitleHit]):
    """What was found. ``asked`` is replaced as a whole by each search, so that no answer is taken for another's."""

    NAME = mark("Search")
    EMPTY = mark("Type words of a title or name, pinyin, an ISBN or call number; or scan.")
    SCANS = None
    PROMPT = mark("search ▸")
    CONCERNS = ("title.", "item.", "loan.", "transfer.", "hold.", "undo", "act.")
    PAGE = 50
    SOON = 2.0
    KEYS = (_ADD, _HERE, _IN, _LANGUAGE, _TYPE, _YEARS)
    COLUMNS = (
        Column(mark("Title"), 22, 9),
        Column(mark("Author"), 10, 6),
        Column(mark("Year"), 4, 5, right=True),
        Column(mark("Call number"), 10, 7),
        Column(mark("Copies in"), 14, 8),
    )

    def __init__(self, shift: Shift, text: str = "") -> None:
        super().__init__(shift)
        self.asked = Asked(text, Narrowing())
        self.kinds = Kinds()

    def ask(self, text: str, narrowed: Narrowing) -> None:
        """Look for something else from now on."""
        self.asked = Asked(text, narrowed)

    def read_kinds(self, look: Look) -> Kinds:
        """The item types that one may narrow to. Never on the screen's own thread."""
        return Kinds(item_types.list_item_types(look), read_places(look.transaction).item_types)

    def read(self, look: Look, after: str, limit: int) -> Page[TitleHit]:
        asked = self.asked
        if not asked.text:
            return Page([], None)
        narrowed = asked.narrowed.asked(self.shift.place.branch_id, self.kinds)
        found = find(look, asked.text, narrowed, limit=limit, after=after)
        if not after:
            asked.found = found
        return Page(found.results, found.next)

    def total(self) -> str:
        found = self.asked.found
        if found is None:
            return ""
        return f"{found.total:,}+" if found.more else f"{found.total:,}"

    def filter(self) -> str:
        place = self.shift.place
        branch = self.voice.language.either(place.branch_zh, place.branch_en)
        return plain(narrowing.in_words(self.asked.narrowed, branch, self.kinds, self.voice))

    def nothing(self) -> Sequence[str]:
        """What was tried, the words that stand nowhere, and what there would be if the search were not narrowed."""
        say, found = self.voice.say, self.asked.found
        if not self.asked.text or found is None:
            return (say(self.EMPTY),)
        told = [say("Nothing was found.")]
        told += ["  " + say("{title}: {what}", title=say(SEARCHED_BY[one.way]), what=one.text) for one in found.tried]
        if found.unknown:
            words = self.voice.language.listed(plain(word) for word in found.unknown)
            told.append(say("In no title at all: {words}", words=words))
        if found.unnarrowed:
            without = mark("Not narrowed, {n} titles would be found: {key} takes the narrowing off.")
            told.append(say(without, n=found.unnarrowed, key=self.voice.key(TO_DESK)))
        return told

    def key(self, row: TitleHit) -> Hashable:
        return row.number

    def cells(self, row: TitleHit) -> Sequence[Cell]:
        here = row.availability.at(self.shift.place.branch_code)
        return (
            Cell(named(row.title, row.volume, row.title_alt), "strong"),
            Cell(row.author),
            Cell(str(row.year or ""), "quiet"),
            Cell(row.call_number),
            of_parts(self._held(row.availability), "good" if here is not None and here.available else "quiet"),
        )

    def _held(self, held: Availability) -> Sequence[str]:
        """How many are in of how many there are, branch by branch, this one first."""
        here = self.shift.place.branch_code
        at = sorted(held.branches, key=lambda one: (one.branch_code != here, not one.available))
        return [self._at(one, here) for one in at if one.copies] or [self.voice.say("no copies")]

    def _at(self, one: AtBranch, here: str) -> str:
        where = self.voice.say("here") if one.branch_code == here else one.branch_code
        read = self.voice.say(" to be read here") if one.read_here and not one.available else ""
        return f"{where} {one.available}/{one.copies}{read}"

    def about(self, row: TitleHit) -> Sequence[Detail]:
        say, spoken = self.voice.say, self.voice.language
        published = ", ".join(part for part in (row.publisher, str(row.year or "")) if part)
        kind = " · ".join(
            (say(MATERIALS.get(row.material, row.material)), narrowing.language_name(row.language, self.voice))
        )
        return (
            Detail(say("Title"), row.title),
            Detail(say("Also"), row.title_alt),
            Detail(say("Volume"), row.volume),
            Detail(say("Author"), row.author),
            Detail(say("Published"), published),
            Detail(say("Kind"), kind.strip(" ·")),
            Detail(say("ISBN"), row.isbn or ""),
            Detail(say("Call number"), row.call_number),
            Detail(say("Copies"), in_words(row.availability, spoken)),
            *(
                Detail(
                    spoken.either(one.branch_zh, one.branch_en),
                    say("{n} of {limit}", n=one.available, limit=one.copies),
                )
                for one in row.availability.branches
            ),
            Detail(say("Title number"), row.number),
        )

    def open(self, screen: ListScreen, row: TitleHit) -> None:
        self.shift.show_title(row.number)

    # --- keys -----------------------------------------------------------------------------------------------------

    def own_keys(self) -> Sequence[ListKey[TitleHit]]:
        def on(key: ListKey[TitleHit]) -> ListKey[TitleHit]:
            return msgspec.structs.replace(key, of_row=False)

        return (
            on(ListKey(_ADD, lambda *_: self.shift.add_books())),
            on(ListKey(_HERE, lambda screen, _: self._narrow(screen, here=not self.asked.narrowed.here))),
            on(ListKey(_IN, lambda screen, _: self._narrow(screen, available=not self.asked.narrowed.available))),
            on(ListKey(_LANGUAGE, lambda screen, _: self.narrow(screen, self.asked.narrowed.next_language()))),
            on(ListKey(_TYPE, lambda screen, _: self.narrow(screen, self.asked.narrowed.next_type(self.kinds)))),
            on(ListKey(_YEARS, lambda screen, _: self._years(screen))),
        )

    def _narrow(self, screen: ListScreen, *, here: bool | None = None, available: bool | None = None) -> None:
        now = self.asked.narrowed
        here = now.here if here is None else here
        self.narrow(
            screen,
            msgspec.structs.replace(now, here=here, available=now.available if available is None else available),
        )

    def narrow(self, screen: ListScreen, narrowed: Narrowing) -> None:
        """The same words, narrowed otherwise."""
        self.ask(self.asked.text, narrowed)
        screen.read_first()

    def _years(self, screen: ListScreen) -> None:
        from screens.forms.narrowing import NarrowForm

        _ = screen.app.push_screen(NarrowForm(self.shift, self.asked.narrowed, partial(self.narrow, screen)))


def named(title: str, volume: str, alt: str) -> str:
    """A title in one line: with its volume, and its name in the other language."""
    told = " · ".join(part for part in (title, volume) if part)
    return f"{told} ({alt})" if alt else told
