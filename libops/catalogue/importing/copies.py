"""The copies that a record tells of: what they are to be in this library, or why they cannot."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

import msgspec

from db.catalogue import ItemStatus
from db.places import Scheme
from libops.catalogue.adding import ADDED_AS, LONGEST_CALL_NUMBER, LONGEST_NOTE
from libops.catalogue.call_numbers.schemes import is_unread, shelf_key
from libops.catalogue.changing import CopyState
from libops.catalogue.description import Description, Holding
from libops.catalogue.importing.settings import TitleSettings
from libops.catalogue.importing.tables import TableSettings
from libops.catalogue.places import Places
from libops.codes import CodeKind, CodePatterns
from libops.refusals import Reason
from libops.rows import minor_units

_AMOUNT = r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:[.,](?P<part>[0-9]{1,2}))?(?![0-9])"
_NUMBER = re.compile(r"(?<![0-9.,\-])" + _AMOUNT)
_ALONE = re.compile(r"[^0-9.,\-]*" + _AMOUNT + r"[^0-9.,]*")
_MOST_PRICE = 10**9


class ReadyCopy(msgspec.Struct, frozen=True):
    """A copy in this library's own terms."""

    barcode: str
    item_type_id: int
    branch_id: int
    location_id: int | None
    scheme: Scheme
    call_number: str
    price: int | None
    status: ItemStatus
    volume: str
    note: str

    @property
    def unreadable(self) -> bool:
        """Whether it has a call number that the scheme of its location cannot read."""
        return is_unread(shelf_key(self.scheme, self.call_number))


class CopyRules(msgspec.Struct, frozen=True):
    """What a library knows of barcodes, places and money, read once for a batch."""

    settings: TitleSettings | TableSettings
    places: Places
    patterns: CodePatterns
    currency: str

    def ready(
        self, about: Description, copy: Holding, standing: CopyState | None = None
    ) -> tuple[ReadyCopy | None, list[Reason]]:
        """The copy as it is to be, or every reason against it; of one that is there already what is not said stays."""
        branch, location, item_type = self._shelved(copy, standing)
        reasons = against_barcode(self.patterns, copy.barcode)
        if branch:
            reasons += self.places.against(branch, location, item_type)
        else:
            reasons.append(Reason("import.no_branch", {"barcode": copy.barcode}))
        status = _STATUSES.get(copy.status)
        if status is None:
            reasons.append(Reason("import.no_status", {"word": copy.status, "known": ", ".join(BROUGHT_AS)}))
        if reasons or status is None:
            return None, reasons
        place = self.places.locations.get(location)
        ready = ReadyCopy(
            barcode=copy.barcode,
            item_type_id=self.places.item_types[item_type],
            branch_id=self.places.branches[branch],
            location_id=None if place is None else place.id,
            scheme=Scheme.CLC if place is None else place.scheme,
            call_number=copy.call_number[:LONGEST_CALL_NUMBER],
            price=read_price(copy.price or ("" if standing else about.price), self.currency),
            status=status,
            volume=copy.volume[:LONGEST_CALL_NUMBER],
            note=copy.note[:LONGEST_NOTE],
        )
        return ready, []

    def _shelved(self, copy: Holding, standing: CopyState | None) -> tuple[str, str, str]:
        """Codes of branch, location and type: as the record says, else as the copy stands, else as was asked for."""
        if standing is None:
            branch = copy.branch or self.settings.branch
            usual = self.settings.location if branch == self.settings.branch else ""
            return branch, copy.location or usual, copy.item_type or self.settings.item_type
        codes = self.places.in_codes(
            {name: getattr(standing, name) for name in ("branch_id", "location_id", "item_type_id")}
        )
        branch = copy.branch or str(codes["branch"])
        stays = str(codes["location"] or "") if branch == codes["branch"] else ""
        return branch, copy.location or stays, copy.item_type or str(codes["item_type"])


def against_barcode(patterns: CodePatterns, barcode: str) -> list[Reason]:
    """What stands against a copy's barcode by how this library's look."""
    fault = patterns.fault(barcode)
    if fault is not None:
        return [fault]
    return [] if CodeKind.ITEM in patterns.kinds(barcode) else [Reason("copy.not_a_barcode", {"barcode": barcode})]


BROUGHT_AS = (*ADDED_AS, ItemStatus.MISSING, ItemStatus.WITHDRAWN)
"""What a copy may be that comes from elsewhere: also what it had become there."""
_STATUSES: Mapping[str, ItemStatus] = {"": ItemStatus.AVAILABLE} | {str(status): status for status in BROUGHT_AS}


def read_price(text: str, currency: str, *, alone: bool = False) -> int | None:
    """The first number in a price as people write it (``CNY1,228.00``, ``￥28 (平装)``, ``28,50``), in minor units.

    None where there is none that a copy may cost. With ``alone`` it is whatever it costs, and None where there is more
    than that number and a currency.
    """
    plain = unicodedata.normalize("NFKC", text)
    found = _ALONE.fullmatch(plain) if alone else _NUMBER.search(plain)
    if found is None:
        return None
    try:
        price = minor_units(f"{found['whole'].replace(',', '')}.{found['part'] or 0}", currency)
    except ValueError:
        return None
    return price if alone or price < _MOST_PRICE else None
