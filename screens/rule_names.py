"""The words that may stand in the columns of the rules, as they are said on screen."""

from __future__ import annotations

from libops.circulation.policy_labels import BLOCKS
from libops.i18n import mark

SCOPE = ("branch", "category", "item_type")
"""Whom a rule is for."""

ANSWERS: dict[str, dict[str, str]] = {
    "period_kind": {
        "days": mark("days"),
        "hours": mark("hours"),
        "day_end": mark("end of the day"),
        "fixed": mark("one day for all"),
    },
    "closed_due": {"forward": mark("next open day"), "back": mark("open day before"), "keep": mark("stays")},
    "renew_from": {"due": mark("the due date"), "today": mark("today")},
    "fine_unit": {"day": mark("day"), "hour": mark("hour")},
    "kind": {str(kind): label for kind, label in BLOCKS.items()},
}
"""The words of those columns that take a few."""

YES_NO = {"yes": mark("yes"), "no": mark("no")}
YES_NO_COLUMNS = frozenset(
    {
        "lendable",
        "grace_open",
        "fine_open",
        "fine_grace",
        "holdable",
        "stops_lending",
        "stops_renewing",
        "stops_holds",
    }
)
