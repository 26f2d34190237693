"""The letters that do something with an account; letters, because no scan can arrive at a dialog as keys."""

from __future__ import annotations

from libops.i18n import mark
from libops.permissions import Permission
from screens.account.sections import RowKind
from screens.keymap import ALLOW, CLOSE, NEXT_PART, PART_BEFORE, ROW_SLIP, SPEAK, TEXT, KeyAction

RENEW = KeyAction("renew", "r", mark("renew"), mark("Renew this loan."), 9, (Permission.RENEW,), id="account.renew")
ITEM = KeyAction("item", "i", mark("item"), mark("Show this item, and what can be done with it."), 6, id="account.item")
RULES = KeyAction(
    "explain", "ctrl+e", mark("rules"), mark("Show which rules decide about this item."), 3, id="any.rules"
)
CANCEL_HOLD = KeyAction(
    "cancel_hold", "c", mark("cancel hold"), mark("End this hold."), 9, (Permission.PLACE_HOLDS,), id="hold.cancel"
)
SUSPEND = KeyAction(
    "suspend",
    "s",
    mark("suspend / resume"),
    mark("Pass this hold over, or not."),
    7,
    (Permission.PLACE_HOLDS,),
    id="hold.suspend",
)
PICKUP = KeyAction(
    "pickup",
    "t",
    mark("pick up elsewhere"),
    mark("Have it picked up at another branch."),
    6,
    (Permission.PLACE_HOLDS,),
    id="hold.pickup",
)
HOLD_DATES = KeyAction(
    "hold_dates",
    "n",
    mark("dates"),
    mark("Change from when until when it waits."),
    5,
    (Permission.PLACE_HOLDS,),
    id="hold.dates",
)
PAY_ONE = KeyAction(
    "pay_one",
    "m",
    mark("pay this"),
    mark("Pay this charge alone."),
    6,
    (Permission.TAKE_PAYMENTS,),
    id="account.pay_one",
)
WAIVE = KeyAction(
    "waive", "w", mark("waive"), mark("Let the patron off this charge."), 8, (Permission.WAIVE,), id="account.waive"
)
CANCEL_CHARGE = KeyAction(
    "cancel_charge",
    "x",
    mark("take off"),
    mark("Take a mistaken charge off."),
    5,
    (Permission.CHARGE,),
    id="account.take_off",
)
REFUND = KeyAction(
    "refund",
    "u",
    mark("pay back"),
    mark("Pay back what was paid and then taken off."),
    9,
    (Permission.REFUND,),
    id="account.pay_back",
)

RENEW_ALL = KeyAction(
    "renew_all",
    "a",
    mark("renew all"),
    mark("Renew everything on loan."),
    9,
    (Permission.RENEW,),
    id="account.renew_all",
)
HOLD = KeyAction(
    "hold", "h", mark("place hold"), mark("Place a hold."), 9, (Permission.PLACE_HOLDS,), id="account.hold"
)
PAY = KeyAction("pay", "p", mark("pay"), mark("Take a payment."), 9, (Permission.TAKE_PAYMENTS,), id="account.pay")
CHARGE = KeyAction(
    "charge", "f", mark("charge"), mark("Charge a fee by hand."), 5, (Permission.CHARGE,), id="account.charge"
)
DEPOSIT = KeyAction(
    "deposit", "d", mark("deposit"), mark("Take a deposit."), 3, (Permission.TAKE_PAYMENTS,), id="account.deposit"
)
EDIT = KeyAction(
    "edit",
    "e",
    mark("edit"),
    mark("Change what is known of the patron."),
    5,
    (Permission.REGISTER_PATRONS,),
    id="account.edit",
)
CARD = KeyAction(
    "card",
    "k",
    mark("renew card"),
    mark("Renew the patron's card."),
    4,
    (Permission.REGISTER_PATRONS,),
    id="account.renew_card",
)
BLOCK = KeyAction(
    "block",
    "b",
    mark("block / unblock"),
    mark("Block the patron, or take that away."),
    4,
    (Permission.REGISTER_PATRONS,),
    id="account.block",
)

HISTORY = KeyAction(
    "history", "y", mark("history"), mark("Show all charges and payments, and their receipts."), 4, id="account.history"
)
MERGE = KeyAction(
    "merge",
    "g",
    mark("merge"),
    mark("Make one patron of two who are one person."),
    2,
    (Permission.MERGE_PATRONS,),
    id="account.merge",
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
ACCOUNT_CARD = (CLOSE, SPEAK, *TEXT, NEXT_PART, PART_BEFORE, ALLOW, ROW_SLIP, *EVERY)
"""Every key in front of an account."""
