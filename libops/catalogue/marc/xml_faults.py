"""Why XML breaks off: its parser says so in English only."""

from __future__ import annotations

from xml.parsers import expat

from libops.languages import mark
from libops.refusals import Marked

_TOO_SOON = mark("it ends too soon")
UNREADABLE = mark("it cannot be read in the encoding that it declares")
_WHY: dict[str, str] = {
    "no element found": _TOO_SOON,
    "unclosed token": _TOO_SOON,
    "unclosed CDATA section": _TOO_SOON,
    "partial character": _TOO_SOON,
    "mismatched tag": mark("a tag is closed by another one"),
    "duplicate attribute": mark("an attribute stands twice"),
    "junk after document element": mark("something stands behind its end"),
    "undefined entity": mark("an entity is not declared"),
    "unbound prefix": mark("a prefix is not declared"),
    "unknown encoding": UNREADABLE,
    "encoding specified in XML declaration is incorrect": UNREADABLE,
    "XML or text declaration not at start of entity": mark("its declaration does not stand first"),
}
_OTHER = mark("what stands there is no XML")


def why_broken(error: expat.ExpatError) -> Marked:
    """What the parser found, as a fact of a refusal."""
    return Marked(_WHY.get(expat.errors.messages.get(error.code, ""), _OTHER))
