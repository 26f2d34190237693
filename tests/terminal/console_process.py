"""A console in a process of its own, for tests that type into it through a real terminal.

Its arguments: URL LANGUAGE [--prefix TEXT] [--reader PORT] [--theme NAME] [--sound NAME] [--patron SECONDS]
[--lock SECONDS]
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence

from devices.serial_reader import SerialReader
from libops.appearance import USUAL, Appearance, Sound, ThemeName
from libops.bootstrap import open_library
from libops.places import find_place
from libops.scans import Heard, ReaderChanged
from libops.settings import Settings
from screens.app import Attach, ConsoleApp
from screens.idleness import Idleness, Rest


def readers_at(port: str) -> Attach:
    """A serial reader, as the program starts one."""

    def attach(heard: Callable[[Heard], None], changed: Callable[[ReaderChanged], None]) -> Callable[[], None]:
        reader = SerialReader("reader", port, heard, changed)
        reader.start()
        return reader.stop

    return attach


def on_terminal(terminal: str, environment: Mapping[str, str], arguments: Sequence[str]) -> None:
    """Run the console in this process, at the head of a session of its own, on the terminal with this name."""
    os.setsid()
    line = os.open(terminal, os.O_RDWR | os.O_NOCTTY)
    for number in range(3):
        os.dup2(line, number)
    os.close(line)
    sys.stdin = sys.__stdin__ = open(0, closefd=False)  # type: ignore[misc]  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    # Whoever runs the tests may have theirs ignored (nohup): a terminal's own console has not.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    main(arguments)


def main(arguments: Sequence[str]) -> None:
    """Run the console."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("language")
    parser.add_argument("--prefix", default="")
    parser.add_argument("--reader", default="")
    parser.add_argument("--theme", default=USUAL.theme, type=ThemeName)
    parser.add_argument("--sound", default=USUAL.sound, type=Sound)
    parser.add_argument("--patron", default=0.0, type=float)
    parser.add_argument("--lock", default=0.0, type=float)
    chosen = parser.parse_args(arguments)
    library = open_library(chosen.url, Settings().patterns)
    with library.database.reading() as transaction:
        place = find_place(transaction)
    attach = readers_at(chosen.reader) if chosen.reader else None
    appearance = Appearance(chosen.theme, chosen.sound)
    ConsoleApp(
        library,
        place,
        chosen.language,
        wedge_prefix=chosen.prefix,
        attach=attach,
        appearance=appearance,
        idleness=Idleness(Rest(chosen.patron, chosen.lock)),
    ).run()
    library.close()
