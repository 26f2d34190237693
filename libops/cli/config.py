"""``libops config``: the settings of this machine, what they mean, and changing them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from libops.cli.exit_codes import ExitCode
from libops.cli.help_texts import SpokenCommand, asked_language, group, say
from libops.cli.options import JsonOption, legible
from libops.cli.setbacks import Setback, bad_settings
from libops.languages import mark

if TYPE_CHECKING:
    from libops.i18n import Language

app = group(say("See the settings of this machine, and change them."))

ExplainOption = Annotated[
    bool, typer.Option("--explain", metavar="", help=say("Say also what each means and what counts without it."))
]
NameArgument = Annotated[
    str, typer.Argument(metavar="SETTING", help=say("Name of the setting, as theme or LIBOPS_THEME."), callback=legible)
]
ValueArgument = Annotated[str, typer.Argument(metavar="VALUE", help=say("Its value from now on; may be empty: ''."))]


@app.command("show", cls=SpokenCommand, help=say("List every setting, its value, and where that comes from."))
def show(explain: ExplainOption = False, json: JsonOption = False) -> None:
    """Every setting as it stands, also where some cannot be used."""
    from libops.cli.answers import give
    from libops.cli.config_words import settings_as_json, settings_shown
    from libops.configuration.standing import stand

    spoken = _language()
    with _told_in_words():
        found = stand()
    answer = {"file": str(found.file), "results": settings_as_json(found, spoken, explain=explain), "next": None}
    give(answer, json, lambda: settings_shown(found, spoken, explain=explain))


@app.command("set", cls=SpokenCommand, help=say("Write a setting into config.toml; all else in the file stays."))
def set_one(name: NameArgument, value: ValueArgument, json: JsonOption = False) -> None:
    """Have a setting stand in the file, once its value has been found usable."""
    from libops.cli.answers import give
    from libops.cli.config_words import setting_changed
    from libops.configuration.changes import set_setting

    with _told_in_words():
        change = set_setting(name, value)
    give(change, json, lambda: setting_changed(change, _language()))


@app.command("unset", cls=SpokenCommand, help=say("Take a setting out of config.toml; its default counts again."))
def unset(name: NameArgument, json: JsonOption = False) -> None:
    """Take a setting out of the file; one that is not in it stays as it is."""
    from libops.cli.answers import give
    from libops.cli.config_words import setting_changed
    from libops.configuration.changes import unset_setting

    with _told_in_words():
        change = unset_setting(name)
    give(change, json, lambda: setting_changed(change, _language()))


@app.command("check", cls=SpokenCommand, help=say("Say what is wrong in config.toml and in the environment."))
def check(json: JsonOption = False) -> None:
    """Every fault, with its line, then those of the console's keys; ends as a setting that cannot be used does."""
    from libops.cli.answers import give
    from libops.cli.at_work import read_settings
    from libops.cli.config_words import faults_as_json, faults_told, key_faults_as_json
    from libops.cli.key_words import check_in_words, told
    from libops.cli.keys import faults_of
    from libops.configuration.settings_file import settings_path
    from libops.configuration.standing import check as faults_now

    spoken, faults = _language(), faults_now()
    # Which keys fit depends on other settings, which have to be sound first.
    keys = [] if faults else told(faults_of(read_settings()), spoken)
    results = [*faults_as_json(faults, spoken), *key_faults_as_json(keys)]
    answer = {"file": str(settings_path()), "results": results, "next": None}
    give(answer, json, lambda: check_in_words(len(keys), keys, spoken) if keys else faults_told(faults, spoken))
    if faults or keys:
        raise typer.Exit(ExitCode.BAD_INPUT)


@app.command("path", cls=SpokenCommand, help=say("Say where config.toml is, or would be."))
def path(json: JsonOption = False) -> None:
    """Where the settings file of this machine is."""
    from libops.cli.answers import give, line
    from libops.configuration.settings_file import settings_path

    file = settings_path()
    give({"file": str(file), "exists": file.exists()}, json, lambda: [line(str(file))])


def _language() -> Language:
    from libops.i18n import language

    return language(asked_language())


@contextmanager
def _told_in_words() -> Iterator[None]:
    """Whatever keeps the settings from being read or changed becomes a setback."""
    from pydantic_settings import SettingsError

    from libops.configuration.changes import Unusable
    from libops.configuration.faults import UnknownSetting, broken, unparsed
    from libops.configuration.settings_file import BrokenFile

    try:
        yield
    except BrokenFile as error:
        raise bad_settings(broken(error).told(_language())) from error
    except SettingsError as error:
        raise bad_settings(unparsed(error).told(_language())) from error
    except Unusable as error:
        raise _unusable(error.fault.told(_language())) from error
    except UnknownSetting as error:
        raise _unknown(error.name, error.near) from error


def _unusable(detail: str) -> Setback:
    why = mark("The setting cannot have this value: {detail}")
    remedy = mark("Nothing was written. “libops config show --explain” says what each may be.")
    return Setback(ExitCode.BAD_INPUT, "settings", why, remedy, detail=detail)


def _unknown(name: str, near: str) -> Setback:
    why = mark("There is no setting {name}.")
    listed = mark("“libops config show” lists them all.")
    remedy = mark("Was {near} meant? “libops config show” lists them all.") if near else listed
    return Setback(ExitCode.BAD_INPUT, "settings", why, remedy, name=name, near=near)
