"""Which keys lead on from a reason for a refusal: to account, item, rules and catalogue, and out of a batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from libops.refusals import Reason
from screens.keymap import ACCOUNT, BATCH, EXPLAIN, ITEM_CARD, SEARCH, TURN, KeyAction

_IN_THE_ACCOUNT = (
    "patron.owes",
    "patron.deposit",
    "patron.overdue",
    "patron.expired",
    "patron.blocked",
    "request.on_loan_to_patron",
)
"""What is paid, renewed, lifted or seen in the account of whoever stands at the desk."""

_BY_A_LIMIT = ("patron.loans_limit", "patron.type_limit", "request.limit")
"""The account says what counts towards the limit, the rules how much it is."""

_ON_THE_ITEM = (
    "item.on_loan",
    "item.on_loan_overdue",
    "item.missing",
    "item.lost",
    "item.held",
    "item.others_waiting",
    "lost.already",
    "lost.by_hand",
    "lost.check_in_first",
    "lost.held",
    "lost.in_transit",
    "lost.no_borrower",
    "lost.no_price",
    "lost.not_on_loan",
    "lost.on_loan",
    "lost.paid",
    "transfer.under_way",
    "recall.copy_in",
    "recall.nothing_on_loan",
)
"""The item's card says who has it, who waits for it and where it lies."""

_BY_THE_RULES = (
    "item.restricted",
    "item.not_lendable",
    "renewal.exhausted",
    "renewal.no_gain",
    "renewal.too_early",
    "request.not_holdable",
    "policy.no_fallback",
    "policy.fixed_passed",
    "calendar.no_open_day",
)

_ON_THE_ITEM_AND_BY_THE_RULES = ("recall.not_allowed", "renewal.recalled", "renewal.others_waiting")

LEADS_ON: Mapping[str, tuple[KeyAction, ...]] = {
    **dict.fromkeys(_IN_THE_ACCOUNT, (ACCOUNT,)),
    **dict.fromkeys(_BY_A_LIMIT, (ACCOUNT, EXPLAIN)),
    **dict.fromkeys(_ON_THE_ITEM, (ITEM_CARD,)),
    **dict.fromkeys(_BY_THE_RULES, (EXPLAIN,)),
    **dict.fromkeys(_ON_THE_ITEM_AND_BY_THE_RULES, (ITEM_CARD, EXPLAIN)),
    # What may stand in the catalogue without being the number of a copy here.
    **dict.fromkeys(("code.unknown", "code.isbn", "item.unknown"), (SEARCH,)),
    "scan.card_in_returns": (TURN,),
    "return.before_loan": (BATCH,),
    "return.too_far_back": (BATCH,),
}
"""By a reason's code, the keys of the desk that lead on; the most useful first."""


def ways_on(reasons: Iterable[Reason]) -> list[KeyAction]:
    """The keys that lead on from all of these reasons, each once: first what leads on at once, last what explains."""
    keys = dict.fromkeys(key for reason in reasons for key in LEADS_ON.get(reason.code, ()))
    return sorted(keys, key=lambda key: key is EXPLAIN)
