"""``libops train``: the desk on a library to practise in, in a file of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from libops.cli.console import DeskOption, LanguageOption, ReaderOption
from libops.cli.help_texts import say
from libops.cli.options import JsonOption

if TYPE_CHECKING:
    from libops.settings import Settings

CopyOption = Annotated[
    bool,
    typer.Option(
        "--copy",
        metavar="",
        help=say("Practise in a copy of this library in which nobody is who they were; otherwise in the sample."),
    ),
]
TourOption = Annotated[
    bool,
    typer.Option("--tour", metavar="", help=say("Be shown around, as when the sample is opened for the first time.")),
]
AnewOption = Annotated[
    bool, typer.Option("--anew", metavar="", help=say("Make it anew first: what was done there before is gone."))
]


def train(
    copy: CopyOption = False,
    anew: AnewOption = False,
    tour: TourOption = False,
    desk: DeskOption = None,
    reader: ReaderOption = None,
    language: LanguageOption = None,
    json: JsonOption = False,
) -> None:
    """Open the desk where nothing is done in earnest; slips are shown and not printed. As ``console`` with ``json``."""
    from collections import Counter

    from libops import training
    from libops.appearance import Appearance
    from libops.bootstrap import interface_language, open_library, wall_clock
    from libops.cli.answers import note, print_json
    from libops.cli.at_work import place_of, read_settings, spoken
    from libops.cli.console import idleness_of, joined_to, known_language, own_keys_in_use, require_terminal
    from libops.codes import SAMPLE_PATTERNS
    from libops.founding import sample_sign_in
    from screens.app import ConsoleApp

    answered: Counter[str] = Counter()
    known_language(language)
    settings = read_settings()
    own_keys = own_keys_in_use(settings)
    require_terminal()
    file, is_new = _made(settings, copy=copy, anew=anew)
    library = open_library(
        f"sqlite:///{file}", settings.patterns if copy else SAMPLE_PATTERNS, clock=wall_clock, pool_size=5
    )
    try:
        app = ConsoleApp(
            library,
            place_of(library, desk or (settings.desk if copy else "")),
            language or interface_language(settings),
            wedge_prefix=settings.wedge_prefix,
            attach=joined_to(reader or ([settings.reader] if settings.reader else []), settings),
            answered=lambda outcome: answered.update([str(outcome.word)]),
            idleness=idleness_of(settings),
            appearance=Appearance(settings.theme, settings.sound),
            own_keys=own_keys,
            pager=settings.pager,
            training=True,
            tour=not copy and (tour or is_new),
            to_try=("", training.PIN) if copy else sample_sign_in(),
        )
        app.run(mouse=settings.mouse)
    finally:
        library.close()
    if json:
        print_json({"file": str(file), "answered": dict(answered)})
    say_so = spoken(settings).say
    note(say_so("What you did is kept for the next time: libops train --anew begins again."))
    if not copy:
        note(say_so("libops train --tour shows you around once more."))


def training_file(*, copy: bool) -> Path:
    """Where the library to practise in is kept, apart from any other."""
    import platformdirs

    return Path(platformdirs.user_data_dir("libops-training")) / ("copy.db" if copy else "sample.db")


def _made(settings: Settings, *, copy: bool, anew: bool) -> tuple[Path, bool]:
    """The file, and whether it is new: made the first time and when somebody wants to begin again.

    It gets its name when it is whole.
    """
    from random import SystemRandom

    from libops import training
    from libops.bootstrap import wall_clock
    from libops.cli.answers import note
    from libops.cli.at_work import open_library, spoken

    file = training_file(copy=copy)
    if file.exists() and not anew:
        return file, False
    say_so = spoken(settings).say
    note(say_so("Making the library to practise in…"))
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    making = file.with_suffix(".making")
    _remove(making)
    if copy:
        with open_library(settings) as real:
            training.make_copy(real.database, making, now=wall_clock(), dice=SystemRandom())
    else:
        training.make_sample(making, now=wall_clock())
    _remove(file)
    making.rename(file)
    return file, True


def _remove(file: Path) -> None:
    for part in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm", "-journal"))):
        part.unlink(missing_ok=True)
