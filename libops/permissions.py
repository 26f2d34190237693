"""Who may do what: permissions are asked for in the domain, roles are what people are given."""

from __future__ import annotations

from enum import StrEnum

from db.people import Role
from libops.i18n import mark


class Permission(StrEnum):
    """One thing a member of staff may be allowed to do."""

    LEND = "lend"
    RETURN = "return"
    RENEW = "renew"
    SEE_PATRONS = "see_patrons"
    OVERRIDE_BLOCKS = "override_blocks"
    OVERRIDE_LIMITS = "override_limits"
    OVERRIDE_ITEMS = "override_items"
    OVERRIDE_HOLDS = "override_holds"
    PLACE_HOLDS = "place_holds"
    MOVE_ITEMS = "move_items"
    MARK_MISSING = "mark_missing"
    MARK_ITEMS = "mark_items"
    WITHDRAW = "withdraw"
    BACKDATE = "backdate"
    UNDO = "undo"
    CHARGE = "charge"
    TAKE_PAYMENTS = "take_payments"
    WAIVE = "waive"
    REFUND = "refund"
    CLOSE_TILLS = "close_tills"
    REGISTER_PATRONS = "register_patrons"
    MERGE_PATRONS = "merge_patrons"
    CATALOGUE = "catalogue"
    MANAGE_CATALOGUE = "manage_catalogue"
    MANAGE_RULES = "manage_rules"
    MANAGE_SLIPS = "manage_slips"
    MANAGE_STAFF = "manage_staff"


NAMES: dict[Permission, str] = {
    Permission.LEND: mark("lending"),
    Permission.RETURN: mark("returns"),
    Permission.RENEW: mark("renewing"),
    Permission.SEE_PATRONS: mark("seeing patrons"),
    Permission.OVERRIDE_BLOCKS: mark("overriding blocks"),
    Permission.OVERRIDE_LIMITS: mark("overriding limits"),
    Permission.OVERRIDE_ITEMS: mark("overriding item rules"),
    Permission.OVERRIDE_HOLDS: mark("overriding holds"),
    Permission.PLACE_HOLDS: mark("placing holds"),
    Permission.MOVE_ITEMS: mark("transfers"),
    Permission.MARK_MISSING: mark("marking items as missing"),
    Permission.MARK_ITEMS: mark("marking items as lost or damaged"),
    Permission.WITHDRAW: mark("withdrawing items"),
    Permission.BACKDATE: mark("backdating returns"),
    Permission.UNDO: mark("undoing"),
    Permission.CHARGE: mark("charging"),
    Permission.TAKE_PAYMENTS: mark("taking payments"),
    Permission.WAIVE: mark("waiving charges"),
    Permission.REFUND: mark("refunds"),
    Permission.CLOSE_TILLS: mark("closing tills"),
    Permission.REGISTER_PATRONS: mark("registering patrons"),
    Permission.MERGE_PATRONS: mark("merging patrons"),
    Permission.CATALOGUE: mark("cataloguing"),
    Permission.MANAGE_CATALOGUE: mark("importing, and changing many items"),
    Permission.MANAGE_RULES: mark("changing the rules"),
    Permission.MANAGE_SLIPS: mark("changing slips"),
    Permission.MANAGE_STAFF: mark("managing staff"),
}

_SORTING = frozenset({Permission.RETURN, Permission.MOVE_ITEMS, Permission.MARK_MISSING, Permission.BACKDATE})
_CIRCULATION = _SORTING | {
    Permission.LEND,
    Permission.RENEW,
    Permission.SEE_PATRONS,
    Permission.PLACE_HOLDS,
    Permission.MARK_ITEMS,
    Permission.UNDO,
    Permission.CHARGE,
    Permission.TAKE_PAYMENTS,
    Permission.CLOSE_TILLS,
    Permission.REGISTER_PATRONS,
    Permission.CATALOGUE,
}
_SUPERVISOR = _CIRCULATION | {
    Permission.OVERRIDE_BLOCKS,
    Permission.OVERRIDE_LIMITS,
    Permission.OVERRIDE_ITEMS,
    Permission.OVERRIDE_HOLDS,
    Permission.WITHDRAW,
    Permission.WAIVE,
    Permission.REFUND,
    Permission.MERGE_PATRONS,
    Permission.MANAGE_CATALOGUE,
    Permission.MANAGE_RULES,
    Permission.MANAGE_SLIPS,
}

EVERYTHING = frozenset(Permission)

BY_ROLE: dict[Role, frozenset[Permission]] = {
    Role.SORTER: _SORTING,
    Role.CIRCULATION: _CIRCULATION,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.ADMINISTRATOR: EVERYTHING,
}
