"""What reading gives for each record of a file, and where a reading can go on."""

from __future__ import annotations

import msgspec

from libops.catalogue.marc.records import Record
from libops.refusals import Reason


class Place(msgspec.Struct, frozen=True):
    """Where to go on: after so many records (good and bad), which end at this byte of the file.

    ISO 2709 goes on by ``offset`` and counts from ``records``; MARCXML goes on by ``records`` alone.
    """

    offset: int = 0
    records: int = 0


START = Place()


class Good(msgspec.Struct, frozen=True):
    """A record that could be read. ``number`` counts the file's records from 1, good and bad; sizes are in bytes.

    ``raw`` is the record as the file has it (of MARCXML its element). ``warnings`` tell what was forgiven. In MARCXML
    that is not UTF-8, offsets are those of the text in UTF-8.
    """

    number: int
    offset: int
    length: int
    raw: bytes
    record: Record
    warnings: tuple[Reason, ...] = ()

    @property
    def after(self) -> Place:
        """Where to go on after this one."""
        return Place(self.offset + self.length, self.number)


class Bad(msgspec.Struct, frozen=True):
    """A record that could not be read, and why. ``raw`` ends where ``length`` exceeds what is kept of one record."""

    number: int
    offset: int
    length: int
    raw: bytes
    reason: Reason

    @property
    def after(self) -> Place:
        """Where to go on after this one."""
        return Place(self.offset + self.length, self.number)


Read = Good | Bad
