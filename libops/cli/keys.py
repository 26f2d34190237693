"""``libops keys``: what the keys of the console are called in the settings, and whether those that were changed fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from libops.cli.exit_codes import ExitCode
from libops.cli.help_texts import SpokenCommand, asked_language, group, say
from libops.cli.options import JsonOption
from libops.cli.setbacks import bad_settings

if TYPE_CHECKING:
    from libops.settings import Settings
    from screens.key_faults import KeyFault
    from screens.own_keys import OwnKeys

app = group(say("List the keys of the console, and check those that were changed."))


def by_letters(settings: Settings) -> bool:
    """Whether one moves by letters too."""
    return settings.movement == "vim"


def faults_of(settings: Settings) -> list[KeyFault]:
    """Everything that is wrong with the keys that the settings give."""
    from screens.key_faults import check_keys

    return check_keys(settings.keys, settings.wedge_prefix, by_letters=by_letters(settings))


def own_keys_of(settings: Settings) -> OwnKeys:
    """The keys that the settings give. With a fault in any of them none is used, and it is said what to mend."""
    from libops.i18n import language
    from screens.own_keys import own_keys

    faults = faults_of(settings)
    if faults:
        spoken = language(asked_language())
        raise bad_settings(" ".join(fault.say(spoken) for fault in faults))
    return own_keys(settings.keys, by_letters=by_letters(settings))


@app.command("list", cls=SpokenCommand, help=say("List every key of the console, by the name that settings use."))
def list_all(json: JsonOption = False) -> None:
    """Every action with its key, what it does and where; a key that the settings changed is the one of the settings."""
    from libops.cli.answers import give, note
    from libops.cli.at_work import read_settings
    from libops.cli.key_words import every_key, in_words
    from libops.i18n import language
    from libops.pages import Page
    from screens.own_keys import NO_OWN_KEYS, own_keys

    settings, spoken = read_settings(), language(asked_language())
    faulty = bool(faults_of(settings))
    if faulty:
        note(say("The changed keys cannot be used, so these are the usual ones; libops keys check says why."))
    keys = every_key(NO_OWN_KEYS if faulty else own_keys(settings.keys, by_letters=by_letters(settings)), spoken)
    give(Page(keys, None), json, lambda: in_words(keys, spoken))


@app.command("check", cls=SpokenCommand, help=say("Say what is wrong with the keys that the settings give."))
def check(json: JsonOption = False) -> None:
    """Whether the console can go by these keys; the exit code says it too."""
    from libops.cli.answers import give
    from libops.cli.at_work import read_settings
    from libops.cli.key_words import check_in_words, told
    from libops.i18n import language

    settings, spoken = read_settings(), language(asked_language())
    faults = told(faults_of(settings), spoken)
    give({"keys": settings.keys, "faults": faults}, json, lambda: check_in_words(len(settings.keys), faults, spoken))
    if faults:
        raise typer.Exit(ExitCode.BAD_INPUT)
