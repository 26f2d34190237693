"""A simulated reader on a pseudo-terminal, and somebody listening."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.reader_simulator import SimulatedReader
from tests.wire.listener import Listener


@pytest.fixture
def simulated(tmp_path: Path) -> Iterator[SimulatedReader]:
    """A reader that is plugged in."""
    with SimulatedReader(tmp_path) as reader:
        yield reader


@pytest.fixture
def listener() -> Listener:
    """Somebody who has heard nothing yet."""
    return Listener()
