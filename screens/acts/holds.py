"""Holds: placed, recalled, cancelled, suspended, picked up elsewhere."""

from __future__ import annotations

from datetime import date

from libops.circulation import requests
from libops.circulation.errands import Deed, Errand, errand, overridable
from libops.circulation.requests import MovedAnswer, PlacedAnswer, RequestAnswer
from libops.i18n import mark
from libops.refusals import Fact, Name
from libops.work import Actor, Work


def place(
    patron_number: str,
    about: str,
    *,
    title_number: str | None,
    barcode: str | None,
    item_level: bool,
    pickup: str,
    starts_on: date | None,
    needed_by: date | None,
    note: str,
) -> Errand:
    """Place a hold on a title, or on one copy of it."""

    def act(work: Work, by: Actor | None) -> PlacedAnswer:
        return requests.place(
            work,
            patron_number=patron_number,
            title_number=title_number,
            barcode=barcode,
            item_level=item_level,
            pickup=pickup,
            starts_on=starts_on,
            needed_by=needed_by,
            note=note,
            override_by=by,
        )

    return overridable(about, act, _placed)


def recall(
    patron_number: str, about: str, *, title_number: str | None, barcode: str | None, item_level: bool, pickup: str
) -> Errand:
    """Place a hold and call a loan of the title back."""

    def act(work: Work) -> PlacedAnswer:
        return requests.recall(
            work,
            patron_number=patron_number,
            title_number=title_number,
            barcode=barcode,
            item_level=item_level,
            pickup=pickup,
        )

    return errand(about, act, _placed)


def _placed(answer: PlacedAnswer) -> Deed:
    facts: dict[str, Fact] = {"title": answer.title, "place": answer.place}
    if answer.recalled is not None:
        facts["day"] = answer.recalled.due_on
        return Deed(mark("Recalled: {title} is due {day} now; no. {place} in the queue."), facts)
    if answer.kind == "page":
        return Deed(mark("Hold placed: {title} is in and will be fetched."), facts)
    if answer.expected_on is not None:
        facts["day"] = answer.expected_on
        return Deed(mark("Hold placed: {title}, no. {place} in the queue, about {day}."), facts)
    return Deed(mark("Hold placed: {title}, no. {place} in the queue."), facts)


def cancel(request_id: int, title: str) -> Errand:
    """End a hold."""

    def act(work: Work) -> RequestAnswer:
        return requests.cancel(work, request_id=request_id)

    def tell(answer: RequestAnswer) -> Deed:
        facts: dict[str, Fact] = {"label": answer.label}
        if answer.to_clear:
            return Deed(mark("Hold cancelled. Take it from the hold shelf ({label}) and scan it."), facts)
        return Deed(mark("Hold cancelled."))

    return errand(title, act, tell)


def suspend(request_id: int, title: str, until: date | None) -> Errand:
    """Have a hold passed over for a while; it keeps its place."""

    def act(work: Work) -> RequestAnswer:
        return requests.suspend(work, request_id=request_id, until=until)

    def tell(answer: RequestAnswer) -> Deed:
        if answer.suspended_until is None:
            return Deed(mark("Hold suspended until it is resumed; it keeps its place."))
        return Deed(mark("Hold suspended until {day}; it keeps its place."), {"day": answer.suspended_until})

    return errand(title, act, tell)


def resume(request_id: int, title: str) -> Errand:
    """Have a suspended hold wait again."""

    def act(work: Work) -> RequestAnswer:
        return requests.resume(work, request_id=request_id)

    return errand(title, act, lambda _: Deed(mark("Hold resumed.")))


def change_dates(request_id: int, title: str, starts_on: date | None, needed_by: date | None) -> Errand:
    """Have a hold wait from a day on, and until another."""

    def act(work: Work) -> RequestAnswer:
        return requests.change_dates(work, request_id=request_id, starts_on=starts_on, needed_by=needed_by)

    def tell(answer: RequestAnswer) -> Deed:
        days = {"first": answer.starts_on, "last": answer.needed_by}
        facts: dict[str, Fact] = {name: day for name, day in days.items() if day is not None}
        return Deed(_WAITS[answer.starts_on is not None, answer.needed_by is not None], facts)

    return errand(title, act, tell)


_WAITS = {
    (False, False): mark("It waits from now on, as long as it takes."),
    (True, False): mark("It waits from {first} on."),
    (False, True): mark("It waits until {last}."),
    (True, True): mark("It waits from {first} until {last}."),
}


def move(request_id: int, title: str, place: int) -> Errand:
    """Put a waiting hold at another place in its title's queue."""

    def act(work: Work) -> MovedAnswer:
        return requests.move(work, request_id=request_id, position=place)

    def tell(answer: MovedAnswer) -> Deed:
        facts: dict[str, Fact] = {"place": answer.place, "of": answer.of, "was": answer.was_place}
        return Deed(mark("No. {place} of {of} in the queue now (was {was})."), facts)

    return errand(title, act, tell)


def change_pickup(request_id: int, title: str, pickup: str) -> Errand:
    """Have a hold picked up at another branch."""

    def act(work: Work) -> RequestAnswer:
        return requests.change_pickup(work, request_id=request_id, pickup=pickup)

    def tell(answer: RequestAnswer) -> Deed:
        facts: dict[str, Fact] = {"branch": Name(answer.branch_zh, answer.branch_en), "label": answer.label}
        if answer.to_clear:
            return Deed(mark("To be picked up at {branch} now. Take it from the hold shelf and scan it."), facts)
        return Deed(mark("To be picked up at {branch} now."), facts)

    return errand(title, act, tell)
