"""Staff, permissions and overrides."""

from __future__ import annotations

from libops.languages import mark

MESSAGES: dict[str, tuple[str, str]] = {
    "permission.missing": (
        mark("You may not do this ({permission})."),
        mark("Ask somebody who may."),
    ),
    "override.not_enough": (
        mark("That badge may not allow this ({permission})."),
        mark("Ask somebody with that permission."),
    ),
    "override.impossible": (
        mark("This cannot be overridden."),
        mark("Follow what the reason says."),
    ),
    "staff.wrong_pin": (
        mark("Badge or PIN is wrong."),
        mark("Try again."),
    ),
    "staff.too_many_attempts": (
        mark("Too many wrong PINs for this badge."),
        mark("Wait {minutes} minutes, or ask an administrator."),
    ),
    "staff.badge_taken": (
        mark("Badge {badge} belongs to somebody else."),
        mark("Choose another badge."),
    ),
    "staff.bad_badge": (
        mark("{badge} is not a badge number of this library."),
        mark("Badges follow the pattern {pattern}."),
    ),
    "staff.weak_pin": (
        mark("A PIN has {least} to {most} digits."),
        mark("Choose another PIN."),
    ),
    "staff.empty_name": (mark("A member of staff needs a name."), mark("Give a name.")),
}

BRIEFLY: dict[str, str] = {
    "permission.missing": mark("no permission for that"),
    "override.not_enough": mark("badge may not allow that"),
    "staff.too_many_attempts": mark("too many wrong PINs"),
    "staff.badge_taken": mark("badge taken"),
    "staff.bad_badge": mark("no badge number of ours"),
    "staff.weak_pin": mark("PIN too short or too long"),
}
