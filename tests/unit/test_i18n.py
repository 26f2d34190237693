"""Texts, dates and money in both languages; facts are filled in and never parsed."""

from __future__ import annotations

import inspect
import re
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

import libops.circulation
from libops.circulation import decisions, periods
from libops.circulation.decisions import _BLOCK_CODES
from libops.i18n import LANGUAGES, Language, language
from libops.permissions import Permission
from libops.refusals import BRIEFLY, MESSAGES, Reason, Refusal, explain, explain_all, explain_briefly, refuse

EN, ZH = Language("en"), Language("zh")
TODAY = date(2026, 11, 23)


def test_english_stands_in_the_source_and_chinese_in_the_catalogue() -> None:
    assert EN.say("Scan the patron's card.") == "Scan the patron's card."
    assert ZH.say("Scan the patron's card.") == "请扫描读者证。"


def test_a_text_without_a_translation_is_shown_as_it_stands() -> None:
    assert ZH.say("No such text, {name}", name="李") == "No such text, 李"


@given(fact=st.text(max_size=40))
def test_facts_are_filled_in_as_they_are(fact: str) -> None:
    for speaking in (EN, ZH):
        assert fact in speaking.say("No item has the barcode {barcode}.", barcode=fact)


@pytest.mark.parametrize(
    ("code", "day", "today", "said"),
    [
        ("en", date(2026, 12, 22), TODAY, "Tue 22 Dec"),
        ("zh", date(2026, 12, 22), TODAY, "12月22日 周二"),
        ("en", date(2027, 1, 5), TODAY, "Tue 5 Jan 2027"),
        ("zh", date(2027, 1, 5), TODAY, "2027年1月5日 周二"),
        ("en", date(2026, 12, 22), None, "Tue 22 Dec 2026"),
        ("zh", date(2026, 12, 22), None, "2026年12月22日 周二"),
    ],
)
def test_a_day_is_said_as_people_say_it(code: str, day: date, today: date | None, said: str) -> None:
    assert Language(code).day(day, today) == said


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_time_is_that_of_the_branchs_clock(code: str) -> None:
    moment = datetime(2026, 11, 23, 1, 41, tzinfo=UTC)
    assert Language(code).time(moment, ZoneInfo("Asia/Shanghai")) == "09:41"
    assert Language(code).time(moment, ZoneInfo("America/New_York")) == "20:41"


@pytest.mark.parametrize(
    ("code", "minor", "currency", "said"),
    [
        ("zh", 1980, "CNY", "¥19.80"),
        ("en", 1980, "CNY", "CN¥19.80"),
        ("en", 0, "USD", "$0.00"),
        ("en", 123456789, "EUR", "€1,234,567.89"),
        ("en", 1980, "JPY", "¥1,980"),
        ("en", 1980, "KWD", "KWD1.980"),
    ],
)
def test_money_is_kept_in_minor_units_and_said_in_the_currencys_own(
    code: str, minor: int, currency: str, said: str
) -> None:
    assert Language(code).money(minor, currency) == said


@pytest.mark.parametrize(("number", "en", "zh"), [(1, "1 day late", "超期1天"), (2, "2 days late", "超期2天")])
def test_how_many_is_said_rightly(number: int, en: str, zh: str) -> None:
    assert EN.count("{n} day late", "{n} days late", number) == en
    assert ZH.count("{n} day late", "{n} days late", number).replace(" ", "") == zh


def test_a_name_in_the_other_language_stands_in_for_one_that_is_missing() -> None:
    assert [speaking.either("总馆", "Main") for speaking in (EN, ZH)] == ["Main", "总馆"]
    assert [speaking.either("总馆", "") for speaking in (EN, ZH)] == ["总馆", "总馆"]
    assert [speaking.either("", "Main") for speaking in (EN, ZH)] == ["Main", "Main"]


def test_an_unknown_language_falls_back_to_english_where_it_comes_from_outside() -> None:
    assert language("xx") is language("fr") or language("xx").code == "en"
    with pytest.raises(ValueError, match="xx"):
        Language("xx")


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("code", MESSAGES)
def test_a_reason_says_why_and_what_to_do_with_the_same_facts_in_both_languages(code: str) -> None:
    for message in MESSAGES[code]:
        assert fields(ZH.say(message)) == fields(message)
        assert ZH.say(message) != message
        assert message[0].isupper() or message[0] == "{"
        assert message.endswith((".", "?"))


def test_a_fact_that_is_a_day_is_said_as_a_day_and_a_permission_by_its_name() -> None:
    expired = Reason("patron.expired", {"expired": date(2026, 6, 30)})
    assert explain(expired, EN).why == "The card ran out on Tue 30 Jun 2026."
    assert "2026年6月30日" in explain(expired, ZH).why
    lacking = Reason("override.not_enough", {"permission": "override_items override_limits"})
    assert "overriding item rules, overriding limits" in explain(lacking, EN).why
    assert "破例外借、超限破例" in explain(lacking, ZH).why


def test_every_reason_that_may_be_overridden_is_also_said_briefly() -> None:
    root = Path(libops.circulation.__file__).parents[1]
    sources = [file.read_text(encoding="utf-8") for file in (root / "circulation").glob("*.py")]
    pattern = r'Reason\(\s*"([a-z._]+)",[^()]*(?:\([^()]*\)[^()]*)*Permission\.'
    overridable = {code for source in sources for code in re.findall(pattern, source)} | set(_BLOCK_CODES.values())
    assert len(overridable) > 15
    assert overridable <= set(BRIEFLY)
    assert set(BRIEFLY) <= set(MESSAGES)
    assert explain_briefly("item.restricted", EN) == "reference copy"
    assert explain_briefly("item.restricted", ZH) == "馆内阅览本"
    assert explain_briefly("of.another.time", ZH) == "of.another.time"


def test_whatever_keeps_a_loan_from_being_renewed_has_brief_words() -> None:
    functions = (decisions.decide_renewal, decisions._others, decisions._too_early, periods)
    said = {code for one in functions for code in re.findall(r'Reason\(\s*"([a-z._]+)"', inspect.getsource(one))}
    assert len(said) > 6
    assert said | set(_BLOCK_CODES.values()) <= set(BRIEFLY)


ROOM_OF_A_REASON = 30
"""Cells that a reason has in Today on a terminal of 80 columns."""


@pytest.mark.parametrize("code", MESSAGES)
@pytest.mark.parametrize("spoken", [EN, ZH], ids=["en", "zh"])
def test_a_code_alone_is_told_in_words_too(code: str, spoken: Language) -> None:
    told = explain_briefly(code, spoken)
    assert told != code
    assert not fields(told)
    assert told[-1] not in ".。"
    assert "…" not in told
    assert cell_len(told) <= ROOM_OF_A_REASON
    assert all(told.count(first) == told.count(last) for first, last in ("()", "（）", "“”", "[]"))


def test_a_refusal_has_reasons_and_says_them_all() -> None:
    with pytest.raises(ValueError, match="reason"):
        Refusal([])
    refusal = Refusal([Reason("item.missing"), Reason("patron.blocked", {}, Permission.OVERRIDE_BLOCKS)])
    assert [words.why for words in explain_all(refusal, EN)] == [
        "The item is recorded as missing.",
        "The patron is blocked.",
    ]
    assert str(refusal) == "item.missing, patron.blocked"
    assert refusal.overrides is None


def test_what_overrides_a_refusal_is_all_that_its_reasons_need() -> None:
    refusal = Refusal(
        [
            Reason("patron.blocked", {}, Permission.OVERRIDE_BLOCKS),
            Reason("patron.expired", {}, Permission.OVERRIDE_BLOCKS),
            Reason("item.restricted", {}, Permission.OVERRIDE_ITEMS),
        ]
    )
    assert refusal.overrides == frozenset({Permission.OVERRIDE_BLOCKS, Permission.OVERRIDE_ITEMS})
    assert refuse("item.missing").overrides is None
