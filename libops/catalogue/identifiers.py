"""ISBN and ISSN in the one form in which they are stored and compared, whichever form they come in."""

from __future__ import annotations

import re
import unicodedata

_LABEL = re.compile(r"^\s*(?:urn:)?is[bs]n(?:-?1[03])?\s*[:：]?\s*", re.IGNORECASE)

_IN_BARS = re.compile(r"977([0-9]{7})[0-9]{3}", re.ASCII)


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
    """An ISSN as eight characters, also out of the bars on a magazine, which begin with 977; None where it is none or
    its check digit is wrong (ISO 3297).
    """
    from stdnum import ean, issn
    from stdnum.exceptions import ValidationError

    number = without_label(text)
    in_bars = _IN_BARS.fullmatch(number)
    if in_bars is not None:
        # The bars have a check digit of their own, and two digits for the price.
        return in_bars[1] + str(issn.calc_check_digit(in_bars[1])) if ean.is_valid(number) else None
    try:
        return str(issn.validate(number))
    except ValidationError:
        return None


def standard_number(text: str) -> str | None:
    """An ISBN or an ISSN in the form in which it is stored; None where it is neither."""
    return isbn13(text) or issn8(text)
