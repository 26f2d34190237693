"""Patrons: registered, changed, renewed, blocked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from libops.circulation.errands import Deed, Errand, errand, overridable
from libops.i18n import mark
from libops.people import merging, registration
from libops.people.merging import MergeAnswer
from libops.people.records import PatronAnswer
from libops.refusals import Fact
from libops.work import Actor, Work


def register(values: Mapping[str, str], *, expires_on: date | None) -> Errand:
    """Register a patron; the values by the names of the act's arguments."""

    def act(work: Work, by: Actor | None) -> PatronAnswer:
        return registration.register(
            work,
            number=values["number"],
            name=values["name"],
            category=values["category"],
            branch=values["branch"],
            language=values["language"],
            phone=values["phone"],
            email=values["email"],
            note=values["note"],
            expires_on=expires_on,
            allow_duplicate=values.get("allow_duplicate", ""),
            override_by=by,
        )

    def tell(answer: PatronAnswer) -> Deed:
        return Deed(mark("Registered: {number}."), {"number": answer.patron_number or values["number"]})

    return overridable(values["name"], act, tell)


def change(number: str, values: Mapping[str, str]) -> Errand:
    """Change what is known of a patron."""

    def act(work: Work) -> PatronAnswer:
        return registration.change(
            work,
            number=number,
            name=values["name"],
            category=values["category"],
            branch=values["branch"],
            language=values["language"],
            phone=values["phone"],
            email=values["email"],
            note=values["note"],
        )

    return errand(values["name"], act, lambda _: Deed(mark("Changed.")))


def renew_card(number: str, name: str) -> Errand:
    """Renew a patron's card by the months of its category."""

    def act(work: Work) -> PatronAnswer:
        return registration.renew(work, number=number)

    return errand(name, act, lambda answer: Deed(mark("The card is good until {day}."), {"day": answer.expires_on}))


def block(number: str, name: str, note: str) -> Errand:
    """Block a patron, and say why."""

    def act(work: Work) -> PatronAnswer:
        return registration.block(work, number=number, note=note)

    return errand(name, act, lambda _: Deed(mark("Blocked.")))


def unblock(number: str, name: str) -> Errand:
    """Take a patron's block away."""

    def act(work: Work) -> PatronAnswer:
        return registration.unblock(work, number=number)

    return errand(name, act, lambda _: Deed(mark("The block is taken away.")))


def merge(keep_number: str, drop_number: str, name: str) -> Errand:
    """Make one patron of two: everything of the second goes to the first."""

    def act(work: Work) -> MergeAnswer:
        return merging.merge(work, keep_number=keep_number, drop_number=drop_number)

    def tell(answer: MergeAnswer) -> Deed:
        facts: dict[str, Fact] = {
            "number": answer.patron_number or "",
            "loans": answer.loans,
            "holds": answer.requests,
            "entries": answer.entries,
        }
        also = (mark("Went over: loans {loans}, holds {holds}, entries {entries}."),)
        return Deed(mark("Merged into {number}."), facts, also)

    return errand(name, act, tell)
