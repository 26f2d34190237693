"""A command that was not understood: what is wrong with it, in the language of whoever typed it."""

from __future__ import annotations

import sys

import typer

from libops.cli.exit_codes import ExitCode
from libops.cli.help_texts import say


def report_usage(error: typer.TyperException, json: bool) -> ExitCode:
    """Tell what is wrong with a command line; the exit code to end with."""
    message = error.format_message()
    if not message.strip():
        # A group without a command has shown its help already.
        return ExitCode.USAGE
    why = _why(error, message)
    path = getattr(getattr(error, "ctx", None), "command_path", "libops")
    remedy = say("See: {command} --help", command=path)
    if json:
        from libops.cli.answers import print_json

        print_json({"trouble": {"kind": "usage", "message": why, "remedy": remedy}})
    else:
        print(say("Not understood: {why}", why=why), f"  {remedy}", sep="\n", file=sys.stderr)
    return ExitCode.USAGE


def _why(error: typer.TyperException, message: str) -> str:
    """The complaint itself; typer's own English where it has no shape that is known here."""
    if isinstance(error, typer.BadParameter):
        return _bad_parameter(error, message)
    if hasattr(error, "option_name") and hasattr(error, "possibilities"):
        return say("There is no option {option}.", option=repr(error.option_name))
    return message


def _bad_parameter(error: typer.BadParameter, message: str) -> str:
    name = error.param_hint
    if name is None and error.param is not None:
        name = error.param.get_error_hint()
    if name is None:
        return message
    shown = name if isinstance(name, str) else " / ".join(name)
    if not error.message:
        return say("{parameter} is missing.", parameter=shown)
    return f"{shown}: {error.message}"
