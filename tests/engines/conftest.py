"""The small library, on each engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engines.town import Town, build


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    """A new small library; the test runs once on SQLite, once on PostgreSQL."""
    opened = Town(database_url)
    try:
        build(opened.library.database)
        yield opened
    finally:
        opened.library.close()
