"""Answers and notes of commands, where a terminal shows both."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout

from rich.console import RenderableType

from libops.cli.answers import give, line, note


def test_a_note_between_two_parts_of_an_answer_is_shown_between_them() -> None:
    def words() -> Iterator[RenderableType]:
        yield line("first")
        note("beside")
        yield line("second")
        note("last")

    terminal = io.StringIO()
    with redirect_stdout(terminal), redirect_stderr(terminal):
        give(None, False, words)
    assert terminal.getvalue().splitlines() == ["first", "beside", "second", "last"]
