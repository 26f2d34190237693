"""The doors from a desk to the catalogue and to the day. What stands behind each is loaded when it is first opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual.app import App

from libops.circulation.errands import Deed
from libops.circulation.outcomes import Outcome, Word
from libops.i18n import mark
from libops.work import Look
from screens.lists.left_off import LeftOff
from screens.shift import Shift, WantedSlip
from screens.slips import SlipPanel, Slips
from screens.workplace import Workplace

SEARCH = "search"
"""The place where the search is left off."""
TODAY = "today"
"""The place where the day is left off."""


class Doors:
    """Opens screens in front of whatever is shown."""

    # Any, because what an app returns when it ends matters to nobody here.
    def __init__(self, app: App[Any], shift: Shift, slips: Slips) -> None:
        self._app, self._shift, self._slips = app, shift, slips
        shift.search = self.search
        shift.show_title = self.title
        shift.show_labels = self.labels
        shift.show_shelf = self.shelf
        shift.add_books = self.add_books
        shift.show_today = self.today
        shift.show_slip = self.slip
        shift.leave_patron = self.leave_patron
        shift.print_trial = self.trial
        shift.choose_look = self.look
        shift.choose_sound = self.sound

    def search(self, text: str) -> None:
        """The search, for some words where there are any; otherwise as it was left. One that is open comes to front."""
        from screens.catalogue.search import Search

        if not any(isinstance(screen, Search) for screen in self._app.screen_stack):
            left = None if text else self._shift.left_off.get(SEARCH)
            search = Search(self._shift, text, left if left is not None and left.listing.asked.text else None)
            self._shift.left_off[SEARCH] = LeftOff(search.titles, search.rows)
            _ = self._app.push_screen(search)
            return
        while not isinstance(self._app.screen, Search):
            _ = self._app.pop_screen()

    def title(self, number: str) -> None:
        """A title with its copies."""
        from screens.catalogue.title import TitlePanel

        _ = self._app.push_screen(TitlePanel(self._shift, number))

    def labels(self, barcodes: Sequence[str]) -> None:
        """The spine labels of some copies."""
        from screens.catalogue.labels import LabelPanel

        _ = self._app.push_screen(LabelPanel(self._shift, self._slips, barcodes))

    def shelf(self, at: str) -> None:
        """The shelf around a copy or a call number; where none is given it is asked for."""
        from screens.catalogue.shelf import ShelfPanel
        from screens.forms.shelf import GoToCallNumber

        if not at:
            _ = self._app.push_screen(GoToCallNumber(self._shift, self.shelf))
            return
        _ = self._app.push_screen(ShelfPanel(self._shift, at))

    def add_books(self) -> None:
        """Books become copies, one after the other."""
        from screens.forms.adding import QuickAdd

        _ = self._app.push_screen(QuickAdd(self._shift))

    def today(self) -> None:
        """The day so far, of this branch or of all, as it was left."""
        from screens.today.screen import Reach, Today

        left = self._shift.left_off.setdefault(TODAY, Reach())
        _ = self._app.push_screen(Today(self._shift, left))

    def slip(self, wanted: WantedSlip | None) -> None:
        """A slip, or that there is none."""
        self._shift.slip_failed = False
        for screen in self._app.screen_stack:
            if isinstance(screen, Workplace):
                screen.show_status()
        _ = self._app.push_screen(SlipPanel(self._shift, self._slips, wanted or _no_slip))

    def leave_patron(self, then: Callable[[], object], for_good: bool) -> None:
        """Whoever is here signs out, or ends the program ``for_good``: the visit ends before that."""
        visit = self._shift.visit
        lent = visit.lent()
        visit.begin_anew()
        self._slips.desk_is_left(lent, then, for_good=for_good)

    def trial(self) -> None:
        """A trial on the receipt printer; what becomes of it, the printer's state says."""
        from libops.slips.trial import trial

        shift = self._shift
        here = shift.library.clock().astimezone(shift.place.zone)
        for printer in shift.devices.printers.values():
            self._slips.print(trial(printer.address, self._slips.paper.columns, shift.voice.language, here))
            shift.clerk.tell(Outcome(word=Word.DONE, code="", deed=Deed(mark("A trial was sent to the printer."))))

    def look(self) -> None:
        """The colours of the screen."""
        from screens.looks import choose_look

        choose_look(self._app, self._shift.voice)

    def sound(self) -> None:
        """What sounds when somebody has to look up."""
        from screens.looks import choose_sound

        choose_sound(self._app, self._shift.voice, self._shift.attention)


def _no_slip(look: Look) -> None:
    """Nothing to print."""
