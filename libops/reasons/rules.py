"""Loan rules and opening hours."""

from __future__ import annotations

from libops.languages import mark

MESSAGES: dict[str, tuple[str, str]] = {
    "policy.no_fallback": (
        mark("The loan rules lack the row that fits everything."),
        mark("Have a supervisor mend the loan rules; libops doctor names what is missing."),
    ),
    "calendar.no_open_day": (
        mark("The branch has no open day within a year of {due}."),
        mark("Have a supervisor check the branch's opening hours."),
    ),
}

BRIEFLY: dict[str, str] = {}
