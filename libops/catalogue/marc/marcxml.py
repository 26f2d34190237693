"""MARCXML: records read one at a time from a file of any size, and written.

No entity is ever expanded: a file that declares one is refused at that place. Source: MARCXML schema 1.1 (both dialects
use it), XML 1.0.
"""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from libops.catalogue.marc.damage import Damaged, Warnings
from libops.catalogue.marc.fields import is_control
from libops.catalogue.marc.iso2709 import check_characters
from libops.catalogue.marc.reads import Bad, Good, Place, Read
from libops.catalogue.marc.records import LEADER_LENGTH, Encoding, Field, Record
from libops.catalogue.marc.xml_faults import UNREADABLE, why_broken
from libops.refusals import Marked, refuse

NAMESPACE = "http://www.loc.gov/MARC21/slim"
HEADER = f'<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="{NAMESPACE}">\n'
FOOTER = "</collection>\n"
_CHUNK = 1 << 16
_DEEPEST = 64
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5"}
"""Encodings that the parser does not know. What is called GB 2312 or GBK holds more than these in practice."""


def read(stream: BinaryIO, encoding: Encoding, start: Place, limit: int) -> Iterator[Read]:
    """The records of the file after the first ``start.records``; what is no XML any more ends it with a ``Bad``."""
    for found in _Reading(limit).records(_as_expat_reads(stream, encoding)):
        if found.number > start.records:
            yield found


def _as_expat_reads(stream: BinaryIO, encoding: Encoding) -> Iterator[tuple[bytes, str | None]]:
    """The file in chunks, and the encoding to tell the parser: UTF-8 where it is no other that the parser knows.

    What the file declares about itself counts; the chosen encoding where it declares nothing.
    """
    chunk = stream.read(_CHUNK)
    match = _DECLARED.match(chunk.removeprefix(codecs.BOM_UTF8))
    declared = match[1].decode("ascii").lower() if match else ""
    if not declared and encoding is Encoding.GB18030:
        declared = "gb18030"
    name = _CHINESE.get(declared)
    decoder = codecs.getincrementaldecoder(name)("strict") if name else None
    while chunk:
        if decoder is None:
            yield chunk, None
        else:
            try:
                yield decoder.decode(chunk).encode("utf-8"), "utf-8"
            except UnicodeError:
                # The bytes themselves let the parser say where the file stops being text.
                yield chunk, "utf-8"
                decoder = None
        chunk = stream.read(_CHUNK)


class _Building:
    """A record whose element is open."""

    def __init__(self, offset: int, depth: int) -> None:
        self.offset = offset
        self.depth = depth
        self.leader: str | None = None
        self.fields: list[Field] = []
        self.warnings = Warnings()
        self.damaged: Damaged | None = None
        self.kept: bytes | None = None
        self.tag = ""
        self.indicators = "  "
        self.code = ""
        self.subfields: list[tuple[str, str]] = []

    def begin_field(self, attributes: dict[str, str]) -> None:
        self.tag = attributes.get("tag", "")
        self.indicators = f"{attributes.get('ind1', ' ') or ' '}{attributes.get('ind2', ' ') or ' '}"
        self.subfields = []
        if len(self.indicators) != 2:
            self.warnings.add("record.field_indicators", tag=self.tag)
            self.indicators = self.indicators[:2]

    def end_field(self) -> None:
        if not self._tagged():
            return
        if not self.subfields:
            self.warnings.add("record.field_empty", tag=self.tag)
            return
        if any(len(code) != 1 for code, _ in self.subfields):
            self.warnings.add("record.field_subfield", tag=self.tag)
        self.fields.append(
            Field(self.tag, "", self.indicators, tuple((code[:1], text) for code, text in self.subfields))
        )

    def end_control(self, text: str) -> None:
        if not text:
            self.warnings.add("record.field_empty", tag=self.tag)
        elif self._tagged():
            self.fields.append(Field(self.tag, text))

    def _tagged(self) -> bool:
        if len(self.tag) == 3 and self.tag.isascii() and self.tag.isalnum():
            return True
        self.damaged = Damaged("record.no_tag")
        return False

    def record(self) -> Record:
        if self.damaged:
            raise self.damaged
        if not self.fields:
            raise Damaged("record.empty")
        leader = self.leader or ""
        if len(leader) != LEADER_LENGTH or not leader.isascii() or not leader.isprintable():
            self.warnings.add("record.leader_wrong")
            leader = "".join(char if " " <= char <= "~" else " " for char in leader).ljust(LEADER_LENGTH)
        return Record(leader[:LEADER_LENGTH], tuple(self.fields))


class _Reading:
    """The parser and what it has met; ``kept`` are the bytes since the record that is open began."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._parser: expat.XMLParserType | None = None
        self._number = 0
        self._depth = 0
        self._open: _Building | None = None
        self._text: list[str] | None = None
        self._found: deque[Read] = deque()
        self._kept = b""
        self._kept_from = 0
        self._fed = 0

    def records(self, chunks: Iterator[tuple[bytes, str | None]]) -> Iterator[Read]:
        try:
            for chunk, encoding in chunks:
                self._feed(chunk, encoding)
                yield from self._take()
            if self._parser is not None:
                self._parser.Parse(b"", True)
                yield from self._take()
        except expat.ExpatError as error:
            yield from self._take()
            told = why_broken(error)
            yield self._stopped(Damaged("record.xml_broken", line=error.lineno, column=error.offset, detail=told))
        except (LookupError, ValueError):
            # The parser asks Python for an encoding that is declared; there is none of that name, or it cannot be used.
            yield self._stopped(Damaged("record.xml_broken", line=1, column=0, detail=Marked(UNREADABLE)))
        except Damaged as stop:
            yield from self._take()
            yield self._stopped(stop)

    def _feed(self, chunk: bytes, encoding: str | None) -> None:
        if self._parser is None:
            self._parser = expat.ParserCreate(encoding)
            self._parser.StartElementHandler = self._begin
            self._parser.EndElementHandler = self._end
            self._parser.CharacterDataHandler = self._characters
            self._parser.EntityDeclHandler = self._entity
        self._kept += chunk
        self._fed += len(chunk)
        self._parser.Parse(chunk, False)
        self._forget(self._at())

    def _at(self) -> int:
        return self._parser.CurrentByteIndex if self._parser else 0

    def _take(self) -> Iterator[Read]:
        while self._found:
            yield self._found.popleft()

    def _forget(self, at: int) -> None:
        """Keep only what is still needed, and stop at one tag or comment that fills more than a record may have."""
        if self._fed - at > self._limit:
            raise Damaged("record.xml_shape")
        since = at
        if self._open and self._open.kept is None:
            since = self._open.offset
            if self._fed - since > self._limit:
                self._open.kept = self._kept[since - self._kept_from :][: self._limit]
                self._open.damaged = Damaged("record.too_long", limit=self._limit)
                since = at
        self._kept = self._kept[since - self._kept_from :]
        self._kept_from = since

    def _stopped(self, why: Damaged) -> Bad:
        offset = self._open.offset if self._open else min(self._at(), self._fed)
        kept = self._open.kept if self._open else None
        raw = self._kept[max(0, offset - self._kept_from) :][: self._limit] if kept is None else kept
        return Bad(self._number + 1, offset, max(len(raw), self._fed - offset), raw, why.reason)

    def _entity(self, *_: object) -> None:
        raise Damaged("record.xml_entities")

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Damaged("record.xml_shape")
        name = name.rpartition(":")[2] if ":" in name else name
        if name == "record" and self._open is None:
            self._open = _Building(self._at(), self._depth)
            return
        building = self._open
        if building is None or building.damaged:
            return
        if name == "datafield":
            building.begin_field(attributes)
        elif name == "controlfield":
            building.tag = attributes.get("tag", "")
        elif name == "subfield":
            building.code = attributes.get("code", "")
        if name in ("leader", "controlfield", "subfield"):
            self._text = []

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, name: str) -> None:
        self._depth -= 1
        building = self._open
        if building is None:
            return
        name = name.rpartition(":")[2] if ":" in name else name
        if name == "record" and self._depth < building.depth:
            self._finish(building)
            return
        text = "".join(self._text or ())
        if name in ("leader", "controlfield", "subfield"):
            self._text = None
        if building.damaged:
            return
        if name == "leader":
            building.leader = text
        elif name == "controlfield":
            building.end_control(text)
        elif name == "subfield":
            building.subfields.append((building.code, text))
        elif name == "datafield":
            building.end_field()

    def _finish(self, building: _Building) -> None:
        at = self._at()
        length = at - building.offset
        raw = building.kept or self._kept[building.offset - self._kept_from :]
        # An element that is one tag only has ended where the parser stands; any other ends with the tag there.
        if raw.find(b">") + 1 != length:
            length += self._kept.find(b">", at - self._kept_from) + 1 - (at - self._kept_from)
        raw = raw[:length]
        if length > self._limit:
            building.damaged = Damaged("record.too_long", limit=self._limit)
        self._number += 1
        self._open = None
        self._text = None
        try:
            record = building.record()
        except Damaged as damaged:
            self._found.append(Bad(self._number, building.offset, length, raw[: self._limit], damaged.reason))
        else:
            self._found.append(Good(self._number, building.offset, length, raw, record, building.warnings.told()))


def to_xml(record: Record) -> str:
    """The record as an element of MARCXML, to stand between ``HEADER`` and ``FOOTER``.

    Refuses with ``record.write_character``, or ``record.write_tag``.
    """
    lines = [f"  <record>\n    <leader>{_escaped('LDR', record.leader)}</leader>"]
    for field in record.fields:
        if not field.tag.isalnum() or len(field.tag) != 3:
            raise refuse("record.write_tag", tag=field.tag)
        if is_control(field.tag):
            lines.append(f'    <controlfield tag="{field.tag}">{_escaped(field.tag, field.value)}</controlfield>')
            continue
        first, second = (_attribute(field.tag, one) for one in field.indicators.ljust(2)[:2])
        lines.append(f'    <datafield tag="{field.tag}" ind1={first} ind2={second}>')
        lines.extend(
            f"      <subfield code={_attribute(field.tag, code)}>{_escaped(field.tag, text)}</subfield>"
            for code, text in field.subfields
        )
        lines.append("    </datafield>")
    lines.append("  </record>\n")
    return "\n".join(lines)


def _escaped(tag: str, text: str) -> str:
    check_characters(tag, text)
    return escape(text)


def _attribute(tag: str, text: str) -> str:
    check_characters(tag, text)
    return quoteattr(text)
