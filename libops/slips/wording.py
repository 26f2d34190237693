"""Templates in a language: facts go in, lines come out.

A template is Jinja in a sandbox of its own: texts, facts, ``if``, ``for``, ``set`` of fixed words, and five filters.
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
from libops.refusals import Marked, Money
from libops.slips.facts import Facts, Name
from libops.slips.lines import Line, plain, read_lines
from libops.slips.template_faults import ENDLESS, NESTED, complaint
from libops.slips.template_rules import FILTERS, BadTemplate, listed, look_at

LONGEST = 8_000
"""Characters of a template."""

_MOST_LINES = 5_000
"""Lines of a slip: more than any patron has on loan."""

_FILE = "<template>"

_BLOCK = r"\{[%#](?:(?![%#]\}).)*[%#]\}"
_ONLY_BLOCKS = re.compile(rf"^[ \t]*(?:{_BLOCK}[ \t]*)+\n", re.MULTILINE)


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
        raise BadTemplate("slip.no_text", _line_of(error), known=listed(FILTERS)) from error
    except _Unknown as error:
        raise BadTemplate("slip.unknown_fact", _line_of(error), name=error.name, known=listed(error.known)) from error
    except (TemplateError, TypeError, ValueError, LookupError, ArithmeticError) as error:
        raise BadTemplate("slip.bad_template", _line_of(error), reason=complaint(str(error))) from error


def check(template: str, facts: type[Facts]) -> None:
    """Look at a template for slips with these facts without filling it. Raises ``BadTemplate``."""
    look_at(_parsed(template), facts.__struct_fields__)


def _bounded(pieces: Iterator[str]) -> Iterator[str]:
    lines = 1
    for piece in pieces:
        lines += piece.count("\n")
        if lines > _MOST_LINES:
            raise BadTemplate("slip.bad_template", 1, reason=Marked(ENDLESS, str(_MOST_LINES)))
        yield piece


@lru_cache(maxsize=64)
def _compiled(template: str, spoken: str) -> Template:
    look_at(_parsed(template), None)
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
    except RecursionError as error:
        raise BadTemplate("slip.bad_template", 1, reason=Marked(NESTED)) from error


def _without_empty_lines(template: str) -> str:
    """The template with the end of a line that holds only blocks moved into its last one.

    Such a line gives no line of the slip, and all others keep their numbers. What Jinja's own setting for this does to
    a block at the end of a text would surprise people: it swallows the end of that line too.
    """
    return _ONLY_BLOCKS.sub(_as_one, template)


def _as_one(line: re.Match[str]) -> str:
    blocks = "".join(re.findall(_BLOCK, line[0]))
    return f"{blocks[:-2]}\n{blocks[-2:]}" if blocks[-3] not in "-+" else f"{blocks[:-3]}\n{blocks[-3:]}"


def _misspelt(error: TemplateSyntaxError) -> BadTemplate:
    return BadTemplate("slip.bad_template", error.lineno, reason=complaint(error.message))


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


def _line_of(error: BaseException) -> int:
    """The template's line in which something went wrong: Jinja puts it into the traceback."""
    lines = [frame.lineno or 1 for frame in traceback.extract_tb(error.__traceback__) if frame.filename == _FILE]
    return lines[-1] if lines else 1
