"""What a template may be made of, and what is wrong with one that is made of something else.

All of it is looked at before a template is ever filled. Nothing in a template can be called, imported, multiplied or
put together and kept, so that none reaches beyond its facts or keeps a desk waiting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jinja2 import nodes

from libops.refusals import Fact, Refusal, refuse
from libops.slips.lines import TAG, TAGS

FILTERS = ("day", "time", "money", "name", "count")
"""The filters of templates."""

_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.Getattr,
    nodes.Getitem,
    nodes.For,
    nodes.If,
    nodes.CondExpr,
    nodes.Assign,
    nodes.Dict,
    nodes.Pair,
    nodes.List,
    nodes.Tuple,
    nodes.Filter,
    nodes.Test,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Neg,
    nodes.Concat,
)
"""All that a template may be made of."""

_DEEPEST = 2
"""Loops inside each other."""


class BadTemplate(Exception):
    """A template that cannot be used: the code of why, and its facts; ``line`` among them counts from 1."""

    def __init__(self, code: str, line: int, **facts: Fact) -> None:
        super().__init__(code)
        self.code = code
        self.line = line
        self.facts = facts

    def refusal(self) -> Refusal:
        """The same, for an act to refuse with."""
        return refuse(self.code, line=self.line, **self.facts)


def look_at(parsed: nodes.Template, known: tuple[str, ...] | None) -> None:
    """Raise ``BadTemplate`` for what has no place in a template; for unknown names too where those known are given."""
    for node, depth in _walk(parsed, 0):
        if not isinstance(node, _ALLOWED) or depth > _DEEPEST or not _is_fixed(node):
            raise BadTemplate("slip.not_allowed", node.lineno, what=_called(node), known=listed(FILTERS))
        if isinstance(node, nodes.TemplateData):
            _look_at_tags(node)
    if known is not None:
        _look_at_names(parsed, known)


def _walk(node: nodes.Node, depth: int) -> Iterator[tuple[nodes.Node, int]]:
    depth += isinstance(node, nodes.For)
    yield node, depth
    for child in node.iter_child_nodes():
        yield from _walk(child, depth)


def _is_fixed(node: nodes.Node) -> bool:
    """Whether what is set is fixed words: what is put together could double itself line by line."""
    if not isinstance(node, nodes.Assign):
        return True
    fixed = (nodes.Const, nodes.Dict, nodes.Pair, nodes.List, nodes.Tuple)
    return all(isinstance(part, fixed) for part, _ in _walk(node.node, 0))


def _called(node: nodes.Node) -> str:
    return type(node).__name__.lower()


def _look_at_tags(data: nodes.TemplateData) -> None:
    for found in TAG.finditer(data.data):
        if found[1] not in TAGS:
            line = data.lineno + data.data.count("\n", 0, found.start())
            raise BadTemplate("slip.unknown_tag", line, tag=found[1], known=listed(TAGS))


def _look_at_names(parsed: nodes.Template, known: tuple[str, ...]) -> None:
    made = {name.name for name in parsed.find_all(nodes.Name) if name.ctx == "store"} | {"loop"}
    for name in parsed.find_all(nodes.Name):
        if name.ctx == "load" and name.name not in made and name.name not in known:
            raise BadTemplate("slip.unknown_fact", name.lineno, name=name.name, known=listed(known))


def listed(names: Iterable[str]) -> str:
    """Names one after the other, as the facts of a refusal."""
    return ", ".join(names)
