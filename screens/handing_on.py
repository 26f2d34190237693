"""Who gets a scan, from wherever it came: a form that asks for such a code, or the workplace that it lies on."""

from __future__ import annotations

from collections.abc import Sequence

from textual.screen import Screen

from libops.catalogue.identifiers import standard_number
from libops.codes import CodeKind
from libops.scans import Scan
from screens.catcher import TakesAnything, TakesBadges, TakesCards, TakesIsbns, TakesItems, TakesOthers
from screens.messages import CodeTyped, ScanHeard
from screens.workplace import Workplace

Kinds = frozenset[CodeKind]


def code_of(message: ScanHeard | CodeTyped) -> str:
    """The code that a reader heard; empty where it heard none that can be read, and for what somebody typed."""
    return message.heard.code if isinstance(message, ScanHeard) and isinstance(message.heard, Scan) else ""


def show_to(front: Screen[object], message: ScanHeard | CodeTyped) -> bool:
    """Show a scan to a screen that only looks at scans; whether it is one."""
    if not (isinstance(front, TakesAnything) and isinstance(message, ScanHeard)):
        return False
    front.take_anything(message.heard)
    return True


def fill_in(front: Screen[object], code: str, kinds: Kinds) -> bool:
    """Write a code into a form that asks for such a one; whether there was one."""
    if isinstance(front, TakesBadges) and CodeKind.BADGE in kinds:
        front.take_badge(code)
    elif isinstance(front, TakesItems) and CodeKind.ITEM in kinds:
        front.take_item(code)
    elif isinstance(front, TakesCards) and CodeKind.PATRON in kinds:
        front.take_card(code)
    elif isinstance(front, TakesIsbns) and not kinds and standard_number(code):
        front.take_isbn(code)
    else:
        return False
    return True


def say_what_is_wrong(front: Screen[object], code: str, kinds: Kinds) -> bool:
    """Have a form say that a code is none of the library's; whether it is a form that does."""
    if not (isinstance(front, TakesOthers) and code and not kinds):
        return False
    front.take_other(code)
    return True


def to_workplace(stack: Sequence[Screen[object]], message: ScanHeard | CodeTyped) -> None:
    """Give it to the workplace in front; behind a dialog stands the one from which it was opened."""
    place = next(one for one in reversed(stack) if isinstance(one, Workplace))
    place.take(ScanHeard(message.heard) if isinstance(message, ScanHeard) else CodeTyped(message.code))
