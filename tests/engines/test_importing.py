"""Files of records read into a library: what is added, known again, changed, refused, and gone on with."""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import func, select

from db.tables import IMPORT_FAULT, IMPORT_RUN, ITEM, TITLE, TITLE_IDENTIFIER, TITLE_RECORD
from libops.catalogue import original, titles
from libops.catalogue.description import Description, Holding, NameRole, TitleName
from libops.catalogue.importing import fault_files, reading_in, runs
from libops.catalogue.importing.foreseeing import Foreseen
from libops.catalogue.importing.incoming import Incoming
from libops.catalogue.importing.looking import found_out
from libops.catalogue.importing.planning import Kind, Step
from libops.catalogue.importing.reading_in import read_in
from libops.catalogue.importing.runs import Run
from libops.catalogue.importing.settings import Match, settings_for
from libops.catalogue.marc.reads import START
from libops.catalogue.search.finding import find
from libops.doctor import examine
from libops.i18n import Language
from libops.refusals import Refusal
from libops.work import Actor
from tests.engines.incoming_files import AGAIN, BY_ISBN, LEAVE, SETTINGS, book, file_of, read_whole, rehearsed
from tests.engines.town import BOOK, CLERK, OPERATOR, SORTER, SUPERVISOR, Town, refused

ISBN, OTHER_ISBN, THIRD_ISBN = "9787020002207", "9787208061644", "9787544270878"


def _counts(run: Run) -> dict[str, int]:
    return {name: count for name, count in msgspec.structs.asdict(run.counts).items() if count}


def _titles(town: Town) -> int:
    return int(town.ask(select(func.count()).select_from(TITLE))[0][0])


def _codes(town: Town, run: Run) -> list[tuple[int, list[str]]]:
    faults = town.look(runs.faults, by=OPERATOR, run_id=run.id)
    return [(fault.place, [reason.code for reason in fault.reasons]) for fault in faults]


def _found(town: Town, typed: str) -> list[str]:
    return [hit.number for hit in town.look(find, typed=typed).results]


def test_new_titles_go_in_with_their_copies_and_are_found(town: Town, tmp_path: Path) -> None:
    told = Holding("B101", branch="MAIN", call_number="I210.6", price="CNY31.50", volume="上", status="restricted")
    run = read_whole(town, file_of(tmp_path, [book("c1", "呐喊", isbn=ISBN, copies=[told, "B102"])]))
    assert _counts(run) == {"records": 1, "added": 1, "items_added": 2}
    card = town.look(titles.show_title, number="c1")
    assert [(copy.barcode, copy.branch_code, copy.volume) for copy in card.copies] == [
        ("B102", "MAIN", ""),
        ("B101", "MAIN", "上"),
    ]
    assert town.status_of("B101") == "restricted"
    # What a record says of its price stands for copies that say none.
    prices = dict(town.ask(select(ITEM.c.barcode, ITEM.c.price).where(ITEM.c.barcode.in_(["B101", "B102"]))))
    assert prices == {"B101": 3150, "B102": 2800}
    assert _found(town, "呐喊") == ["c1"]
    assert _found(town, ISBN) == ["c1"]
    assert examine(town.library) == []


def test_copies_whose_call_number_their_location_cannot_read_are_counted(town: Town, tmp_path: Path) -> None:
    def told(number: str) -> Holding:
        return Holding("B101", branch="MAIN", location="M-A", call_number=number)

    foreign = Holding("B102", branch="MAIN", location="M-A", call_number="510.2 W12")
    file = file_of(tmp_path, [book("c1", "呐喊", copies=[told("I210.6/L82"), foreign]), book("c2", "彷徨")])
    assert [step.unreadable for step in rehearsed(town, file)] == [1, 0]
    assert read_whole(town, file).counts.items_unreadable == 1
    later = file_of(tmp_path, [book("c1", "呐喊", copies=[told("510.2 L82"), foreign])], name="later.mrc")
    assert [step.unreadable for step in rehearsed(town, later)] == [1]
    assert read_whole(town, later).counts.items_unreadable == 1


def test_copies_without_a_barcode_are_counted(town: Town, tmp_path: Path) -> None:
    bare = Holding("", branch="MAIN", call_number="I210.6")
    records = [
        book("c1", "呐喊", copies=["B101", bare]),
        book("c2", "彷徨", copies=[bare]),
        book("", "", copies=[bare]),
    ]
    file = file_of(tmp_path, records)
    assert [step.without_barcode for step in rehearsed(town, file)] == [1, 1, 0]
    run = read_whole(town, file)
    assert _counts(run) == {"records": 3, "added": 2, "bad": 1, "items_added": 1, "items_without_barcode": 2}
    assert town.look(runs.find_run, run_id=run.id).counts == run.counts


def test_where_a_record_came_from_is_shown_with_its_title(town: Town, tmp_path: Path) -> None:
    first, second = book("c1", "呐喊"), book("c2", "彷徨")
    file = file_of(tmp_path, [first, second])
    read_whole(town, file)
    came = town.look(titles.show_title, number="c2").provenance
    assert came is not None
    assert (came.file, came.place, came.source, came.control_number) == ("new.mrc", 2, "人天书店", "c2")
    assert (came.format, came.encoding) == ("cnmarc/iso2709", "utf-8")
    kept = town.look(original.original_record, number="c2")
    assert kept is not None
    assert file.read_bytes()[came.start :] == kept


def test_the_same_file_again_doubles_nothing(town: Town, tmp_path: Path) -> None:
    file = file_of(tmp_path, [book(f"c{n}", f"书{n}", copies=[f"B10{n}"]) for n in range(4)])
    first = read_whole(town, file)
    before = _titles(town)
    again = read_whole(town, file)
    assert _counts(again) == {"records": 4, "same": 4}
    assert again.id != first.id
    assert _titles(town) == before
    forced = read_whole(town, file, AGAIN)
    assert _counts(forced) == {"records": 4, "same": 4}


def test_a_record_that_changed_changes_its_title_and_copies(town: Town, tmp_path: Path) -> None:
    read_whole(town, file_of(tmp_path, [book("c1", "呐喊", isbn=ISBN, copies=["B101"])]))
    told = Holding("B101", branch="WEST", call_number="I210.6/3")
    later = file_of(tmp_path, [book("c1", "呐喊 新版", isbn=OTHER_ISBN, copies=[told, "B103"])], "later.mrc")
    (step,) = rehearsed(town, later)
    assert (step.kind, step.before is not None and step.before.title) == (Kind.CHANGED, "呐喊")
    assert _counts(read_whole(town, later)) == {"records": 1, "changed": 1, "items_added": 1, "items_changed": 1}
    card = town.look(titles.show_title, number="c1")
    assert card.about.title == "呐喊 新版"
    assert {copy.barcode: copy.branch_code for copy in card.copies} == {"B101": "WEST", "B103": "MAIN"}
    assert _found(town, OTHER_ISBN) == ["c1"]
    assert _found(town, ISBN) == []
    assert card.provenance is not None
    assert card.provenance.file == "later.mrc"


def test_what_a_record_does_not_say_of_a_copy_stays(town: Town, tmp_path: Path) -> None:
    told = Holding("B101", branch="WEST", call_number="I210.6", price="9.90", volume="上", item_type="disc")
    read_whole(town, file_of(tmp_path, [book("c1", "呐喊", copies=[told])]))
    before = town.ask(select(ITEM).where(ITEM.c.barcode == "B101"))[0]
    run = read_whole(town, file_of(tmp_path, [book("c1", "呐喊集", isbn=ISBN, copies=["B101"])], "later.mrc"))
    assert _counts(run) == {"records": 1, "changed": 1}
    assert town.ask(select(ITEM).where(ITEM.c.barcode == "B101"))[0] == before


def test_a_field_nobody_describes_by_is_kept_up_to_date_all_the_same(town: Town, tmp_path: Path) -> None:
    record = book("c1", "呐喊")
    read_whole(town, file_of(tmp_path, [record]))
    extended = msgspec.structs.replace(record, fields=(*record.fields, book("", "x").fields[-1]))
    later = file_of(tmp_path, [extended], "later.mrc")
    assert _counts(read_whole(town, later)) == {"records": 1, "same": 1}
    assert town.look(original.original_record, number="c1") == later.read_bytes()


def test_a_title_that_is_to_be_left_gets_new_copies_and_nothing_else(town: Town, tmp_path: Path) -> None:
    read_whole(town, file_of(tmp_path, [book("c1", "呐喊", copies=["B101"])]))
    kept = town.look(original.original_record, number="c1")
    told = Holding("B101", branch="WEST")
    later = file_of(tmp_path, [book("c1", "别的", copies=[told, "B102"])], "later.mrc")
    assert _counts(read_whole(town, later, LEAVE)) == {"records": 1, "changed": 1, "items_added": 1}
    card = town.look(titles.show_title, number="c1")
    assert card.about.title == "呐喊"
    assert {copy.barcode: copy.branch_code for copy in card.copies} == {"B101": "MAIN", "B102": "MAIN"}
    assert town.look(original.original_record, number="c1") == kept
    assert _counts(read_whole(town, later, LEAVE)) == {"records": 1, "same": 1}


def test_a_title_of_another_source_is_known_again_by_its_isbn(town: Town, tmp_path: Path) -> None:
    read_whole(town, file_of(tmp_path, [book("c1", "呐喊", isbn=ISBN)]))
    other = file_of(tmp_path, [book("x9", "呐喊 / 别家", isbn="7-02-000220-X", source="别家")], "other.mrc")
    assert _counts(read_whole(town, other)) == {"records": 1, "changed": 1}
    assert town.look(titles.show_title, number="c1").about.title == "呐喊 / 别家"


def test_another_record_of_one_source_with_the_same_isbn_is_another_title(town: Town, tmp_path: Path) -> None:
    read_whole(town, file_of(tmp_path, [book("c1", "上册", isbn=ISBN)]))
    assert _counts(read_whole(town, file_of(tmp_path, [book("c2", "下册", isbn=ISBN)], "b.mrc"))) == {
        "records": 1,
        "added": 1,
    }


def test_volumes_may_share_an_isbn(town: Town, tmp_path: Path) -> None:
    volumes = [book(f"v{n}", "全集", isbn=ISBN, volume=f"第{n}卷", source="") for n in (1, 2, 3)]
    file = file_of(tmp_path, volumes)
    assert _counts(read_whole(town, file)) == {"records": 3, "added": 3}
    assert _counts(read_whole(town, file)) == {"records": 3, "same": 3}


def test_an_isbn_of_several_titles_tells_nothing(town: Town, tmp_path: Path) -> None:
    read_whole(town, file_of(tmp_path, [book("v1", "上", isbn=ISBN), book("v2", "下", isbn=ISBN)]))
    run = read_whole(town, file_of(tmp_path, [book("", "全", isbn=ISBN)], "all.mrc"), BY_ISBN)
    assert _codes(town, run) == [(1, ["import.several_titles"])]


def test_the_barcode_of_another_title_stops_the_whole_record(town: Town, tmp_path: Path) -> None:
    before = _titles(town)
    file = file_of(tmp_path, [book("c1", "呐喊", copies=["B101", BOOK]), book("c2", "彷徨", copies=["B102"])])
    run = read_whole(town, file)
    assert _counts(run) == {"records": 2, "added": 1, "bad": 1, "items_added": 1}
    assert _codes(town, run) == [(1, ["copy.barcode_taken"])]
    assert _titles(town) == before + 1
    assert not town.ask(select(ITEM.c.id).where(ITEM.c.barcode == "B101"))
    (fault,) = town.look(runs.faults, by=OPERATOR, run_id=run.id)
    assert file.read_bytes()[fault.start : fault.start + fault.length] == fault.record


def test_every_reason_against_a_copy_is_told_at_once(town: Town, tmp_path: Path) -> None:
    told = Holding("B101", branch="NOWHERE", item_type="scroll", status="flying")
    run = read_whole(town, file_of(tmp_path, [book("c1", "呐喊", copies=[told, Holding("X1", branch="MAIN")])]))
    assert _codes(town, run) == [
        (1, ["copy.no_branch", "copy.no_type", "import.no_status", "copy.not_a_barcode"]),
    ]


def test_twins_in_one_file_become_one_title(town: Town, tmp_path: Path) -> None:
    records = [
        book("c1", "呐喊", copies=["B101"]),
        book("c1", "呐喊 二", copies=["B101", "B102"]),
        book("c2", "别的", copies=["B102"]),
        book("c1", "呐喊 三", source="别家"),
    ]
    run = read_whole(town, file_of(tmp_path, records))
    assert _counts(run) == {"records": 4, "added": 2, "changed": 1, "bad": 1, "items_added": 2}
    assert _codes(town, run) == [(3, ["copy.barcode_taken"])]
    numbers = [row[0] for row in town.ask(select(TITLE.c.number).order_by(TITLE.c.id))]
    assert numbers[-2:] == ["c1", "L00000001"]


def test_what_cannot_be_read_is_kept_once_with_where_and_why(town: Town, tmp_path: Path) -> None:
    good = [book("c1", "呐喊"), book("c2", "彷徨")]
    broken = b"00100nam0 2200049   450 001000500000200000900005\x1eabc\x1d"
    file = file_of(tmp_path, [good[0], broken, book("c3", ""), good[1]])
    for _ in range(2):
        run = read_whole(town, file)
        assert [place for place, _ in _codes(town, run)] == [2, 3]
        assert _codes(town, run)[1] == (3, ["import.no_title"])
        assert run.counts.bad == 2
    kept = town.ask(select(IMPORT_FAULT.c.record).order_by(IMPORT_FAULT.c.id))
    assert [bytes(row[0]) for row in kept][:1] == [broken]
    assert len(kept) == 4


def test_a_rehearsal_tells_the_same_and_writes_nothing(town: Town, tmp_path: Path) -> None:
    file = file_of(tmp_path, [book("c1", "呐喊", copies=["B101"]), book("c2", "", copies=["B102"])])
    before = _titles(town), town.story()
    assert [step.kind for step in rehearsed(town, file)] == [Kind.ADDED, Kind.BAD]
    assert (_titles(town), town.story()) == before
    assert not town.ask(select(IMPORT_RUN.c.id))


@pytest.mark.parametrize(("name", "raw"), [("a.mrc", b""), ("a.mrc", b"\r\n"), ("a.xml", b""), ("a.csv", b"title\n\n")])
def test_a_file_without_a_record_is_refused_and_nothing_begun(
    town: Town, tmp_path: Path, name: str, raw: bytes
) -> None:
    file = tmp_path / name
    file.write_bytes(raw)
    settings = settings_for(found_out(file))
    assert refused(lambda: read_whole(town, file, settings)) == ["import.no_records"]
    assert refused(lambda: rehearsed(town, file, settings)) == ["import.no_records"]
    assert not town.ask(select(IMPORT_RUN.c.id))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_titles_of_a_table_have_authors_as_at_the_founding(town: Town, tmp_path: Path, delimiter: str) -> None:
    file = tmp_path / "titles.csv"
    rows = (
        ["number", "title", "author", "author_alt", "names"],
        ["t1", "呐喊", "鲁迅、许广平", "Lu Xun、Xu Guangping", ""],
        ["t2", "彷徨", "鲁迅", "", "鲁迅 | editor: 许广平"],
    )
    file.write_text("".join(delimiter.join(row) + "\n" for row in rows))
    assert _counts(read_whole(town, file, settings_for(found_out(file)))) == {"records": 2, "added": 2}
    names = [town.look(titles.show_title, number=number).about.names for number in ("t1", "t2")]
    assert names[0] == (TitleName("鲁迅", alt="Lu Xun"), TitleName("许广平", alt="Xu Guangping"))
    assert names[1] == (TitleName("鲁迅"), TitleName("许广平", NameRole.EDITOR))


def test_a_bad_row_of_a_table_of_titles_goes_in_once_mended(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "titles.csv"
    file.write_text("title;year;number\n呐喊;MCM;t1\n")
    run = read_whole(town, file, settings_for(found_out(file)))
    assert _codes(town, run) == [(2, ["import.cell_wrong"])]
    files = fault_files.at(tmp_path / "bad.csv")
    with town.library.look(actor=OPERATOR, place=town.place()) as look:
        fault_files.write_faults(look, run, files, Language("en"))
    mended = tmp_path / "mended.csv"
    mended.write_bytes(files.records.read_bytes().replace(b"MCM", b"1923"))
    assert _counts(read_whole(town, mended, settings_for(found_out(mended)))) == {"records": 1, "added": 1}
    assert town.look(titles.show_title, number="t1").about.year == 1923


@pytest.mark.parametrize("batch", [500, 2])
def test_a_rehearsal_tells_twins_of_one_file_as_they_would_go_in(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(reading_in, "BATCH", batch)
    read_whole(town, file_of(tmp_path, [book("c0", "野草", isbn=THIRD_ISBN, copies=["B100"])], "before.mrc"))
    first = book("c1", "呐喊", isbn=ISBN, copies=["B101"])
    moved = Holding("B101", branch="WEST")
    records = [
        first,
        first,
        book("c1", "呐喊 新版", isbn=OTHER_ISBN, copies=[moved, "B102"]),
        book("c2", "别的", copies=["B102"]),
        book("x1", "呐喊 新版", isbn=OTHER_ISBN, source="别家", author="周树人"),
        book("x1", "呐喊 新版", isbn=OTHER_ISBN, source="别家", author="周树人"),
        book("x2", "彷徨", isbn=ISBN, source="别家"),
        book("c0", "野草", isbn=THIRD_ISBN, copies=["B100", "B103"]),
        book("c0", "野草", isbn=THIRD_ISBN, copies=["B100", "B103"]),
        book("x0", "别的书", isbn=THIRD_ISBN, source="别家"),
        first,
    ]
    file = file_of(tmp_path, records)
    kinds = [step.kind for step in rehearsed(town, file)]
    run = read_whole(town, file)
    assert {kind: kinds.count(kind) for kind in Kind} == {kind: getattr(run.counts, kind) for kind in Kind}
    told = [Kind.ADDED, Kind.SAME, Kind.CHANGED, Kind.BAD, Kind.CHANGED, Kind.SAME, Kind.ADDED, Kind.CHANGED]
    assert kinds == [*told, Kind.SAME, Kind.BAD, Kind.CHANGED]


def test_a_rehearsal_forgets_what_is_far_behind() -> None:
    foreseen = Foreseen(most=2)
    for number in ("1", "2", "3"):
        about = Description(title=number, isbns=(ISBN,))
        record = Incoming(1, 0, 0, b"", START, "d", about, "", number)
        foreseen.add(Step(record, Kind.ADDED, number=number), None)
    assert [title.number for title in foreseen.titles.values()] == ["2", "3"]
    assert (set(foreseen.numbered), set(foreseen.recorded)) == ({"2", "3"}, {("", "2"), ("", "3")})
    assert [row.control_number for row in foreseen.identified[ISBN]] == ["2", "3"]


def test_other_settings_for_a_file_that_broke_off_are_refused(town: Town, tmp_path: Path) -> None:
    file = file_of(tmp_path, [book("c1", "呐喊")])
    reading = read_in(town.library, file, SETTINGS, actor=OPERATOR, place=town.place())
    run = next(reading).run
    reading.close()
    assert refused(lambda: read_whole(town, file, LEAVE)) == ["import.other_settings"]
    town.act(runs.end, by=OPERATOR, run_id=run.id)
    assert _counts(read_whole(town, file, LEAVE)) == {"records": 1, "added": 1}


def test_a_file_that_broke_off_is_gone_on_with_where_it_stood(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_in, "BATCH", 2)
    file = file_of(tmp_path, [book(f"c{n}", f"书{n}" if n != 1 else "", copies=[f"B10{n}"]) for n in range(7)])
    reading = read_in(town.library, file, SETTINGS, actor=OPERATOR, place=town.place())
    states = [next(reading).run.counts.records for _ in range(3)]
    reading.close()
    assert states == [0, 2, 4]
    going_on = list(read_in(town.library, file, SETTINGS, actor=OPERATOR, place=town.place()))
    assert going_on[0].resumed
    assert [one.run.counts.records for one in going_on] == [4, 6, 7, 7]
    assert _counts(going_on[-1].run) == {"records": 7, "added": 6, "bad": 1, "items_added": 6}
    assert _codes(town, going_on[-1].run) == [(2, ["import.no_title"])]


def test_of_two_programs_at_one_file_exactly_one_goes_on(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_in, "BATCH", 5)
    file = file_of(tmp_path, [book(f"c{n}", f"书{n}", copies=[f"B1{n:03d}"]) for n in range(60)])
    start, ended = threading.Barrier(2), list[str]()

    def read() -> None:
        start.wait()
        try:
            for one in read_in(town.library, file, SETTINGS, actor=OPERATOR, place=town.place()):
                if one.run.counts.records == 0:
                    start.wait()
            ended.append("whole")
        except Refusal as refusal:
            ended.append(refusal.reasons[0].code)

    programs = [threading.Thread(target=read) for _ in range(2)]
    for program in programs:
        program.start()
    for program in programs:
        program.join(60)
    assert sorted(ended) == ["import.elsewhere", "whole"]
    (row,) = town.ask(select(IMPORT_RUN.c.records, IMPORT_RUN.c.added, IMPORT_RUN.c.items_added))
    assert tuple(row) == (60, 60, 60)


@pytest.mark.parametrize("by", [CLERK, SORTER])
def test_reading_in_needs_the_permission(town: Town, tmp_path: Path, by: Actor) -> None:
    file = file_of(tmp_path, [book("c1", "呐喊")])
    assert refused(lambda: read_whole(town, file, by=by)) == ["permission.missing"]
    assert not town.ask(select(IMPORT_RUN.c.id))


def test_whoever_supervises_may_read_in(town: Town, tmp_path: Path) -> None:
    assert read_whole(town, file_of(tmp_path, [book("c1", "呐喊")]), by=SUPERVISOR).counts.added == 1


def test_every_title_read_in_is_whole(town: Town, tmp_path: Path) -> None:
    records = [book(f"c{n}", f"书{n}", isbn=ISBN if n % 7 == 0 else "", copies=[f"B1{n:03d}"]) for n in range(40)]
    read_whole(town, file_of(tmp_path, records), msgspec.structs.replace(SETTINGS, match=(Match.CONTROL_NUMBER,)))
    recorded = town.ask(select(TITLE_RECORD.c.title_id))
    assert len(recorded) == 40
    assert len(town.ask(select(TITLE_IDENTIFIER.c.id).where(TITLE_IDENTIFIER.c.value == ISBN))) == 6
    assert not town.ask(select(TITLE.c.id).where(TITLE.c.title_key == ""))
    assert examine(town.library) == []
