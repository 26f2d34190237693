"""The journal's events in groups that somebody looks for, and what each event is called."""

from __future__ import annotations

from libops.i18n import Language, mark
from libops.journal import REFUSED
from libops.names import HAPPENED

GROUP_NAMES: dict[str, str] = {
    "loans": mark("loans and returns"),
    "holds": mark("holds"),
    "transfers": mark("transfers"),
    "items": mark("copies"),
    "money": mark("money"),
    "patrons": mark("patrons"),
    "refused": mark("what was refused"),
    "undone": mark("what was undone"),
    "catalogue": mark("catalogue and imports"),
    "rules": mark("rules and opening days"),
    "staff": mark("staff"),
}
"""The groups, by the words that commands take."""

_GROUP_OF = {
    "loan": "loans",
    "loans": "loans",
    "hold": "holds",
    "requests": "holds",
    "transfer": "transfers",
    "item": "items",
    "charge": "money",
    "deposit": "money",
    "till": "money",
    "patron": "patrons",
    REFUSED: "refused",
    "act": "undone",
    "title": "catalogue",
    "import": "catalogue",
    "location": "catalogue",
    "stack": "catalogue",
    "sample": "catalogue",
    "rules": "rules",
    "policy": "rules",
    "block": "rules",
    "category": "rules",
    "calendar": "rules",
    "slip": "rules",
    "staff": "staff",
}

KINDS_OF: dict[str, tuple[str, ...]] = {
    group: tuple(kind for kind in HAPPENED if _GROUP_OF[kind.partition(".")[0]] == group) for group in GROUP_NAMES
}
"""The kinds of each group."""


def what_happened(kind: str, language: Language) -> str:
    """In a word or two; a kind of another time stands for itself."""
    return language.say(HAPPENED[kind]) if kind in HAPPENED else kind
