"""Slips, their wording and their printers."""

from __future__ import annotations

from libops.languages import mark

MESSAGES: dict[str, tuple[str, str]] = {
    "slip.no_loans": (
        mark("There is nothing on loan to print."),
        mark("Lend something first, or see the patron's account."),
    ),
    "slip.not_on_shelf": (
        mark("Nothing lies on a hold shelf here under that."),
        mark("Check the item in; if somebody waits for it, it gets its place on the shelf and its slip."),
    ),
    "slip.not_on_its_way": (
        mark("That is not on its way to another branch."),
        mark("Check the item in; if it has to travel, it gets its slip."),
    ),
    "slip.no_receipt": (
        mark("This patron has no receipt of that number."),
        mark("Leave the number out for the last receipt."),
    ),
    "slip.unknown_language": (
        mark("There are no slips in the language {language}."),
        mark("Slips are worded in: {known}."),
    ),
    "slip.bad_template": (
        mark("The template cannot be used, line {line}: {reason}."),
        mark("Correct that line; the slip stays worded as it was."),
    ),
    "slip.unknown_tag": (
        mark("The template cannot be used, line {line}: there is no tag [{tag}]."),
        mark("Tags are: {known}."),
    ),
    "slip.unknown_fact": (
        mark("The template cannot be used, line {line}: this slip knows nothing called {name}."),
        mark("It knows: {known}."),
    ),
    "slip.not_allowed": (
        mark("The template cannot be used, line {line}: {what} has no place in a slip."),
        mark("Use texts, facts, “if”, “for” and the filters {known}."),
    ),
    "slip.no_text": (
        mark("The template cannot be used, line {line}: a date, an amount or a group of facts is no text yet."),
        mark("Add one of the filters {known}, or name the single fact."),
    ),
    "slip.too_long": (
        mark("The template has {length} characters; {most} are allowed."),
        mark("Shorten it; a slip is a small piece of paper."),
    ),
}

BRIEFLY: dict[str, str] = {
    "slip.no_loans": mark("nothing on loan to print"),
    "slip.not_on_shelf": mark("not on a hold shelf here"),
    "slip.not_on_its_way": mark("not on its way elsewhere"),
    "slip.no_receipt": mark("no such receipt of the patron"),
    "slip.unknown_language": mark("no slips in that language"),
    "slip.bad_template": mark("template cannot be used"),
    "slip.unknown_tag": mark("unknown tag in a template"),
    "slip.unknown_fact": mark("unknown name in a template"),
    "slip.not_allowed": mark("not allowed in a template"),
    "slip.no_text": mark("a group of facts used as text"),
    "slip.too_long": mark("template too long"),
}
