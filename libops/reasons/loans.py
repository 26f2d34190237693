"""Loans and renewals."""

from __future__ import annotations

from libops.languages import mark

MESSAGES: dict[str, tuple[str, str]] = {
    "renewal.exhausted": (
        mark("The loan was renewed {renewals} times; {limit} are allowed."),
        mark("Return the item."),
    ),
    "renewal.no_gain": (
        mark("Renewing now would not make the loan longer than {due}."),
        mark("Renew nearer to the due date."),
    ),
    "renewal.recalled": (
        mark("Somebody waits for this item, and it was called back."),
        mark("Return it by its new due date."),
    ),
    "renewal.others_waiting": (
        mark("Others wait for this title and no copy is in: {count}."),
        mark("Return the item by its due date."),
    ),
    "renewal.too_early": (
        mark("It is too early to renew; that is possible from {start}."),
        mark("Come back then."),
    ),
    "return.in_future": (
        mark("A return cannot be dated {day}: that day is still to come."),
        mark("Give the day on which the items came back."),
    ),
    "return.too_far_back": (
        mark("A return cannot be dated back to {day}: at most {most} days are allowed."),
        mark("Give a later day; waive the fine instead where that is right."),
    ),
}

BRIEFLY: dict[str, str] = {
    "renewal.exhausted": mark("renewals used up"),
    "renewal.recalled": mark("called back for somebody"),
    "renewal.others_waiting": mark("others wait for it"),
    "renewal.too_early": mark("renewed early"),
}
