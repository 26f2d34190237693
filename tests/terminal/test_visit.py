"""The visit keeps what is still to be done, however long it gets."""

from __future__ import annotations

from db.circulation import Credential
from db.troubles import DatabaseTrouble, TroubleKind
from libops.circulation.outcomes import Mode, Outcome, Wish, Word
from libops.codes import SAMPLE_PATTERNS
from screens.desk.visit import LONGEST_VISIT, Visit
from tests.terminal.small_town import TEACHER, barcodes

CODES = barcodes(600)


def wish(code: str) -> Wish:
    return Wish(f"key of {code}", code, Mode.LEND, TEACHER, Credential.CARD)


def undone(code: str) -> Outcome:
    return Outcome(word=Word.NOT_DONE, code=code, wish=wish(code), trouble=DatabaseTrouble(TroubleKind.UNREACHABLE))


def lent(code: str) -> Outcome:
    return Outcome(word=Word.LENT, code=code, wish=wish(code))


def codes_of(visit: Visit) -> list[str]:
    return [line.result.code for line in visit.lines if isinstance(line.result, Outcome)]


def test_what_the_database_left_undone_is_never_dropped_from_a_long_visit() -> None:
    visit = Visit(SAMPLE_PATTERNS)
    for code in CODES:
        visit.add(undone(code))
    assert [outcome.code for _, outcome in visit.undone()] == CODES
    for code in CODES:
        visit.add(lent(code))
    assert [outcome.code for _, outcome in visit.undone()] == CODES
    assert codes_of(visit) == CODES + CODES[-LONGEST_VISIT:]


def test_a_long_visit_keeps_its_newest_lines() -> None:
    visit = Visit(SAMPLE_PATTERNS)
    for code in CODES:
        visit.add(lent(code))
    assert codes_of(visit) == CODES[-LONGEST_VISIT:]
