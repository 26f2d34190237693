"""``libops today`` and ``libops journal``: the day and what happened, for people and for programs."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys

import pytest

from tests.commands.program import BOOK, CLERK, OTHER_BOOK, PATRON, REFERENCE, Program


def busy(library: Program) -> None:
    """Some things that happen: a loan, its return, a refusal."""
    library.run("loan", "out", PATRON, BOOK)
    library.run("loan", "in", BOOK)
    assert library.run("loan", "out", PATRON, REFERENCE).code != 0


def test_the_day_is_told_as_json_and_in_words(library: Program) -> None:
    busy(library)
    told = library.json("today").json
    done = told["done"]
    assert isinstance(done, dict)
    assert (done["lent"], done["returned"], done["refused"]) == (1, 1, 1)
    assert told["reasons"] == [{"code": "item.restricted", "times": 1}]
    assert told["branch_code"] == ""
    assert library.json("today", "--branch", "N").json["branch_code"] == "N"
    shown = library.run("today", "--branch", "C")
    assert shown.code == 0
    for words in ("Central Library", "Lent", "A week ago by now", "Refused because", "█", "Desk 1"):
        assert words in shown.out
    assert library.run("today", "--branch", "X").code != 0


def test_the_day_is_refused_to_who_does_not_answer_for_the_rules(library: Program) -> None:
    library.set(LIBOPS_PIN=CLERK[1])
    for command in (("today",), ("journal", "list")):
        refused = library.json(*command, "--as", CLERK[0])
        assert [reason.code for reason in refused.reasons] == ["permission.missing"]


def test_the_journal_is_listed_newest_first_in_pages_and_filtered(library: Program) -> None:
    busy(library)
    listed = library.json("journal", "list").page
    assert [one["kind"] for one in listed.results][:3] == ["refused", "loan.closed", "loan.opened"]
    first = library.json("journal", "list", "--limit", "1").page
    second = library.json("journal", "list", "--limit", "1", "--after", first.next or "").page
    assert [one["kind"] for one in (*first.results, *second.results)] == ["refused", "loan.closed"]
    loans = library.json("journal", "list", "--kind", "loans", "--item", BOOK, "--desk", "C1", "--patron", PATRON).page
    assert [one["kind"] for one in loans.results] == ["loan.closed", "loan.opened"]
    assert library.json("journal", "list", "--until", "2020-01-01").page.results == []
    shown = library.run("journal", "list").out
    assert "lent" in shown
    assert "reference copy" in shown
    assert library.run("journal", "list", "--kind", "gossip").code == 2
    assert library.run("journal", "list", "--since", "soon").code == 2


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_following_tells_what_happens_and_ends_well_by_ctrl_c(library: Program) -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "libops", "journal", "follow", "--kind", "loans", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as following:
        assert following.stdout is not None
        try:
            # It follows from the moment on when it stands; until then nothing is told.
            for turn in range(60):
                library.run("loan", "out" if turn % 2 == 0 else "in", *((PATRON,) if turn % 2 == 0 else ()), OTHER_BOOK)
                if select.select((following.stdout,), (), (), 0.25)[0]:
                    break
            assert json.loads(following.stdout.readline())["barcode"] == OTHER_BOOK
            following.send_signal(signal.SIGINT)
            assert following.wait(timeout=20) == 0
        finally:
            following.kill()
