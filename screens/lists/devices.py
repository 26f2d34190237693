"""The readers and the printer of this desk: how each is, what to do about it, and how to try it.

Nothing of it stands in the database, so that it is there when the database is not.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from libops.i18n import mark
from libops.pages import Page
from libops.scans import Heard, ReaderChanged
from libops.slips.printing import PrinterChanged
from libops.work import Look
from screens.device_words import PRINTERS, READERS, does_well, why_not
from screens.devices_here import LastHeard
from screens.keymap import list_key
from screens.lists.columns import Cell, Column
from screens.lists.listing import Detail, Listing, ListKey
from screens.scan_line import KEYBOARD
from screens.try_reader import TryReader

if TYPE_CHECKING:
    from screens.lists.screen import ListScreen

_TRY = list_key(
    "f4",
    mark("try a reader"),
    mark("Scan anything: you see what it is, and nothing is done with it."),
    id="devices.try",
)
_TRIAL = list_key("f7", mark("trial print"), mark("Print a trial on the receipt printer."), id="devices.trial")


_USUAL = {KEYBOARD: mark("keyboard"), "reader": mark("reader"), "printer": mark("printer")}
"""The names of devices where nobody gave them any."""


class Device(msgspec.Struct, frozen=True):
    """A device of this desk. ``kind`` is marked; ``sign`` and ``state`` say how it is, ``remedy`` what to do about it.

    ``detail`` is for the engineer, in no language.
    """

    name: str
    kind: str
    port: str
    sign: str
    state: str
    remedy: str
    well: bool
    detail: str
    since: datetime | None
    heard: LastHeard | None


class Devices(Listing[Device]):
    """The keyboard, then the readers, then the printer."""

    NAME = mark("Devices")
    SCANS = None
    PROMPT = mark("scan ▸")
    OF_DEVICES = True
    URGENT = True
    KEYS = (_TRY, _TRIAL)
    COLUMNS = (
        Column(mark("Device"), 14, 9),
        Column(mark("How it is"), 14, 9),
        Column(mark("From when"), 6, 5),
        Column(mark("Connected to"), 20, 6),
        Column(mark("Last read"), 24, 7),
        Column(mark("Codes"), 6, 4, right=True),
    )

    def read_page(self, after: str, limit: int) -> Page[Device]:
        return Page(list(self._devices()), None)

    def count(self, look: Look) -> str:
        """How many do not work."""
        return str(sum(not one.well for one in self._devices()) or "")

    def _devices(self) -> Iterator[Device]:
        here = self.shift.devices
        yield Device(
            name=KEYBOARD,
            kind=mark("Keyboard, or a reader plugged in as one"),
            port="",
            sign="●",
            state=mark("ready"),
            remedy="",
            well=True,
            detail="",
            since=None,
            heard=here.heard.get(KEYBOARD),
        )
        # Copies: a device may tell of itself while this is read.
        yield from (self._reader(one) for one in list(here.readers.values()))
        yield from (self._printer(one) for one in list(here.printers.values()))

    def _reader(self, one: ReaderChanged) -> Device:
        here = self.shift.devices
        sign, state, remedy = READERS[one.state]
        return Device(
            name=one.device,
            kind=mark("Reader"),
            port=one.port,
            sign=sign,
            state=state,
            remedy=self.voice.say(remedy) if remedy else "",
            well=not remedy,
            detail=one.detail,
            since=here.since.get(one.device),
            heard=here.heard.get(one.device),
        )

    def _printer(self, one: PrinterChanged) -> Device:
        sign, state = PRINTERS[one.state]
        return Device(
            name=one.device,
            kind=mark("Receipt printer"),
            port=one.address,
            sign=sign,
            state=state,
            remedy="" if does_well(one) else why_not(one, self.voice),
            well=does_well(one),
            detail=one.detail,
            since=self.shift.devices.since.get(one.device),
            heard=None,
        )

    def filter(self) -> str:
        place = self.shift.place
        return self.voice.language.either(place.desk_zh, place.desk_en) or super().filter()

    def key(self, row: Device) -> Hashable:
        return row.kind, row.name

    def cells(self, row: Device) -> Sequence[Cell]:
        heard = row.heard
        return (
            Cell(self._name(row), "strong"),
            Cell(f"{row.sign} {self.voice.say(row.state)}", "good" if row.well else "alarm"),
            Cell(self._time(row.since), "quiet"),
            Cell(row.port, "quiet"),
            Cell("" if heard is None else f"{self._time(heard.at)} {self._what(heard)}"),
            Cell("" if heard is None else str(heard.codes)),
        )

    def _name(self, row: Device) -> str:
        return self.voice.say(_USUAL[row.name]) if row.name in _USUAL else row.name

    def _what(self, heard: LastHeard) -> str:
        return self.voice.language.listed(self.voice.say(message) for message in heard.what)

    def _time(self, at: datetime | None) -> str:
        return "" if at is None else self.voice.language.time(at, self.shift.place.zone)

    def about(self, row: Device) -> Sequence[Detail]:
        say, heard = self.voice.say, row.heard
        return (
            Detail(say("Device"), self._name(row)),
            Detail(say("Kind"), say(row.kind)),
            Detail(say("Connected to"), row.port),
            Detail(say("How it is"), f"{row.sign} {say(row.state)}", alarm=not row.well),
            Detail(say("What to do"), row.remedy, alarm=True),
            Detail(say("From when"), self._time(row.since)),
            Detail(say("Last read"), "" if heard is None else f"{self._time(heard.at)} {self._what(heard)}"),
            Detail(say("Codes read"), "" if heard is None else str(heard.codes)),
            Detail(say("For the engineer"), row.detail),
        )

    def own_keys(self) -> Sequence[ListKey[Device]]:
        return (
            ListKey(_TRY, lambda screen, _: self._try(screen), of_row=False),
            ListKey(_TRIAL, lambda screen, _: self.shift.print_trial(), lambda _: bool(self.shift.devices.printers)),
        )

    def _try(self, screen: ListScreen) -> None:
        _ = screen.app.push_screen(TryReader(self.shift))

    def take(self, screen: ListScreen, heard: Heard) -> bool:
        """Whoever scans here tries a reader: nothing is lent to whoever stands at the desk."""
        _ = screen.app.push_screen(TryReader(self.shift, heard))
        return True

    def open(self, screen: ListScreen, row: Device) -> None:
        screen.show_row(row)
