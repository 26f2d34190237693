"""How a day reads: what its figures are called, on screen and on the command line alike."""

from __future__ import annotations

from collections.abc import Iterator

from libops.i18n import Language, mark
from libops.names import METHODS
from libops.refusals import explain_briefly
from libops.today.day import AtDesk, Day, Why

DONE: dict[str, str] = {
    "lent": mark("Lent"),
    "renewed": mark("Renewed"),
    "returned": mark("Returned"),
    "requested": mark("Holds placed"),
    "shelved": mark("Onto the hold shelf"),
    "picked_up": mark("Holds picked up"),
    "sent": mark("Transfers sent"),
    "arrived": mark("Transfers arrived"),
    "undone": mark("Undone"),
    "refused": mark("Refused"),
}
"""What was done, by the fields of ``Done``."""

STANDING: dict[str, str] = {
    "on_shelf": mark("On the hold shelf"),
    "until_today": mark("for the last day"),
    "until_tomorrow": mark("until tomorrow"),
    "to_clear": mark("To clear away"),
    "to_send": mark("To send"),
    "going": mark("Under way from here"),
    "coming": mark("Under way to here"),
    "due_today": mark("Due today"),
    "overdue": mark("Overdue"),
}
"""What there is, by the fields of ``Standing``."""

PART_OF = ("until_today", "until_tomorrow")
"""Those of them that are a part of the one above."""


def whose_day(day: Day, language: Language) -> str:
    """Of which branch it is the day."""
    return language.either(day.branch_zh, day.branch_en) or language.say("all branches")


def what_stands(day: Day, language: Language) -> Iterator[tuple[str, str, int]]:
    """What there is: the field, its name, and how much. Between all branches what leaves one is on its way to one."""
    for field, name in STANDING.items():
        if day.branch_code:
            yield field, language.say(name), getattr(day.standing, field)
        elif field != "coming":
            told = mark("Under way") if field == "going" else name
            yield field, language.say(told), getattr(day.standing, field)


def why_refused(why: Why, language: Language) -> str:
    """A reason in a few words."""
    return explain_briefly(why.code, language)


def which_desk(desk: AtDesk, language: Language, *, with_branch: bool) -> str:
    """A desk by its name; what was done by no desk, by the branch's."""
    branch, name = language.either(desk.branch_zh, desk.branch_en), language.either(desk.desk_zh, desk.desk_en)
    return " · ".join(part for part in (branch if with_branch or not name else "", name) if part)


def what_was_paid(day: Day, language: Language) -> list[tuple[str, str, str]]:
    """Each way to pay, what came in by it, and what went out; empty for who may not see it."""
    return [
        (
            language.say(METHODS[one.method]),
            language.money(one.taken, day.currency),
            language.money(one.given, day.currency) if one.given else "",
        )
        for one in day.money or ()
    ]
