"""What a record says about a title, in the words a desk needs, whichever format it came from."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class NameRole(StrEnum):
    """What somebody did for a title, as far as a desk tells it apart."""

    AUTHOR = "author"
    EDITOR = "editor"
    TRANSLATOR = "translator"
    ILLUSTRATOR = "illustrator"
    OTHER = "other"


class NameKind(StrEnum):
    """Whose name it is: MARC 21's 100/110/111 and 7xx, CNMARC's 70x, 71x (whose first indicator tells meetings)."""

    PERSON = "person"
    BODY = "body"
    MEETING = "meeting"


class Material(StrEnum):
    """What sort of thing is described, by leader bytes 6 and 7 of either format."""

    BOOK = "book"
    SERIAL = "serial"
    MAP = "map"
    SCORE = "score"
    SOUND = "sound"
    VIDEO = "video"
    PICTURE = "picture"
    SOFTWARE = "software"
    KIT = "kit"
    MANUSCRIPT = "manuscript"
    OTHER = "other"


class TitleName(msgspec.Struct, frozen=True, omit_defaults=True):
    """One name of a title. ``alt`` is its form in another script or language.

    MARC 21 has it in 880, CNMARC in ``$A`` or ``$9``.
    """

    name: str
    role: NameRole = NameRole.AUTHOR
    kind: NameKind = NameKind.PERSON
    alt: str = ""


class Description(msgspec.Struct, frozen=True, omit_defaults=True):
    """A title as a record describes it. Empty means: the record does not say.

    ``number`` is the record's own control number (001), ``title`` the title proper with what belongs to it
    (``title: subtitle``), ``alternatives`` other titles it is known by (varying, parallel, uniform, in another script),
    ``responsibility`` the statement as printed on the book. ``isbns`` and ``issns`` are without hyphens, as many digits
    as the record has, and valid; ``set_title`` and ``set_number`` name the set of volumes it belongs to (the title, and
    the control number of the set's own record where given), ``volume`` its volume in the set. ``languages`` are ISO
    639-1 where there is such a code, else ISO 639-2/B. ``clc``, ``dewey`` and ``lcc`` are class numbers,
    ``book_number`` what a record gives beside one of them; that of a field of holdings is its copies' alone.
    """

    title: str
    number: str = ""
    title_alt: str = ""
    alternatives: tuple[str, ...] = ()
    responsibility: str = ""
    names: tuple[TitleName, ...] = ()
    edition: str = ""
    place: str = ""
    publisher: str = ""
    year: int | None = None
    extent: str = ""
    series: str = ""
    series_number: str = ""
    set_title: str = ""
    set_number: str = ""
    volume: str = ""
    subjects: tuple[str, ...] = ()
    clc: str = ""
    dewey: str = ""
    lcc: str = ""
    book_number: str = ""
    languages: tuple[str, ...] = ()
    isbns: tuple[str, ...] = ()
    issns: tuple[str, ...] = ()
    material: Material = Material.BOOK
    price: str = ""
    note: str = ""
    summary: str = ""


class Holding(msgspec.Struct, frozen=True, omit_defaults=True):
    """A copy as a record's holdings field tells it, by the words of a mapping file; empty where it does not say.

    ``branch``, ``location`` and ``item_type`` are codes as the record has them; ``price`` is as written
    (``CNY28.00``); ``note`` is for staff.
    """

    barcode: str = ""
    branch: str = ""
    location: str = ""
    call_number: str = ""
    item_type: str = ""
    price: str = ""
    status: str = ""
    volume: str = ""
    note: str = ""
