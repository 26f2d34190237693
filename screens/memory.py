"""What a console holds in memory, and when it is looked through for garbage."""

from __future__ import annotations

import gc

from textual._styles_cache import StylesCache


def settle_memory() -> None:
    """Look no more for garbage among what has been loaded: all of it stays, and a look through it holds up an answer.

    Only where this is the one console of its process.
    """
    _ = gc.collect()
    gc.freeze()


def let_go_of_closed_screens() -> None:
    """Forget what Textual keeps of widgets that are gone: the last 1,024 of them with all lines they have drawn.

    Two colours are remembered there by the widget that asked for them (reported as Textual 6665); to mix them again
    takes a millionth of a second.
    """
    StylesCache.get_inner_outer.cache_clear()
