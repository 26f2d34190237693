"""Answers on standard output, for people or as JSON; notes and complaints on standard error.

Nothing that came from a database or a person is parsed as markup, and none of it can steer the terminal.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import TextIO

import msgspec
import typer
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from libops.cli.exit_codes import ExitCode
from libops.cli.tables import FittedTable

_STEERING = {"Cc", "Cs", "Zl", "Zp"}
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNBOUNDED = 100_000


def harmless(text: str) -> str:
    """A text that shows as it is: control characters, and those that turn the direction of a line, become visible."""
    return "".join(
        "\ufffd" if character in _TURNING or unicodedata.category(character) in _STEERING else character
        for character in text
    )


def give(answer: object, json: bool, words: Callable[[], Iterable[RenderableType]]) -> None:
    """Answer a command: with one JSON object, or with what ``words`` says of the answer."""
    if json:
        print_json(answer)
        return
    # Part by part: a note that is made between two of them stands there also where a terminal shows both.
    for part in words():
        _write(sys.stdout, [_render(part, sys.stdout)])


def print_json(answer: object) -> None:
    """One JSON object: on one line, or spread out where a person looks at it."""
    encoded = msgspec.json.encode(answer)
    if sys.stdout.isatty():
        encoded = msgspec.json.format(encoded)
    _write(sys.stdout, [encoded.decode() + "\n"])


def note(*lines: str) -> None:
    """Say something beside the answer, on standard error."""
    _write(sys.stderr, [harmless(line) + "\n" for line in lines])


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> RenderableType:
    """A table of plain texts; its first column, by which a row is named, is never broken."""
    harmless_rows = [[harmless(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        return FittedTable(headings, harmless_rows)
    shown = Table(box=None, pad_edge=False)
    for heading in headings:
        shown.add_column(heading, no_wrap=True)
    for row in harmless_rows:
        shown.add_row(*(Text(cell) for cell in row))
    return shown


def grouped_table(headings: Sequence[str], rows: Iterable[Sequence[str]], groups: Iterable[str]) -> RenderableType:
    """A table whose last column is, for a person, shorter: what ``groups`` says of each row stands above the row."""
    if not sys.stdout.isatty():
        return table(headings, rows)
    harmless_rows = [[harmless(cell) for cell in row[:-1]] for row in rows]
    return FittedTable(headings[:-1], harmless_rows, [harmless(group) for group in groups])


def line(*parts: str) -> RenderableType:
    """One line of plain texts, two spaces apart; empty ones are left out."""
    return Text("  ".join(harmless(part) for part in parts if part))


def _render(part: RenderableType, stream: TextIO) -> str:
    # Without a terminal there is no width to fit into: a program reads on, or a person looks at a file.
    terminal = stream.isatty()
    console = Console(
        file=io.StringIO(),
        force_terminal=terminal,
        width=shutil.get_terminal_size().columns if terminal else _UNBOUNDED,
        highlight=False,
        markup=False,
        emoji=False,
    )
    with console.capture() as captured:
        console.print(part)
    return "".join(text.rstrip() + "\n" for text in captured.get().splitlines())


def _write(stream: TextIO, texts: Iterable[str]) -> None:
    try:
        stream.write("".join(texts))
        stream.flush()
    except BrokenPipeError:
        # What is still in the buffer would fail again when the program ends.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        raise typer.Exit(ExitCode.UNREAD) from None
