"""How long the console takes to its first usable screen, and what it holds in memory, beside Textual imported."""

from __future__ import annotations

import sys
from statistics import median

import msgspec

from tests.bench.scan_to_screen import console_command
from tests.bench.terminal import Terminal

TIMES = 9
IMPORT = "import textual.app, textual.widgets; print('imported', flush=True); input()"


class Started(msgspec.Struct, frozen=True):
    """Seconds to the screen, and bytes held then, by start: the console and the bare import."""

    console: list[float]
    console_bytes: list[int]
    imported: list[float]
    imported_bytes: list[int]

    def ratio(self) -> float:
        """The console's time over that of the import beside it."""
        return median(ours / bare for ours, bare in zip(self.console, self.imported, strict=True))


def measure(environment: dict[str, str]) -> Started:
    """Start both in turns. The first start of each only fills the caches and is not counted."""
    found = Started([], [], [], [])
    for number in range(TIMES + 1):
        took, held = _start(console_command(), "Scan your badge", environment)
        bare, bare_held = _start([sys.executable, "-c", IMPORT], "imported", environment)
        if number:
            found.console.append(took)
            found.console_bytes.append(held)
            found.imported.append(bare)
            found.imported_bytes.append(bare_held)
    return found


def _start(command: list[str], shown: str, environment: dict[str, str]) -> tuple[float, int]:
    with Terminal(command, environment) as terminal:
        took = terminal.wait_for(shown) - terminal.begun
        terminal.settle(0.2)
        return took, terminal.resident
