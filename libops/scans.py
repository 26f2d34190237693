"""What a barcode or QR reader tells the desk.

A driver hands these messages on from its own thread. It passes every symbol on as it was read: whether a code is a
patron or an item, and whether a second reading of the same symbol was meant, is decided by the desk session.
"""

from enum import StrEnum

import msgspec


class ReaderState(StrEnum):
    """How a reader is doing, as far as its driver can tell; the desk shows it and says what to do about it."""

    CONNECTING = "connecting"
    """The driver has been started and has not yet tried the port."""
    READY = "ready"
    """The port is open: the next scan will be heard."""
    BUSY = "busy"
    """Another program holds the port: close that program."""
    LOST = "lost"
    """There is no such device now: never plugged in, unplugged or switched off."""
    DENIED = "denied"
    """This account may not open the port."""
    UNUSABLE = "unusable"
    """What is configured cannot be opened as a serial line: not a serial port, or a setting it refuses."""
    UNHEARD = "unheard"
    """The port is open, but the program failed on the last code: that code was read and nothing came of it."""


class GarbledReason(StrEnum):
    """Why bytes from a reader were not a code."""

    TOO_LONG = "too_long"
    """More bytes than any code has before the next end mark."""
    UNDECODABLE = "undecodable"
    """Neither UTF-8 nor GB18030: usually a wrong speed or parity."""
    CUT_OFF = "cut_off"
    """A wrapped code began (STX) and the next one began before it had ended (ETX)."""


class Scan(msgspec.Struct, frozen=True):
    """One symbol, read whole."""

    code: str
    """The text of the symbol: never empty, no control characters, no spaces around it, no prefix, no AIM id."""
    device: str
    """The reader's name."""
    at: float
    """When its last byte arrived, in monotonic seconds: good for differences only."""


class Garbled(msgspec.Struct, frozen=True):
    """Bytes that were not a code. What they were is not kept: it may be half of somebody's card."""

    device: str
    """The reader's name."""
    at: float
    """When the last byte arrived, in monotonic seconds: good for differences only."""
    reason: GarbledReason
    """Why it was not a code."""
    length: int
    """How many bytes there were, noise left out."""


Heard = Scan | Garbled
"""Whatever comes out of a reader between two end marks."""


class ReaderChanged(msgspec.Struct, frozen=True):
    """A reader is in another state than before."""

    device: str
    """The reader's name."""
    port: str
    """The port as configured: a path, or ``usb:`` and a serial number."""
    state: ReaderState
    """The state it is in now."""
    detail: str
    """For the log and the engineer, in no language: the path that was opened, or the system's name of the error."""
