"""ISBN and ISSN in the one form in which they are stored and compared, whichever form they come in."""

from __future__ import annotations

import re
import unicodedata

_LABEL = re.compile(r"^\s*(?:urn:)?is[bs]n(?:-?1[03])?\s*[:：]?\s*", re.IGNORECASE)


def half_width(text: str) -> str:
    """A number as a reader would type it, whatever width it was typed in."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def without_label(text: str) -> str:
    """A number in half width without the word that says what it is: ISBN-13:, urn:isbn:."""
    return _LABEL.sub("", half_width(text))


def compact(text: str) -> str:
    """An ISBN or ISSN as a description has it: as many digits as it came with, nothing between them."""
    return re.sub(r"[\s\-‐‑‒–]", "", without_label(text)).upper()


def isbn13(text: str) -> str | None:
    """An ISBN-10 or ISBN-13, with or without hyphens, as 13 digits; None where it is none or a check digit is wrong."""
    # Most come so already, and an import has millions of them.
    if len(text) == 13 and text.isascii() and text.isdigit() and text.startswith(("978", "979")):
        digits = [int(digit) for digit in text]
        return text if (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0 else None

    from stdnum import isbn
    from stdnum.exceptions import ValidationError

    try:
        return str(isbn.validate(without_label(text), convert=True))
    except ValidationError:
        return None


def issn8(text: str) -> str | None:
    """An ISSN as eight characters; None where it is none or its check digit is wrong (ISO 3297)."""
    from stdnum import issn
    from stdnum.exceptions import ValidationError

    try:
        return str(issn.validate(without_label(text)))
    except ValidationError:
        return None
