"""A record of either dialect as a description."""

from __future__ import annotations

from libops.catalogue.description import Description
from libops.catalogue.marc import cnmarc, marc21
from libops.catalogue.marc.records import Dialect, Record


def describe(record: Record, dialect: Dialect) -> Description:
    """What the record says about the title. Its ``title`` is empty where the record gives none."""
    return cnmarc.describe(record) if dialect is Dialect.CNMARC else marc21.describe(record)
