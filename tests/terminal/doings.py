"""What happens in the library of these tests while nobody looks at the screen: acts by the supervisor, at any desk."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from libops.circulation import loans, requests, returns, transfers
from libops.library import Library
from libops.money import charges
from libops.money.kinds import EntryKind, Method
from libops.work import Answer, Work
from tests.terminal.at_desk import place_of, signed_in

A = TypeVar("A", bound=Answer)


def does(library: Library, act: Callable[[Work], A], at: str = "") -> A:
    """Do one act, at the first desk unless told otherwise."""
    with library.work(actor=signed_in(library), place=place_of(library, at)) as work:
        return act(work)


def lend(library: Library, patron: str, *barcodes: str) -> None:
    """Lend some items to a patron."""
    for barcode in barcodes:
        does(library, partial(loans.check_out, patron_number=patron, barcode=barcode))


def take_back(library: Library, barcode: str, at: str = "") -> None:
    """Take an item back."""
    does(library, lambda work: returns.check_in(work, barcode=barcode), at)


def place_hold(library: Library, patron: str, barcode: str, *, item_level: bool = False, pickup: str = "C") -> int:
    """Place a hold on an item's title, or on the very item; the request's id."""
    answer = does(
        library,
        lambda work: requests.place(work, patron_number=patron, barcode=barcode, item_level=item_level, pickup=pickup),
    )
    return answer.request_id


def ask_for_transfer(library: Library, barcode: str, to: str = "N") -> None:
    """Ask for an item to be sent."""
    does(library, lambda work: transfers.request_transfer(work, barcode=barcode, to=to))


def charge(library: Library, patron: str, amount: int) -> None:
    """Charge a patron a fee, in minor units."""
    does(
        library,
        lambda work: charges.charge(work, patron_number=patron, kind=EntryKind.FEE, amount=amount, note="copies"),
    )


def pay(library: Library, patron: str, amount: int, charge_id: int) -> None:
    """Take a payment in cash for one charge, in minor units."""
    does(
        library,
        lambda work: charges.pay(work, patron_number=patron, amount=amount, method=Method.CASH, charge_ids=[charge_id]),
    )
