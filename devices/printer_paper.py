"""What comes out of a receipt printer: ESC/POS read back into lines, bars and squares on paper.

It knows what libops sends, and says of everything else that it does not. Like a printer it knows Chinese only between
``FS &`` and ``FS .``, and begins a new line where a text is wider than the paper.
"""

from collections.abc import Callable
from typing import Self

import msgspec

from libops.slips.widths import is_western

_CODE_PAGES = {0: "cp437", 2: "cp850"}
_CODE128 = 73


class PaperLine(msgspec.Struct, frozen=True):
    """One line of text on paper. ``broken`` when it went on in the next because the paper was too narrow."""

    text: str
    size: int = 1
    centred: bool = False
    bold: bool = False
    broken: bool = False


class PaperBars(msgspec.Struct, frozen=True):
    """A barcode of the kind Code 128."""

    code: str
    centred: bool = False


class PaperSquare(msgspec.Struct, frozen=True):
    """A QR code."""

    text: str
    centred: bool = False


OnPaper = PaperLine | PaperBars | PaperSquare


class PrintedSlip(msgspec.Struct, frozen=True):
    """One piece of paper, as it was cut off. ``unknown`` are the commands on it that no printer has to know."""

    columns: int
    parts: tuple[OnPaper, ...]
    unknown: tuple[bytes, ...] = ()

    @property
    def lines(self) -> list[str]:
        """The texts of its lines."""
        return [part.text for part in self.parts if isinstance(part, PaperLine)]

    @property
    def large(self) -> list[str]:
        """The texts that are larger than others."""
        return [part.text for part in self.parts if isinstance(part, PaperLine) and part.size > 1]

    @property
    def codes(self) -> list[str]:
        """What its bars and squares say."""
        return [_said(part) for part in self.parts if not isinstance(part, PaperLine)]

    def drawn(self) -> str:
        """The slip as plain text, for people: what is centred in the middle, codes between stars."""
        return "".join(self._drawn(part) + "\n" for part in self.parts)

    def _drawn(self, part: OnPaper) -> str:
        if isinstance(part, PaperLine):
            text, centred, size = part.text, part.centred, part.size
        else:
            text, centred, size = f"*{_said(part)}*", part.centred, 1
        room = self.columns - width(text) * size if centred else 0
        # What is large begins further left on paper than it does here, where it takes less room.
        return (" " * max(0, (room + width(text) * (size - 1)) // 2) + text).rstrip()


def _said(part: PaperBars | PaperSquare) -> str:
    return part.text if isinstance(part, PaperSquare) else part.code


def width(text: str) -> int:
    """The columns that a text takes on paper."""
    return sum(1 if is_western(character) else 2 for character in text)


class _More(Exception):
    """The rest of a command has not come yet."""


class Paper:
    """A printer's head over its paper: takes bytes, hands out slips.

    ``fed`` is called after each line that comes out, ``cut`` with each slip, ``asked`` when the program asks, in its
    turn, how much paper there is. While ``stopped`` says so, bytes are kept and nothing is printed.
    """

    def __init__(
        self,
        columns: int,
        *,
        cut: Callable[[PrintedSlip], None],
        fed: Callable[[], None] = lambda: None,
        asked: Callable[[], None] = lambda: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._columns = columns
        self._cut = cut
        self._fed = fed
        self._asked = asked
        self._stopped = stopped
        self._bytes = bytearray()
        self._parts: list[OnPaper] = []
        self._unknown: list[bytes] = []
        self._square = ""
        self._reset()

    def take(self, data: bytes) -> Self:
        """Print these bytes, as far as they make whole commands and nothing has stopped the printer."""
        self._bytes += data
        while self._bytes and not self._stopped():
            before = bytes(self._bytes)
            try:
                self._step()
            except _More:
                self._bytes[:] = before
                break
        return self

    def forget(self) -> None:
        """What has not been printed yet is lost, as when a printer is switched off."""
        self._bytes.clear()
        self._parts.clear()
        self._reset()

    def _reset(self) -> None:
        self._text = ""
        self._size = 1
        self._centred = self._bold = self._chinese = False
        self._code_page = _CODE_PAGES[0]

    def _take(self, count: int) -> bytes:
        if len(self._bytes) < count:
            raise _More
        taken = bytes(self._bytes[:count])
        del self._bytes[:count]
        return taken

    def _step(self) -> None:
        match self._take(1):
            case b"\x1b":
                self._escape()
            case b"\x1d":
                self._group()
            case b"\x1c":
                self._chinese_mode(self._take(1))
            case b"\n":
                self._feed()
            case first:
                self._character(first)

    def _escape(self) -> None:
        command = self._take(1)
        if command == b"@":
            self._reset()
            return
        value = self._take(1)[0]
        match command:
            case b"a":
                self._centred = value == 1
            case b"E":
                self._bold = bool(value)
            case b"t" if value in _CODE_PAGES:
                self._code_page = _CODE_PAGES[value]
            case b"d":
                self._feed_lines(value)
            case _:
                self._unknown.append(b"\x1b" + command + bytes([value]))

    def _group(self) -> None:
        command = self._take(1)
        match command:
            case b"k":
                self._bars(*self._take(2))
            case b"(":
                self._two_dimensional()
            case b"!":
                value = self._take(1)[0]
                self._size = (value >> 4) + 1
                if value & 0x0F != value >> 4:
                    self._unknown.append(b"\x1d!" + bytes([value]))
            case b"V":
                mode = self._take(1)
                if mode in b"AB":
                    self._take(1)
                self._end_slip()
            case b"r":
                self._take(1)
                self._asked()
            case b"h" | b"w" | b"f" | b"H" | b"a":
                self._take(1)
            case _:
                self._unknown.append(b"\x1d" + command)

    def _chinese_mode(self, command: bytes) -> None:
        if command in b"&.":
            self._chinese = command == b"&"
        else:
            self._unknown.append(b"\x1c" + command)

    def _bars(self, kind: int, length: int) -> None:
        data = self._take(length)
        self._end_line()
        if kind == _CODE128 and data.startswith(b"{B"):
            self._parts.append(PaperBars(data[2:].replace(b"{{", b"{").decode("ascii"), self._centred))
            self._fed()
        else:
            # Without naming the set of characters, a printer prints no Code 128 at all.
            self._unknown.append(b"\x1dk" + bytes([kind]) + data)

    def _two_dimensional(self) -> None:
        header = self._take(3)
        data = self._take(header[1] + header[2] * 256)
        if header[:1] != b"k" or data[:1] != b"1":
            self._unknown.append(b"\x1d(" + header + data)
        elif data[1] == 80:
            self._square = data[3:].decode("utf-8")
        elif data[1] == 81:
            self._end_line()
            self._parts.append(PaperSquare(self._square, self._centred))
            self._fed()

    def _character(self, first: bytes) -> None:
        if first < b" " or first == b"\x7f":
            self._unknown.append(first)
            return
        if first < b"\x80" or not self._chinese:
            self._write(first.decode(self._code_page))
            return
        rest = self._take(1)
        if b"0" <= rest <= b"9":
            rest += self._take(2)
        self._write((first + rest).decode("gb18030", "replace"))

    def _write(self, character: str) -> None:
        if width(self._text + character) * self._size > self._columns:
            self._put_line(broken=True)
        self._text += character

    def _feed(self) -> None:
        self._put_line(broken=False)

    def _feed_lines(self, count: int) -> None:
        self._end_line()
        for _ in range(count):
            self._fed()

    def _end_line(self) -> None:
        if self._text:
            self._put_line(broken=False)

    def _put_line(self, *, broken: bool) -> None:
        self._parts.append(PaperLine(self._text, self._size, self._centred, self._bold, broken))
        self._text = ""
        self._fed()

    def _end_slip(self) -> None:
        self._end_line()
        slip = PrintedSlip(self._columns, tuple(self._parts), tuple(self._unknown))
        self._parts, self._unknown = [], []
        self._cut(slip)
