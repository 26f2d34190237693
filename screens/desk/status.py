"""Beside the scan line: what waits, what is not done, and what to do about a reader that does not work."""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text

from libops.scans import ReaderChanged
from libops.slips.printing import PrinterChanged
from screens.device_words import device_hint
from screens.keymap import RETRY, SLIP
from screens.spoken import Spoken
from screens.voice import Voice

Devices = tuple[Mapping[str, ReaderChanged], Mapping[str, PrinterChanged]]
"""The readers and the printers of this desk, by their names."""


class Status(Spoken):
    """How many scans wait, what is not done or not printed, and what to do about a device that does not work."""

    def __init__(self, voice: Voice) -> None:
        super().__init__(voice, id="status")
        self.waiting = 0
        self.undone = 0
        self.unprinted = False
        self.devices: Devices = ({}, {})

    def show(self, waiting: int, undone: int, devices: Devices, *, unprinted: bool) -> None:
        """Show these. Nothing is drawn where nothing changed: a frame spent here would hold the next outcome up."""
        readers, printers = devices
        now = (waiting, undone, unprinted, (dict(readers), dict(printers)))
        if now != (self.waiting, self.undone, self.unprinted, self.devices):
            self.waiting, self.undone, self.unprinted, self.devices = now
            self.speak()

    def text(self) -> Text:
        parts = []
        if self.waiting:
            parts.append(self.voice.language.count("{n} scan is waiting", "{n} scans are waiting", self.waiting))
        if self.undone:
            key = self.voice.key(RETRY)
            parts.append(
                self.voice.language.count(
                    "{n} not done · {key} try again", "{n} not done · {key} try again", self.undone, key=key
                )
            )
        if self.unprinted:
            parts.append(self.voice.say("slip not printed · {key}", key=self.voice.key(SLIP)))
        hint = device_hint(*self.devices, self.voice)
        return Text("   ".join([*parts, hint] if hint else parts), justify="right")
