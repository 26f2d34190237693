"""A description as a record: a new one, or the original with no more changed than what it says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from libops.catalogue.description import Description, Holding
from libops.catalogue.marc import cnmarc_fields, marc21_fields
from libops.catalogue.marc.holdings import Mapping, holding_fields, holdings, usual_mapping
from libops.catalogue.marc.marc21 import LINKED, link_of
from libops.catalogue.marc.records import Dialect, Field, Record
from libops.catalogue.marc.sections import Section, Unit, Writing, flat, lines, stamp

_WRITINGS = {Dialect.CNMARC: cnmarc_fields.WRITING, Dialect.MARC21: marc21_fields.WRITING}
_LINK = "6"


def compose(
    description: Description,
    dialect: Dialect,
    *,
    changed: datetime,
    original: Record | None = None,
    copies: Sequence[Holding] | None = None,
    mapping: Mapping | None = None,
) -> Record:
    """A record that says this description, and these copies by the mapping (None: the usual one).

    With an ``original`` of the same dialect only fields are replaced whose parts of the description differ; ``copies``
    None leaves its holdings as they are. ``changed`` is when the title was last changed, for field 005.
    """
    writing = _WRITINGS[dialect]
    if original is None:
        record = _new(description, writing, changed)
    else:
        record = _changed(description, writing, changed, original)
    if copies is None:
        return record
    return _with_copies(record, copies, mapping or usual_mapping(dialect), changed)


def _new(description: Description, writing: Writing, changed: datetime) -> Record:
    head = [Field("001", description.number)] if description.number else []
    coded = writing.coded(description, changed)
    units = [unit for section in writing.sections for unit in section.build(description)]
    units = _numbered(units, 1)
    fields = [unit[0] for unit in units]
    others = [one for unit in units for one in unit[1:]]
    fields = _with_price([*head, Field("005", stamp(changed)), coded, *fields, *others], description.price, writing)
    # Only classes of tags are put in order: names keep the order in which they are named.
    fields.sort(key=lambda field: field.tag[0] if field.tag >= "100" else field.tag)
    return Record(writing.leader_with(writing.leader, description.material), tuple(fields))


def _numbered(units: list[Unit], first: int) -> list[Unit]:
    """The units, each pair of two scripts linked by ``$6`` under a number of its own."""
    numbered: list[Unit] = []
    for unit in units:
        if len(unit) == 2 and not unit[1].first(_LINK):
            main, other = unit
            numbered.append((_linked(main, f"{LINKED}-{first:02d}"), _linked(other, f"{main.tag}-{first:02d}")))
            first += 1
        else:
            numbered.append(unit)
    return numbered


def _linked(field: Field, link: str) -> Field:
    return Field(field.tag, "", field.indicators, ((_LINK, link), *field.subfields))


def _changed(description: Description, writing: Writing, changed: datetime, original: Record) -> Record:
    known = writing.describe(original)
    if known == description:
        return original
    editing = _Editing(description, writing, original)
    editing.control(known, changed)
    for section in writing.sections:
        if not editing.says(section):
            editing.replace(section)
    if writing.describe(editing.record()).price != description.price:
        editing.fields = _with_price(editing.fields, description.price, writing)
    return editing.record()


def _with_price(fields: list[Field], price: str, writing: Writing) -> list[Field]:
    """The price beside the first number, and nowhere else."""
    tag, code = writing.price
    done = not price
    found: list[Field] = []
    for field in fields:
        if field.tag != tag:
            found.append(field)
            continue
        others = tuple(pair for pair in field.subfields if pair[0] != code)
        subfields = others if done else (*others, (code, price))
        done = True
        if subfields:
            found.append(Field(tag, "", field.indicators, subfields))
    return found if done else placed(found, [Field(tag, "", "  ", ((code, price),))])


def placed(fields: list[Field], new: Sequence[Field], at: int | None = None) -> list[Field]:
    """The fields with new ones among them: at a place, or each before the first of a higher tag."""
    if at is not None:
        return [*fields[:at], *new, *fields[at:]]
    fields = list(fields)
    for one in new:
        place = next((index for index, field in enumerate(fields) if field.tag > one.tag), len(fields))
        fields.insert(place, one)
    return fields


class _Editing:
    """An original that is brought to say a description."""

    def __init__(self, description: Description, writing: Writing, original: Record) -> None:
        self._wanted = description
        self._writing = writing
        self._leader = original.leader
        self.fields = list(original.fields)

    def record(self) -> Record:
        return Record(self._leader, tuple(self.fields))

    def says(self, section: Section) -> bool:
        """Whether the record says these parts as wanted."""
        told = self._writing.describe(self.record())
        return all(getattr(told, part) == getattr(self._wanted, part) for part in section.parts)

    def control(self, known: Description, changed: datetime) -> None:
        """Number, time of change, leader and coded field."""
        wanted, writing = self._wanted, self._writing
        if known.number != wanted.number:
            self._set("001", Field("001", wanted.number) if wanted.number else None)
        self._set("005", Field("005", stamp(changed)))
        if known.material is not wanted.material:
            self._leader = writing.leader_with(self._leader, wanted.material)
        coded = next((field for field in self.fields if field.tag == writing.coded_tag), None)
        if coded is None:
            if (known.year, known.languages) != (wanted.year, wanted.languages):
                self._set(writing.coded_tag, writing.coded(wanted, changed))
            return
        if known.year != wanted.year:
            coded = writing.with_year(coded, wanted.year)
        if known.languages != wanted.languages:
            coded = writing.with_language(coded, wanted.languages)
        self._set(writing.coded_tag, coded)

    def _set(self, tag: str, new: Field | None) -> None:
        at = next((index for index, field in enumerate(self.fields) if field.tag == tag), None)
        if at is not None:
            self.fields[at : at + 1] = [new] if new else []
        elif new:
            self.fields = placed(self.fields, [new])

    def replace(self, section: Section) -> None:
        """Make the record say this section: with as few fields touched as suffice, else with all of its tags."""
        before = list(self.fields)
        units = section.build(self._wanted)
        if section.each:
            self._replace_each(section, units)
        else:
            self._replace_first(section, units)
        if not self.says(section):
            self.fields = before
            self._replace_all(section, units)

    def _units(self, section: Section) -> list[Unit]:
        """The section's fields, each with its other script."""
        others = {link_of(field): field for field in self.fields if field.tag == LINKED}
        units: list[Unit] = []
        for field in self.fields:
            if field.tag in section.tags:
                other = others.get((field.tag, link_of(field)[1])) if field.first(_LINK) else None
                units.append((field, other) if other else (field,))
        return units

    def _values(self, section: Section, unit: Unit) -> list[object]:
        told = getattr(self._writing.describe(Record(self._leader, unit)), section.parts[0])
        return list(lines(told) if isinstance(told, str) else told)

    def _replace_each(self, section: Section, new: list[Unit]) -> None:
        """Keep the fields of values that are still wanted, in the wanted order; the others make way for new ones."""
        wanted = getattr(self._wanted, section.parts[0])
        values: list[object] = list(lines(wanted) if isinstance(wanted, str) else wanted)
        if len(new) != len(values):
            self._replace_all(section, new)
            return
        kept: dict[int, Unit] = {}
        covered: set[int] = set()
        silent: list[Unit] = []
        for unit in self._units(section):
            told = self._values(section, unit)
            places = [values.index(value) for value in told if value in values]
            if not told:
                silent.append(unit)
            elif len(places) == len(told) and not covered & set(places):
                kept[places[0]] = unit
                covered |= set(places)
        units = [kept.get(at, new[at]) for at in range(len(values)) if at in kept or at not in covered]
        self._put(self._units(section), [*units, *silent])

    def _replace_first(self, section: Section, new: list[Unit]) -> None:
        """Replace the first field that says something of the section; its other subfields stay."""
        for unit in self._units(section):
            told = self._writing.describe(Record(self._leader, unit))
            if any(getattr(told, part) for part in section.parts):
                stay = tuple(pair for pair in unit[0].subfields if pair[0] not in tuple(section.own))
                self._put([unit], [_with_subfields(unit, stay) for unit in new])
                return
        self._put([], new)

    def _replace_all(self, section: Section, new: list[Unit]) -> None:
        self._put(self._units(section), new)

    def _put(self, old: list[Unit], new: list[Unit]) -> None:
        gone = {id(field) for field in flat(old)}
        at = next((index for index, field in enumerate(self.fields) if id(field) in gone), None)
        self.fields = [field for field in self.fields if id(field) not in gone]
        new = _numbered(new, self._free_number())
        if at is None:
            self.fields = placed(self.fields, [unit[0] for unit in new])
        else:
            self.fields = placed(self.fields, [unit[0] for unit in new], at)
        self.fields = placed(self.fields, [one for unit in new for one in unit[1:]])

    def _free_number(self) -> int:
        used = [link_of(field)[1] for field in self.fields if field.first(_LINK)]
        return max((int(number) for number in used if number.isdigit()), default=0) + 1


def _with_subfields(unit: Unit, more: tuple[tuple[str, str], ...]) -> Unit:
    main = unit[0]
    return (Field(main.tag, main.value, main.indicators, (*main.subfields, *more)), *unit[1:])


def _with_copies(record: Record, copies: Sequence[Holding], mapping: Mapping, changed: datetime) -> Record:
    """The record with these copies and no others; untouched where it tells of them already."""
    if holdings(record, mapping) == tuple(copies):
        return record
    tags = {plan.field for plan in mapping.holding}
    rest = [field for field in record.fields if field.tag not in tags]
    rest = [Field("005", stamp(changed)) if field.tag == "005" else field for field in rest]
    return Record(record.leader, tuple(placed(rest, holding_fields(copies, mapping))))
