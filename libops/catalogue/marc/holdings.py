"""Copies of a title by the holdings fields of its record, as a mapping file says where they stand; and back.

One field may tell of several copies: as many as it has barcodes. A subfield that is repeated as often as the barcode
belongs to each copy in turn; any other belongs to all of them. A field without a barcode tells of one copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

import msgspec

from libops.bad_content import bad_content
from libops.bad_files import BadFile
from libops.catalogue.description import Holding
from libops.catalogue.marc.records import Dialect, Field, Record
from libops.catalogue.marc.wording import clean
from libops.i18n import mark

_Source = str | list[str]
_PARTS = ("barcode", "branch", "location", "call_number", "item_type", "price", "status", "volume", "note")
_WORDED = ("branch", "location", "item_type", "status")


class HoldingPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field and its subfields: a code, or a list of codes and of what stands between their texts."""

    field: str
    barcode: str
    branch: _Source = ""
    location: _Source = ""
    call_number: _Source = ""
    item_type: _Source = ""
    price: _Source = ""
    status: _Source = ""
    volume: _Source = ""
    note: _Source = ""

    def source(self, part: str) -> list[str]:
        """Codes and separators of one part of a holding."""
        value: _Source = getattr(self, part)
        return [value] if isinstance(value, str) else value


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. The tables translate the record's words into the library's codes."""

    holding: list[HoldingPlan]
    branch: dict[str, str] = {}
    location: dict[str, str] = {}
    item_type: dict[str, str] = {}
    status: dict[str, str] = {}

    def codes(self, part: str) -> dict[str, str]:
        """The library's codes by the record's words, for this part of a holding."""
        found: dict[str, str] = getattr(self, part) if part in _WORDED else {}
        return found


def read_mapping(text: bytes, file: str) -> Mapping:
    """Read and check a mapping file (TOML); ``file`` is its name. Raises ``BadFile``."""
    try:
        mapping = msgspec.toml.decode(text, type=Mapping)
    except (msgspec.DecodeError, ValueError) as error:
        raise bad_content(file, error) from error
    if not mapping.holding:
        raise BadFile(file, 0, mark("it names no field of holdings"))
    for plan in mapping.holding:
        _check(plan, file)
    return mapping


def _check(plan: HoldingPlan, file: str) -> None:
    tag = plan.field
    if len(tag) != 3 or not tag.isascii() or not tag.isalnum() or tag.startswith("00"):
        raise BadFile(file, 0, mark("{field} is no field with subfields"), field=repr(tag))
    if not _is_code(plan.barcode):
        raise BadFile(file, 0, mark("field {field}: the barcode needs one subfield"), field=tag)
    for part in _PARTS[1:]:
        source = plan.source(part)
        if source == [""]:
            continue
        if not any(map(_is_code, source)):
            raise BadFile(file, 0, mark("field {field}: {part} names no subfield"), field=tag, part=part)
        # Two letters would be taken for text between subfields; whoever writes them means two codes.
        long = next((one for one in source if len(one) > 1 and one.isalnum()), None)
        if long is not None:
            why = mark("field {field}, {part}: {code} is not the code of one subfield")
            raise BadFile(file, 0, why, field=tag, part=part, code=repr(long))


def _is_code(text: str) -> bool:
    return len(text) == 1 and text.isascii() and text.isalnum()


@cache
def usual_mapping(dialect: Dialect) -> Mapping:
    """The mapping that comes with the program."""
    file = f"holdings_{dialect.value}.toml"
    return read_mapping(files("libops.catalogue.marc").joinpath(file).read_bytes(), file)


def holdings(record: Record, mapping: Mapping) -> tuple[Holding, ...]:
    """The copies that the record tells of, each barcode once, in the order of the mapping's fields and the record's."""
    found: list[Holding] = []
    seen: set[str] = set()
    for plan in mapping.holding:
        for field in record.of(plan.field):
            for holding in _copies(field, plan, mapping):
                if holding.barcode not in seen:
                    found.append(holding)
                if holding.barcode:
                    seen.add(holding.barcode)
    return tuple(found)


def _copies(field: Field, plan: HoldingPlan, mapping: Mapping) -> Iterator[Holding]:
    texts: dict[str, list[str]] = {}
    for code, raw in field.subfields:
        if text := clean(raw):
            texts.setdefault(code, []).append(text)
    barcodes = texts.get(plan.barcode, [""])
    for at, barcode in enumerate(barcodes):
        own = {code: of[at] if len(of) == len(barcodes) else of[0] for code, of in texts.items()}
        parts = {part: text for part in _PARTS[1:] if (text := _said(part, plan, mapping, own))}
        if barcode or parts:
            yield Holding(barcode, **parts)


def _said(part: str, plan: HoldingPlan, mapping: Mapping, texts: dict[str, str]) -> str:
    """One part of a holding, in the library's words."""
    source: _Source = getattr(plan, part)
    text = texts.get(source, "") if isinstance(source, str) else _joined(source, texts)
    return mapping.codes(part).get(text, text) if text and part in _WORDED else text


def _joined(source: list[str], texts: dict[str, str]) -> str:
    """The texts of the codes, and what stands between two of them where both say something."""
    whole = between = ""
    for one in source:
        if not _is_code(one):
            between = one
        elif text := texts.get(one, ""):
            whole = f"{whole}{between}{text}" if whole else text
            between = ""
    return whole


def holding_fields(copies: Sequence[Holding], mapping: Mapping) -> list[Field]:
    """A field for each copy, by the first field of the mapping, in the record's words."""
    return [_field(copy, mapping.holding[0], mapping) for copy in copies]


def _field(copy: Holding, plan: HoldingPlan, mapping: Mapping) -> Field:
    subfields: list[tuple[str, str]] = []
    for part in _PARTS:
        text: str = getattr(copy, part)
        word = next((word for word, code in mapping.codes(part).items() if code == text), text)
        if text and word:
            subfields += _parted(plan.source(part), word)
    return Field(plan.field, subfields=tuple(sorted(subfields, key=lambda pair: (pair[0].isdigit(), pair[0]))))


def _parted(source: list[str], text: str) -> Iterator[tuple[str, str]]:
    """The text in its subfields: cut where what stands between two of them occurs first."""
    codes = [one for one in source if _is_code(one)]
    betweens = [one for one in source if one and not _is_code(one)]
    for code, between in zip(codes, [*betweens, ""], strict=False):
        head, cut, rest = text.partition(between) if between and code != codes[-1] else (text, "", "")
        if not (cut and head and rest):
            yield code, text
            return
        yield code, head
        text = rest
