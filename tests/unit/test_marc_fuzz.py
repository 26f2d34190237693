"""However a file of records is damaged, it is read to its end: nothing is raised, nothing hangs, no byte is missing."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from libops.catalogue.marc.composing import compose
from libops.catalogue.marc.describing import describe
from libops.catalogue.marc.detect import detect
from libops.catalogue.marc.holdings import holdings, usual_mapping
from libops.catalogue.marc.marcxml import FOOTER, HEADER, to_xml
from libops.catalogue.marc.reading import read_records
from libops.catalogue.marc.reads import Good
from libops.catalogue.marc.records import Dialect, Encoding, Field, Format, Record
from libops.i18n import language
from libops.refusals import explain
from tests.unit.marc_samples import CHINESE, WESTERN, data, iso

ENGLISH = language("en")
FILLERS = b"\x00\x09\x0a\x0d\x1a\x1d \xef\xbb\xbf"
LIMIT = 20_000
NOW = datetime(2026, 3, 1, tzinfo=UTC)
MARC8 = Record("00000cam  2200000   4500", (Field("001", "8"), data("245", "10", "$aglobaliza\xf0co /$cM\xe2ilton.")))
GOOD_FILES = (
    iso(CHINESE) * 3,
    iso(CHINESE, "gb18030") * 3,
    iso(WESTERN) * 3,
    iso(MARC8, "latin-1") * 8,
    b"\r\n".join([iso(CHINESE), iso(WESTERN), iso(CHINESE, "gb18030")]),
    (HEADER + (to_xml(CHINESE) + to_xml(WESTERN)) * 2 + FOOTER).encode(),
    (HEADER.replace("UTF-8", "GB18030") + to_xml(CHINESE) * 3 + FOOTER).encode("gb18030"),
)


def _flip(raw: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 1, 2, 5, 40))):
        raw[chance.randrange(len(raw))] = chance.randrange(256)


def _cut(raw: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(raw))
    del raw[at : at + chance.choice((1, 2, 30, 500, 10_000))]


def _insert(raw: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(raw))
    raw[at:at] = chance.choice(
        (b"\x1d", b"\x1d\x1d", b"\x1e", b"\x1f", b"\x1b$1", b"\n", b"<", b"&", b"\xff\xfe", b"0" * 99)
    )


def _double(raw: bytearray, chance: random.Random) -> None:
    mark = chance.choice((b"\x1d", b"\x1e", b"\x1f", b"</record>", b"<record>"))
    raw[:] = raw.replace(mark, mark * 2, chance.choice((1, -1)))


def _lose(raw: bytearray, chance: random.Random) -> None:
    raw[:] = raw.replace(chance.choice((b"\x1d", b"\x1e", b"\x1f", b"</subfield>")), b"", chance.choice((1, 3, -1)))


def _lie(raw: bytearray, chance: random.Random) -> None:
    ends = [at + 1 for at, byte in enumerate(raw) if byte == 0x1D and at + 30 < len(raw)]
    at = chance.choice([0, *ends])
    place, size = chance.choice(((0, 5), (12, 5), (24 + 12 * chance.randrange(8) + 3, 9)))
    raw[at + place : at + place + size] = b"%0*d" % (size, chance.choice((0, 1, 25, 600, 99_999, 10**size - 1)))


def _swap(raw: bytearray, chance: random.Random) -> None:
    half = chance.randrange(len(raw))
    text = raw[half:].decode("utf-8", "replace").encode("gb18030")
    raw[half:] = text


def _grow(raw: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(raw))
    raw[at:at] = bytes([chance.randrange(256)]) * chance.choice((5_000, 30_000))


MUTATIONS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip,
    _cut,
    _insert,
    _double,
    _lose,
    _lie,
    _swap,
    _grow,
)


def mutated(seed: int) -> bytes:
    """A good file, damaged in one to three ways; the same for the same seed."""
    chance = random.Random(seed)
    raw = bytearray(chance.choice(GOOD_FILES))
    for _ in range(chance.choice((1, 1, 2, 3))):
        chance.choice(MUTATIONS)(raw, chance)
        raw = raw or bytearray(b"\x1d")
    return bytes(raw)


def check(raw: bytes, chance: random.Random) -> int:
    """Read the file as what it seems to be, or as something else, and all that can be made of it; how many are good."""
    seems = detect(raw, chance.choice(("", "a.mrc", "a.xml", "a.csv")))
    assert all(one.told(ENGLISH) for one in seems.why)
    form = seems.format if seems.format is not Format.CSV else Format.ISO2709
    form = chance.choice((form, form, form, Format.ISO2709, Format.MARCXML))
    encoding = chance.choice((seems.encoding, seems.encoding, *Encoding))
    dialect = chance.choice((seems.dialect or Dialect.MARC21, *Dialect))
    reads = list(read_records(io.BytesIO(raw), format=form, encoding=encoding, dialect=dialect, limit=LIMIT))
    at = good = 0
    for number, one in enumerate(reads, 1):
        assert one.number == number
        assert one.offset >= at
        assert one.length >= len(one.raw) > 0
        if form is Format.ISO2709:
            assert not raw[at : one.offset].strip(FILLERS)
            assert raw[one.offset : one.offset + len(one.raw)] == one.raw
        at = one.offset + one.length
        if isinstance(one, Good):
            good += 1
            describe(one.record, dialect)
            holdings(one.record, usual_mapping(dialect))
            reasons = list(one.warnings)
        else:
            reasons = [one.reason]
        assert all(explain(reason, ENGLISH).why for reason in reasons)
    if form is Format.ISO2709:
        assert at <= len(raw)
        assert not raw[at:].strip(FILLERS)
        if reads:
            some = chance.randrange(len(reads))
            after = read_records(
                io.BytesIO(raw), encoding=encoding, dialect=dialect, start=reads[some].after, limit=LIMIT
            )
            # What a record's leader says of the next ones is not known to whoever begins there; places are.
            assert [one.offset for one in after] == [one.offset for one in reads[some + 1 :]]
    return good


def check_all(seeds: range) -> None:
    """Every file, and that damage was neither absent nor everywhere, or nothing would have been tried."""
    good = sum(check(mutated(seed), random.Random(seed)) for seed in seeds)
    assert len(seeds) / 2 < good < len(seeds) * 5


def test_a_thousand_damaged_files_are_read_to_their_ends() -> None:
    check_all(range(1_000))


@pytest.mark.soak
def test_ten_thousand_damaged_files_are_read_to_their_ends() -> None:
    check_all(range(1_000, 11_000))


def test_files_of_nothing_but_chance_are_read_to_their_ends() -> None:
    chance = random.Random(4)
    for _ in range(150):
        alphabet = chance.choice(
            (bytes(range(256)), b"\x1d\x1e\x1f0123a ", b"<record>/\"'&; \x1d", b"\x1b$1(B)!\x1d\x1e")
        )
        check(bytes(chance.choices(alphabet, k=chance.randrange(1, 3_000))), chance)


def test_whatever_was_read_from_a_damaged_file_can_be_brought_to_say_another_description() -> None:
    wanted = {Dialect.CNMARC: describe(WESTERN, Dialect.MARC21), Dialect.MARC21: describe(CHINESE, Dialect.CNMARC)}
    written = 0
    for seed in range(60):
        raw = mutated(seed)
        seems = detect(raw)
        form = seems.format if seems.format is not Format.CSV else Format.ISO2709
        dialect = seems.dialect or Dialect.MARC21
        for one in read_records(io.BytesIO(raw), format=form, encoding=seems.encoding, dialect=dialect, limit=LIMIT):
            if isinstance(one, Good):
                record = compose(wanted[dialect], dialect, changed=NOW, original=one.record, copies=())
                assert describe(record, dialect) == wanted[dialect]
                assert holdings(record, usual_mapping(dialect)) == ()
                written += 1
    assert written > 60


def test_the_untouched_files_are_good_throughout() -> None:
    for raw in GOOD_FILES:
        seems = detect(raw)
        dialect = seems.dialect or Dialect.MARC21
        reads = list(read_records(io.BytesIO(raw), format=seems.format, encoding=seems.encoding, dialect=dialect))
        bad = [one for one in reads if not isinstance(one, Good)]
        # Of three encodings in one file one fits two: the third is bad, and told.
        assert len(bad) == (1 if b"\r\n" in raw else 0)
