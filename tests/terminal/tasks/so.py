"""What the library has to be like after a task: asked of the library itself, not of the screen."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select

from db.tables import ENTRY, EVENT, ITEM, LOAN, PATRON
from libops.catalogue import titles
from libops.circulation.overdue import list_overdue
from libops.circulation.requests import clearing_list, hold_shelf, pull_list
from libops.circulation.transfers import incoming, outgoing, to_send
from libops.library import Library
from libops.people import patrons
from tests.terminal.at_desk import place_of, signed_in
from tests.terminal.at_screens import account_of, story_of
from tests.terminal.tasks import morning


def today_in(library: Library) -> date:
    """The day at the desk."""
    return library.clock().astimezone(place_of(library).zone).date()


def five_are_lent(library: Library) -> None:
    """In the order of the scans."""
    assert [loan.barcode for loan in account_of(library, morning.BORROWER).loans] == list(morning.FIVE)


def it_is_returned(library: Library) -> None:
    """It stands on its shelf, and on nobody's account."""
    story = story_of(library, morning.RETURNED)
    assert (story.loan, story.item.status) == (None, "available")


def one_is_renewed(library: Library) -> None:
    """The first loan, and no other."""
    assert sorted(loan.renewals for loan in account_of(library, morning.BUSY).loans) == [0, 1]


def a_hold_is_placed(library: Library) -> None:
    """For the reader, on the title that was scanned."""
    (request,) = account_of(library, morning.ASKS).requests
    assert (request.title_number, request.branch_code) == (story_of(library, morning.HELD).title_number, "C")


def the_hold_is_cancelled(library: Library) -> None:
    """And nothing else of the account has changed."""
    account = account_of(library, morning.GIVES_UP)
    assert account.requests == []
    assert [loan.barcode for loan in account.loans] == [morning.KEPT_TOO]


def it_is_paid(library: Library) -> None:
    """All that was owed, in cash."""
    assert _entries(library, morning.OWES) == [("fee", morning.FEE, None), ("payment", -morning.FEE, "cash")]
    assert account_of(library, morning.OWES).charges == []


def it_is_waived(library: Library) -> None:
    """All of the charge."""
    assert _entries(library, morning.BUSY) == [("fee", morning.FEE, None), ("waiver", -morning.FEE, None)]


def _entries(library: Library, number: str) -> list[tuple[str, int, str | None]]:
    with library.database.reading() as transaction:
        query = select(ENTRY.c.kind, ENTRY.c.amount, ENTRY.c.method).join(PATRON, PATRON.c.id == ENTRY.c.patron_id)
        rows = transaction.connection.execute(query.where(PATRON.c.number == number).order_by(ENTRY.c.id))
        return [(row.kind, row.amount, row.method) for row in rows]


def somebody_is_registered(library: Library) -> None:
    """Under the number of the card, at this branch."""
    patron = account_of(library, morning.NEW_CARD).patron
    assert (patron.name, patron.branch_code) == (morning.NEW_NAME, "C")


def they_are_who_was_meant(library: Library) -> None:
    """The number that was shown is theirs alone."""
    with library.look(actor=signed_in(library), place=place_of(library)) as look:
        found = patrons.search(look, morning.COLLEAGUE_NAME, after="", limit=10).results
    assert [one.number for one in found] == [morning.COLLEAGUE]


def the_catalogue_says_so(library: Library) -> None:
    """Title, call number and place are those that were shown."""
    item = story_of(library, morning.FOUND).item
    assert (item.title, item.call_number) == (morning.FOUND_TITLE, morning.FOUND_AT)
    assert (item.location_zh, item.location_en, item.status) == (*morning.FOUND_WHERE, "available")
    with library.look(actor=signed_in(library), place=place_of(library)) as look:
        copies = titles.show_title(look, titles.title_of_item(look, morning.FOUND)).copies
    assert morning.FOUND in [copy.barcode for copy in copies]


def it_came_back_yesterday(library: Library) -> None:
    """From then on it was on loan no more."""
    with library.database.reading() as transaction:
        query = select(LOAN.c.returned_at).join(ITEM, ITEM.c.id == LOAN.c.item_id)
        query = query.where(ITEM.c.barcode == morning.LATE_RETURN)
        moment: datetime | None = transaction.connection.execute(query).scalar_one()
    assert moment is not None
    assert moment.astimezone(place_of(library).zone).date() == today_in(library) - timedelta(days=1)


def it_is_pulled(library: Library) -> None:
    """It waits on the hold shelf, and is to be fetched no more."""
    held = story_of(library, morning.TO_PULL).held_for
    assert held is not None
    assert held.patron_number == morning.WANTED_BY
    with library.look(actor=signed_in(library), place=place_of(library)) as look:
        assert morning.TO_PULL not in [row.barcode for row in pull_list(look).results]


def it_waits_on_the_shelf(library: Library) -> None:
    """For whom it was said to, under the label that was shown."""
    with library.look(actor=signed_in(library), place=place_of(library)) as look:
        shelf = {row.barcode: (row.label, row.patron_number) for row in hold_shelf(look).results}
    assert shelf[morning.READY] == (morning.READY_LABEL, morning.FETCHES)


def it_is_cleared(library: Library) -> None:
    """It is for nobody, and nothing is left to clear."""
    story = story_of(library, morning.TO_CLEAR)
    assert (story.held_for, story.item.status) == (None, "available")
    with library.look(actor=signed_in(library), place=place_of(library)) as look:
        assert clearing_list(look).results == []


def it_is_to_be_sent(library: Library) -> None:
    """It stands among what has to leave."""
    with library.look(actor=signed_in(library), place=place_of(library)) as look:
        assert morning.WANTED_IN_THE_NORTH in [row.barcode for row in to_send(look).results]


def it_is_on_its_way(library: Library) -> None:
    """To the branch that asked for it."""
    with library.look(actor=signed_in(library), place=place_of(library)) as look:
        ways = {row.barcode: row.to_code for row in outgoing(look).results}
    assert ways == {morning.TO_SEND: "N"}


def it_has_arrived(library: Library) -> None:
    """It is at home, and nothing is under way to here."""
    story = story_of(library, morning.COMING_HOME)
    assert (story.way, story.item.status) == (None, "available")
    with library.look(actor=signed_in(library), place=place_of(library)) as look:
        assert incoming(look).results == []


def that_one_is_late(library: Library) -> None:
    """It alone, and for the patron who was shown."""
    with library.look(actor=signed_in(library), place=place_of(library)) as look:
        late = [(row.barcode, row.patron_number) for row in list_overdue(look, branch="C").results]
    assert late == [(morning.OVERDUE, morning.LATE)]


def nothing_was_lent(library: Library) -> None:
    """The copy is in, as if it had not gone over the desk."""
    assert account_of(library, morning.UNDOER).loans == []
    assert story_of(library, morning.UNDONE).item.status == "available"


def somebody_signed_in_again(library: Library) -> None:
    """Once when the day began, and once when the desk was opened again."""
    with library.database.reading() as transaction:
        told = transaction.connection.execute(select(EVENT.c.id).where(EVENT.c.kind == "staff.signed_in")).all()
    assert len(told) > 1
