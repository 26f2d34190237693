"""Changing one setting in the file: looked at first as the program would read it, then written whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from pydantic import TypeAdapter, ValidationError

from libops.configuration.faults import ONLY_IN_ENVIRONMENT, Fault, bad_values, field_named, unknown_in_file
from libops.configuration.settings_file import (
    Written,
    alone_with,
    lines_of,
    read_settings_file,
    replace_text,
    settings_path,
    with_value,
    without_value,
)
from libops.configuration.standing import showable, variables
from libops.settings import Settings


class Unusable(Exception):
    """A value that the setting cannot have; ``fault`` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.name)
        self.fault = fault


class Change(msgspec.Struct, frozen=True):
    """What a change came to: the setting, its value in the file before and now, None where it stands there no more.

    ``outweighed_by`` is the variable of the environment that decides all the same; empty where none does.
    """

    name: str
    file: str
    before: Written | None
    value: Written | None
    line: int
    outweighed_by: str


def set_setting(name: str, text: str) -> Change:
    """Have a setting stand in the file with this value.

    Raises ``UnknownSetting``, ``Unusable``, ``BrokenFile`` where the file is no TOML, and ``OSError``; then nothing
    was written.
    """
    field, path = field_named(name), settings_path()
    # A broken file is told before all else, because nothing can be looked at beside it.
    _ = read_settings_file(path)
    value = _usable(field, text)
    with alone_with(path):
        file = read_settings_file(path)
        changed = with_value(file, field, value)
        replace_text(path, changed)
    return _told(field, path, file.values.get(field), value, lines_of(changed)[field])


def unset_setting(name: str) -> Change:
    """Take a setting out of the file, so that its default counts again; raises as ``set_setting`` does."""
    path = settings_path()
    if not read_settings_file(path).values:
        # Nothing stands there that could be taken out; nothing need be made for it either.
        return _told(field_named(name), path, None, None, 0)
    with alone_with(path):
        file = read_settings_file(path)
        # What sets nothing may be taken out as well, by exactly its name there.
        field = name if name in file.values else field_named(name)
        if field not in file.values:
            return _told(field, path, None, None, 0)
        replace_text(path, without_value(file, field))
    return _told(field, path, file.values[field], None, 0)


def _usable(field: str, text: str) -> Written:
    if field == ONLY_IN_ENVIRONMENT:
        raise Unusable(unknown_in_file({field: 0})[0])
    # Any, because what comes from outside may be of any type until it has been looked at.
    values: dict[str, Any] = {field: text}
    try:
        Settings(**values)
    except ValidationError as error:
        bad = bad_values(error)
        if field in bad:
            message, facts = bad[field]
            raise Unusable(Fault(field, message, facts)) from None
    kind = Settings.model_fields[field].annotation
    return TypeAdapter(kind).validate_python(text) if kind in (int, bool) else text


def _told(field: str, file: Path, before: object, value: Written | None, line: int) -> Change:
    was = None if before is None else showable(field, before)
    now = None if value is None else showable(field, value)
    return Change(field, str(file), was, now, line, variables().get(field, ""))
