"""A slip in the language of receipt printers, ESC/POS: what python-escpos knows of it, and Chinese.

A printer has a Western code page and a Chinese font. python-escpos sends the bytes of Chinese characters without
telling the printer so; here each run of them stands between ``FS &`` and ``FS .``, in GB18030.
"""

import importlib
import logging
import os
import shutil
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from libops.slips.layout import CutPaper, Instruction, Print, PrintBarcode, PrintQr
from libops.slips.printing import PrintJob
from libops.slips.widths import CODE_PAGE, is_western, on_paper, wrap

CHINESE_ON, CHINESE_OFF = b"\x1c&", b"\x1c."
CHINESE = "gb18030"

DOTS_PER_COLUMN = 12
"""Of the usual font; by it paper of 32, 42 and 48 columns is 384, 504 and 576 dots wide."""

_NARROW_BAR = 2
_BAR_HEIGHT = 72
_LARGE_DOT, _SMALL_DOT = 6, 4
_SHORT, _LONGEST = 80, 250  # bytes of a QR code in large dots, and in small ones on the narrowest paper

_CAPABILITIES = Path(__file__).with_name("printer_capabilities.json")


def in_printers_language(job: PrintJob) -> bytes:
    """All bytes of a slip, from resetting the printer to cutting the paper."""
    pen = _escpos().Dummy()
    pen.hw("INIT")
    pen.charcode(CODE_PAGE.upper())
    for instruction in job.instructions:
        _write(pen, instruction, job.columns)
    written: bytes = pen.output
    return written


# Any, because python-escpos has no types.
def _write(pen: Any, instruction: Instruction, columns: int) -> None:  # noqa: ANN401
    match instruction:
        case Print(text, size, centred, bold):
            pen.set(align="center" if centred else "left", bold=bold, custom_size=True, width=size, height=size)
            _write_text(pen, text + "\n")
        case PrintBarcode(code) if _bars(code) * _NARROW_BAR <= columns * DOTS_PER_COLUMN:
            _write_barcode(pen, code)
        case PrintBarcode(code) | PrintQr(code):
            _write_square(pen, code, columns)
        case CutPaper():
            pen.cut()


def _write_text(pen: Any, text: str) -> None:  # noqa: ANN401
    for western, characters in groupby(text, is_western):
        run = "".join(characters)
        if western:
            pen.text(run)
        else:
            pen._raw(CHINESE_ON + run.encode(CHINESE, "replace") + CHINESE_OFF)


def _bars(code: str) -> int:
    """How many bars' width Code 128 takes: 11 for each character, the start and the check character, 13 to stop."""
    return 11 * (len(code) + 2) + 13


def _write_barcode(pen: Any, code: str) -> None:  # noqa: ANN401
    constants = importlib.import_module("escpos.constants")
    # Not by pen.barcode(), which announces itself on standard output. Set B, in which a brace is written twice.
    data = b"{B" + code.replace("{", "{{").encode("ascii")
    pen.set(align="center", custom_size=True, width=1, height=1, bold=False)
    pen._raw(constants.BARCODE_HEIGHT + bytes([_BAR_HEIGHT]) + constants.BARCODE_WIDTH + bytes([_NARROW_BAR]))
    pen._raw(constants.BARCODE_FONT_A + constants.BARCODE_TXT_BLW)
    pen._raw(constants.BARCODE_TYPES["B"]["CODE128"] + bytes([len(data)]) + data)


def _write_square(pen: Any, text: str, columns: int) -> None:  # noqa: ANN401
    pen.set(align="center", custom_size=True, width=1, height=1, bold=False)
    length = len(text.encode())
    if length <= _LONGEST:
        pen.qr(text, native=True, size=_LARGE_DOT if length <= _SHORT else _SMALL_DOT)
    for line in wrap(text, columns, on_paper):
        _write_text(pen, line + "\n")


@cache
def _escpos() -> Any:  # noqa: ANN401
    """The printers of python-escpos; importing it has effects that nobody asked for, and these are undone.

    It reads a list of every printer there is, which takes a quarter of a second, leaves a copy of it in a temporary
    folder of its own, and sends the whole program's log to standard error.
    """
    handlers, before = logging.root.handlers[:], {name: os.environ.pop(name, None) for name in _ITS_SETTINGS}
    os.environ["ESCPOS_CAPABILITIES_FILE"] = str(_CAPABILITIES)
    try:
        printers = importlib.import_module("escpos.printer")
        shutil.rmtree(importlib.import_module("escpos.capabilities").pickle_dir, ignore_errors=True)
    finally:
        logging.root.handlers[:] = handlers
        del os.environ["ESCPOS_CAPABILITIES_FILE"]
        os.environ.update({name: value for name, value in before.items() if value is not None})
    return printers


_ITS_SETTINGS = ("ESCPOS_CAPABILITIES_FILE", "ESCPOS_CAPABILITIES_PICKLE_DIR")
