"""Processes of their own for programs under test, each forked from one that has imported the program already.

To start Python and import the program takes longer than most of what is done in them.
"""

from __future__ import annotations

import multiprocessing

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    ["tests.engines.lender", "tests.engines.night_worker", "tests.terminal.console_process"]
)
