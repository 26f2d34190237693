"""What the states of readers and printers are called, what to do about each, and what a reader heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from libops.catalogue.identifiers import standard_number
from libops.circulation.desk_words import sentences
from libops.codes import CodeKind, CodePatterns
from libops.i18n import mark
from libops.scans import GarbledReason, Heard, ReaderChanged, ReaderState, Scan
from libops.slips.printing import PRINTS, WORDS, PrinterChanged, PrinterState
from screens.voice import Voice

READERS: dict[ReaderState, tuple[str, str, str]] = {
    ReaderState.READY: ("●", mark("ready"), ""),
    ReaderState.CONNECTING: ("◌", mark("connecting"), ""),
    ReaderState.BUSY: ("✕", mark("in use"), mark("Another program holds the reader: close it.")),
    ReaderState.LOST: ("✕", mark("unplugged"), mark("The reader is gone: plug it in again.")),
    ReaderState.DENIED: ("✕", mark("not allowed"), mark("This account may not open the reader: ask an administrator.")),
    ReaderState.UNUSABLE: ("✕", mark("unusable"), mark("That is no reader's port: check the setting LIBOPS_READER.")),
    ReaderState.UNHEARD: ("✕", mark("lost a code"), mark("The last code was lost: scan it again.")),
}
"""A sign, a word, and what to do about it; nothing where nothing need be done."""

PRINTERS: dict[PrinterState, tuple[str, str]] = {
    PrinterState.READY: ("●", mark("ready")),
    PrinterState.CONNECTING: ("◌", mark("connecting")),
    PrinterState.PAPER_LOW: ("◐", mark("little paper")),
    PrinterState.PAPER_OUT: ("✕", mark("no paper")),
    PrinterState.COVER_OPEN: ("✕", mark("cover open")),
    PrinterState.OFFLINE: ("✕", mark("off-line")),
    PrinterState.STALLED: ("✕", mark("stopped")),
    PrinterState.LOST: ("✕", mark("not there")),
    PrinterState.BUSY: ("✕", mark("in use")),
    PrinterState.DENIED: ("✕", mark("not allowed")),
    PrinterState.UNUSABLE: ("✕", mark("unusable")),
}
"""A sign and a word; what to do is said by the printer's own words."""

_KINDS = {
    CodeKind.PATRON: mark("a patron's card"),
    CodeKind.ITEM: mark("an item"),
    CodeKind.BADGE: mark("a staff badge"),
    CodeKind.COMMAND: mark("a command of the desk card"),
}
_GARBLED = {
    GarbledReason.TOO_LONG: mark("too long for a code"),
    GarbledReason.UNDECODABLE: mark("unreadable: the reader's speed or parity may be set wrong"),
    GarbledReason.CUT_OFF: mark("a code that was cut off"),
}


def device_hint(readers: Mapping[str, ReaderChanged], printers: Mapping[str, PrinterChanged], voice: Voice) -> str:
    """What to do about the first reader or printer that does not work; empty when all do."""
    for reader in readers.values():
        remedy = READERS[reader.state][2]
        if remedy:
            return voice.say(remedy)
    for printer in printers.values():
        if not does_well(printer):
            return why_not(printer, voice)
    return ""


def does_well(printer: PrinterChanged) -> bool:
    """Whether a printer prints, or is only being looked for."""
    return printer.state in (*PRINTS, PrinterState.CONNECTING)


def why_not(printer: PrinterChanged, voice: Voice) -> str:
    """How a printer is, and what to do about it."""
    why, remedy = WORDS[printer.state]
    return sentences([voice.say(why), voice.say(remedy)], voice.language)


def what_was_heard(heard: Heard, patterns: CodePatterns) -> Sequence[str]:
    """What a reader read, as marked messages: each of the kinds that the code may be. The code itself is not in it."""
    if not isinstance(heard, Scan):
        return (_GARBLED[heard.reason],)
    kinds = patterns.kinds(patterns.bare(heard.code))
    if kinds:
        return [message for kind, message in _KINDS.items() if kind in kinds]
    return (mark("an ISBN or ISSN"),) if standard_number(heard.code) else (mark("no code of this library"),)
