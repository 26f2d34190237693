"""A bar for a file that is read in: by its bytes, with records a second and the time that is left."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from libops.i18n import Language


class FileBar:
    """How far a file is; ``told`` is called after each batch."""

    def __init__(self, bar: Progress, file: str, size: int, language: Language) -> None:
        self._bar = bar
        self._language = language
        self._task = bar.add_task(file, total=size, rate="")
        self._from: tuple[float, int] | None = None

    def told(self, position: int, records: int) -> None:
        """So many bytes are done, which held so many records."""
        now = time.monotonic()
        if self._from is None:
            # What an earlier run had done is no speed of this one.
            self._from = (now, records)
            self._bar.update(self._task, completed=position)
            self._bar.reset(self._task, completed=position, total=self._bar.tasks[0].total, rate="")
            return
        began, before = self._from
        speed = int((records - before) / max(now - began, 1e-3))
        rate = self._language.say("{records} records, {speed}/s", records=f"{records:,}", speed=f"{speed:,}")
        self._bar.update(self._task, completed=position, rate=rate)


@contextmanager
def file_bar(file: str, size: int, language: Language) -> Iterator[FileBar]:
    """A bar on the error stream, so that answers stay clean; nothing where nobody looks."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        yield FileBar(bar, file, size, language)
