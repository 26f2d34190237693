"""``libops console``: the desk on this terminal, joined to the readers of this machine."""

from __future__ import annotations

import sys
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated

import typer

from libops.cli.exit_codes import ExitCode
from libops.cli.help_texts import listed, say
from libops.cli.options import JsonOption, maybe_legible
from libops.cli.setbacks import Setback
from libops.languages import mark

if TYPE_CHECKING:
    from devices.framing import Framing
    from libops.settings import Settings
    from screens.app import Attach
    from screens.idleness import Idleness
    from screens.own_keys import OwnKeys
    from screens.slips import Paper


DeskOption = Annotated[
    str | None,
    typer.Option(
        "--desk",
        metavar="CODE",
        help=say("Code of the desk; otherwise LIBOPS_DESK, otherwise the first desk."),
        callback=maybe_legible,
    ),
]
ReaderOption = Annotated[
    list[str] | None,
    typer.Option(
        "--reader",
        metavar="PORT",
        help=say("Serial port of a reader, or usb: and its serial number; may be given several times."),
    ),
]
LanguageOption = Annotated[
    str | None, typer.Option("--language", metavar="LANGUAGE", help=say("Language of the screen: zh or en."))
]


def console(
    desk: DeskOption = None,
    reader: ReaderOption = None,
    language: LanguageOption = None,
    json: JsonOption = False,
) -> None:
    """Open the desk; with ``json``, what was answered there is counted when it closes."""
    from collections import Counter

    from libops.appearance import Appearance
    from libops.bootstrap import interface_language
    from libops.cli.answers import print_json
    from libops.cli.at_work import open_library, place_of, read_settings
    from libops.founding import is_sample, sample_sign_in
    from screens.app import ConsoleApp

    known_language(language)
    settings = read_settings()
    own_keys = own_keys_in_use(settings)
    ports = reader or ([settings.reader] if settings.reader else [])
    answered: Counter[str] = Counter()
    with open_library(settings) as library:
        place = place_of(library, desk or settings.desk)
        sample = is_sample(library.database)
        app = ConsoleApp(
            library,
            place,
            language or interface_language(settings),
            wedge_prefix=settings.wedge_prefix,
            attach=joined_to(ports, settings),
            paper=_paper(settings),
            idleness=idleness_of(settings),
            appearance=Appearance(settings.theme, settings.sound),
            own_keys=own_keys,
            pager=settings.pager,
            sample=sample,
            to_try=sample_sign_in() if sample else None,
            answered=lambda outcome: answered.update([str(outcome.word)]),
        )
        require_terminal()
        app.run(mouse=settings.mouse)
    if app.return_code:
        raise typer.Exit(ExitCode.BUG)
    if json:
        print_json({"desk": place.desk_code, "answered": dict(answered)})


def known_language(language: str | None) -> None:
    """Refuse a language that the screens do not speak."""
    from libops.i18n import LANGUAGES

    if language is not None and language not in LANGUAGES:
        raise typer.BadParameter(say("one of: {known}.", known=listed(LANGUAGES)), param_hint="--language")


def own_keys_in_use(settings: Settings) -> OwnKeys:
    """The keys of this machine. With any that cannot be used the console does not open: it would go by others."""
    from screens.own_keys import NO_OWN_KEYS

    if not settings.keys and settings.movement == "plain":
        return NO_OWN_KEYS
    from libops.cli.keys import own_keys_of

    return own_keys_of(settings)


def require_terminal() -> None:
    """Refuse to draw where there is nothing to draw on."""
    # The console draws on standard error, so that standard output stays free for the answer.
    if sys.stdin.isatty() and sys.stderr.isatty():
        return
    raise Setback(
        ExitCode.USAGE,
        "no_terminal",
        mark("The console needs a terminal."),
        mark("Start it in a terminal; elsewhere, use the other commands."),
    )


def _paper(settings: Settings) -> Paper:
    """What the desk prints on, and what it prints unasked."""
    from libops.cli.paper import printer_of
    from screens.slips import Paper

    automatic = frozenset(str(kind) for kind in settings.automatic_slips)
    return Paper(settings.printer_columns, automatic, lambda changed, ended: printer_of(settings, changed, ended))


def idleness_of(settings: Settings) -> Idleness:
    """After how long without a scan or key the patron is let go and the desk locked."""
    from screens.idleness import Idleness, Rest

    return Idleness(Rest(patron=settings.patron_after, lock=settings.lock_after * 60))


def joined_to(ports: list[str], settings: Settings) -> Attach | None:
    """What starts the readers at these ports when the console is up; None where there are none."""
    from collections.abc import Callable
    from contextlib import ExitStack

    from devices.serial_reader import SerialReader
    from libops.scans import Heard, ReaderChanged

    if not ports:
        return None
    framing = _framing(settings)
    names = ["reader"] if len(ports) == 1 else [PurePath(port).name for port in ports]

    def attach(heard: Callable[[Heard], None], changed: Callable[[ReaderChanged], None]) -> Callable[[], None]:
        running = ExitStack()
        for name, port in zip(names, ports, strict=True):
            running.enter_context(SerialReader(name, port, heard, changed, framing, settings.reader_baud))
        return running.close

    return attach


def _framing(settings: Settings) -> Framing:
    """How the settings say that the readers mark their codes."""
    from devices.framing import Framing, Suffix

    return Framing(
        suffix=Suffix(settings.reader_suffix),
        wrapped=settings.reader_wrapped,
        prefix=settings.reader_prefix,
        ignored=settings.reader_ignored,
    )
