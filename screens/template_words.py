"""What may stand in a template, as its help says it: the names are those of the templates, in every language."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from db.slips import SlipKind
from libops.i18n import mark
from libops.slips.template_facts import usable
from screens.desk.panels import Told
from screens.voice import Voice

_APART = "  "
_FACTS = mark("Facts of this slip, each between {open} and {close}: {names}")
_OF_EACH = mark("Of each one, between {begin} and {end}: {names}")
_CONDITIONS = mark("Only to be asked for, between {begin} and {end}: {names}")
_FILTERS = mark("Filters, behind a fact and a | where the fact needs one: {names}")
_TAGS = mark("Tags, which say how a line looks: {names}")


def what_may_stand(kind: SlipKind) -> Iterator[Told]:
    """The facts of a slip of this kind, the filters and the tags, as the code that fills templates takes them."""
    known = usable(kind)
    yield _told(_FACTS, known.facts, open="{{", close="}}")
    for each, names in known.of_each.items():
        yield _told(_OF_EACH, names, begin=f"{{% for one in {each} %}}", end="{% endfor %}")
    if known.conditions:
        yield _told(_CONDITIONS, known.conditions, begin="{% if … %}", end="{% endif %}")
    yield _told(_FILTERS, known.filters)
    yield _told(_TAGS, tuple(f"[{one}]" for one in known.tags))


def _told(message: str, names: tuple[str, ...], **facts: str) -> Told:
    return partial(_say, message=message, facts={**facts, "names": _APART.join(names)})


def _say(voice: Voice, *, message: str, facts: dict[str, str]) -> str:
    return voice.say(message, **facts)
