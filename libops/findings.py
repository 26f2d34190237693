"""What a check of the data finds: shared by the doctor and the checks that each area has of its own."""

from __future__ import annotations

import msgspec

MOST = 100
"""How many subjects of one fault are listed; the rest are many, not different."""


class Finding(msgspec.Struct, frozen=True):
    """One broken invariant: which, and the barcode, number or name it was found at."""

    code: str
    subject: str
