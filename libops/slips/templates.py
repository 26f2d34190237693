"""How slips are worded: by the program, until a library words one itself in a language.

Whoever changes a template is shown at once whether it can be used; one that came to grief all the same, because of
facts that nobody thought of, is passed over for the program's own: a desk always gets its slip.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path

import msgspec
import structlog
from sqlalchemy import bindparam, delete, insert, select, update

from db.slips import SlipKind
from db.statement import Statement
from db.tables import SLIP_TEMPLATE
from db.types import Instant
from libops.i18n import LANGUAGES
from libops.permissions import Permission
from libops.refusals import refuse
from libops.slips.examples import example, examples
from libops.slips.facts import Facts
from libops.slips.lines import Line
from libops.slips.template_rules import BadTemplate
from libops.slips.wording import check, fill
from libops.work import Answer, Look, Work, act

_log = structlog.stdlib.get_logger(__name__)

_FOLDER = Path(__file__).parent / "wording"


class SlipWording(msgspec.Struct, frozen=True):
    """A slip as it is worded in one language; ``changed_at`` is None while that is the program's own wording."""

    kind: SlipKind
    language: str
    text: str
    changed_at: datetime | None = None


class TemplateAnswer(Answer, frozen=True, kw_only=True):
    """A template was changed or reset; ``changed`` is False where it was so already."""

    kind: SlipKind
    language: str
    changed: bool


class _Text(msgspec.Struct, frozen=True):
    text: str


def _wording(kind: str, language: str, text: str, changed_at: datetime) -> SlipWording:
    return SlipWording(SlipKind(kind), language, text, changed_at)


_THIS = (SLIP_TEMPLATE.c.kind == bindparam("of_kind"), SLIP_TEMPLATE.c.language == bindparam("in_language"))
_OWN = Statement(
    select(SLIP_TEMPLATE.c.kind, SLIP_TEMPLATE.c.language, SLIP_TEMPLATE.c.text, SLIP_TEMPLATE.c.changed_at).where(
        *_THIS
    ),
    _wording,
)
_LOCK = Statement(select(SLIP_TEMPLATE.c.text).where(*_THIS).with_for_update(key_share=True), _Text)
_CHANGE: Statement[None] = Statement(
    update(SLIP_TEMPLATE)
    .values(text=bindparam("new_text"), changed_at=bindparam("now", type_=Instant()))
    .where(*_THIS),
    lambda: None,
)
_ADD: Statement[None] = Statement(
    insert(SLIP_TEMPLATE)
    .values(
        kind=bindparam("of_kind"),
        language=bindparam("in_language"),
        text=bindparam("new_text"),
        changed_at=bindparam("now", type_=Instant()),
    )
    .inline(),
    lambda: None,
)
_REMOVE: Statement[None] = Statement(delete(SLIP_TEMPLATE).where(*_THIS), lambda: None)


@cache
def programs_own(kind: SlipKind, language: str) -> str:
    """The program's wording of a slip in a language, ``zh`` or ``en``."""
    return (_FOLDER / f"{kind}.{language}.txt").read_text("utf-8")


def show(look: Look, kind: SlipKind, language: str) -> SlipWording:
    """How a slip is worded now. Refuses with ``slip.unknown_language``."""
    _require_language(language)
    own = look.transaction.maybe(_OWN, of_kind=kind, in_language=language)
    return own or SlipWording(kind, language, programs_own(kind, language))


def list_wordings(look: Look) -> list[SlipWording]:
    """How every slip is worded now, in every language."""
    return [show(look, kind, language) for kind in SlipKind for language in LANGUAGES]


def try_out(kind: SlipKind, language: str, text: str) -> list[Line]:
    """A template filled with the facts of an imagined slip; what ``change_template`` would accept, and no more.

    Refusals: ``slip.unknown_language``, ``slip.bad_template``, ``slip.unknown_fact``, ``slip.unknown_tag``,
    ``slip.not_allowed``, ``slip.no_text``, ``slip.too_long``.
    """
    _require_language(language)
    try:
        check(text, type(example(kind)))
        tried = [fill(text, facts, language) for facts in examples(kind)]
    except BadTemplate as bad:
        raise bad.refusal() from bad
    return tried[0]


@act("slips.change_template", TemplateAnswer)
def change_template(work: Work, *, kind: SlipKind, language: str, text: str) -> TemplateAnswer:
    """Word a slip as this library wants it, in one language, from now on.

    Refusals: those of ``try_out``; ``permission.missing``.
    """
    work.require(Permission.MANAGE_SLIPS)
    text = text.replace("\r\n", "\n")
    try_out(kind, language, text)
    work.transaction.lock(_LOCK, of_kind=kind, in_language=language)
    before = work.transaction.maybe(_OWN, of_kind=kind, in_language=language)
    # Nobody else's row came between: where there was none to lock, the unique index sends the loser round again.
    write = _ADD if before is None else _CHANGE
    work.transaction.run(write, of_kind=kind, in_language=language, new_text=text, now=work.now)
    work.record("slip.template_changed", slip=kind, language=language, text=text)
    return TemplateAnswer(kind=kind, language=language, changed=before is None or before.text != text)


@act("slips.reset_template", TemplateAnswer)
def reset_template(work: Work, *, kind: SlipKind, language: str) -> TemplateAnswer:
    """Go back to the program's own wording. Refusals: ``slip.unknown_language``, ``permission.missing``."""
    work.require(Permission.MANAGE_SLIPS)
    _require_language(language)
    gone = work.transaction.run(_REMOVE, of_kind=kind, in_language=language)
    work.record("slip.template_reset", slip=kind, language=language, changed=gone > 0)
    return TemplateAnswer(kind=kind, language=language, changed=gone > 0)


def worded(look: Look, facts: Facts, language: str) -> list[Line]:
    """The lines of a slip in a language, by the library's own template or else the program's."""
    wording = show(look, facts.kind, language)
    if wording.changed_at is not None:
        try:
            return fill(wording.text, facts, language)
        except BadTemplate as bad:
            _log.warning(
                "template_passed_over", doing=f"{facts.kind}.{language}", trouble=bad.code, where=str(bad.line)
            )
    return fill(programs_own(facts.kind, language), facts, language)


def _require_language(language: str) -> None:
    if language not in LANGUAGES:
        raise refuse("slip.unknown_language", language=language, known=", ".join(LANGUAGES))
