"""Large libraries are made once in a run of the tests, whichever process needs one first."""

from __future__ import annotations

import pytest

from tests.conftest import RUN


@pytest.fixture(autouse=True)
def _kept_libraries(monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config) -> None:
    monkeypatch.setenv("LIBOPS_BENCH_DIR", str(pytestconfig.stash[RUN].folder / "bench"))
