"""Titles are catalogued and described anew."""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam, select

from db.statement import Statement
from db.tables import TITLE
from libops.catalogue.description import Description
from libops.catalogue.identifiers import compact, isbn13, issn8
from libops.catalogue.numbering import is_number, next_numbers
from libops.catalogue.search.indexing import index_titles
from libops.catalogue.titles import TitleRow, find_title, is_taken
from libops.catalogue.writing import NewTitle, rewrite_titles, write_titles
from libops.codes import storable
from libops.permissions import Permission
from libops.refusals import Reason, Refusal, refuse
from libops.work import Answer, Work, act

LONGEST = 500
"""Characters of a title or a number that is typed; a longer one was pasted by mistake."""

_LAST_YEAR = 9999
_TOLD = 5


class TitleAnswer(Answer, frozen=True, kw_only=True):
    """A title was made or changed."""

    number: str
    title: str


_LOCK = Statement(select(TITLE.c.id).where(TITLE.c.number == bindparam("number")).with_for_update(), int)


@act("title.add", TitleAnswer)
def add_title(work: Work, *, about: Description, number: str = "") -> TitleAnswer:
    """Catalogue a title; without a ``number`` it gets the library's next.

    Refuses with ``title.empty``, ``title.too_long``, ``title.bad_number``, ``title.number_taken``,
    ``title.bad_year``, ``title.isbn_wrong``, ``permission.missing``.
    """
    work.require(Permission.CATALOGUE)
    title_id, row = make_title(work, about, number)
    index_titles(work.transaction, [title_id], new=True)
    return TitleAnswer(number=row.number, title=about.title)


def make_title(work: Work, about: Description, number: str = "") -> tuple[int, NewTitle]:
    """Write a title without telling the search yet, for acts that also write its copies. Refuses as ``add_title``."""
    about = tidied(about)
    require_sound(about)
    if number and is_taken(work, number):
        raise refuse("title.number_taken", number=number)
    if number and not is_number(number):
        raise refuse("title.bad_number", number=number)
    new = NewTitle(number or next_numbers(work.transaction, 1)[0], about)
    (title_id,) = write_titles(work.transaction, [new])
    work.record("title.added", title=title_id, number=new.number)
    return title_id, new


def title_to_change(work: Work, number: str) -> TitleRow:
    """A title whose description somebody is about to change, locked so that nobody else does meanwhile.

    Refuses with ``title.unknown``, ``permission.missing``.
    """
    work.require(Permission.CATALOGUE)
    if storable(number):
        work.transaction.lock(_LOCK, number=number)
    return find_title(work, number)


@act("title.change", TitleAnswer)
def change_title(work: Work, *, number: str, about: Description) -> TitleAnswer:
    """Describe a title anew. Refuses with ``title.unknown``, and as ``add_title``."""
    work.require(Permission.CATALOGUE)
    about = tidied(about)
    require_sound(about)
    row = title_to_change(work, number)
    if about != row.about:
        before = msgspec.to_builtins(row.about)
        work.record("title.changed", title=row.id, number=number, before=before, after=msgspec.to_builtins(about))
        rewrite_titles(work.transaction, [(row.id, about)])
        index_titles(work.transaction, [row.id])
    else:
        work.record("title.same", title=row.id, number=number)
    return TitleAnswer(number=number, title=about.title)


def tidied(about: Description) -> Description:
    """A description as it is kept: no spaces around the title, nothing between the digits of its numbers."""
    numbers = {"isbns": about.isbns, "issns": about.issns}
    plain = {name: tuple(dict.fromkeys(compact(text) for text in texts)) for name, texts in numbers.items()}
    return msgspec.structs.replace(about, title=about.title.strip(), **plain)


def require_sound(about: Description) -> None:
    """Refuse a description that cannot be kept, with every reason at once."""
    if not is_storable(about):
        raise refuse("code.unreadable")
    reasons = []
    if not about.title.strip():
        reasons.append(Reason("title.empty"))
    longest = max(len(about.title), len(about.title_alt), *(len(name.name) for name in about.names), 0)
    if longest > LONGEST:
        reasons.append(Reason("title.too_long", {"length": longest, "most": LONGEST}))
    if about.year is not None and not 0 < about.year <= _LAST_YEAR:
        reasons.append(Reason("title.bad_year", {"year": about.year}))
    wrong = [text for text in about.isbns if isbn13(text) is None] + [
        text for text in about.issns if issn8(text) is None
    ]
    reasons += [Reason("title.isbn_wrong", {"number": text}) for text in wrong[:_TOLD]]
    if reasons:
        raise Refusal(reasons)


def is_storable(about: Description) -> bool:
    """Whether a database can hold all texts of a description."""
    try:
        return b"\\u0000" not in msgspec.json.encode(about)
    except UnicodeEncodeError:
        return False
