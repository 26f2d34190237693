"""Help in the language of whoever asks, without loading what only the commands themselves need."""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from libops.cli.exit_codes import MEANINGS
from libops.cli.placeholders import COMMAND, OPTIONS, placeholder
from libops.home import CONFIG, home_folder
from libops.languages import LOCALE_FOLDER, LOCALES, catalogue, choose, mark

if TYPE_CHECKING:
    from typer._click import Context, HelpFormatter, Parameter

# What typer itself says about a command; it asks the standard library's gettext for them.
TYPERS_WORDS = (
    mark("Arguments"),
    mark("Options"),
    mark("Commands"),
    mark("[default: {}]"),
    mark("[env var: {}]"),
    mark("[required]"),
    mark("Missing command."),
    mark("No such command {name!r}."),
)


def asked_language() -> str:
    """``zh`` or ``en``, as the settings would answer; a settings file that cannot be read counts as silent here."""
    return choose(os.environ.get("LIBOPS_LANGUAGE") or _configured_language())


def _configured_language() -> str:
    try:
        text = (home_folder() / CONFIG).read_text("utf-8")
    except (OSError, ValueError):
        return ""
    import tomllib

    try:
        return str(tomllib.loads(text).get("language", ""))
    except tomllib.TOMLDecodeError:
        return ""


def say(message: str, /, **facts: object) -> str:
    """The text in the language of whoever started this process."""
    text = catalogue(asked_language()).gettext(message)
    return text.format(**facts) if facts else text


def listed(words: Iterable[str]) -> str:
    """Words one after the other, with the comma that the language puts into a list."""
    return ("、" if asked_language() == "zh" else ", ").join(words)


def teach_typer() -> None:
    """Have typer say its own words in the same language."""
    os.environ["LANGUAGE"] = LOCALES[asked_language()]
    gettext.bindtextdomain("libops", LOCALE_FOLDER)
    gettext.textdomain("libops")


def exit_codes() -> str:
    """The exit codes, one a line, for the end of the program's help."""
    lines = [f"{code.value:>5}  {say(meaning)}" for code, meaning in MEANINGS.items()]
    return "\n".join([say("Exit codes:"), *lines])


def _usage(command: TyperCommand | TyperGroup, context: Context, formatter: HelpFormatter) -> None:
    _translate_placeholders(command)
    pieces = " ".join(command.collect_usage_pieces(context))
    formatter.write_usage(context.command_path, pieces, prefix=say("Usage: "))


def _translated(option: TyperOption | None) -> TyperOption | None:
    if option is not None:
        option.help = say("Show this help.")
        option.metavar = ""
    return option


def _breakable(text: str | None) -> str | None:
    """The text with somewhere to break its lines: rich cuts off what has no spaces, as Chinese has not."""
    return None if text is None else re.sub(r"(?<=[，。；：、])(?=\S)", " ", text)


def _keep_every_character() -> None:
    """Have rich break lines where it would cut off the last character of one that is full of wide ones."""
    from rich.text import Text
    from typer import rich_utils

    class Whole(rich_utils.OptionHighlighter):
        def __call__(self, text: str | Text) -> Text:
            shown = super().__call__(text)
            shown.overflow = "fold"
            return shown

    rich_utils.highlighter = Whole()


def _translate_placeholders(command: TyperCommand | TyperGroup) -> None:
    command.options_metavar = placeholder(OPTIONS, say)
    for one in command.params:
        if isinstance(one, TyperOption | TyperArgument) and one.metavar:
            one.metavar = placeholder(one.metavar, say)


class SpokenCommand(TyperCommand):
    """A command whose help is in the language of whoever asks."""

    def get_params(self, ctx: Context) -> list[Parameter]:
        """Its options and arguments."""
        _translate_placeholders(self)
        return super().get_params(ctx)

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the whole help."""
        for option in self.params:
            if isinstance(option, TyperOption | TyperArgument):
                option.help = _breakable(option.help)
        _keep_every_character()
        super().format_help(ctx, formatter)

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the line that says how the command is called."""
        _usage(self, ctx, formatter)

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """The option that shows the help."""
        return _translated(super().get_help_option(ctx))


class SpokenGroup(TyperGroup):
    """A group of commands whose help is in the language of whoever asks."""

    def get_params(self, ctx: Context) -> list[Parameter]:
        """Its options."""
        _translate_placeholders(self)
        self.subcommand_metavar = placeholder(COMMAND, say)
        return super().get_params(ctx)

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the whole help."""
        for command in self.commands.values():
            command.help = _breakable(command.help)
        _keep_every_character()
        super().format_help(ctx, formatter)

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the line that says how the command is called."""
        _usage(self, ctx, formatter)

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """The option that shows the help."""
        return _translated(super().get_help_option(ctx))


def group(meaning: str, epilog: str | None = None) -> typer.Typer:
    """A group of commands; called without one of them, it shows its help."""
    return typer.Typer(
        cls=SpokenGroup,
        help=meaning,
        epilog=epilog,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
