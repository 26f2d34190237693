"""What a console holds in memory, and when it is looked through for garbage."""

from __future__ import annotations

import gc


def settle_memory() -> None:
    """Look no more for garbage among what has been loaded: all of it stays, and a look through it holds up an answer.

    Only where this is the one console of its process.
    """
    _ = gc.collect()
    gc.freeze()
