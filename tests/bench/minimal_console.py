"""The least that Textual can do with a scan: say that it was heard, look the item up, and show its title on one line.

``python -m tests.bench.minimal_console FILE PORT`` reads the serial port and the keyboard. It knows no patron, decides
nothing and writes nothing.
"""

from __future__ import annotations

import os
import sqlite3
import sys

from textual import on
from textual.app import App, ComposeResult
from textual.widgets import Input, Static

FIND = "SELECT title.title FROM item JOIN title ON title.id = item.title_id WHERE item.barcode = ?"


class MinimalConsole(App[None]):
    """One field, one line."""

    def __init__(self, file: str, port: str) -> None:
        super().__init__()
        self._library = sqlite3.connect(file, check_same_thread=False)
        self._port = port

    def compose(self) -> ComposeResult:
        yield Input()
        yield Static("ready", markup=False)

    def on_mount(self) -> None:
        self.run_worker(self._listen, thread=True)

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        event.input.value = ""
        self._show(self._title(event.value))

    def _listen(self) -> None:
        line = os.open(self._port, os.O_RDONLY | os.O_NOCTTY)
        heard = b""
        while chunk := os.read(line, 64):
            heard += chunk
            if heard.endswith(b"\r"):
                self.call_from_thread(self._show, "HEARD")
                title = self._title(heard.strip().decode())
                heard = b""
                self.call_from_thread(self._show, title)

    def _title(self, barcode: str) -> str:
        found = self._library.execute(FIND, (barcode,)).fetchone()
        return "UNKNOWN" if found is None else f"FOUND {found[0]}"

    def _show(self, line: str) -> None:
        self.query_one(Static).update(line)


if __name__ == "__main__":
    MinimalConsole(sys.argv[1], sys.argv[2]).run()
