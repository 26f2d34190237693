"""``make bench``: measure everything and write ``docs/benchmarks.md``; exit status 1 when a ratio misses its bound.

``--quick`` measures at 10,000 items only, in a fraction of the time, and prints the report without keeping it.
"""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import psutil
import psycopg
from sqlalchemy import make_url

from libops.bootstrap import wall_clock
from tests.bench import (
    circulation,
    circulation_report,
    console_report,
    importing,
    importing_report,
    lending,
    lending_report,
    moving_about,
    scan_to_screen,
    searched_library,
    searching,
    searching_report,
    starting,
)
from tests.bench.big_library import copy_to_postgres, copy_to_sqlite
from tests.bench.circulation import Acts, Desk, Night
from tests.bench.clerks import Side
from tests.bench.console_report import Console
from tests.bench.importing import Import
from tests.bench.lending import Lane, Lending, Plan
from tests.bench.ratios import judged
from tests.bench.searching import Searcher, Searching
from tests.servers.postgres import PostgresCluster, PostgresServer

REPORT = Path(__file__).parents[2] / "docs" / "benchmarks.md"
SMALL, LARGE = 10_000, 1_000_000
PLANS = (Plan(clients=1, rounds=15, seconds=0.5), Plan(clients=8, rounds=15, seconds=1.0))
QUICK_PLANS = (Plan(clients=1, rounds=6, seconds=0.3), Plan(clients=8, rounds=6, seconds=0.5))
TURNS, QUICK_TURNS = 11, 3
QUICK_RECORDS = 4_000
DESK_TURNS, QUICK_DESK_TURNS = 32, 12
TUNED = {"shared_buffers": "1GB"}
"""As docs/operating.md recommends: PostgreSQL's own default is for machines of another age."""

INTRODUCTION = """\
# Benchmarks

Measured on {day} on {machine}.

Only ratios of two things measured side by side in this run can fail it. Absolute times belong to the machine and show
the proportions."""
RUNNING = """\
## Running it

`make bench` measures all this and writes this file. A ratio that misses its bound is measured once more, twice as
long; if it misses again, the run ends with status 1; the nightly work is measured once. The first run makes a library
of a million items (500,000 titles, 100,000 patrons, 400,000 open loans, 50,000 requests, the sample's branches and
rules) and one of a million titles to search in, and keeps them in the user's cache folder, or in `LIBOPS_BENCH_DIR`;
they are made anew when migrations, sample data or what imagines books change. `.venv/bin/python -m tests.bench --quick`
measures at 10,000 items only and prints the report. A quiet machine gives steadier numbers."""


def main() -> int:
    """Measure, write, judge."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10,000 items only, less often; the report is not kept")
    parser.add_argument("--date", type=date.fromisoformat, default=wall_clock().date(), help="the day of the report")
    chosen = parser.parse_args()
    sizes = [SMALL] if chosen.quick else [SMALL, LARGE]
    with tempfile.TemporaryDirectory(prefix="libops-bench-") as folder, PostgresServer(settings=TUNED) as cluster:
        machine = _machine(cluster)
        measured = _lending(Path(folder), cluster, sizes, QUICK_PLANS if chosen.quick else PLANS)
        acts, nights = _circulation(Path(folder), cluster, sizes, QUICK_DESK_TURNS if chosen.quick else DESK_TURNS)
        searches = _searching(Path(folder), cluster, sizes)
        imports = _importing(Path(folder), cluster, QUICK_RECORDS if chosen.quick else importing.RECORDS)
        console = _console(Path(folder), sizes[-1], QUICK_TURNS if chosen.quick else TURNS)
    ratios = [
        *lending_report.ratios(measured, sizes),
        *circulation_report.ratios(acts, nights, sizes),
        *searching_report.ratios(searches, sizes),
        *importing_report.ratios(imports),
        *console_report.ratios(console),
    ]
    report = "\n\n".join(
        [
            INTRODUCTION.format(day=chosen.date, machine=machine),
            lending_report.chapter(measured, sizes),
            circulation_report.chapters(acts, nights, sizes),
            searching_report.chapter(searches, sizes),
            importing_report.chapter(imports),
            console_report.chapters(console),
            RUNNING,
        ]
    )
    if chosen.quick:
        print(report)
    else:
        REPORT.write_text(report + "\n", encoding="utf-8")
    return 0 if all(ratio.holds for ratio in ratios) else 1


def _lending(folder: Path, cluster: PostgresCluster, sizes: list[int], plans: tuple[Plan, ...]) -> list[Lending]:
    found = []
    for engine, copy in _copies(folder, cluster, "lending").items():
        _say(f"{engine}: preparing libraries of {' and '.join(f'{items:,}' for items in sizes)} items")
        urls = {items: copy(items) for items in sizes}
        lanes = [Lane(items, side, urls[items]) for items in sizes for side in (Side.BY_HAND, Side.DOMAIN)]
        for plan in plans:
            _say(f"{engine}: check-out and check-in, {plan.clients} at once")
            found.append(
                judged(
                    partial(_lend, engine, lanes, plan), lambda measured: lending_report.ratios([measured], sizes), _say
                )
            )
    return found


def _copies(folder: Path, cluster: PostgresCluster, name: str) -> dict[str, Callable[[int], str]]:
    return {
        "SQLite": lambda items: copy_to_sqlite(items, folder / f"{name}-{items}.db"),
        "PostgreSQL": lambda items: copy_to_postgres(items, cluster),
    }


def _circulation(
    folder: Path, cluster: PostgresCluster, sizes: list[int], turns: int
) -> tuple[list[Acts], list[Night]]:
    acts, nights = [], []
    for engine, copy in _copies(folder, cluster, "circulation").items():
        _say(f"{engine}: preparing libraries for requests, renewals and a night")
        desks = [Desk(items, copy(items)) for items in sizes]
        circulation.warm_up(desks)
        _say(f"{engine}: requests and renewals")
        # What is measured again goes on with patrons and books that were not yet asked for.
        measure = partial(_at_desks, engine, desks, turns)
        acts.append(judged(measure, lambda measured: circulation_report.of_acts(measured, sizes), _say))
        _say(f"{engine}: nightly work")
        nights += [desk.work_a_night(engine) for desk in desks]
        for desk in desks:
            desk.close()
    return acts, nights


def _searching(folder: Path, cluster: PostgresCluster, sizes: list[int]) -> list[Searching]:
    found = []
    copies: dict[str, Callable[[int], str]] = {
        "SQLite": lambda titles: searched_library.copy_to_sqlite(titles, folder / f"searched-{titles}.db"),
        "PostgreSQL": lambda titles: searched_library.copy_to_postgres(titles, cluster),
    }
    for engine, copy in copies.items():
        for titles in sizes:
            _say(f"{engine}: preparing a library of {titles:,} titles to search in")
            searcher = Searcher(titles, copy(titles))
            _say(f"{engine}: searches")
            measure = partial(searching.measure, engine, searcher)
            found.append(judged(measure, searching_report.of, _say))
            searcher.close()
    return found


def _at_desks(engine: str, desks: list[Desk], turns: int, times: int) -> Acts:
    return circulation.measure(engine, desks, times * turns)


def _lend(engine: str, lanes: list[Lane], plan: Plan, times: int) -> Lending:
    return lending.measure(engine, lanes, plan.longer(times))


def _importing(folder: Path, cluster: PostgresCluster, records: int) -> list[Import]:
    _say(f"reading {records:,} records in")
    return judged(lambda _: importing.measure(folder, cluster, records), importing_report.ratios, _say)


def _console(folder: Path, items: int, turns: int) -> Console:
    file = folder / "console.db"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("LIBOPS_", "TEXTUAL", "LC_"))},
        "LANG": "C.UTF-8",
        "LIBOPS_HOME": str(folder),
        "LIBOPS_DATABASE_URL": copy_to_sqlite(items, file),
        "LIBOPS_LANGUAGE": "en",
    }

    moving_about.fill_shelf(file)

    def measure(times: int) -> Console:
        _say("console: scan to screen")
        answered, resident = scan_to_screen.measure(file, folder, environment, times * turns)
        _say("console: moving about")
        moved = moving_about.measure(environment, times * turns)
        _say("console: start")
        return Console(items, answered, resident, starting.measure(environment), moved)

    return judged(measure, console_report.ratios, _say)


def _machine(cluster: PostgresCluster) -> str:
    address = make_url(cluster.url("postgres")).set(drivername="postgresql").render_as_string()
    with psycopg.connect(address) as connection:
        major, minor = divmod(connection.info.server_version, 10_000)
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB, {platform.system()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"PostgreSQL {major}.{minor} with shared_buffers of {TUNED['shared_buffers']}"
    )


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
