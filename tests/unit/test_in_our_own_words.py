"""What libraries and the system say in English only is said in words that can be said in any language."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from libops.bad_content import bad_content
from libops.bad_files import why_not
from libops.catalogue.description import Description
from libops.cli.placeholders import placeholder
from libops.i18n import language
from libops.names import handled_by
from libops.refusals import Marked, Name, Reason, spoken
from libops.slips.template_faults import complaint
from libops.slips.template_rules import BadTemplate
from libops.slips.wording import fill
from tests.unit.test_slip_wording import HOLD

ENGLISH = language("en")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"title = [", "f: cannot be understood: it ends in the middle of something"),
        (b"title = 1 2", "f: cannot be understood from line 1, column 11 on"),
        (b'title = "\xff"', "f: cannot be understood from byte 9 on"),
        (b"year = 1990", "f: cannot be understood: title is missing"),
        (b"title = 3", "f: cannot be understood: title is of the wrong kind"),
        (b'title = "a"\nmaterial = "scroll"', "f: cannot be understood: material cannot be scroll"),
        (b'title = "a"\nnames = [{name = 3}]', "f: cannot be understood: names[0].name is of the wrong kind"),
    ],
)
def test_what_is_wrong_with_a_file_of_toml_is_told_with_its_place(content: bytes, words: str) -> None:
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)) as caught:
        msgspec.toml.decode(content, type=Description)
    assert bad_content("f", caught.value).told(ENGLISH) == words


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"title": "a"', "f: cannot be understood: it ends in the middle of something"),
        (b'{"title": "a"]', "f: cannot be understood from byte 13 on"),
        (b"{}", "f: cannot be understood: title is missing"),
    ],
)
def test_what_is_wrong_with_a_file_of_json_is_told_with_its_place(content: bytes, words: str) -> None:
    with pytest.raises(msgspec.DecodeError) as caught:
        msgspec.json.decode(content, type=Description)
    assert bad_content("f", caught.value).told(ENGLISH) == words


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{% if %}", "it breaks off"),
        ("{{ title", "it breaks off"),
        ("{# title", "it breaks off"),
        ("{{ title }", "“}” is out of place"),
        ("{{ title author }}", "“author” is out of place"),
        ("{{ title ? }}", "“?” is out of place"),
        ("{% for x in note %}", "“for” has no end"),
        ("{% fr x in note %}", "there is no “fr” in templates"),
        ("{{ title|shout }}", "there is no “shout” in templates"),
        ("{% if note is long %}x{% endif %}", "there is no “long” in templates"),
        ("{{ " + "(" * 3000, "too much stands inside each other"),
    ],
)
def test_what_is_misspelt_in_a_template_is_told_in_our_own_words(template: str, words: str) -> None:
    with pytest.raises(BadTemplate) as caught:
        fill(template, HOLD, "en")
    assert spoken(caught.value.facts["reason"], ENGLISH) == words


def test_a_complaint_that_nobody_knows_is_told_all_the_same() -> None:
    assert spoken(complaint("the moon is full"), ENGLISH) == "it does not follow the rules of templates"


def _why_not_read(file: Path) -> str:
    with pytest.raises(OSError, match="Errno") as caught:
        file.read_bytes()
    return why_not(caught.value, ENGLISH)


def test_why_the_system_does_not_let_a_file_be_used_is_told_in_our_own_words(tmp_path: Path) -> None:
    assert _why_not_read(tmp_path / "no" / "file") == "it is not there"
    assert _why_not_read(tmp_path) == "it is a folder"
    assert _why_not_read(tmp_path / ("x" * 999)) == "its name is too long"
    assert why_not(OSError(71, "Protocol error"), ENGLISH) == "Protocol error"


@pytest.mark.parametrize(
    ("name", "actor", "words"),
    [
        ("方晓岚", "staff:S0001", "方晓岚"),
        (None, "staff:S0001", "S0001"),
        (None, "job:nightly", "nightly work"),
        (None, "operator:alice", "operator alice"),
        (None, "somebody", "somebody"),
    ],
)
def test_whoever_did_something_is_named_and_no_code(name: str | None, actor: str, words: str) -> None:
    assert handled_by(name, actor, ENGLISH) == words


def test_names_and_marked_texts_among_the_facts_are_said_in_the_language_of_the_message() -> None:
    west = Reason("transfer.there_already", {"branch": Name("西馆", "West")})
    assert [spoken(west.facts["branch"], language(code)) for code in ("en", "zh")] == ["West", "西馆"]
    monday = Marked("Monday")
    assert [spoken(monday, language(code)) for code in ("en", "zh")] == ["Monday", "周一"]


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ("PATRON", "读者"),
        ("[PATRON]...", "[读者]..."),
        ("PATRON=URL…", "读者=URL…"),
        ("N", "N"),
        ("读者", "读者"),
    ],
)
def test_a_placeholder_is_said_in_the_language_of_the_help(shown: str, words: str) -> None:
    assert placeholder(shown, language("zh").say) == words
