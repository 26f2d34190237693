"""Reading on a thread that no screen waits for: what came of it, or why nothing did."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from libops.refusals import Refusal
from libops.troubles import DatabaseTrouble
from screens.complaints import log_failure

T = TypeVar("T")


def attempt(read: Callable[[], T], doing: str) -> tuple[T | None, Exception | None]:
    """What was read, or the error instead: the screen that asked stays, and says so.

    A failure of the program is logged under ``doing``; a refusal and the database's trouble are no failures.
    """
    try:
        return read(), None
    # Whatever it is: nobody waits on this thread who could take it.
    except Exception as error:  # noqa: BLE001
        if not isinstance(error, Refusal | DatabaseTrouble):
            log_failure(error, doing)
        return None, error
