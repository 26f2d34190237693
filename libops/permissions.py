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
    MANAGE_STAFF = "manage_staff"


NAMES: dict[Permission, str] = {
    Permission.LEND: mark("lending"),
    Permission.RETURN: mark("returns"),
    Permission.RENEW: mark("renewing"),
    Permission.SEE_PATRONS: mark("seeing patrons"),
    Permission.OVERRIDE_BLOCKS: mark("overriding blocks"),
    Permission.OVERRIDE_LIMITS: mark("overriding limits"),
    Permission.OVERRIDE_ITEMS: mark("overriding item rules"),
    Permission.MANAGE_STAFF: mark("managing staff"),
}

_CIRCULATION = frozenset({Permission.LEND, Permission.RETURN, Permission.RENEW, Permission.SEE_PATRONS})
_SUPERVISOR = _CIRCULATION | {
    Permission.OVERRIDE_BLOCKS,
    Permission.OVERRIDE_LIMITS,
    Permission.OVERRIDE_ITEMS,
}

EVERYTHING = frozenset(Permission)

BY_ROLE: dict[Role, frozenset[Permission]] = {
    Role.SORTER: frozenset({Permission.RETURN}),
    Role.CIRCULATION: _CIRCULATION,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.ADMINISTRATOR: EVERYTHING,
}
