"""What the states and kinds of the domain are called on screen; by their values, as the domain keeps them."""

from __future__ import annotations

from libops.i18n import mark

STATUSES: dict[str, str] = {
    "available": mark("available"),
    "awaiting_pickup": mark("on the hold shelf"),
    "awaiting_delivery": mark("awaiting delivery"),
    "checked_out": mark("checked out"),
    "in_transit": mark("in transit"),
    "paged": mark("being fetched"),
    "on_order": mark("on order"),
    "in_process": mark("in process"),
    "missing": mark("missing"),
    "long_missing": mark("long missing"),
    "declared_lost": mark("declared lost"),
    "aged_to_lost": mark("counts as lost"),
    "lost_and_paid": mark("lost and paid for"),
    "claimed_returned": mark("patron says it was returned"),
    "withdrawn": mark("withdrawn"),
    "restricted": mark("reference only"),
    "unavailable": mark("unavailable"),
}
"""Items."""

LOST: dict[str, str] = {
    "declared": mark("declared lost"),
    "aged": mark("counts as lost"),
    "claimed": mark("patron says it was returned"),
}
"""How a loan's item came to count as lost."""

CHARGES: dict[str, str] = {
    "fine": mark("fine"),
    "lost": mark("lost item"),
    "processing": mark("processing fee"),
    "damage": mark("damage"),
    "fee": mark("fee"),
}
"""Charges."""

METHODS: dict[str, str] = {
    "cash": mark("cash"),
    "card": mark("bank card"),
    "wechat": mark("WeChat Pay"),
    "alipay": mark("Alipay"),
    "campus_card": mark("campus card"),
}
"""Ways to pay."""

REQUESTS: dict[str, str] = {"hold": mark("hold"), "page": mark("to be fetched"), "recall": mark("recall")}
"""Kinds of requests."""

TRANSFERS: dict[str, str] = {
    "manual": mark("moved by staff"),
    "hold": mark("for a hold"),
    "return_home": mark("goes home"),
    "reallocation": mark("reallocation"),
    "order": mark("for an order"),
    "repatriation": mark("goes back to its owner"),
    "hold_cancelled": mark("hold cancelled"),
}
"""Why an item goes to another branch."""

PROBLEMS: dict[str, str] = {
    "late": mark("not arrived"),
    "seen_elsewhere": mark("seen elsewhere"),
    "no_transfer": mark("on no transfer"),
}
"""What is wrong with its way."""

CLEARING: dict[str, str] = {
    "expired": mark("not picked up"),
    "cancelled": mark("hold cancelled"),
    "elsewhere": mark("picked up elsewhere"),
    "back_here": mark("picked up here again"),
}
"""Why a parcel leaves the hold shelf."""


def whom(number: str | None, name: str | None) -> str:
    """A patron as lists show them: the last digits of the number, then the name; empty where nobody may be seen."""
    return f"··{number[-4:]} {name or ''}".rstrip() if number else ""
