"""The catalogue by command: searching it, titles, copies, changes of many of them, and making it anew."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from db.database import Database
from libops.i18n import Language
from tests.commands.program import BOOK, CLERK, OTHER_BOOK, SORTER, Program, Ran

ON_SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
"""For what commands do by themselves; what acts do is tested on both engines with the acts."""


def luhn(body: str) -> str:
    """A barcode of 14 digits."""
    from stdnum import luhn as numbers

    return body + numbers.calc_check_digit(body)


NEW = luhn("3999900000001")
OTHER_NEW = luhn("3999900000002")
"""Barcodes that no item of the sample has."""


def titles(ran: Ran) -> list[object]:
    return [row["title"] for row in ran.page.results]


def add(library: Program, *arguments: str) -> str:
    """Catalogue a title; its number."""
    ran = library.json("title", "add", *arguments)
    assert ran.code == 0, ran
    return str(ran.json["number"])


def test_titles_are_found_by_words_sounds_and_numbers(library: Program) -> None:
    for typed in (["红楼"], ["紅樓夢"], ["honglou"], ["hlm"], ["978-7-02-000220-7"], [BOOK], ["dream", "red"]):
        assert "红楼梦" in titles(library.json("search", *typed)), typed
    row = next(row for row in library.json("search", "红楼梦").page.results if row["title"] == "红楼梦")
    assert (row["author"], row["isbn"], row["material"]) == ("曹雪芹", "9787020002207", "book")
    shown = library.run("search", "红楼梦")
    assert "红楼梦" in shown.out
    assert " in  " in shown.out
    assert "Copies" in shown.out.splitlines()[0]
    assert shown.err.splitlines()[-1].endswith(("title", "titles"))


@ON_SQLITE
def test_a_search_is_narrowed_and_paged(library: Program) -> None:
    first = library.json("search", "中国", "--limit", "1")
    assert first.json["total"] != 0
    for number in range(3):
        add(library, f"分页 {number}", "--language", "zh", "--year", str(1990 + number))
    page = library.json("search", "分页", "--limit", "2").page
    assert (len(page.results), page.next is not None) == (2, True)
    rest = library.json("search", "分页", "--limit", "2", "--after", str(page.next)).page
    assert (len(rest.results), rest.next) == (1, None)
    assert f"--after {page.next}" in library.run("search", "分页", "--limit", "2").err
    assert titles(library.json("search", "分页", "--from", "1991", "--to", "1991")) == ["分页 1"]
    assert len(titles(library.json("search", "分页", "--language", "zh", "--material", "book"))) == 3
    for option in (["--available"], ["--branch", "N"], ["--type", "book"], ["--material", "map"], ["--language", "en"]):
        nothing = library.json("search", "分页", *option).json
        assert (nothing["total"], nothing["unnarrowed"]) == (0, 3), option
    assert library.json("search", "x", "--branch", "NO", "--type", "NO").refused == ["copy.no_branch", "copy.no_type"]
    assert library.json("search", "？").refused == ["search.empty"]
    assert library.json("search", "x", "--after", "nonsense").refused == ["search.bad_cursor"]
    for wrong in (["--from", "soon"], ["--to", "19999"], ["--material", "paper"]):
        assert library.json("search", "x", *wrong).code == 2


@ON_SQLITE
def test_where_nothing_is_found_it_says_what_was_tried(library: Program) -> None:
    add(library, "找得到", "--language", "zh")
    ran = library.run("search", "找得到", "quasarish", "--language", "zh")
    assert (ran.code, ran.out) == (0, "")
    for said in ("Nothing was found.", "words of titles, names and subjects: 找得到 quasarish", "at all: quasarish"):
        assert said in ran.err
    hidden = library.run("search", "找得到", "--language", "en").err
    assert "Without the narrowing there is 1 title." in hidden
    assert "its check digit is wrong: 9787020002208" in library.run("search", "9787020002208").err
    library.set(LIBOPS_LANGUAGE="zh")
    assert Language("zh").say("Nothing was found.") in library.run("search", "quasarish").err


@ON_SQLITE
def test_notes_of_several_lines_are_shown_line_by_line(library: Program) -> None:
    number = add(library, "三体", "--title-note", "一\n二", "--summary", "甲\n乙")
    assert library.run("title", "show", number).out.splitlines()[2:6] == ["一", "二", "甲", "乙"]


@ON_SQLITE
def test_a_title_is_catalogued_shown_and_changed_by_its_options(library: Program) -> None:
    number = add(
        library,
        "三体 II: 黑暗森林",
        *("--author", "刘某欣=Liu Mouxin", "--translator", "Joel Martinsen", "--editor", "姚海军"),
        *("--publisher", "重庆出版社", "--place", "重庆", "--year", "2008", "--isbn", "978-7-9999-0000-9"),
        *("--set", "三体", "--volume-of-set", "2", "--subject", "科幻", "--subject", "长篇", "--clc", "I247.55"),
        *("--list-price", "CNY32.00", "--title-note", "附记", "--summary", "面壁者", "--known-as", "黑暗森林"),
    )
    shown = library.run("title", "show", number).out
    for said in (
        "三体 II: 黑暗森林",
        "刘某欣 Liu Mouxin",
        "Joel Martinsen",
        "2008",
        "9787999900009",
        "科幻, 长篇",
        "no copies",
    ):
        assert said in shown
    about = library.json("title", "show", "--isbn", "7999900001").json["about"]
    assert isinstance(about, dict)
    assert (about["volume"], about["note"], about["price"]) == ("2", "附记", "CNY32.00")
    changed = library.run("title", "change", number, "--year", "2010", "--author", "", "--title-note", "")
    assert changed.out.startswith("Changed.")
    after = library.json("title", "show", number).json["about"]
    assert isinstance(after, dict)
    assert after.pop("year") == 2010
    assert [name["name"] for name in after.pop("names")] == ["姚海军", "Joel Martinsen"]
    assert after == {name: value for name, value in about.items() if name not in ("year", "names", "note")}
    assert titles(library.json("search", "hasl")) == titles(library.json("search", "刘某欣")) == []


@ON_SQLITE
def test_a_title_comes_from_a_file_and_goes_into_one(library: Program, tmp_path: Path) -> None:
    file = tmp_path / "title.json"
    file.write_text(json.dumps({"title": "来自文件", "names": [{"name": "某人"}], "year": 1999}), "utf-8")
    number = add(library, "--json-file", str(file), "--year", "2000", "--number", "MINE-1")
    assert number == "MINE-1"
    about = library.json("title", "show", number).json["about"]
    assert about == {"title": "来自文件", "names": [{"name": "某人"}], "year": 2000}
    file.write_text(json.dumps({"title": "改名", "year": 2000}), "utf-8")
    assert library.json("title", "change", number, "--json-file", str(file)).json["title"] == "改名"
    for content in ("{", '{"title": 1}', "[]", '{"title": "x", "material": "paper"}'):
        file.write_text(content, "utf-8")
        ran = library.json("title", "add", "--json-file", str(file))
        assert (ran.code, ran.trouble.kind) == (6, "file"), content
    assert library.json("title", "add", "--json-file", str(tmp_path / "none.json")).code == 6


@ON_SQLITE
def test_what_of_a_title_is_not_understood_or_refused_is_told(library: Program) -> None:
    for wrong in (
        ["show"],
        ["show", "T1", "--isbn", "1"],
        ["add"],
        ["add", "x", "--year", "later"],
        ["add", "x", "--material", "paper"],
        ["change", "T1"],
        ["change", "T1", "--year", "later"],
    ):
        assert library.json("title", *wrong).code == 2, wrong
    assert library.json("title", "show", "nowhere").refused == ["title.unknown"]
    assert library.json("title", "show", "--isbn", "1").refused == ["title.isbn_wrong"]
    assert library.json("title", "show", "--isbn", "9780000000002").refused == ["title.isbn_unknown"]
    assert library.json("title", "show", "--item", NEW).refused == ["item.unknown"]
    assert library.json("title", "add", "x", "--isbn", "1").refused == ["title.isbn_wrong"]
    assert library.json("title", "add", "x", "--year", "0").refused == ["title.bad_year"]
    assert library.json("title", "change", "nowhere", "--title", "x").refused == ["title.unknown"]
    library.set(LIBOPS_BADGE=SORTER[0], LIBOPS_PIN=SORTER[1])
    assert library.json("title", "add", "x").refused == ["permission.missing"]
    assert library.json("title", "show", "--item", BOOK).code == 0


@ON_SQLITE
def test_the_same_request_catalogues_once(library: Program) -> None:
    first = library.json("title", "add", "一次", "--key", "k1")
    assert library.json("title", "add", "一次", "--key", "k1").json == first.json
    number = str(first.json["number"])
    changed = library.json("title", "change", number, "--year", "2001", "--key", "k2")
    assert library.json("title", "change", number, "--year", "2001", "--key", "k2").json == changed.json
    assert library.json("title", "add", "二", "--key", "k1").refused == ["request.key_reused"]


@ON_SQLITE
def test_a_copy_is_added_to_a_title_by_number_by_isbn_or_with_a_new_one(library: Program) -> None:
    number = add(library, "有复本", "--isbn", "9787999900009")
    told = library.run(
        *("item", "add", NEW, "--title", number, "--branch", "N", "--call-number", "I247.55/1", "--price", "28.00"),
        *("--condition", "new", "--note", "捐赠", "--rfid", "E004015000000001", "--volume", "上"),
    )
    assert told.out == f"Added.  {NEW}  I247.55/1  有复本  {number}\n"
    again = library.json("item", "add", OTHER_NEW, "--isbn", "978-7-9999-0000-9").json
    assert (again["title_number"], again["new_title"]) == (number, False)
    shown = library.run("title", "show", number).out
    assert "2 of 2 in" in shown
    assert "as new 捐赠" in shown
    third = luhn("3999900000003")
    quick = library.json(
        "item", "add", third, "--new-title", "快编", "--author", "某人", "--isbn", "9787999900009"
    ).json
    assert (quick["new_title"], quick["title"]) == (True, "快编")
    assert titles(library.json("search", third)) == ["快编"]
    assert library.json("item", "add", luhn("3999900000004"), "--isbn", "9787999900009").refused == [
        "title.isbn_several"
    ]
    fourth, fifth = luhn("3999900000007"), luhn("3999900000008")
    bare = library.run("item", "add", fourth, "--title", number)
    assert (bare.out, bare.err.splitlines()) == (
        f"Added.  {fourth}  有复本  {number}\n",
        ["No call number: it has no place on the shelf."],
    )
    library.run("item", "change", fourth, "--location", "C-3F-LIT", "--call-number", "I247.5/7")
    like_it = library.run("item", "add", fifth, "--title", number)
    assert (like_it.out, like_it.err) == (f"Added.  {fifth}  C-3F-LIT  I247.5/7  有复本  {number}\n", "")
    for wrong in (
        [],
        ["--title", number, "--new-title", "x"],
        ["--title", number, "--isbn", "9787020002207"],
        ["--author", "x"],
        ["--title", number, "--status", "gone"],
    ):
        assert library.json("item", "add", luhn("3999900000005"), *wrong).code == 2, wrong
    assert library.json("item", "add", NEW, "--title", number).refused == ["copy.barcode_taken"]
    assert library.json("item", "add", luhn("3999900000006"), "--title", number, "--price", "much").refused == [
        "money.unreadable"
    ]
    assert library.json("doctor").page.results == []


@ON_SQLITE
def test_what_is_named_of_a_copy_is_changed(library: Program) -> None:
    changed = library.run("item", "change", BOOK, "--price", "12.50", "--note", "旧", "--condition", "worn").out
    assert "1 of 1 items were changed." in changed
    assert "CN¥12.50" in changed
    assert library.json("item", "change", BOOK, "--price", "", "--note", "").json["changed"] == 1
    assert library.json("item", "change", BOOK).refused == ["batch.no_change"]
    assert library.json("item", "change", NEW, "--note", "x").refused == ["item.unknown"]
    assert library.json("item", "change", BOOK, "--branch", "NO").refused == ["copy.no_branch"]


def test_many_items_are_looked_at_changed_listed_and_put_back(library: Program) -> None:
    chosen = ("item", "batch", BOOK, OTHER_BOOK)
    seen = library.run(*chosen, "--set-condition", "good", "--set-price", "5")
    assert "2 of 2 items would change." in seen.out
    assert "--do" in seen.err
    assert "as new" in library.run(*chosen, "--set-condition", "new").out
    assert library.json("item", "batches").page.results == []
    done = library.json(*chosen, "--set-condition", "good", "--set-price", "5", "--do").json
    assert (done["chosen"], done["changed"]) == (2, 2)
    number = str(done["number"])
    (listed,) = library.json("item", "batches").page.results
    assert (listed["number"], listed["changed"]) == (number, 2)
    assert (number.isdigit(), listed["what"]) == (True, {"price": 500, "condition": "good"})
    library.run("item", "change", BOOK, "--condition", "poor")
    shown = library.run("item", "batches").out
    assert number in shown
    assert "price: CN¥5.00; condition: good" in shown
    assert len(shown.splitlines()) == 2
    back = library.run("item", "undo-batch", number).out
    assert "1 of 2 items were put back." in back
    assert "1 item was left as it is" in back
    assert library.json("item", "undo-batch", number).refused == ["batch.undone"]
    (listed,) = library.json("item", "batches").page.results
    assert listed["put_back_at"] is not None
    assert library.json("item", "undo-batch", "nowhere").refused == ["batch.unknown"]
    assert library.json("item", "batch", "--set-note", "x").refused == ["batch.nothing"]
    assert library.json(*chosen).refused == ["batch.no_change"]
    assert library.json(*chosen, "--set-note", "x", "--branch", "NO").refused == ["copy.no_branch"]
    library.set(LIBOPS_BADGE=CLERK[0], LIBOPS_PIN=CLERK[1])
    for command in (chosen, ("item", "batches"), ("item", "undo-batch", number)):
        assert library.json(*command).refused == ["permission.missing"], command
    assert library.json("item", "change", BOOK, "--note", "x").code == 0


def test_the_search_is_made_anew(library: Program, sample_url: str) -> None:
    database = Database(sample_url)
    with database.act() as transaction:
        transaction.connection.execute(text("DELETE FROM title_search"))
    database.close()
    assert "红楼梦" not in titles(library.json("search", "楼梦"))
    ran = library.run("doctor")
    assert ran.code == 7
    assert "libops catalogue rebuild" in ran.out
    made = library.json("catalogue", "rebuild").json["titles"]
    assert isinstance(made, int)
    assert made > 100
    assert f"{made} titles were indexed anew." in library.run("catalogue", "rebuild").out
    assert "红楼梦" in titles(library.json("search", "楼梦"))
    assert library.json("doctor").page.results == []
    library.set(LIBOPS_BADGE=CLERK[0], LIBOPS_PIN=CLERK[1])
    assert library.json("catalogue", "rebuild").refused == ["permission.missing"]


@pytest.mark.parametrize("command", ["search x", "title show x", "item batches", "catalogue rebuild"])
def test_a_library_that_is_not_there_is_told(program: Program, command: str) -> None:
    ran = program.json(*command.split())
    assert (ran.code, ran.trouble.kind) == (4, "missing")
