"""Where each record of an ISO 2709 file begins and ends, whether or not its leader tells the truth.

The byte that ends a record (1D) is what is believed. The length in the leader is evidence: it finds a record that lost
its end, and tells a true end from one that stands in a text by mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from libops.catalogue.marc.records import LEADER_LENGTH, RECORD_END

LONGEST = 1_000_000
"""Bytes after which a record that has not ended is given up; ISO 2709 itself allows 99,999."""
_CHUNK = 1 << 16
_LONGEST_BY_LEADER = 99_999
_BETWEEN = re.compile(rb"(?:[\x00\x09\x0a\x0d\x1a\x1d]|\xef\xbb\xbf)*")
_BLANK = re.compile(rb"(?:[\x00\x09\x0a\x0d\x1a\x1d ]|\xef\xbb\xbf)*")
_LEADER = re.compile(rb"(?=([0-9]{5})[ -~]{5}[0-9]{7})")


class Frame(msgspec.Struct, frozen=True):
    """The bytes of what seems to be one record. ``length`` is longer than ``raw`` where the rest was only skipped."""

    offset: int
    raw: bytes
    length: int
    ended: bool


class _Window:
    """The part of the file that is looked at; never more than one record and a chunk."""

    def __init__(self, stream: BinaryIO, offset: int) -> None:
        self._stream = stream
        self._over = False
        self.bytes = b""
        self.offset = offset
        self.begin = 0

    def more(self) -> bool:
        """Read on; False at the end of the file."""
        chunk = b"" if self._over else self._stream.read(_CHUNK)
        self._over = not chunk
        if chunk:
            self.bytes = self.bytes[self.begin :] + chunk
            self.offset += self.begin
            self.begin = 0
        return not self._over

    def holds(self, count: int) -> bool:
        """Whether so many bytes follow."""
        while len(self.bytes) - self.begin < count and self.more():
            pass
        return len(self.bytes) - self.begin >= count

    def end(self, limit: int) -> int:
        """How long the record is with the byte that ends it; 0 where the file or the limit comes first."""
        looked = 0
        while True:
            end = self.bytes.find(RECORD_END, self.begin + looked)
            if end >= 0:
                return end + 1 - self.begin
            looked = len(self.bytes) - self.begin
            if looked > limit or not self.more():
                return 0

    def skip_between(self) -> bool:
        """Go to the next byte that may begin a record; False at the end of the file."""
        while True:
            match = _BETWEEN.match(self.bytes, self.begin)
            self.begin = match.end() if match else self.begin
            # The three bytes of a mark of byte order may not all have been read.
            if len(self.bytes) - self.begin >= 3 or not self.more():
                match = _BETWEEN.match(self.bytes, self.begin)
                self.begin = match.end() if match else self.begin
                if self.begin < len(self.bytes):
                    return True
                if self._over:
                    return False

    def take(self, count: int) -> tuple[int, bytes]:
        offset = self.offset + self.begin
        taken = self.bytes[self.begin : self.begin + count]
        self.begin += len(taken)
        return offset, taken


def frames(stream: BinaryIO, offset: int, limit: int = LONGEST) -> Iterator[Frame]:
    """What lies between ends of records, from where the stream stands; ``offset`` is that place in the file."""
    window = _Window(stream, offset)
    while window.skip_between():
        length = window.end(limit)
        if length and length <= limit:
            yield from _parted(*window.take(_by_leader(window, length)), ended=True)
        elif len(window.bytes) - window.begin > limit:
            yield _skipped(window, limit)
        else:
            yield from _parted(*window.take(len(window.bytes) - window.begin), ended=False)


def _skipped(window: _Window, limit: int) -> Frame:
    """What is too long, up to the next end of a record: its beginning is kept, the rest is only counted."""
    offset, raw = window.take(limit)
    length = len(raw)
    while True:
        end = window.bytes.find(RECORD_END, window.begin)
        ended = end >= 0
        length += len(window.take((end + 1 if ended else len(window.bytes)) - window.begin)[1])
        if ended or not window.more():
            return Frame(offset, raw, length, ended)


def _by_leader(window: _Window, length: int) -> int:
    """The length by the leader, where the record's first end stands in a text: another is where the leader says so."""
    says = said_length(window.bytes[window.begin : window.begin + 5])
    if not length < says <= _LONGEST_BY_LEADER or not window.holds(says):
        return length
    begin = window.begin
    at = _BLANK.match(window.bytes, begin + length)
    next_begins = at is not None and _LEADER.match(window.bytes, at.end()) is not None
    ends = window.bytes[begin + says - 1 : begin + says] == RECORD_END
    return says if ends and not next_begins else length


def said_length(digits: bytes) -> int:
    """The length in a leader; 0 where it holds none."""
    return int(digits) if len(digits) == 5 and digits.isdigit() else 0


def _parted(offset: int, raw: bytes, ended: bool) -> Iterator[Frame]:
    """The frame, cut in two where a second record begins in it whose leader knows exactly how long the rest is."""
    whole = len(raw)
    if said_length(raw[:5]) != whole:
        for match in _LEADER.finditer(raw, 1, max(1, whole - LEADER_LENGTH)):
            at = match.start()
            if int(match[1]) == whole - at:
                if _BLANK.fullmatch(raw, 0, at) is None:
                    yield Frame(offset, raw[:at], at, False)
                yield Frame(offset + at, raw[at:], whole - at, ended)
                return
    if _BLANK.fullmatch(raw) is None:
        yield Frame(offset, raw, whole, ended)
