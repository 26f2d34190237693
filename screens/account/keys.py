"""The letters that do something with an account; letters, because no scan can arrive at a dialog as keys."""

from __future__ import annotations

from libops.i18n import mark
from libops.permissions import Permission
from screens.account.sections import RowKind
from screens.keymap import KeyAction

RENEW = KeyAction("renew", "r", mark("renew"), mark("Renew this loan."), 9, (Permission.RENEW,))
ITEM = KeyAction("item", "i", mark("item"), mark("Show this item, and what can be done with it."), 6)
RULES = KeyAction("explain", "ctrl+e", mark("rules"), mark("Show which rules decide about this item."), 3)
CANCEL_HOLD = KeyAction("cancel_hold", "c", mark("cancel hold"), mark("End this hold."), 9, (Permission.PLACE_HOLDS,))
SUSPEND = KeyAction(
    "suspend", "s", mark("suspend / resume"), mark("Pass this hold over, or not."), 7, (Permission.PLACE_HOLDS,)
)
PICKUP = KeyAction(
    "pickup", "t", mark("pick up elsewhere"), mark("Have it picked up at another branch."), 6, (Permission.PLACE_HOLDS,)
)
HOLD_DATES = KeyAction(
    "hold_dates", "n", mark("dates"), mark("Change from when until when it waits."), 5, (Permission.PLACE_HOLDS,)
)
PAY_ONE = KeyAction("pay_one", "m", mark("pay this"), mark("Pay this charge alone."), 6, (Permission.TAKE_PAYMENTS,))
WAIVE = KeyAction("waive", "w", mark("waive"), mark("Let the patron off this charge."), 8, (Permission.WAIVE,))
CANCEL_CHARGE = KeyAction(
    "cancel_charge", "x", mark("take off"), mark("Take a mistaken charge off."), 5, (Permission.CHARGE,)
)
REFUND = KeyAction("refund", "u", mark("pay back"), mark("Pay back what was paid."), 9, (Permission.REFUND,))

RENEW_ALL = KeyAction("renew_all", "a", mark("renew all"), mark("Renew everything on loan."), 9, (Permission.RENEW,))
HOLD = KeyAction("hold", "h", mark("place hold"), mark("Place a hold."), 9, (Permission.PLACE_HOLDS,))
PAY = KeyAction("pay", "p", mark("pay"), mark("Take a payment."), 9, (Permission.TAKE_PAYMENTS,))
CHARGE = KeyAction("charge", "f", mark("charge"), mark("Charge a fee by hand."), 5, (Permission.CHARGE,))
DEPOSIT = KeyAction("deposit", "d", mark("deposit"), mark("Take a deposit."), 3, (Permission.TAKE_PAYMENTS,))
EDIT = KeyAction(
    "edit", "e", mark("edit"), mark("Change what is known of the patron."), 5, (Permission.REGISTER_PATRONS,)
)
CARD = KeyAction("card", "k", mark("renew card"), mark("Renew the patron's card."), 4, (Permission.REGISTER_PATRONS,))
BLOCK = KeyAction(
    "block",
    "b",
    mark("block / unblock"),
    mark("Block the patron, or take that away."),
    4,
    (Permission.REGISTER_PATRONS,),
)

HISTORY = KeyAction("history", "y", mark("history"), mark("Show all charges and payments, and their receipts."), 4)
MERGE = KeyAction(
    "merge", "g", mark("merge"), mark("Make one patron of two who are one person."), 2, (Permission.MERGE_PATRONS,)
)

OF_ROW = {
    RowKind.LOAN: (RENEW, ITEM, RULES),
    RowKind.HOLD: (CANCEL_HOLD, SUSPEND, PICKUP, HOLD_DATES),
    RowKind.CHARGE: (PAY_ONE, WAIVE, CANCEL_CHARGE, REFUND),
}
"""What can be done with the chosen row."""
OF_ALL = (RENEW_ALL, HOLD, PAY, CHARGE, DEPOSIT, HISTORY, EDIT, CARD, BLOCK, MERGE)
"""What can be done with the account."""
EVERY = (*(one for keys in OF_ROW.values() for one in keys), *OF_ALL)
