"""A batch cut where one record has to see what became of another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def apart(batch: Sequence[T], keys: Callable[[T], set[tuple[str, str]]]) -> Iterator[list[T]]:
    """A batch in parts of which no two records share a key: by those they may be about one thing."""
    part: list[T] = []
    seen = set[tuple[str, str]]()
    for one in batch:
        own = keys(one)
        if not seen.isdisjoint(own):
            yield part
            part, seen = [], set()
        part.append(one)
        seen |= own
    if part:
        yield part
