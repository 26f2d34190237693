"""``libops demo``: a morning at the desk, then the console on what it left."""

from __future__ import annotations

import sys

import typer

from libops.cli.exit_codes import ExitCode
from libops.cli.options import JsonOption


def demo(json: JsonOption = False) -> None:
    """Play a morning in a sample library of its own; on a terminal, open the console on it afterwards."""
    from libops.cli.answers import give, note
    from libops.cli.demonstration import demo_home, open_console, play
    from libops.cli.help_texts import asked_language
    from libops.cli.morning_words import how_to_go_on, morning_in_words
    from libops.i18n import language

    spoken = language(asked_language())
    live = sys.stdin.isatty() and sys.stdout.isatty() and not json
    home = demo_home()
    if not json:
        note(spoken.say("A morning at the desk of a sample library, with simulated readers on real lines:"))
    told = play(home, spoken, live=live, narrate=not json)
    give(told, json, lambda: morning_in_words(told, spoken))
    if not told.sound:
        raise typer.Exit(ExitCode.FAULTS_FOUND)
    if live:
        note(*how_to_go_on(spoken))
        sys.stdin.readline()
        open_console(home, spoken)
