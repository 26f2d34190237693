"""Which title is meant: by its own number, by what stands on the book, or by one of its copies."""

from __future__ import annotations

from libops.catalogue.identifiers import isbn13, issn8
from libops.catalogue.titles import find_title, known_by, title_of_item
from libops.codes import storable
from libops.refusals import refuse
from libops.work import Look


def title_meant(look: Look, *, number: str = "", isbn: str = "", barcode: str = "") -> str:
    """The number of a title that is named in one of three ways: by it, by an ISBN or ISSN, by a copy's barcode.

    Refuses with ``title.unknown``, what is wrong with the barcode, ``title.isbn_wrong``, ``title.isbn_unknown``, and
    with ``title.isbn_several`` where an ISBN stands on more than one.
    """
    if barcode:
        return title_of_item(look, barcode)
    return by_isbn(look, isbn) if isbn else find_title(look, number).number


def by_isbn(look: Look, typed: str) -> str:
    """The number of the one title that is known by an ISBN or ISSN, in whichever form it was typed."""
    stored = (isbn13(typed) or issn8(typed)) if storable(typed) else None
    if stored is None:
        raise refuse("title.isbn_wrong", number=typed if storable(typed) else "—")
    titles = known_by(look, stored)
    if not titles:
        raise refuse("title.isbn_unknown", number=stored)
    if len(titles) > 1:
        raise refuse("title.isbn_several", number=stored, titles=", ".join(title.number for title in titles))
    return titles[0].number
