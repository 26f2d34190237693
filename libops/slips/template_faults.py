"""What is wrong with how a template is written: Jinja says so in English only."""

from __future__ import annotations

import re

from libops.languages import mark
from libops.refusals import Marked

_BREAKS_OFF = mark("it breaks off")
_UNKNOWN = mark("there is no “{what}” in templates")
_OUT_OF_PLACE = mark("“{what}” is out of place")
_COMPLAINTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r".*(?:unexpected|got) '?end of (?:template|print statement|statement block).*"),
        mark("it breaks off"),
    ),
    (re.compile(r"Unexpected end of template\..* to be closed is '(?P<what>\w+)'\."), mark("“{what}” has no end")),
    (re.compile(r"Missing end of .*"), _BREAKS_OFF),
    (re.compile(r"(?:Encountered unknown tag|No filter named|No test named) '(?P<what>[^']*)'.*"), _UNKNOWN),
    (re.compile(r"unexpected '(?P<what>[^']*)'.*"), _OUT_OF_PLACE),
    (re.compile(r"unexpected char (?P<quote>['\"])(?P<what>.*)(?P=quote) at \d+"), _OUT_OF_PLACE),
    (re.compile(r"expected token '.*', got '(?P<what>[^']*)'"), _OUT_OF_PLACE),
)
"""What Jinja says, and the same in words that can be said in any language."""

ENDLESS = mark("it makes more than {what} lines")
NESTED = mark("too much stands inside each other")
_OTHER = mark("it does not follow the rules of templates")


def complaint(told: str | None) -> Marked:
    """What Jinja complains of, as a fact of a refusal."""
    for pattern, why in _COMPLAINTS:
        found = pattern.fullmatch(told or "")
        if found is not None:
            return Marked(why, found.groupdict().get("what") or "")
    return Marked(_OTHER)
