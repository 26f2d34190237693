"""From a reader's bytes to whole codes: no port, no thread, no clock.

A reader sends what it was set up to send: a prefix, an AIM symbology identifier (ISO/IEC 15424: ``]``, a letter and a
modifier), the symbol, and a suffix. Bytes arrive in any portions; how they are cut never changes what comes out.
"""

import re
import unicodedata
from enum import StrEnum

import msgspec

from libops.scans import Garbled, GarbledReason, Heard, Scan

_STX, _ETX, _LF, _CR = 0x02, 0x03, 0x0A, 0x0D

# Control bytes are part of no character in UTF-8 or GB18030, and 0xFF of neither: it is what a line picks up when
# a plug is pushed in. So they can be dropped before anything is decoded.
_NOISE = frozenset((*range(0x20), 0x7F, 0xFF))

# Characters that would move a cursor or hide something: controls, invisible format marks, line and paragraph ends.
_INVISIBLE = frozenset(("Cc", "Cf", "Zl", "Zp"))

_AIM_ID = re.compile(r"^\][A-Za-z][0-9A-Za-z]")


def _visible(text: str) -> str:
    return "".join(character for character in text if unicodedata.category(character) not in _INVISIBLE)


class Suffix(StrEnum):
    """What a reader sends after each code."""

    ANY = "any"
    """CR, LF or both, whichever comes: right for nearly every reader as it leaves the factory."""
    CR = "cr"
    """Carriage return alone; a line feed inside a QR code does not end it."""
    LF = "lf"
    """Line feed alone; a carriage return inside a QR code does not end it."""
    CRLF = "crlf"
    """Both, in this order; either of them alone does not end a code."""
    NONE = "none"
    """Nothing: a code ends when the line has been quiet for ``Framing.idle_gap``."""


class Framing(msgspec.Struct, frozen=True):
    """How one reader marks its codes. ``ValueError`` where a setting makes no sense."""

    suffix: Suffix = Suffix.ANY
    """What ends a code. Not looked at when ``wrapped`` is set."""
    wrapped: bool = False
    """Every code stands between STX and ETX, and all else is noise. Leave it off for a reader that sends them beside
    a suffix: they are dropped like any other control character."""
    prefix: str = ""
    """Text that the reader puts before every code, ahead of an AIM id; taken off where it is there."""
    idle_gap: float = 0.075
    """Seconds of quiet that end a code when ``suffix`` is ``none``: 0.05 to 0.1. Less would cut a code in two, since
    USB serial chips deliver in portions; more would join two quick scans."""
    longest: int = 4096
    """Bytes in the longest code that is still believed; a longer run is thrown away up to the next end mark."""
    ignored: str = ""
    """Regular expression for the reader's own replies while it is being set up: a frame that it matches as a whole,
    before prefix and AIM id are taken off, is not a code. Empty: none."""

    def __post_init__(self) -> None:
        """Refuse settings under which no code, or a wrong one, would ever come out."""
        if not 0.05 <= self.idle_gap <= 0.1:
            raise ValueError(f"idle_gap is {self.idle_gap} s, not 0.05 to 0.1")
        if self.longest < 1:
            raise ValueError(f"longest is {self.longest} bytes, not at least 1")
        if _visible(self.prefix) != self.prefix:
            raise ValueError("prefix holds a control character: those are dropped in any case, leave it out")
        try:
            re.compile(self.ignored)
        except re.error as error:
            raise ValueError(f"ignored is no regular expression: {error}") from error


USUAL = Framing()
"""What nearly every reader sends as it leaves the factory."""


class Framer:
    """Cuts one reader's bytes into codes. It holds at most ``framing.longest`` bytes of a code that has not ended.

    A new line, or the same one plugged in again, gets a new framer, so that half a code from before is never joined
    to the first one after.
    """

    def __init__(self, device: str, framing: Framing = USUAL) -> None:
        """For the reader called ``device``, which the messages will carry."""
        self._device = device
        self._framing = framing
        self._ignored = re.compile(framing.ignored) if framing.ignored else None
        self._kept = bytearray()
        self._length = 0
        self._previous = -1
        self._inside = False
        self._at = 0.0

    def feed(self, data: bytes, at: float) -> list[Heard]:
        """Take the bytes that arrived at ``at`` (monotonic seconds); return what they complete, in order.

        Time alone never ends a code here: bytes that were fetched late may have arrived in time.
        """
        if data:
            self._at = at
        take = self._take_wrapped if self._framing.wrapped else self._take
        return [heard for byte in data if (heard := take(byte)) is not None]

    def quiet(self, seconds: float) -> list[Heard]:
        """Say that nothing arrived for ``seconds`` since the last bytes were fed; return the code this ends, if any."""
        by_gap = self._framing.suffix is Suffix.NONE and not self._framing.wrapped
        if not by_gap or seconds < self._framing.idle_gap:
            return []
        heard = self._end()
        return [] if heard is None else [heard]

    def _take(self, byte: int) -> Heard | None:
        previous, self._previous = self._previous, byte
        match self._framing.suffix:
            case Suffix.ANY:
                ends = byte in (_CR, _LF)
            case Suffix.CR:
                ends = byte == _CR
            case Suffix.LF:
                ends = byte == _LF
            case Suffix.CRLF:
                ends = byte == _LF and previous == _CR
            case Suffix.NONE:
                ends = False
        if ends:
            return self._end()
        self._keep(byte)
        return None

    def _take_wrapped(self, byte: int) -> Heard | None:
        if byte == _STX:
            unfinished = self._cut_off() if self._inside else None
            self._inside = True
            return unfinished
        if not self._inside:
            return None
        if byte == _ETX:
            self._inside = False
            return self._end()
        self._keep(byte)
        return None

    def _keep(self, byte: int) -> None:
        if byte in _NOISE:
            return
        self._length += 1
        if self._length <= self._framing.longest:
            self._kept.append(byte)

    def _end(self) -> Heard | None:
        frame, length = self._empty()
        if length > self._framing.longest:
            return self._garbled(GarbledReason.TOO_LONG, length)
        text = _decoded(frame)
        if text is None:
            return self._garbled(GarbledReason.UNDECODABLE, length)
        text = _visible(text).strip()
        if self._ignored is not None and self._ignored.fullmatch(text):
            return None
        code = _AIM_ID.sub("", text.removeprefix(self._framing.prefix)).strip()
        return Scan(code, self._device, self._at) if code else None

    def _cut_off(self) -> Garbled | None:
        _, length = self._empty()
        reason = GarbledReason.TOO_LONG if length > self._framing.longest else GarbledReason.CUT_OFF
        return self._garbled(reason, length) if length else None

    def _empty(self) -> tuple[bytes, int]:
        frame, length = bytes(self._kept), self._length
        self._kept.clear()
        self._length = 0
        return frame, length

    def _garbled(self, reason: GarbledReason, length: int) -> Garbled:
        return Garbled(self._device, self._at, reason, length)


def _decoded(frame: bytes) -> str | None:
    """UTF-8 first: text in another encoding is hardly ever valid UTF-8 by chance, while nearly anything is GB18030."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return frame.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
