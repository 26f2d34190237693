"""What a template of a kind may name, and how each is written: tried on an imagined slip, by what fills templates."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import msgspec

from db.slips import SlipKind
from libops.slips.examples import example
from libops.slips.facts import Facts
from libops.slips.lines import TAGS
from libops.slips.template_rules import FILTERS, BadTemplate
from libops.slips.wording import fill


class Usable(msgspec.Struct, frozen=True):
    """What may stand in the templates of a kind.

    ``facts`` are written as they stand, some with the filter that they need: ``title``, ``at|day``. ``of_each`` are the
    facts of ``one`` thing of a list, by the list's name; ``conditions`` can only be asked for, in an ``if``.
    """

    facts: tuple[str, ...]
    of_each: dict[str, tuple[str, ...]]
    conditions: tuple[str, ...]
    filters: tuple[str, ...] = FILTERS
    tags: tuple[str, ...] = TAGS


@cache
def usable(kind: SlipKind) -> Usable:
    """What may stand in a template of this kind."""
    facts = example(kind)
    plain: list[str] = []
    of_each: dict[str, tuple[str, ...]] = {}
    conditions: list[str] = []
    for path, value in _paths(facts, facts):
        plain += _ways(facts, path)
        if isinstance(value, bool):
            conditions.append(path)
        elif isinstance(value, list) and value:
            loop = f"{{% for one in {path} %}}", "{% endfor %}"
            inside = list(_paths(facts, value[0], "one.", loop))
            of_each[path] = tuple(way for name, _ in inside for way in _ways(facts, name, loop))
            conditions += [name for name, found in inside if isinstance(found, bool)]
    return Usable(tuple(plain), of_each, tuple(conditions))


_Around = tuple[str, str]
"""What stands before and behind a fact, for it to be there at all."""
_NOTHING = ("", "")


def _paths(
    facts: Facts, of: msgspec.Struct, before: str = "", around: _Around = _NOTHING
) -> Iterator[tuple[str, object]]:
    """Every fact by its name; of one that has parts and cannot be written whole, the parts."""
    for name in of.__struct_fields__:
        path = f"{before}{name}"
        value: object = getattr(of, name)
        if isinstance(value, msgspec.Struct) and not _ways(facts, path, around):
            yield from _paths(facts, value, f"{path}.", around)
        else:
            yield path, value


def _ways(facts: Facts, path: str, around: _Around = _NOTHING) -> list[str]:
    """How a fact is written: as it is, or else with each of the filters that fit it."""
    begin, end = around
    if _fits(facts, f"{begin}{{{{ {path} }}}}{end}"):
        return [path]
    tried = [f"{path}|{one}" for one in FILTERS]
    return [way for way in tried if _fits(facts, f"{begin}{{{{ {way} }}}}{end}")]


def _fits(facts: Facts, template: str) -> bool:
    try:
        fill(template, facts, "en")
    except BadTemplate:
        return False
    return True
