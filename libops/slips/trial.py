"""A trial of a printer: all that it must be able to do, on one small piece of paper."""

from __future__ import annotations

from datetime import datetime
from itertools import cycle, islice

from libops.i18n import Language
from libops.slips.layout import for_printer
from libops.slips.lines import Barcode, Cut, Edges, Line, Qr, Rule, Text
from libops.slips.printing import PrintJob


def trial(address: str, columns: int, language: Language, at: datetime) -> PrintJob:
    """A trial for paper of so many columns; both rulers must end at the right edge, and the Chinese must be Chinese.

    ``at`` is the local time that is printed on it.
    """
    say = language.say
    lines: list[Line] = [
        Text("libops", size=2, centred=True),
        Text(say("A trial of the printer"), centred=True),
        Edges(language.day(at.date()), at.strftime("%H:%M")),
        Rule(),
        Text("".join(islice(cycle("1234567890"), columns))),
        Text("".join(islice(cycle("一二三四五六七八九十"), columns // 2))),
        Rule(),
        Text("B-17", size=4, centred=True),
        Text("红楼梦 龙龘 ¥ é ü ß · ×", centred=True),
        Text(say("bold"), bold=True),
        Barcode("30000000000012"),
        Qr(address),
        Rule(),
        Text(say("Both rulers must end at the right edge, or LIBOPS_PRINTER_COLUMNS is wrong.")),
        Cut(),
    ]
    return PrintJob(None, "libops", columns, for_printer(lines, columns))
