"""Settings in plain words and tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.text import Text

from libops.cli.answers import harmless, line, note, table
from libops.configuration.changes import Change
from libops.configuration.faults import Fault
from libops.configuration.settings_file import Written
from libops.configuration.standing import ORIGINS, Setting, Standing
from libops.i18n import Language
from libops.slips.widths import on_screen, wrap

if TYPE_CHECKING:
    from libops.cli.key_words import ToldFault

Words = Iterator[RenderableType]
_INDENT = "    "


class _Indented:
    """A paragraph a little to the right, broken as its language breaks lines."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for part in wrap(self._text, max(options.max_width - len(_INDENT), 20), on_screen):
            yield Text(_INDENT + part, no_wrap=True)


def settings_shown(found: Standing, language: Language, *, explain: bool) -> Words:
    """Every setting with its value and where that comes from; with ``explain`` what each means."""
    say = language.say
    if explain:
        for setting in found.settings:
            yield from _explained(setting, language)
    else:
        rows = [[one.name, _value(one.value), _origin(one, language)] for one in found.settings]
        yield table([say("Setting"), say("Value"), say("Where from")], rows)
    note(say("File: {file}", file=found.file))
    note(*told(found.faults, language))


def _explained(setting: Setting, language: Language) -> Words:
    say = language.say
    yield Text.assemble(
        (setting.name, "bold"), f" = {harmless(_value(setting.value))}", f"  ({_origin(setting, language)})"
    )
    paragraphs = [say(setting.meaning)]
    paragraphs.append(say("{variable}; default: {value}", variable=setting.variable, value=_value(setting.default)))
    for paragraph in paragraphs:
        yield _Indented(harmless(paragraph))


def _value(value: Written) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if value != "" else "''"


def _origin(setting: Setting, language: Language) -> str:
    return language.say(ORIGINS[setting.origin], line=setting.line, variable=setting.variable)


def settings_as_json(found: Standing, language: Language, *, explain: bool) -> list[dict[str, object]]:
    """The settings as JSON tells them."""
    return [
        {
            "name": one.name,
            "variable": one.variable,
            "value": one.value,
            "default": one.default,
            "origin": str(one.origin),
            "line": one.line or None,
            "fault": None if one.fault is None else one.fault.why(language),
            **({"meaning": language.say(one.meaning)} if explain else {}),
        }
        for one in found.settings
    ]


def faults_told(faults: Sequence[Fault], language: Language) -> Words:
    """Every fault on a line, or that there is none."""
    for text in told(faults, language):
        yield line(text)
    if not faults:
        yield line(language.say("The settings are in order."))


def told(faults: Iterable[Fault], language: Language) -> list[str]:
    """What is wrong, a line each."""
    return [fault.told(language) for fault in faults]


def faults_as_json(faults: Sequence[Fault], language: Language) -> list[dict[str, object]]:
    """The faults as JSON tells them."""
    return [{"name": one.name, "line": one.line or None, "message": one.why(language)} for one in faults]


def key_faults_as_json(faults: Sequence[ToldFault]) -> list[dict[str, object]]:
    """The faults of keys as JSON tells them, like any other fault of the settings."""
    return [{"name": "keys", "line": None, "message": fault.message} for fault in faults]


def setting_changed(change: Change, language: Language) -> Words:
    """What was written, and what decides all the same."""
    say = language.say
    if change.value is not None:
        yield line(f"{change.name} = {_value(change.value)}", say("line {line}", line=change.line))
    elif change.before is not None:
        yield line(say("{name} is no longer set in the file.", name=change.name))
    else:
        yield line(say("{name} was not set in the file.", name=change.name))
    note(say("File: {file}", file=change.file))
    if change.outweighed_by:
        note(say("{variable} in the environment outweighs the file.", variable=change.outweighed_by))
