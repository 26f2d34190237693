"""A command that was not understood: what is wrong with it, in the language of whoever typed it."""

from __future__ import annotations

import re
import sys

import typer

from libops.cli.exit_codes import ExitCode
from libops.cli.help_texts import say
from libops.languages import mark

# Typer says these in English only; what it may say beside them is passed on as it is.
_TYPERS_COMPLAINTS = (
    (re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((?P<what>.*)\)"), mark("Too much: {what}")),
    (re.compile(r"(?P<why>.*?[.。]?)\.? Did you mean (?P<near>.+)\?"), mark("{why} Was {near} meant?")),
    (re.compile(r"No such option: (?P<what>\S+).*"), mark("There is no option {what}.")),
    (re.compile(r"Option '?(?P<what>[^\s']+)'? requires .*"), mark("A value is missing behind {what}.")),
    (re.compile(r"Option '?(?P<what>[^\s']+)'? does not take a value.*"), mark("{what} takes no value.")),
    (re.compile(r"Input should be a valid integer.*"), mark("a whole number is needed.")),
    (re.compile(r"Input should be greater than or equal to (?P<ge>\d+)"), mark("a number of at least {ge} is needed.")),
    (re.compile(r"Input should be less than or equal to (?P<le>\d+)"), mark("a number of at most {le} is needed.")),
    (re.compile(r"\w+ (?P<what>['\"].*['\"]) does not exist\."), mark("{what} is not there.")),
    (re.compile(r"\w+ (?P<what>['\"].*['\"]) is a directory\."), mark("{what} is a folder.")),
    (re.compile(r"\w+ (?P<what>['\"].*['\"]) is a file\."), mark("{what} is no folder.")),
    (re.compile(r"\w+ (?P<what>['\"].*['\"]) is not (?:readable|writable)\."), mark("{what} may not be used.")),
)


def report_usage(error: typer.TyperException, json: bool) -> ExitCode:
    """Tell what is wrong with a command line; the exit code to end with."""
    message = error.format_message()
    if not message.strip():
        # A group without a command has shown its help already.
        return ExitCode.USAGE
    why = _bad_parameter(error) if isinstance(error, typer.BadParameter) else _translated(message)
    path = getattr(getattr(error, "ctx", None), "command_path", "libops")
    remedy = say("See: {command} --help", command=path)
    if json:
        from libops.cli.answers import print_json

        print_json({"trouble": {"kind": "usage", "message": why, "remedy": remedy}})
    else:
        print(say("Not understood: {why}", why=why), f"  {remedy}", sep="\n", file=sys.stderr)
    return ExitCode.USAGE


def _bad_parameter(error: typer.BadParameter) -> str:
    name = error.param_hint
    if name is None and error.param is not None:
        name = error.param.get_error_hint()
    if name is None:
        return _translated(error.message)
    shown = name if isinstance(name, str) else " / ".join(name)
    if not error.message:
        return say("{parameter} is missing.", parameter=shown)
    return say("{parameter}: {why}", parameter=shown, why=_translated(error.message))


def _translated(complaint: str) -> str:
    # What was typed may hold anything, and is repeated here.
    shown = "".join(character if character.isprintable() else "\ufffd" for character in complaint)
    for pattern, message in _TYPERS_COMPLAINTS:
        found = pattern.fullmatch(shown)
        if found is not None:
            return say(message, **found.groupdict())
    return shown
