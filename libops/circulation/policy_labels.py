"""What the columns of the loan rules and of the block rules are called on screens and in answers."""

from __future__ import annotations

from db.rules import BlockKind
from libops.circulation.rules import Stops
from libops.languages import mark

COLUMNS: dict[str, str] = {
    "branch": mark("lending branch"),
    "category": mark("category of patrons"),
    "item_type": mark("item type"),
    "lendable": mark("may be lent"),
    "period_kind": mark("how the period is given"),
    "period": mark("loan period"),
    "fixed_on": mark("fixed due day, or last day of the term"),
    "closed_due": mark("where a due date goes when the branch is closed"),
    "renewals": mark("how many renewals"),
    "renew_from": mark("what a renewal counts from"),
    "renew_before": mark("how long before it is due a loan may be renewed"),
    "type_limit": mark("loans of this item type at one time"),
    "grace": mark("late without a fine"),
    "grace_open": mark("only open days use up the grace"),
    "fine_unit": mark("what a fine counts"),
    "fine_every": mark("how many of them make one fine"),
    "fine_amount": mark("fine for each"),
    "fine_cap": mark("highest fine"),
    "fine_open": mark("only open days are fined"),
    "fine_grace": mark("the grace is fined too once it is over"),
    "holdable": mark("holds may be placed"),
    "shelf_days": mark("days on the hold shelf"),
    "recall_minimum": mark("days that a borrower keeps it whoever recalls it"),
    "recall_days": mark("days to bring back what was recalled"),
    "lost_after": mark("days overdue after which it counts as lost"),
    "lost_fee": mark("fee for a lost item without a price"),
    "processing_fee": mark("processing fee for a lost item"),
    "refund_days": mark("days within which a lost item that comes back is refunded"),
    "name_zh": mark("name in Chinese"),
    "name_en": mark("name in English"),
    "loans_limit": mark("loans at one time, of all types together"),
    "holds_limit": mark("holds at one time"),
    "months": mark("months that a registration lasts"),
    "deposit": mark("deposit that must be held before anything is lent"),
    "kind": mark("kind of block"),
    "threshold": mark("from how much on"),
    "stops_lending": mark("stops lending"),
    "stops_renewing": mark("stops renewing"),
    "stops_holds": mark("stops holds"),
}

BLOCKS: dict[BlockKind, str] = {
    BlockKind.MANUAL: mark("blocked by staff"),
    BlockKind.EXPIRED: mark("card has run out"),
    BlockKind.OVERDUE: mark("loans overdue"),
    BlockKind.OWES: mark("money owed"),
}

STOPS: dict[Stops, str] = {
    Stops.LENDING: mark("lending"),
    Stops.RENEWING: mark("renewing"),
    Stops.HOLDS: mark("placing holds"),
}
