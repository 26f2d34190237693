"""A PostgreSQL server that is stopped under a console and started again."""

from __future__ import annotations

import asyncio
from contextlib import closing

import pytest

from libops.bootstrap import open_library
from libops.circulation.outcomes import Word
from libops.codes import SAMPLE_PATTERNS
from tests.engines.clusters import start, stop
from tests.servers.postgres import PostgresServer
from tests.terminal import small_town
from tests.terminal.at_desk import at_desk
from tests.terminal.at_screens import go_to
from tests.terminal.outages import UNREACHABLE, look_often, until_back, until_gone
from tests.terminal.small_town import COPIES, TEACHER, open_loans, wrong_in


async def test_a_server_that_stops_is_said_on_screen_and_what_was_scanned_is_done_once_it_runs_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    look_often(monkeypatch)
    with PostgresServer() as cluster:
        url = cluster.create_database()
        small_town.found(url)
        library = open_library(url, SAMPLE_PATTERNS, clock=lambda: small_town.NOON)
        with closing(library):
            async with at_desk(library) as me:
                await me.scan(TEACHER, COPIES[0])
                stop(cluster)
                await until_gone(me, UNREACHABLE)
                await me.scan(*COPIES[1:4])
                assert [outcome.word for outcome in me.outcomes[2:]] == [Word.NOT_DONE] * 3
                start(cluster)
                await me.until_shown("What was left undone is done now: 3.")
                patrons = await go_to(me, "p")
                rows = list(patrons.rows.rows)
                stop(cluster)
                await until_gone(me, UNREACHABLE)
                assert patrons.rows.rows == rows
                start(cluster)
                await until_back(me)
                await me.scan(COPIES[4])
                assert me.last_word() is Word.LENT
            # The console's own threads let go of the database before it is closed.
            await asyncio.get_running_loop().shutdown_default_executor()
        assert open_loans(url) == COPIES[:5]
        assert wrong_in(url) == []
