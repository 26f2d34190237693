"""A session at a desk: scans in, outcomes out, and nothing happens twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import msgspec
import pytest
from sqlalchemy import select, text, update

from db.circulation import Credential
from db.tables import EVENT, ITEM, LOAN, PATRON
from db.troubles import DatabaseTrouble, TroubleKind
from libops.barcodes import Symbology
from libops.circulation import effects
from libops.circulation.desk import DOUBLE_READ_SECONDS, DeskSession
from libops.circulation.outcomes import Mode, Word
from libops.codes import CodeKind
from libops.scans import Garbled, GarbledReason, Scan
from libops.work import Actor, Place, Work
from tests.engines.town import (
    BLOCKED,
    BOOK,
    CLERK,
    MISSING,
    NAMES,
    OTHER_BOOK,
    OTHER_READER,
    READER,
    RESTRICTED,
    SORTER,
    SUPERVISOR,
    WEST_BOOK,
    WITHDRAWN,
    Town,
)


@pytest.fixture
def desk(town: Town) -> DeskSession:
    return DeskSession(town.library, actor=CLERK, place=town.place())


@contextmanager
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The database refuses to write a loan, as when its disk is full."""

    def fail(*_: object, **__: object) -> None:
        raise DatabaseTrouble(TroubleKind.FULL)

    with monkeypatch.context() as broken:
        broken.setattr(effects, "mark", fail)
        yield


def test_a_card_and_books_one_after_the_other(town: Town, desk: DeskSession) -> None:
    assert desk.take(READER).word is Word.PATRON
    assert [desk.take(code).word for code in (BOOK, OTHER_BOOK, BOOK)] == [Word.LENT, Word.LENT, Word.ALREADY]
    assert desk.patron is not None
    assert (desk.patron.name, desk.patron.loans) == (NAMES[READER], 2)
    account = desk.account()
    assert account is not None
    assert [loan.barcode for loan in account.loans] == [BOOK, OTHER_BOOK]
    assert town.open_loans() == [(READER, BOOK), (READER, OTHER_BOOK)]


def test_spaces_around_a_code_are_not_part_of_it(town: Town, desk: DeskSession) -> None:
    desk.take(f"  {READER} ")
    assert desk.take(f"{BOOK}\n").word is Word.LENT


def test_signs_that_begin_and_end_the_bars_are_not_part_of_it(town: Town, desk: DeskSession) -> None:
    town.library.patterns = msgspec.structs.replace(town.library.patterns, symbology=Symbology.CODE39)
    desk.take(READER)
    assert desk.take(f"*{BOOK}*").word is Word.LENT
    assert town.open_loans() == [(READER, BOOK)]


def test_a_double_read_is_ignored_and_said_and_a_slower_one_is_a_wish(town: Town, desk: DeskSession) -> None:
    desk.turn(Mode.RETURN)
    words = []
    for at in (1.0, 1.2, 1.2 + DOUBLE_READ_SECONDS - 0.01, 9.0):
        outcome = desk.hear(Scan(WEST_BOOK, "reader", at))
        words.append((outcome.word, outcome.double_read))
    assert words == [(Word.SEND, False), (Word.ALREADY, True), (Word.ALREADY, True), (Word.ALREADY, False)]
    assert town.story() == ["transfer.sent", "item.seen"]


def test_two_readers_reading_the_same_code_are_two_wishes(town: Town, desk: DeskSession) -> None:
    desk.turn(Mode.RETURN)
    outcomes = [desk.hear(Scan(WEST_BOOK, reader, 1.0)) for reader in ("left", "right")]
    assert [outcome.double_read for outcome in outcomes] == [False, False]
    assert [outcome.word for outcome in outcomes] == [Word.SEND, Word.ALREADY]


def test_another_code_in_between_makes_the_second_a_wish_again(town: Town, desk: DeskSession) -> None:
    desk.take(READER)
    scans = [Scan(code, "reader", 1.0 + turn / 10) for turn, code in enumerate((BOOK, OTHER_BOOK, BOOK))]
    assert [desk.hear(scan).double_read for scan in scans] == [False, False, False]
    assert town.open_loans() == [(READER, BOOK), (READER, OTHER_BOOK)]


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        (GarbledReason.TOO_LONG, "code.too_long"),
        (GarbledReason.UNDECODABLE, "code.unreadable"),
        (GarbledReason.CUT_OFF, "code.unreadable"),
    ],
)
def test_bytes_that_were_no_code_are_told_and_act_on_nothing(
    town: Town, desk: DeskSession, reason: GarbledReason, code: str
) -> None:
    outcome = desk.hear(Garbled("reader", 1.0, reason, 12))
    assert (outcome.word, [reason.code for reason in outcome.reasons]) == (Word.UNKNOWN, [code])
    assert town.story() == []


@pytest.mark.parametrize(
    ("code", "word", "reason"),
    [
        ("", Word.UNKNOWN, "code.empty"),
        ("B" * 10_000, Word.UNKNOWN, "code.too_long"),
        ("B1\x1b[2J", Word.UNKNOWN, "code.unreadable"),
        ("B99", Word.UNKNOWN, "item.unknown"),
        ("P99", Word.UNKNOWN, "patron.unknown"),
        ("hello", Word.UNKNOWN, "code.unknown"),
        ("9787020002207", Word.UNKNOWN, "code.isbn"),
        ("S1", Word.UNKNOWN, "code.is_staff"),
        (MISSING, Word.REFUSED, "item.missing"),
        (WITHDRAWN, Word.REFUSED, "item.withdrawn"),
    ],
    ids=lambda value: str(value)[:20].encode("unicode_escape").decode(),
)
def test_what_cannot_be_lent_is_told_in_one_word_with_the_reason(
    town: Town, desk: DeskSession, code: str, word: Word, reason: str
) -> None:
    desk.take(READER)
    outcome = desk.take(code)
    assert [found.code for found in outcome.reasons] == [reason]
    assert outcome.word is word
    assert len(outcome.code) <= 128
    assert town.open_loans() == []


def test_a_book_without_a_card_is_refused(town: Town, desk: DeskSession) -> None:
    outcome = desk.take(BOOK)
    assert (outcome.word, outcome.title, outcome.can_override) == (Word.REFUSED, "红楼梦 [b]", False)
    assert [reason.code for reason in outcome.reasons] == ["scan.no_patron"]


def test_an_unknown_card_lets_the_patron_before_it_go(town: Town, desk: DeskSession) -> None:
    desk.take(READER)
    desk.take("P99")
    assert desk.patron is None
    assert desk.take(BOOK).word is Word.REFUSED
    assert town.open_loans() == []


def test_turning_to_returns_lets_the_patron_go(town: Town, desk: DeskSession) -> None:
    desk.take(READER)
    desk.take(BOOK)
    desk.turn(Mode.RETURN)
    assert (desk.patron, desk.account()) == (None, None)
    back = desk.take(BOOK)
    assert back.word is Word.SHELVE
    assert back.returned is not None
    assert back.returned.patron_name == NAMES[READER]
    card = desk.take(READER)
    assert [reason.code for reason in card.reasons] == ["scan.card_in_returns"]
    assert desk.patron is None


def test_a_scan_that_the_database_left_undone_is_tried_again_for_the_patron_it_was_meant_for(
    town: Town, desk: DeskSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take(READER)
    with failing(monkeypatch):
        undone = desk.take(BOOK)
    assert undone.word is Word.NOT_DONE
    assert undone.trouble is not None
    assert undone.trouble.kind is TroubleKind.FULL
    assert town.open_loans() == []
    desk.take(OTHER_READER)
    assert desk.retry(undone).word is Word.LENT
    assert town.open_loans() == [(READER, BOOK)]
    assert desk.patron is not None
    assert desk.patron.number == OTHER_READER


@contextmanager
def answers_lost(desk: DeskSession) -> Iterator[None]:
    """A database that does what it is asked, and whose answer never arrives."""
    work = desk.library.work

    @contextmanager
    def lost(*, actor: Actor, place: Place, credential: Credential, key: str) -> Iterator[Work]:
        with work(actor=actor, place=place, credential=credential, key=key) as going:
            yield going
        raise DatabaseTrouble(TroubleKind.UNREACHABLE)

    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(desk.library, "work", lost)
        yield


def test_trying_again_what_had_gone_through_after_all_does_it_once(town: Town, desk: DeskSession) -> None:
    desk.take(READER)
    with answers_lost(desk):
        unsure = desk.take(BOOK)
    assert unsure.word is Word.NOT_DONE
    town.take_back(BOOK)
    assert desk.retry(unsure).word is Word.LENT
    assert len(town.ask(select(LOAN))) == 1
    assert town.open_loans() == []


@pytest.mark.parametrize("went_through", [True, False])
def test_trying_again_what_was_allowed_is_still_allowed(town: Town, desk: DeskSession, went_through: bool) -> None:
    desk.take(READER)
    no = desk.take(RESTRICTED)
    with answers_lost(desk) if went_through else no_answer_at_all(desk):
        unsure = desk.allow(no, SUPERVISOR)
    assert unsure.word is Word.NOT_DONE
    assert town.open_loans() == ([(READER, RESTRICTED)] if went_through else [])
    assert desk.retry(unsure).word is Word.LENT
    assert town.open_loans() == [(READER, RESTRICTED)]


@contextmanager
def no_answer_at_all(desk: DeskSession) -> Iterator[None]:
    """A database that cannot be reached."""

    def unreachable(**_: object) -> NoReturn:
        raise DatabaseTrouble(TroubleKind.UNREACHABLE)

    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(desk.library, "work", unreachable)
        yield


@contextmanager
def gone(desk: DeskSession) -> Iterator[None]:
    """A database of which nothing can be read either."""

    def unreachable(**_: object) -> NoReturn:
        raise DatabaseTrouble(TroubleKind.UNREACHABLE)

    with no_answer_at_all(desk), pytest.MonkeyPatch.context() as broken:
        broken.setattr(desk.library, "look", unreachable)
        yield


def test_a_book_behind_a_card_that_could_not_be_read_is_lent_to_whoever_has_that_card(
    town: Town, desk: DeskSession
) -> None:
    desk.take(OTHER_READER)
    with gone(desk):
        card, book = desk.take(READER), desk.take(BOOK)
        assert [card.word, book.word] == [Word.NOT_DONE] * 2
        assert desk.patron is None
    assert desk.retry(card).word is Word.PATRON
    assert desk.retry(book).word is Word.LENT
    assert town.open_loans() == [(READER, BOOK)]


def test_a_card_that_could_not_be_read_is_read_before_the_first_book_behind_it_is_lent(
    town: Town, desk: DeskSession
) -> None:
    with gone(desk):
        desk.take(READER)
    assert desk.take(BOOK).word is Word.LENT
    assert desk.patron is not None
    assert desk.patron.number == READER
    assert town.open_loans() == [(READER, BOOK)]


def test_nothing_is_lent_behind_a_card_that_turns_out_to_be_nobodys(town: Town, desk: DeskSession) -> None:
    with gone(desk):
        desk.take("P99")
        book = desk.take(BOOK)
    assert desk.retry(book).word is Word.UNKNOWN
    assert desk.take(OTHER_BOOK).word is Word.REFUSED
    assert town.open_loans() == []


@pytest.mark.parametrize("leave", [DeskSession.done, lambda desk: desk.turn(Mode.LEND)])
def test_whose_card_could_not_be_read_is_forgotten_when_they_are_let_go(
    town: Town, desk: DeskSession, leave: Callable[[DeskSession], None]
) -> None:
    with gone(desk):
        desk.take(READER)
    leave(desk)
    assert desk.take(BOOK).word is Word.REFUSED
    assert town.open_loans() == []


def test_what_is_lent_is_said_to_be_lent_even_when_the_panel_cannot_be_read_again(
    town: Town, desk: DeskSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take(READER)

    def fail() -> NoReturn:
        raise DatabaseTrouble(TroubleKind.UNREACHABLE)

    monkeypatch.setattr(desk, "refresh", fail)
    assert desk.take(BOOK).word is Word.LENT
    assert desk.patron is not None


def test_each_scan_has_a_key_of_its_own(town: Town, desk: DeskSession) -> None:
    desk.take(READER)
    desk.take(BOOK)
    desk.take(BOOK)
    desk.take(RESTRICTED)
    keys = [row.request_key for row in town.ask(select(EVENT.c.request_key))]
    assert len(set(keys)) == 3
    assert None not in keys


def test_what_was_refused_may_be_allowed_by_somebody_else_for_the_same_patron(town: Town, desk: DeskSession) -> None:
    desk.take(BLOCKED)
    no = desk.take(RESTRICTED)
    assert (no.word, no.can_override) == (Word.REFUSED, True)
    assert desk.allow(no, CLERK).word is Word.REFUSED
    desk.take(READER)
    yes = desk.allow(no, SUPERVISOR)
    assert yes.word is Word.LENT
    assert yes.loan is not None
    assert yes.loan.overridden == ("patron.blocked", "item.restricted")
    assert town.open_loans() == [(BLOCKED, RESTRICTED)]


def test_what_nobody_may_allow_is_told_as_such(desk: DeskSession) -> None:
    desk.take(READER)
    assert not desk.take(MISSING).can_override


@pytest.mark.parametrize("kind", [CodeKind.PATRON, CodeKind.ITEM])
def test_a_code_that_is_both_is_asked_about_and_never_guessed(town: Town, kind: CodeKind) -> None:
    both = "7777"
    town.change(
        update(PATRON).where(PATRON.c.number == OTHER_READER).values(number=both),
        update(ITEM).where(ITEM.c.barcode == BOOK).values(barcode=both),
    )
    town.library.patterns = type(town.library.patterns)(patron="P[0-9]+|7[0-9]+", item="B[0-9]+|7[0-9]+", badge="S")
    desk = DeskSession(town.library, actor=CLERK, place=town.place())
    desk.take(READER)
    asked = desk.take(both)
    assert (asked.word, [reason.code for reason in asked.reasons]) == (Word.WHICH, ["code.ambiguous"])
    assert town.open_loans() == []
    answered = desk.choose(asked, kind)
    assert answered.word is (Word.PATRON if kind is CodeKind.PATRON else Word.LENT)
    assert town.open_loans() == ([] if kind is CodeKind.PATRON else [(READER, both)])
    assert desk.take("7000").reasons[0].code == "code.unknown"


def test_a_code_that_could_be_both_and_is_one_is_that_one(town: Town) -> None:
    town.change(update(ITEM).where(ITEM.c.barcode == BOOK).values(barcode="7777"))
    town.library.patterns = type(town.library.patterns)(patron="P[0-9]+|7[0-9]+", item="B[0-9]+|7[0-9]+", badge="S")
    desk = DeskSession(town.library, actor=CLERK, place=town.place())
    desk.take(READER)
    assert desk.take("7777").word is Word.LENT


def test_how_a_code_came_in_is_kept_with_the_loan(town: Town, desk: DeskSession) -> None:
    desk.take(READER)
    desk.take(BOOK)
    desk.take_typed(OTHER_BOOK)
    assert [row.credential for row in town.ask(select(LOAN.c.credential).order_by(LOAN.c.id))] == [
        Credential.CARD,
        Credential.TYPED,
    ]


def test_a_sorter_at_a_desk_opens_no_patron(town: Town) -> None:
    desk = DeskSession(town.library, actor=SORTER, place=town.place(), mode=Mode.LEND)
    outcome = desk.take(READER)
    assert (outcome.word, [reason.code for reason in outcome.reasons]) == (Word.REFUSED, ["permission.missing"])
    assert desk.patron is None


def test_an_outcome_that_asked_for_nothing_cannot_be_tried_again(desk: DeskSession) -> None:
    with pytest.raises(ValueError, match="asked for nothing"):
        desk.retry(desk.hear(Garbled("reader", 1.0, GarbledReason.CUT_OFF, 3)))


def test_markup_and_sql_in_a_code_are_only_characters(town: Town, desk: DeskSession) -> None:
    desk.take(READER)
    for code in ("[red]B1[/red]", "B1'; DROP TABLE loan; --", "%s", "{code}", "B1 OR 1=1"):
        assert desk.take(code).word is Word.UNKNOWN
    town.change(text("SELECT count(*) FROM loan"))
    assert desk.take(BOOK).word is Word.LENT
