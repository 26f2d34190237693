"""Loan rules and blocks in plain words and tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import msgspec
from rich.console import RenderableType

from db.rules import BlockKind, ClosedDue, FineUnit, PeriodKind, RenewFrom
from libops.circulation.explain import BlockView, Explanation, IfRenewed, LimitView, Wished
from libops.circulation.policies import BlockChange, Changes, PolicyChange
from libops.circulation.policy_files import as_toml
from libops.circulation.policy_labels import BLOCKS, COLUMNS, STOPS
from libops.circulation.policy_rows import BlockRow, CategoryRow, PolicyRow, RuleSet, written
from libops.circulation.rules import Stops
from libops.cli.answers import line, note, table
from libops.i18n import Language, mark
from libops.pages import Page
from libops.people.limits import CategoryAnswer
from libops.refusals import Reason, explain

Words = Iterator[RenderableType]

_ANY = "*"
_RENEW_FROM: dict[RenewFrom, str] = {
    RenewFrom.TODAY: mark("counted from the day of the renewal"),
    RenewFrom.DUE: mark("counted from the due date"),
}
_CLOSED_DUE: dict[ClosedDue, str] = {
    ClosedDue.FORWARD: mark("on a closed day it falls due at the next opening"),
    ClosedDue.BACK: mark("on a closed day it falls due on the open day before"),
    ClosedDue.KEEP: mark("it falls due on closed days too"),
}
_WISHED: dict[Wished, str] = {
    Wished.CHECK_OUT: mark("It would be lent."),
    Wished.RENEWAL: mark("It would be renewed."),
    Wished.NOTHING: mark("The patron has it, lent or renewed just now: scanned again it stays as it is."),
}


def rule_list(rules: RuleSet, currency: str, language: Language) -> Words:
    """The matrix, one row a row, and the blocks."""
    say = language.say
    headings = [say("Branch"), say("Category"), say("Type"), say("Period"), say("Renewals"), say("Limit"), say("Fine")]
    yield table([*headings, say("Hold shelf")], [_row(row, currency, language) for row in rules.policies])
    if rules.blocks:
        headings = [say("Block"), say("Category"), say("From how much"), say("Stops")]
        yield table(headings, [_block(row, currency, language) for row in rules.blocks])


def rule_row(row: PolicyRow | BlockRow, currency: str, language: Language) -> Words:
    """One row, column by column, as ``libops policy set`` takes them."""
    cells = written(row, currency).items()
    say = language.say
    headings = [say("Column"), say("Value"), say("Meaning")]
    yield table(headings, [[column, text, say(COLUMNS[column])] for column, text in cells])


def row_changed(
    was: PolicyRow | BlockRow | None, row: PolicyRow | BlockRow | None, currency: str, language: Language
) -> Words:
    """What became of one row."""
    yield _change(was, row, currency, language)


def category_list(page: Page[CategoryRow], currency: str, language: Language) -> Words:
    """Categories of patrons, one a row."""
    say = language.say
    headings = [say("Category"), say("Category name"), say("Loans"), say("Holds"), say("Months"), say("Deposit")]
    yield table(
        headings,
        [
            [
                row.code,
                language.either(row.name_zh, row.name_en),
                str(row.loans_limit),
                str(row.holds_limit),
                str(row.months),
                language.money(row.deposit, currency) if row.deposit else "",
            ]
            for row in page.results
        ],
    )


def category_changed(answer: CategoryAnswer, currency: str, language: Language) -> Words:
    """What is said of a category now."""
    after = written(answer.row, currency)
    if answer.was is None:
        yield line(language.say("added"), answer.row.code)
    elif answer.was == answer.row:
        yield line(language.say("as before"), answer.row.code)
    else:
        yield line(language.say("changed"), answer.row.code, *_differences(written(answer.was, currency), after))


def rules_changed(changes: Changes, currency: str, language: Language, *, done: bool) -> Words:
    """What a file changed, or would change."""
    all_of_them: list[PolicyChange | BlockChange] = [*changes.policies, *changes.blocks]
    for change in all_of_them:
        yield _change(change.was, change.row, currency, language)
    if not all_of_them:
        note(language.say("These rules stand already."))
    elif done:
        note(language.count("{n} row changed.", "{n} rows changed.", len(all_of_them)))
    else:
        note(language.count("{n} row would change.", "{n} rows would change.", len(all_of_them)))


def rules_as_toml(rules: RuleSet, currency: str) -> Words:
    """The rules as a TOML file."""
    for text in as_toml(rules, currency).splitlines():
        yield line(text)


def rules_written(rules: RuleSet, files: Sequence[Path], language: Language) -> Words:
    """Where the rules were written."""
    count = len(rules.policies) + len(rules.blocks or ())
    where = language.listed(str(file) for file in files)
    yield line(language.count("{n} row written to {file}.", "{n} rows written to {file}.", count, file=where))


def with_messages(found: Explanation, language: Language) -> dict[str, object]:
    """An explanation with each reason in words beside its code."""
    told = {**msgspec.structs.asdict(found), "reasons": _with_words(found.reasons, language)}
    if found.if_renewed is not None:
        told["if_renewed"] = {
            "reasons": _with_words(found.if_renewed.reasons, language),
            "due_on": found.if_renewed.due_on,
        }
    return told


def _with_words(reasons: Sequence[Reason], language: Language) -> list[dict[str, object]]:
    told = [(reason, explain(reason, language)) for reason in reasons]
    return [
        {"code": reason.code, "message": words.why, "remedy": words.remedy, "override": reason.override}
        for reason, words in told
    ]


def explained(found: Explanation, language: Language) -> Words:
    """Whether the patron may have the item, until when, and by which rules."""
    say, today = language.say, found.calendar.today
    yield line(found.patron_name, found.patron_number, found.category)
    yield line(found.title, found.barcode, found.item_type)
    yield line(*_answer(found, language))
    yield from _against(found.reasons, language)
    if found.if_renewed is not None:
        yield from _if_renewed(found.if_renewed, today, language)
    yield line(say("Rules that fit, the first of which decides:"))
    headings = [
        "",
        say("Branch"),
        say("Category"),
        say("Type"),
        say("Period"),
        say("Renewals"),
        say("Limit"),
        say("Fine"),
    ]
    rows = [["→" if one.decides else "", *_row(one.row, found.currency, language)] for one in found.rows]
    yield table([*headings, say("Hold shelf")], rows)
    yield line(say("Blocks:"))
    headings = [say("Block"), say("Now"), say("From how much"), say("Stops")]
    yield table(headings, [_block_now(block, found.currency, language) for block in found.blocks])
    for what, limit in (
        (say("loans in all"), found.loans),
        (say("loans of this item type"), found.loans_of_type),
        (say("holds"), found.holds),
    ):
        yield line(_limit(limit, what, language))
    yield line(*_renewal_terms(found.terms, language))
    yield line(say(_CLOSED_DUE[found.terms.closed_due]))
    yield line(*_fine_terms(found.terms, found.currency, language))
    yield line(*_hold_terms(found.terms, language))
    yield line(*_lost_terms(found.terms, found.currency, language))
    yield line(*_calendar(found, today, language))


def _against(reasons: Sequence[Reason], language: Language) -> Words:
    for reason in reasons:
        words = explain(reason, language)
        yield line("  " + words.why, words.remedy)


def _if_renewed(found: IfRenewed, today: date, language: Language) -> Words:
    """What asking for the renewal by itself would come to."""
    say = language.say
    if found.reasons:
        yield line(say("If it were to be renewed now, that would be refused:"))
        yield from _against(found.reasons, language)
    elif found.due_on is not None:
        yield line(say("If it were renewed now, it would be due {day}.", day=language.day(found.due_on, today)))


def _answer(found: Explanation, language: Language) -> list[str]:
    say = language.say
    words = [say(_WISHED[found.wished]) if found.allowed else say("It would be refused.")]
    if found.due_on is not None:
        words.append(say("due {day}", day=language.day(found.due_on, found.calendar.today)))
    ends = {"card": say("ends with the card"), "term": say("ends with the term")}
    return words + [ends[end] for end in found.ended_by]


def _row(row: PolicyRow, currency: str, language: Language) -> list[str]:
    say = language.say
    return [
        row.branch or _ANY,
        row.category or _ANY,
        row.item_type or _ANY,
        _period(row, language) if row.lendable else say("not lent"),
        str(row.renewals),
        "" if row.type_limit is None else str(row.type_limit),
        _fine(row, currency, language),
        str(row.shelf_days) if row.holdable else say("not for holds"),
    ]


def _period(row: PolicyRow, language: Language) -> str:
    say = language.say
    until = "" if row.fixed_on is None else say("until {day}", day=language.day(row.fixed_on))
    length = {
        PeriodKind.DAYS: language.count("{n} day", "{n} days", row.period),
        PeriodKind.HOURS: language.count("{n} hour", "{n} hours", row.period),
        PeriodKind.DAY_END: say("to the end of the day"),
        PeriodKind.FIXED: "",
    }[row.period_kind]
    return say(", ").join(part for part in (length, until) if part)


def _fine(row: PolicyRow, currency: str, language: Language) -> str:
    if not row.fine_amount:
        return ""
    amount = language.money(row.fine_amount, currency)
    # Chinese has no plural: what is counted one by one has words of its own.
    each = row.fine_every
    if row.fine_unit is FineUnit.HOUR:
        told = mark("{amount} each hour") if each == 1 else mark("{amount} for each {n} hours")
    else:
        told = mark("{amount} each day") if each == 1 else mark("{amount} for each {n} days")
    return language.say(told, amount=amount, n=each)


def _block(row: BlockRow, currency: str, language: Language) -> list[str]:
    stops = {Stops.LENDING: row.stops_lending, Stops.RENEWING: row.stops_renewing, Stops.HOLDS: row.stops_holds}
    return [
        language.say(BLOCKS[row.kind]),
        row.category or _ANY,
        _counted(row.kind, row.threshold, currency, language),
        language.listed(language.say(STOPS[stop]) for stop, does in stops.items() if does),
    ]


def _block_now(block: BlockView, currency: str, language: Language) -> list[str]:
    say = language.say
    return [
        say(BLOCKS[block.kind]),
        say("stands") if block.stands else _counted(block.kind, block.has, currency, language) or say("no"),
        _counted(block.kind, block.threshold, currency, language),
        language.listed(say(STOPS[stop]) for stop in block.stops),
    ]


def _counted(kind: BlockKind, number: int | None, currency: str, language: Language) -> str:
    if number is None:
        return ""
    return language.money(number, currency) if kind is BlockKind.OWES else str(number)


def _limit(limit: LimitView, what: str, language: Language) -> str:
    if limit.limit is None:
        return language.say("{what}: {used}, without a limit of their own", what=what, used=limit.used)
    return language.say(
        "{what}: {used} of {limit}, {free} free", what=what, used=limit.used, limit=limit.limit, free=limit.free
    )


def _fine_terms(row: PolicyRow, currency: str, language: Language) -> list[str]:
    say = language.say
    fine = _fine(row, currency, language)
    if not fine:
        return [say("no fine")]
    grace = say("grace {count}", count=row.grace) if row.grace else ""
    cap = "" if row.fine_cap is None else say("at most {amount}", amount=language.money(row.fine_cap, currency))
    return [fine, grace, cap, say("only open days are fined") if row.fine_open else ""]


def _renewal_terms(row: PolicyRow, language: Language) -> list[str]:
    """What a renewal counts from, and from when on there may be one."""
    say, before = language.say, row.renew_before
    if not row.renewals:
        return [say("no renewals")]
    counted = language.count("{n} renewal", "{n} renewals", row.renewals)
    if before is None:
        return [counted, say(_RENEW_FROM[row.renew_from]), say("at any time")]
    if row.period_kind is PeriodKind.HOURS:
        span = language.count("{n} hour before it is due", "{n} hours before it is due", before)
    else:
        span = language.count("{n} day before it is due", "{n} days before it is due", before)
    return [counted, say(_RENEW_FROM[row.renew_from]), say("not earlier than {span}", span=span)]


def _lost_terms(row: PolicyRow, currency: str, language: Language) -> list[str]:
    """When it counts as lost, what that costs, and how long that is given back."""
    say = language.say
    lost = (
        say("never counts as lost by itself")
        if row.lost_after is None
        else language.count("lost after {n} day overdue", "lost after {n} days overdue", row.lost_after)
    )
    fee = "" if row.lost_fee is None else say("{amount} without a price", amount=language.money(row.lost_fee, currency))
    processing = say("processing fee {amount}", amount=language.money(row.processing_fee, currency))
    back = (
        say("not given back")
        if row.refund_days is None
        else language.count("given back within {n} day", "given back within {n} days", row.refund_days)
    )
    return [lost, fee, processing if row.processing_fee else "", back]


def _hold_terms(row: PolicyRow, language: Language) -> list[str]:
    say = language.say
    holds = language.count("{n} day on the hold shelf", "{n} days on the hold shelf", row.shelf_days)
    recalls = (
        say("not recalled")
        if row.recall_minimum is None
        else language.count("recalled after {n} day", "recalled after {n} days", row.recall_minimum)
    )
    return [holds if row.holdable else say("not for holds"), recalls]


def _calendar(found: Explanation, today: date, language: Language) -> list[str]:
    say, calendar = language.say, found.calendar
    branch = language.either(calendar.branch_zh, calendar.branch_en)
    now = say("open now") if calendar.is_open else say("closed now")
    return [say("Calendar of {branch}", branch=branch), calendar.zone, language.day(today, today), now]


def _change(
    was: PolicyRow | BlockRow | None, row: PolicyRow | BlockRow | None, currency: str, language: Language
) -> RenderableType:
    shown = row if row is not None else was
    scope = " ".join(part or _ANY for part in shown.scope) if shown is not None else ""
    if was is None:
        return line(language.say("added"), scope)
    if row is None:
        return line(language.say("removed"), scope)
    changed = _differences(written(was, currency), written(row, currency))
    return line(language.say("changed") if was != row else language.say("as before"), scope, *changed)


def _differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    return [f"{name}: {text or '—'} → {after[name] or '—'}" for name, text in before.items() if text != after[name]]
