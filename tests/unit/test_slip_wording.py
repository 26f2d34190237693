"""Templates: the program's own say all they should, and what cannot be used is told with its line."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from db.circulation import TransferReason
from db.money import EntryKind, Method
from db.slips import SlipKind
from libops.refusals import MESSAGES, Money
from libops.slips.examples import example, examples
from libops.slips.facts import LoansSlip, Paid, PaymentReceipt, Settled, TransferSlip, masked
from libops.slips.layout import Print, as_text, for_printer
from libops.slips.template_rules import BadTemplate
from libops.slips.templates import programs_own, try_out
from libops.slips.widths import on_paper, on_screen
from libops.slips.wording import LONGEST, check, fill
from tests.engines.town import reasons

EVERY = [(kind, language) for kind in SlipKind for language in ("zh", "en")]
HOLD = example(SlipKind.HOLD)


@pytest.mark.parametrize("columns", [32, 48])
@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_every_slip_fits_its_paper_in_both_languages(kind: SlipKind, language: str, columns: int) -> None:
    for facts in examples(kind):
        lines = fill(programs_own(kind, language), facts, language)
        shown = as_text(lines, columns).splitlines()
        assert len(shown) > 5
        assert max(on_screen(line) for line in shown) == columns
        assert not any(line.startswith("  " * columns) for line in shown)
        printed = [step for step in for_printer(lines, columns) if isinstance(step, Print)]
        assert max(on_paper(step.text) * step.size for step in printed) == columns


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_every_slip_says_all_its_facts_and_nothing_in_the_other_language(kind: SlipKind, language: str) -> None:
    text = as_text(fill(programs_own(kind, language), example(kind), language), 48)
    branch = "中心馆" if language == "zh" else "Central"
    assert branch in text
    for word in {
        SlipKind.LOANS: ["李** 0012", "Poems [electronic resource]", "30000000000038", "19:30", "22", "3"],
        SlipKind.HOLD: ["B-17", "李** 0012", "百年孤独 [第二版]", "I775.45/M027", "附光盘一张", "30"],
        SlipKind.TRANSFER: ["南校区" if language == "zh" else "South", "轻放", "预约" if language == "zh" else "hold"],
        SlipKind.PAYMENT: ["3F2A-9C11", "韩** 0044", "58.00", "-", "10.00", "92.40", "1.20", "100.00"],
    }[kind]:
        assert word in text
    if language == "en":
        assert not any(word in text for word in ("读者", "归还", "保留", "原因", "收据", "合计", "打印"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_words_of_receipts_and_transfers_know_everything_there_is(language: str) -> None:
    transfer, payment = example(SlipKind.TRANSFER), example(SlipKind.PAYMENT)
    assert isinstance(transfer, TransferSlip)
    assert isinstance(payment, PaymentReceipt)
    for reason in TransferReason:
        assert fill(programs_own(SlipKind.TRANSFER, language), replace(transfer, reason=reason), language)
    one = Money(100, "CNY")
    charges = (EntryKind.FINE, EntryKind.LOST, EntryKind.PROCESSING, EntryKind.DAMAGE, EntryKind.FEE)
    ways = (EntryKind.PAYMENT, EntryKind.WAIVER, EntryKind.CANCELLED, EntryKind.REFUND)
    assert {*charges, *ways, EntryKind.DEPOSIT, EntryKind.DEPOSIT_RETURNED} == set(EntryKind)
    lines = [Settled(kind=way, charge=charge, title="", barcode="", amount=one) for way in ways for charge in charges]
    lines += [
        Settled(kind=kind, charge="", title="", barcode="", amount=one)
        for kind in (EntryKind.DEPOSIT, EntryKind.DEPOSIT_RETURNED)
    ]
    everything = replace(payment, lines=lines, payments=[Paid(method=way, amount=one) for way in Method])
    assert fill(programs_own(SlipKind.PAYMENT, language), everything, language)


@pytest.mark.parametrize(
    ("template", "line", "code"),
    [
        ("a\n{% if %}", 2, "slip.bad_template"),
        ("a\n\n{{ title }", 3, "slip.bad_template"),
        ("{% for x in [1] %}\na", 2, "slip.bad_template"),
        ("a\n{{ title|shout }}", 2, "slip.bad_template"),
        ("a\n{{ titel }}", 2, "slip.unknown_fact"),
        ("{% if note == 'never' %}\n{{ titel }}\n{% endif %}", 2, "slip.unknown_fact"),
        ("a\nb\n{{ patron.name }}", 3, "slip.unknown_fact"),
        ("{% set words = {'a': 'b'} %}\n{{ words[label] }}", 2, "slip.unknown_fact"),
        ("{{ title.__class__ }}", 1, "slip.unknown_fact"),
        ("a\n[larg] x", 2, "slip.unknown_tag"),
        ("{% if author %}\n\nx [rigth] y\n{% endif %}", 3, "slip.unknown_tag"),
        ("a\n{{ title.upper() }}", 2, "slip.not_allowed"),
        ("{{ 'x' * 1000000000 }}", 1, "slip.not_allowed"),
        ("a\n{% set b = title ~ title %}", 2, "slip.not_allowed"),
        ("{% include '/etc/passwd' %}", 1, "slip.not_allowed"),
        ("{% macro m() %}{% endmacro %}", 1, "slip.not_allowed"),
        (
            "{% for a in title %}{% for b in title %}{% for c in title %}{% endfor %}{% endfor %}{% endfor %}",
            1,
            "slip.not_allowed",
        ),
        ("a\n{{ until }}", 2, "slip.no_text"),
        ("{{ branch }}", 1, "slip.no_text"),
        ("{{ patron }}", 1, "slip.no_text"),
        ("{{ title|day }}", 1, "slip.no_text"),
        ("{{ " + "(" * 3000, 1, "slip.bad_template"),
        ("x" * (LONGEST + 1), 1, "slip.too_long"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused_with_its_line(template: str, line: int, code: str) -> None:
    (reason,) = reasons(lambda: try_out(SlipKind.HOLD, "zh", template))
    assert (reason.code, reason.facts["line"]) == (code, line)
    assert "{line}" in MESSAGES[code][0] or code == "slip.too_long"


def test_a_line_that_holds_only_blocks_gives_no_line_and_every_other_keeps_its_own() -> None:
    template = "a\n{% if author %}\n  {# a remark #} {% if title %}\nb\n{% endif %}{% endif %}\n"
    template += "{% if note %}c{% endif %}\nd {% if note %}e{% endif %}\n{% if not note -%}\nf\n{% endif %}\n"
    assert as_text(fill(template, HOLD, "zh"), 32).splitlines() == ["a", "b", "c", "d e"]
    with pytest.raises(BadTemplate) as caught:
        fill(template + "{{ nothing }}", HOLD, "zh")
    assert caught.value.line == 11


def test_a_slip_that_does_not_end_is_stopped() -> None:
    endless = "{% for a in note %}{% for b in note %}\nx\n{% endfor %}{% endfor %}"
    assert len(fill(endless, replace(HOLD, note="y" * 9), "zh")) == 81
    with pytest.raises(BadTemplate):
        fill(endless, replace(HOLD, note="y" * 99), "zh")


def test_filters_speak_the_language_of_the_slip() -> None:
    template = "{{ branch|name }} {{ until|day }} {{ at|time }} {{ 3 }} {{ patron.initial }}"
    assert as_text(fill(template, HOLD, "zh"), 48) == "中心馆 11月30日 周一 09:41 3 李\n"
    assert as_text(fill(template, HOLD, "en"), 48) == "Central Mon 30 Nov 09:41 3 李\n"
    paid = example(SlipKind.PAYMENT)
    assert as_text(fill("{{ left|money }}{{ lines|count }}", paid, "zh"), 48) == "¥1.204\n"


def test_titles_with_brackets_and_tags_stand_on_slips_as_they_are() -> None:
    nasty = "[cut] {{ title }} {% if %} [/] [right]"
    text = as_text(fill(programs_own(SlipKind.HOLD, "zh"), replace(HOLD, title=nasty), "zh"), 48)
    assert nasty in text


def test_a_check_finds_unknown_facts_without_filling() -> None:
    with pytest.raises(BadTemplate, match=r"slip\.unknown_fact"):
        check("{% for item in itmes %}{% endfor %}", LoansSlip)
    check("{% for item in items %}{{ loop.index }} {{ item.title }}{% endfor %}", LoansSlip)


@pytest.mark.parametrize(
    ("name", "number", "shown"),
    [
        ("李雷", "P20170012", "李** 0012"),
        (" Polly Stop ", "P20170012", "P** 0012"),
        ("欧阳锋", "P7", "欧** P7"),
        ("", "P20170012", "0012"),
        ("e\u0301mile", "1234567", "e\u0301** 4567"),
    ],
)
def test_a_slip_shows_as_little_of_a_name_as_will_do(name: str, number: str, shown: str) -> None:
    person = masked(name, number, "zh")
    assert person.masked == shown
    assert name.strip()[1:3] not in person.masked or not name
