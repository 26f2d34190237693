"""Every text of the interface is there in Chinese, and what is compiled is what is written."""

from __future__ import annotations

import ast
import gettext
import re
import string
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from libops.i18n import language
from libops.languages import LOCALE_FOLDER

CHECKOUT = Path(__file__).parents[2]
ROOTS = ("libops", "screens", "devices", "db")
KEYWORDS: dict[str, tuple[int, ...] | None] = {"say": None, "mark": None, "fill": None, "count": (1, 2)}
"""The calls that hold a text, as `make messages` looks for them."""

PO = LOCALE_FOLDER / "zh_CN" / "LC_MESSAGES" / "libops.po"
MO = PO.with_suffix(".mo")

MessageId = str | tuple[str, str]


@pytest.fixture(scope="module")
def written() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="zh_CN")


@pytest.fixture(scope="module")
def in_source() -> set[MessageId]:
    return {
        message if isinstance(message, str) else (message[0], message[1])
        for root in ROOTS
        for _, _, message, _, _ in extract_from_dir(CHECKOUT / root, keywords=KEYWORDS)
    }


def texts(message: Message) -> list[str]:
    """All translations of a message: one, or one for each plural form."""
    return [message.string] if isinstance(message.string, str) else list(message.string or [])


def places(text: str) -> set[str]:
    """The names of the facts that a text has places for."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def spoken(written: Catalog) -> list[Message]:
    return [message for message in written if message.id]


def test_every_text_in_the_source_is_in_the_catalogue_and_no_other(written: Catalog, in_source: set[MessageId]) -> None:
    known = {message.id if isinstance(message.id, str) else tuple(message.id) for message in spoken(written)}
    assert in_source - known == set(), "run make messages, then translate these"
    assert known - in_source == set(), "run make messages: nobody says these any more"
    assert not written.obsolete


def test_every_text_is_translated_and_none_is_a_guess(written: Catalog) -> None:
    assert [message.id for message in spoken(written) if not all(texts(message)) or message.fuzzy] == []


def test_translations_have_places_for_the_same_facts(written: Catalog) -> None:
    for message in spoken(written):
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        for text in texts(message):
            assert places(text) == set().union(*map(places, ids)), message.id


def test_translations_end_as_their_texts_do(written: Catalog) -> None:
    ends = {".": "。", "…": "…"}
    for message in spoken(written):
        if isinstance(message.id, str) and len(message.id) > 2 and message.id[-1] in ".…":
            assert texts(message)[0][-1] == ends[message.id[-1]], message.id


def test_translations_use_chinese_stops_between_chinese_words(written: Catalog) -> None:
    for message in spoken(written):
        for text in texts(message):
            assert not re.search(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]", text), text


def test_the_compiled_catalogue_says_what_the_written_one_says(written: Catalog) -> None:
    compiled = BytesIO()
    write_mo(compiled, written)
    compiled.seek(0)
    with MO.open("rb") as file:
        shipped = gettext.GNUTranslations(file)
    fresh = gettext.GNUTranslations(compiled)
    for message in spoken(written):
        if isinstance(message.id, str):
            assert shipped.gettext(message.id) == fresh.gettext(message.id) == texts(message)[0]
        else:
            one, many = message.id
            assert [shipped.ngettext(one, many, n) for n in (1, 2)] == [fresh.ngettext(one, many, n) for n in (1, 2)]
    assert MO.read_bytes() == compiled.getvalue(), "run make messages"


def test_chinese_and_english_speak() -> None:
    assert language("zh").say("SHELVE") == "上架"
    assert language("zh").count("{n} day late", "{n} days late", 2) == "超期 2 天"
    assert language("en").count("{n} day late", "{n} days late", 1) == "1 day late"


def test_no_text_stands_inside_an_f_string_where_it_is_not_found() -> None:
    hidden = [
        f"{file.relative_to(CHECKOUT)}:{call.lineno}"
        for root in ROOTS
        for file in sorted((CHECKOUT / root).rglob("*.py"))
        for text in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and _keyword(call.func) in KEYWORDS and isinstance(call.args[0], ast.Constant)
    ]
    assert hidden == []


def _keyword(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
