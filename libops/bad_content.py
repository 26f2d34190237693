"""Why a file of TOML or JSON cannot be understood: its readers say so in English only."""

from __future__ import annotations

import re

from libops.bad_files import BadFile
from libops.languages import mark

_AT = r"(?: - at `(?P<at>[^`]*)`)?"
_COMPLAINTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r".*\(at line (?P<line>\d+), column (?P<column>\d+)\)"),
        mark("cannot be understood from line {line}, column {column} on"),
    ),
    (
        re.compile(r".*\(at end of document\)|Input data was truncated"),
        mark("cannot be understood: it ends in the middle of something"),
    ),
    (
        re.compile(r".*\(byte (?P<byte>\d+)\)|.*codec can't decode byte.* in position (?P<position>\d+): .*"),
        mark("cannot be understood from byte {byte} on"),
    ),
    (
        re.compile(rf"Object missing required field `(?P<field>[^`]*)`{_AT}"),
        mark("cannot be understood: {field} is missing"),
    ),
    (
        re.compile(rf"Object contains unknown field `(?P<field>[^`]*)`{_AT}"),
        mark("cannot be understood: there is no {field}"),
    ),
    (
        re.compile(rf"Expected `[^`]*` (?P<bound>[<>]=? \S+){_AT}"),
        mark("cannot be understood: {field} has to be {bound}"),
    ),
    (
        re.compile(rf"Invalid enum value '?(?P<value>[^']*)'?{_AT}"),
        mark("cannot be understood: {field} cannot be {value}"),
    ),
    (re.compile(rf"Expected `[^`]*`, got `[^`]*`{_AT}"), mark("cannot be understood: {field} is of the wrong kind")),
    (re.compile(r".* - at `(?P<at>[^`]*)`"), mark("cannot be understood: {field} is not as it should be")),
)
"""What the readers say, and the same in words that can be said in any language."""


def bad_content(file: str, error: Exception) -> BadFile:
    """The file cannot be understood; where its reader told the place, with the place."""
    for pattern, why in _COMPLAINTS:
        found = pattern.fullmatch(str(error))
        if found is not None:
            return BadFile(file, 0, why, **_facts(found.groupdict()))
    return BadFile(file, 0, mark("cannot be understood"))


def _facts(found: dict[str, str | None]) -> dict[str, str]:
    """The place; a field by its whole path."""
    if "byte" in found:
        return {"byte": found["byte"] or found["position"] or "0"}
    if "at" in found:
        path = (found["at"] or "").lstrip("$.")
        field = ".".join(part for part in (path, found.get("field")) if part)
        return {"field": field, **{name: found[name] or "" for name in ("bound", "value") if name in found}}
    return {name: text or "" for name, text in found.items()}
