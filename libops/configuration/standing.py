"""Every setting as it stands: its value, where that comes from, and what is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import msgspec
from pydantic import ValidationError
from pydantic_settings import SettingsError
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from libops.configuration.faults import (
    PREFIX,
    Fault,
    bad_values,
    broken,
    faults_in,
    unknown_in_environment,
    unknown_in_file,
    unparsed,
    variable_of,
)
from libops.configuration.settings_file import BrokenFile, SettingsFile, Written, read_settings_file, settings_path
from libops.i18n import mark
from libops.settings import Settings


class Origin(StrEnum):
    """Where a setting's value comes from; the first of these that has one decides."""

    ENVIRONMENT = "environment"
    FILE = "file"
    DEFAULT = "default"


ORIGINS: dict[Origin, str] = {
    Origin.ENVIRONMENT: mark("environment: {variable}"),
    Origin.FILE: mark("file, line {line}"),
    Origin.DEFAULT: mark("default"),
}
"""What people call them."""


class Setting(msgspec.Struct, frozen=True):
    """One setting: its name in the file, the variable that sets it, its value in force and its default.

    ``line`` is where it stands in the file, 0: nowhere, also where the environment outweighs it. ``fault`` says what
    is wrong with its value, which is then not shown: the default is. Passwords are never shown.
    """

    name: str
    variable: str
    value: Written
    default: Written
    origin: Origin
    line: int
    meaning: str
    fault: Fault | None = None


class Standing(msgspec.Struct, frozen=True):
    """All settings in the order in which they are explained, and every fault, also of what is no setting at all."""

    file: Path
    settings: list[Setting]
    faults: list[Fault]


def stand() -> Standing:
    """The settings of this machine now. Raises ``BrokenFile`` where their file is no TOML."""
    file = read_settings_file(settings_path())
    bad = bad_settings_now()
    in_environment = variables()
    faults = faults_in(bad, in_environment, file.lines)
    # What cannot be used makes room for its default, so that all others can be told.
    usable = Settings(**{name: Settings.model_fields[name].get_default(call_default_factory=True) for name in bad})
    broken = dict(zip(bad, faults, strict=True))
    settings = [_setting(name, usable, file, in_environment, broken.get(name)) for name in Settings.model_fields]
    others = [*unknown_in_file(file.lines), *unknown_in_environment(sorted(os.environ))]
    return Standing(file.path, settings, sorted([*faults, *others], key=lambda fault: (fault.line, fault.name)))


def check() -> list[Fault]:
    """Everything that is wrong with the settings of this machine. Raises ``OSError`` where the file is unreadable."""
    try:
        return stand().faults
    except BrokenFile as error:
        return [broken(error), *unknown_in_environment(sorted(os.environ))]
    except SettingsError as error:
        return [unparsed(error), *unknown_in_environment(sorted(os.environ))]


def faults_of(error: ValidationError) -> list[Fault]:
    """Why the settings of this machine cannot be used, each with where its value stands."""
    return faults_in(bad_values(error), variables(), read_settings_file(settings_path()).lines)


def bad_settings_now() -> dict[str, tuple[str, dict[str, str]]]:
    """The settings that cannot be used, with what is wrong with each."""
    try:
        Settings()
    except ValidationError as error:
        return bad_values(error)
    return {}


def variables() -> dict[str, str]:
    """The settings that the environment sets, each with the variable as it is written there."""
    named = {name.lower(): name for name in os.environ}
    return {
        field: named[variable_of(field).lower()]
        for field in Settings.model_fields
        if variable_of(field).lower() in named
    }


def _setting(
    name: str, usable: Settings, file: SettingsFile, in_environment: Mapping[str, str], fault: Fault | None
) -> Setting:
    field = Settings.model_fields[name]
    origin, line = Origin.DEFAULT, 0
    if name in in_environment:
        origin = Origin.ENVIRONMENT
    elif name in file.values:
        origin, line = Origin.FILE, file.lines[name]
    return Setting(
        name,
        PREFIX + name.upper(),
        showable(name, getattr(usable, name)),
        showable(name, field.get_default(call_default_factory=True)),
        origin,
        line,
        field.description or "",
        fault,
    )


def showable(name: str, value: object) -> Written:
    """A value as everybody may see it: an address without its password, control characters as people write them."""
    if isinstance(value, bool | int):
        return value
    text = str(value)
    if name == "database_url" and text:
        return _without_password(text)
    return "".join(one if one.isprintable() else f"\\x{ord(one):02x}" for one in text)


def _without_password(address: str) -> str:
    try:
        return make_url(address).render_as_string(hide_password=True)
    except ArgumentError:
        return "***"
