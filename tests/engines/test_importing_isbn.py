"""Records of several sources for one ISBN: which are one title, and what of each is kept."""

from __future__ import annotations

from pathlib import Path

import msgspec

from libops.catalogue import original, titles
from libops.catalogue.cataloguing import add_title
from libops.catalogue.description import Description
from libops.catalogue.importing import runs
from libops.catalogue.importing.planning import Kind
from libops.catalogue.importing.runs import Run
from libops.catalogue.marc.records import Record
from tests.engines.incoming_files import AGAIN, BY_ISBN, book, file_of, read_whole, rehearsed
from tests.engines.town import OPERATOR, Town
from tests.unit.marc_samples import data

ISBN = "9787020002207"


def _rich(number: str = "c1", title: str = "呐喊: 小说集") -> Record:
    record = book(number, title, isbn=ISBN)
    more = (data("215", "  ", "$a233页"), data("300", "  ", "$a有插图"), data("606", "0 ", "$a小说集$y中国"))
    return msgspec.structs.replace(record, fields=(*record.fields, *more))


def _poor(title: str = "呐喊", number: str = "x9") -> Record:
    return book(number, title, isbn="7-02-000220-X", source="别家", author="周树人")


def _what(run: Run) -> tuple[int, int, int, int]:
    return run.counts.added, run.counts.changed, run.counts.same, run.counts.bad


ADDED, CHANGED, SAME, BAD = (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)


def _read(town: Town, folder: Path, record: Record, name: str) -> Run:
    return read_whole(town, file_of(folder, [record], name))


def test_what_a_poorer_record_of_another_source_leaves_unsaid_stays(town: Town, tmp_path: Path) -> None:
    _read(town, tmp_path, _rich(), "rich.mrc")
    before = town.look(titles.show_title, number="c1").about
    assert _what(_read(town, tmp_path, _poor(), "poor.mrc")) == CHANGED
    about = town.look(titles.show_title, number="c1").about
    assert (about.title, [name.name for name in about.names]) == ("呐喊", ["周树人"])
    assert (about.extent, about.note, about.subjects) == (before.extent, before.note, before.subjects)
    assert all((about.extent, about.note, about.subjects))
    assert about.number == "c1"


def test_files_of_two_sources_come_to_rest(town: Town, tmp_path: Path) -> None:
    rich, poor = (file_of(tmp_path, [one], f"{at}.mrc") for at, one in enumerate((_rich(), _poor())))
    assert [_what(read_whole(town, file)) for file in (rich, poor)] == [ADDED, CHANGED]
    assert [_what(read_whole(town, file)) for file in (poor, rich, poor, rich)] == [SAME] * 4
    assert _what(read_whole(town, poor, AGAIN)) == SAME
    # The record of whoever told of the title first is the one that is kept.
    assert town.look(original.original_record, number="c1") == rich.read_bytes()


def test_an_isbn_on_a_record_of_another_title_is_a_fault(town: Town, tmp_path: Path) -> None:
    _read(town, tmp_path, _rich(), "rich.mrc")
    run = _read(town, tmp_path, _poor("彷徨"), "other.mrc")
    assert _what(run) == BAD
    (fault,) = town.look(runs.faults, by=OPERATOR, run_id=run.id)
    (reason,) = fault.reasons
    assert (reason.code, reason.facts) == ("import.other_title", {"isbn": ISBN, "title": "呐喊: 小说集"})
    assert town.look(titles.show_title, number="c1").about.title == "呐喊: 小说集"


def test_of_several_titles_with_an_isbn_the_one_called_the_same_is_meant(town: Town, tmp_path: Path) -> None:
    read_whole(town, file_of(tmp_path, [_rich(), book("c2", "彷徨", isbn=ISBN)]))
    assert _what(_read(town, tmp_path, _poor("彷徨"), "other.mrc")) == CHANGED
    assert [name.name for name in town.look(titles.show_title, number="c2").about.names] == ["周树人"]


def test_a_title_is_the_same_by_its_name_in_the_other_language(town: Town, tmp_path: Path) -> None:
    about = Description(title="Call to Arms", title_alt="吶喊", isbns=(ISBN,), extent="233 p.")
    number = town.act(add_title, by=OPERATOR, about=about).number
    poor = _poor("Nahan")
    parallel = msgspec.structs.replace(
        poor, fields=tuple(data("200", "1 ", "$aNahan$9呐喊") if one.tag == "200" else one for one in poor.fields)
    )
    told = [rehearsed(town, file_of(tmp_path, [one], "parallel.mrc"))[0].kind for one in (poor, parallel)]
    assert told == [Kind.BAD, Kind.CHANGED]
    assert town.look(titles.show_title, number=number).about == about


def test_a_record_of_a_title_that_was_catalogued_here_is_kept_and_nothing_is_lost(town: Town, tmp_path: Path) -> None:
    about = Description(title="呐喊", isbns=(ISBN,), summary="十四篇小说")
    number = town.act(add_title, by=OPERATOR, about=about).number
    file = file_of(tmp_path, [_poor()])
    assert _what(read_whole(town, file)) == CHANGED
    card = town.look(titles.show_title, number=number)
    assert (card.about.summary, card.about.number) == ("十四篇小说", "x9")
    assert town.look(original.original_record, number=number) == file.read_bytes()
    assert _what(read_whole(town, file)) == SAME


def test_a_record_known_by_isbn_alone_is_its_own_again(town: Town, tmp_path: Path) -> None:
    first = file_of(tmp_path, [_rich()])
    later = file_of(tmp_path, [book("c1", "呐喊", isbn=ISBN)], "later.mrc")
    assert _what(read_whole(town, first, BY_ISBN)) == ADDED
    assert _what(read_whole(town, first, BY_ISBN)) == SAME
    assert _what(read_whole(town, later, BY_ISBN)) == CHANGED
    assert town.look(titles.show_title, number="c1").about.extent == ""
    assert town.look(original.original_record, number="c1") == later.read_bytes()
