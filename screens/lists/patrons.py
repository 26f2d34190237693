"""The patrons, to be found by the beginning of a number or a part of the name."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from libops.circulation.desk_words import STANDINGS, patron_line
from libops.i18n import mark
from libops.pages import Page
from libops.people import patrons
from libops.people.patrons import PatronView, Standing
from libops.permissions import Permission
from libops.work import Look
from screens.columns import plain
from screens.forms.patrons import RegisterPatron
from screens.keymap import TO_DESK, list_key
from screens.lists.columns import Cell, Column
from screens.lists.listing import Detail, Listing, ListKey

if TYPE_CHECKING:
    from screens.lists.screen import ListScreen

_REGISTER = list_key(
    "f12", mark("register"), mark("Register a new patron."), (Permission.REGISTER_PATRONS,), id="patrons.register"
)
_ACCOUNT = list_key("f4", mark("account"), mark("Show the whole account: loans, holds, money."), id="patrons.account")


class Patrons(Listing[PatronView]):
    """Patrons by number: all of them, or those that somebody looks for."""

    NAME = mark("Patrons")
    NEEDS = (Permission.SEE_PATRONS,)
    EMPTY = mark("Nobody is found by that.")
    SCANS = None
    PROMPT = mark("search ▸")
    CONCERNS = ("patron.", "loan.", "charge.")
    KEYS = (_ACCOUNT, _REGISTER)
    COLUMNS = (
        Column(mark("Number"), 10, 9),
        Column(mark("Name"), 14, 9),
        Column(mark("Category"), 12, 6),
        Column(mark("Standing"), 10, 8),
        Column(mark("On loan"), 8, 6, right=True),
        Column(mark("Owes"), 9, 7, right=True),
        Column(mark("Phone"), 13, 4),
    )

    text = ""

    def filter(self) -> str:
        if self.text:
            return self.voice.say(
                "found by “{text}” · {key} shows all", text=plain(self.text), key=self.voice.key(TO_DESK)
            )
        return self.voice.say("Type the beginning of a number, or a part of a name, then Enter.")

    def search(self, text: str) -> bool:
        if not text and not self.text:
            return False
        self.text = text
        return True

    def read(self, look: Look, after: str, limit: int) -> Page[PatronView]:
        if self.text:
            return patrons.search(look, self.text, after=after, limit=limit)
        return patrons.list_patrons(look, after=after, limit=limit)

    def key(self, row: PatronView) -> Hashable:
        return row.number

    def cells(self, row: PatronView) -> Sequence[Cell]:
        spoken = self.voice.language
        return (
            Cell(row.number, "strong"),
            Cell(row.name),
            Cell(spoken.either(row.category_zh, row.category_en), "quiet"),
            Cell(self._standing(row), "quiet" if row.status is Standing.ACTIVE else "alarm"),
            Cell(str(row.loans or ""), "alarm" if row.overdue else "plain"),
            Cell(spoken.money(row.owes, row.currency) if row.owes else "", "alarm"),
            Cell(row.phone, "quiet"),
        )

    def _standing(self, row: PatronView) -> str:
        return self.voice.say(STANDINGS[row.status])

    def about(self, row: PatronView) -> Sequence[Detail]:
        say, spoken, today = self.voice.say, self.voice.language, self.shift.today
        return (
            Detail(say("Name"), row.name),
            Detail(say("Number"), row.number),
            Detail(say("Category"), spoken.either(row.category_zh, row.category_en)),
            Detail(say("Home branch"), spoken.either(row.branch_zh, row.branch_en)),
            Detail(say("Card until"), spoken.day(row.expires_on, today)),
            Detail(say("Standing"), self._standing(row), alarm=row.status is not Standing.ACTIVE),
            Detail(say("Now"), " · ".join(patron_line(row, spoken, today))),
            Detail(say("Phone"), row.phone),
            Detail(say("Email"), row.email),
            Detail(say("Note"), row.note, alarm=True),
        )

    def own_keys(self) -> Sequence[ListKey[PatronView]]:
        return (
            ListKey(_ACCOUNT, lambda screen, row: screen.show_patron(row.number, account=True)),
            ListKey(_REGISTER, lambda screen, _: self._register(screen), of_row=False),
        )

    def _register(self, screen: ListScreen) -> None:
        def registered(number: str) -> None:
            # Whoever was registered just now is who the list is looked at for next.
            self.text = number
            screen.read_first()

        screen.fill_in(RegisterPatron(self.shift, registered))

    def open(self, screen: ListScreen, row: PatronView) -> None:
        screen.show_patron(row.number)
