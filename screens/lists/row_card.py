"""One row of a list in front of it, on screens that have no room beside the list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from screens.dialogs import Dialog
from screens.keymap import CLOSE, COPY_TEXT, PAGER, ROW_SLIP, SPEAK, TEXT, KeyAction, bindings
from screens.lists.about import Details
from screens.lists.listing import Detail, Listing


class RowCard(Dialog[None]):
    """What is known of one row; its slip is a key away where there is one."""

    BINDINGS: ClassVar[list[BindingType]] = bindings((CLOSE, SPEAK, COPY_TEXT, PAGER, ROW_SLIP, *TEXT))

    # Any, because a list may be of anything; its listing knows of what.
    def __init__(self, listing: Listing[Any], row: Any) -> None:  # noqa: ANN401 - see above
        super().__init__(listing.voice)
        self._listing, self._row = listing, row

    def heading(self) -> str:
        return self._listing.NAME

    def body(self) -> Iterable[Widget]:
        yield VerticalScroll(_Known(self._listing, self._row), id="scroll")

    def keys(self) -> list[tuple[KeyAction, str]]:
        slip = () if self._listing.slip(self._row) is None else (ROW_SLIP,)
        offered = (*slip, COPY_TEXT, CLOSE)
        return [(one, self.voice.say(one.label)) for one in offered]

    def action_slip(self) -> None:
        self._listing.shift.show_slip(self._listing.slip(self._row))


class _Known(Details):
    def __init__(self, listing: Listing[Any], row: Any) -> None:  # noqa: ANN401 - see above
        super().__init__(listing.voice)
        self._listing, self._row = listing, row

    def details(self) -> Sequence[Detail]:
        return self._listing.about(self._row)
