"""What is wrong with the settings, in words; their values are never repeated, because they may hold a password."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from enum import StrEnum
from typing import Literal, get_args, get_origin

import msgspec
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsError

from libops.configuration.settings_file import BrokenFile
from libops.home import CONFIG
from libops.i18n import Language, mark
from libops.settings import Settings

PREFIX = "LIBOPS_"
OTHER_VARIABLES = frozenset({"LIBOPS_BADGE", "LIBOPS_PIN", "LIBOPS_NEW_PIN", "LIBOPS_DEBUG"})
"""What commands read from the environment and is no setting of a machine."""

_WHOLE_NUMBER = mark("a whole number is needed.")
_YES_OR_NO = mark("true or false is needed.")
_BY_TYPE: dict[str, str] = {
    "int_parsing": _WHOLE_NUMBER,
    "int_type": _WHOLE_NUMBER,
    "int_from_float": _WHOLE_NUMBER,
    "bool_parsing": _YES_OR_NO,
    "bool_type": _YES_OR_NO,
    "string_type": mark("a text in quotation marks is needed."),
    "greater_than": mark("a number above {gt} is needed."),
    "greater_than_equal": mark("a number of at least {ge} is needed."),
    "less_than_equal": mark("a number of at most {le} is needed."),
}
_EXPRESSION = mark("a regular expression is needed, and this is none.")
_BY_FIELD: dict[str, str] = {
    "language": mark("zh or en is needed."),
    "reader_prefix": mark("control characters are dropped in any case: leave them out."),
    "reader_ignored": _EXPRESSION,
    "patron_pattern": _EXPRESSION,
    "item_pattern": _EXPRESSION,
    "badge_pattern": _EXPRESSION,
    "printer": mark("tcp://HOST:PORT, serial:PORT, file:PATH or the path of a device from the root on is needed."),
    "slips": mark("loans, hold, transfer and payment may stand here, with commas between."),
    "nightly_at": mark("a time of day in UTC is needed, HH:MM."),
}
ONLY_IN_ENVIRONMENT = "home"
"""The setting that says where the file is: in the file itself it would come too late."""
_TOO_LATE = mark("only the environment can say where the file is: set LIBOPS_HOME.")


class Fault(msgspec.Struct, frozen=True):
    """One thing that is wrong: with a setting by its name in the file or in the environment.

    ``line`` is where it stands in the file; 0: in the environment, or nowhere in particular.
    """

    name: str
    message: str
    facts: dict[str, str] = {}
    line: int = 0

    def why(self, language: Language) -> str:
        """What is wrong with it, without its name."""
        facts = {
            name: language.listed(fact.split(", ")) if name == "known" else fact for name, fact in self.facts.items()
        }
        return language.say(self.message, **facts)

    def told(self, language: Language) -> str:
        """The whole in one line: where, and what."""
        where = language.say("line {line}, {name}", line=self.line, name=self.name) if self.line else self.name
        return language.say("{parameter}: {why}", parameter=where, why=self.why(language))


def broken(error: BrokenFile) -> Fault:
    """That the file cannot be read at all, and from where on."""
    return Fault(CONFIG, mark("from column {column} on this is no TOML."), {"column": str(error.column)}, error.line)


def unparsed(error: SettingsError) -> Fault:
    """That a variable of the environment holds no JSON where a table is set by it."""
    found = _FIELD.search(str(error))
    name = variable_of(found[1]) if found else PREFIX
    return Fault(name, mark("an object of JSON is needed, or leave it to the file."))


_FIELD = re.compile(r'field "(\w+)"')


class UnknownSetting(Exception):
    """There is no setting of this name; ``near`` is the one that was probably meant, or empty."""

    def __init__(self, name: str, near: str) -> None:
        super().__init__(name)
        self.name = name
        self.near = near


def variable_of(field: str) -> str:
    """The variable of the environment that sets a field."""
    return PREFIX + field.upper()


def field_named(name: str) -> str:
    """The setting that somebody calls so: as in the file, or as in the environment. Raises ``UnknownSetting``."""
    bare = name.strip().lower().replace("-", "_").removeprefix(PREFIX.lower())
    if bare in Settings.model_fields:
        return bare
    raise UnknownSetting(name, next(iter(get_close_matches(bare, Settings.model_fields, n=1, cutoff=0.6)), ""))


def bad_values(error: ValidationError) -> dict[str, tuple[str, dict[str, str]]]:
    """For each field that cannot be used, what is wrong with it: a marked text and its facts."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for detail in error.errors(include_url=False, include_input=False):
        found.setdefault(str(detail["loc"][0]), _complaint(detail))
    return found


def _complaint(detail: ErrorDetails) -> tuple[str, dict[str, str]]:
    field, kind = str(detail["loc"][0]), detail["type"]
    if kind in ("enum", "literal_error"):
        return mark("one of: {known}."), {"known": ", ".join(choices_of(field))}
    if kind == "string_type" and len(detail["loc"]) > 1:
        return mark("{entry}: a text in quotation marks is needed."), {"entry": str(detail["loc"][-1])}
    if kind in _BY_TYPE:
        return _BY_TYPE[kind], {name: str(fact) for name, fact in detail.get("ctx", {}).items()}
    return _BY_FIELD.get(field, "{problem}"), {} if field in _BY_FIELD else {"problem": detail["msg"]}


def choices_of(field: str) -> Sequence[str]:
    """The values that a setting may have, where they are few and known."""
    kind = Settings.model_fields[field].annotation
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return [str(one) for one in kind]
    return [str(one) for one in get_args(kind)] if get_origin(kind) is Literal else []


def faults_in(
    bad: Mapping[str, tuple[str, dict[str, str]]], in_environment: Mapping[str, str], lines: Mapping[str, int]
) -> list[Fault]:
    """Those complaints as faults, each with where its value stands: the environment outweighs the file."""
    return [
        Fault(in_environment[field], message, facts)
        if field in in_environment
        else Fault(field, message, facts, lines.get(field, 0))
        for field, (message, facts) in bad.items()
    ]


def unknown_in_file(lines: Mapping[str, int]) -> list[Fault]:
    """What stands in the file and sets nothing."""
    return [
        *(_unknown(name, lines[name]) for name in lines if name not in Settings.model_fields),
        *(Fault(name, _TOO_LATE, {}, lines[name]) for name in lines if name == ONLY_IN_ENVIRONMENT),
    ]


def unknown_in_environment(names: Sequence[str]) -> list[Fault]:
    """Variables that begin as ours do and set nothing."""
    return [
        _unknown(name, 0)
        for name in names
        if name.upper().startswith(PREFIX)
        and name.upper() not in OTHER_VARIABLES
        and name.upper().removeprefix(PREFIX).lower() not in Settings.model_fields
    ]


def _unknown(name: str, line: int) -> Fault:
    try:
        near = field_named(name)
    except UnknownSetting as error:
        near = error.near
    if not near:
        return Fault(name, mark("there is no such setting; it does nothing."), {}, line)
    meant = near if line else variable_of(near)
    return Fault(name, mark("there is no such setting; it does nothing. Was {name} meant?"), {"name": meant}, line)
