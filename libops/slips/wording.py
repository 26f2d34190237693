"""Templates in a language: facts go in, lines come out.

A template is Jinja in a sandbox of its own: texts, facts, ``if``, ``for``, ``set`` of fixed words, and four filters.
Nothing can be called, imported or multiplied, so that no template reaches beyond its facts or keeps a desk waiting.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any, cast

from jinja2 import (
    StrictUndefined,
    Template,
    TemplateError,
    TemplateRuntimeError,
    TemplateSyntaxError,
    UndefinedError,
    nodes,
    pass_context,
)
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import missing

from libops.i18n import Language, language
from libops.refusals import Fact, Money, Refusal, refuse
from libops.slips.facts import Facts, Name
from libops.slips.lines import TAG, TAGS, Line, plain, read_lines

LONGEST = 8_000
"""Characters of a template."""

_MOST_LINES = 500
"""Lines of a slip; a patron may have many things on loan."""

_FILE = "<template>"

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

_ONLY_BLOCKS = re.compile(
    r"^((?:[ \t]*\{[%#].*?[%#]\})*?[ \t]*\{[%#](?:(?![%#]\}).)*?)([-+]?[%#]\})[ \t]*\n", re.MULTILINE
)
_DEEPEST = 2
"""Loops inside each other."""


_ONLY_BLOCKS = re.compile(
    r"^((?:[ \t]*\{[%#].*?[%#]\})*?[ \t]*\{[%#](?:(?![%#]\}).)*?)([-+]?[%#]\})[ \t]*\n", re.MULTILINE
)
"""A line that holds nothing but blocks and remarks, split before the end of its last one."""


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


class _NoText(Exception):
    """Something other than a text or a number was to be written."""


class _Unknown(UndefinedError):
    """Something was asked for that is not there."""

    def __init__(self, message: str | None, name: object, among: object) -> None:
        super().__init__(message)
        self.name = str(name)
        fields = getattr(among, "__struct_fields__", None) or (among if isinstance(among, dict) else ())
        self.known = tuple(str(field) for field in fields)


class _Nothing(StrictUndefined):
    """What is not there: whatever a template does with it says so."""

    __slots__ = ()

    def __init__(
        self,
        hint: str | None = None,
        obj: object = missing,
        name: str | None = None,
        exc: type[TemplateRuntimeError] = UndefinedError,
    ) -> None:
        super().__init__(hint, obj, name, exc)
        if name is not None:
            # Jinja calls it with the message alone.
            self._undefined_exception = cast(Any, partial(_Unknown, name=name, among=obj))


def fill(template: str, facts: Facts, spoken: str) -> list[Line]:
    """The lines of a slip: a template in a language (``zh`` or ``en``), filled with facts. Raises ``BadTemplate``."""
    compiled = _compiled(template, spoken)
    given = {name: getattr(facts, name) for name in facts.__struct_fields__}
    try:
        return read_lines("".join(_bounded(compiled.generate(given))))
    except BadTemplate:
        raise
    except _NoText as error:
        raise BadTemplate("slip.no_text", _line_of(error), known=_listed(_FILTERS)) from error
    except _Unknown as error:
        raise BadTemplate("slip.unknown_fact", _line_of(error), name=error.name, known=_listed(error.known)) from error
    except (TemplateError, TypeError, ValueError, LookupError, ArithmeticError) as error:
        raise BadTemplate("slip.bad_template", _line_of(error), reason=str(error)) from error


def check(template: str, facts: type[Facts]) -> None:
    """Look at a template for slips with these facts without filling it. Raises ``BadTemplate``."""
    _look_at(_parsed(template), facts.__struct_fields__)


def _bounded(pieces: Iterator[str]) -> Iterator[str]:
    lines = 1
    for piece in pieces:
        lines += piece.count("\n")
        if lines > _MOST_LINES:
            raise BadTemplate("slip.bad_template", 1, reason=f"> {_MOST_LINES} lines")
        yield piece


@lru_cache(maxsize=64)
def _compiled(template: str, spoken: str) -> Template:
    _look_at(_parsed(template), None)
    try:
        return _sandbox(spoken).from_string(_without_empty_lines(template))
    except TemplateSyntaxError as error:
        raise _misspelt(error) from error


def _parsed(template: str) -> nodes.Template:
    if len(template) > LONGEST:
        raise BadTemplate("slip.too_long", 1, length=len(template), most=LONGEST)
    try:
        return _sandbox("en").parse(_without_empty_lines(template))
    except TemplateSyntaxError as error:
        raise _misspelt(error) from error


def _without_empty_lines(template: str) -> str:
    """The template with the end of a line that holds only blocks moved into its last one.

    Such a line gives no line of the slip, and all others keep their numbers. What Jinja's own setting for this does to
    a block at the end of a text would surprise people: it swallows the end of that line too.
    """
    return _ONLY_BLOCKS.sub(r"\1\n\2", template)


def _misspelt(error: TemplateSyntaxError) -> BadTemplate:
    return BadTemplate("slip.bad_template", error.lineno, reason=error.message or "")


@lru_cache(maxsize=4)
def _sandbox(spoken: str) -> SandboxedEnvironment:
    sandbox = SandboxedEnvironment(
        undefined=_Nothing,
        # Slips are no web pages: what is filled in is made harmless by ``plain``, in every line alike.
        autoescape=False,
        lstrip_blocks=True,
        finalize=_written,
        cache_size=0,
    )
    sandbox.globals.clear()
    sandbox.filters.clear()
    sandbox.filters.update(_filters(language(spoken)))
    sandbox.tests = {name: test for name, test in sandbox.tests.items() if name in _TESTS}
    return sandbox


_TESTS = frozenset({"defined", "undefined", "none", "odd", "even", "divisibleby", "eq", "ne", "lt", "le", "gt", "ge"})
_FILTERS = ("day", "time", "money", "name", "count")


def _filters(spoken: Language) -> dict[str, object]:
    @pass_context
    def day(context: Context, value: date) -> str:
        if not isinstance(value, date):
            raise _NoText
        on = value.date() if isinstance(value, datetime) else value
        return spoken.day(on, cast(datetime, context["at"]).date())

    def time(value: datetime) -> str:
        if not isinstance(value, datetime):
            raise _NoText
        return value.strftime("%H:%M")

    def money(value: Money) -> str:
        if not isinstance(value, Money):
            raise _NoText
        return spoken.money(value.minor, value.currency)

    def name(value: Name) -> str:
        if not isinstance(value, Name):
            raise _NoText
        return spoken.either(value.zh, value.en)

    def count(value: list[object]) -> int:
        return len(value)

    return {"day": day, "time": time, "money": money, "name": name, "count": count}


def _written(value: object) -> str:
    """What is written for a value: texts and numbers are, all else has to be said how."""
    if isinstance(value, StrictUndefined):
        return str(value)  # raises, and names what is not there
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _NoText
    return plain(str(value))


def _look_at(parsed: nodes.Template, known: tuple[str, ...] | None) -> None:
    for node, depth in _walk(parsed, 0):
        if not isinstance(node, _ALLOWED) or depth > _DEEPEST or not _is_fixed(node):
            raise BadTemplate("slip.not_allowed", node.lineno, what=_called(node), known=_listed(_FILTERS))
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
            raise BadTemplate("slip.unknown_tag", line, tag=found[1], known=_listed(TAGS))


def _look_at_names(parsed: nodes.Template, known: tuple[str, ...]) -> None:
    made = {name.name for name in parsed.find_all(nodes.Name) if name.ctx == "store"} | {"loop"}
    for name in parsed.find_all(nodes.Name):
        if name.ctx == "load" and name.name not in made and name.name not in known:
            raise BadTemplate("slip.unknown_fact", name.lineno, name=name.name, known=_listed(known))


def _line_of(error: BaseException) -> int:
    """The template's line in which something went wrong: Jinja puts it into the traceback."""
    lines = [frame.lineno or 1 for frame in traceback.extract_tb(error.__traceback__) if frame.filename == _FILE]
    return lines[-1] if lines else 1


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names)
