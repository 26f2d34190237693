"""The rules as lists: the policy matrix, and what blocks stop."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, TypeVar

from libops.circulation.policies import BlockKind, codes_and_currency, show_rules
from libops.circulation.policy_labels import COLUMNS as LABELS
from libops.circulation.policy_rows import BlockRow, PolicyRow, written
from libops.i18n import mark
from libops.pages import Page
from libops.permissions import Permission
from libops.work import Look
from screens.acts import rules
from screens.dialogs import ask_first
from screens.explaining import ExplainForm
from screens.forms.rules import BlockRuleForm, PolicyForm
from screens.keymap import list_key
from screens.lists.columns import Cell, Column
from screens.lists.listing import Detail, Listing, ListKey
from screens.rule_names import ANSWERS, SCOPE, YES_NO, YES_NO_COLUMNS
from screens.rule_scopes import ScopeNames, scope_names

if TYPE_CHECKING:
    from libops.circulation.errands import Errand
    from screens.lists.screen import ListScreen

R = TypeVar("R", PolicyRow, BlockRow)

_MANAGE = (Permission.MANAGE_RULES,)
_CHANGE = list_key("f7", mark("change"), mark("Change the chosen rule."), _MANAGE, id="rules.change")
_REMOVE = list_key(
    "f8", mark("remove"), mark("Remove the chosen rule; a more general one then decides."), _MANAGE, id="rules.remove"
)
_EXPLAIN = list_key(
    "f4", mark("explain"), mark("Which rules decide for a patron and an item, and why."), id="rules.explain"
)
_NEW = list_key(
    "f12", mark("new rule"), mark("Add a rule that says the same, for somebody else."), _MANAGE, id="rules.new"
)


class _Rules(Listing[R]):
    SCANS = None
    KEYS = (_EXPLAIN, _CHANGE, _REMOVE, _NEW)
    PROMPT = mark("scan ▸")
    CONCERNS = ("rules.", "policy.", "block.")

    currency = ""
    names = ScopeNames()

    def filter(self) -> str:
        return self.voice.say("the most specific rule decides")

    def _read(self, look: Look) -> None:
        self.names, self.currency = scope_names(look), codes_and_currency(look)[1]

    def scope_cell(self, row: R, column: str) -> Cell:
        """Of whom or what a row is: its name, or that it is for any."""
        code = getattr(row, column)
        if code is None:
            return Cell(self.voice.say("any"), "quiet")
        return Cell(self.names.name(column, code, self.voice), "strong")

    def said(self, row: R, column: str) -> str:
        """What a row says in a column, in the language of now."""
        if column in SCOPE:
            return self.scope_cell(row, column).text
        value = written(row, self.currency)[column]
        if column in YES_NO_COLUMNS:
            return self.voice.say(YES_NO[value])
        return self.voice.say(ANSWERS[column][value]) if column in ANSWERS and value in ANSWERS[column] else value

    def about(self, row: R) -> Sequence[Detail]:
        return [
            Detail(self.voice.say(LABELS[column]), self.said(row, column)) for column in written(row, self.currency)
        ]

    def remove(self, screen: ListScreen, row: R, errand: Errand) -> None:
        """Remove it, once somebody has said so twice."""
        question, yes = mark("Remove this rule?"), mark("Yes, remove it")
        about = self.names.of(row, self.voice)
        ask_first(screen.app, self.voice, question, yes, about, lambda: self.shift.clerk.do(errand))

    def explain(self, screen: ListScreen, row: R | None) -> None:
        """Ask for whom and for what."""
        _ = screen.app.push_screen(ExplainForm(self.shift))


class Policies(_Rules[PolicyRow]):
    """The matrix: for whom, for how long, at what cost."""

    NAME = mark("Loan rules")
    COLUMNS = (
        Column(mark("Branch"), 8, 9),
        Column(mark("Category"), 12, 9),
        Column(mark("Item type"), 12, 9),
        Column(mark("Period"), 14, 8),
        Column(mark("Renewals"), 8, 6, right=True),
        Column(mark("Fine"), 20, 7),
        Column(mark("Holds"), 6, 5),
    )

    def read(self, look: Look, after: str, limit: int) -> Page[PolicyRow]:
        self._read(look)
        return Page(show_rules(look).policies, None)

    def key(self, row: PolicyRow) -> Hashable:
        return row.scope

    def cells(self, row: PolicyRow) -> Sequence[Cell]:
        return (
            *(self.scope_cell(row, column) for column in ("branch", "category", "item_type")),
            Cell(self._period(row)),
            Cell(str(row.renewals)),
            Cell(self._fine(row)),
            Cell(self.said(row, "holdable"), "quiet"),
        )

    def _period(self, row: PolicyRow) -> str:
        if not row.lendable:
            return self.voice.say("not lent")
        spoken, kind = self.voice.language, str(row.period_kind)
        if kind == "fixed" and row.fixed_on is not None:
            return spoken.day(row.fixed_on, self.shift.today)
        if kind == "days":
            return spoken.count("{n} day", "{n} days", row.period)
        return spoken.count("{n} hour", "{n} hours", row.period) if kind == "hours" else self.said(row, "period_kind")

    def _fine(self, row: PolicyRow) -> str:
        if not row.fine_amount:
            return ""
        spoken = self.voice.language
        amount = spoken.money(row.fine_amount, self.currency)
        each = spoken.count("{n} day", "{n} days", row.fine_every)
        if str(row.fine_unit) == "hour":
            each = spoken.count("{n} hour", "{n} hours", row.fine_every)
        return self.voice.say("{amount} for {each}", amount=amount, each=each)

    def own_keys(self) -> Sequence[ListKey[PolicyRow]]:
        return (
            ListKey(_EXPLAIN, self.explain, of_row=False),
            ListKey(_CHANGE, self.change),
            ListKey(
                _REMOVE,
                lambda screen, row: self.remove(screen, row, rules.remove_policy(self.names.of(row, self.voice), row)),
                _is_special,
            ),
            ListKey(_NEW, self._new),
        )

    def change(self, screen: ListScreen, row: PolicyRow) -> None:
        """Change one row."""
        screen.fill_in(PolicyForm(self.shift, row, self.names, self.currency))

    def _new(self, screen: ListScreen, row: PolicyRow) -> None:
        screen.fill_in(PolicyForm(self.shift, row, self.names, self.currency, new=True))

    def open(self, screen: ListScreen, row: PolicyRow) -> None:
        if self.shift.may(Permission.MANAGE_RULES):
            self.change(screen, row)


class Blocks(_Rules[BlockRow]):
    """What stands against whom from when, and what it stops."""

    NAME = mark("Blocks")
    EMPTY = mark("There is no rule: only what staff block and cards that ran out stop anything.")
    COLUMNS = (
        Column(mark("Category"), 12, 9),
        Column(mark("Block"), 14, 9),
        Column(mark("From how much"), 10, 9, right=True),
        Column(mark("Lending"), 9, 8),
        Column(mark("Renewing"), 9, 7),
        Column(mark("Holds"), 9, 6),
    )

    def read(self, look: Look, after: str, limit: int) -> Page[BlockRow]:
        self._read(look)
        return Page(show_rules(look).blocks or [], None)

    def key(self, row: BlockRow) -> Hashable:
        return row.scope

    def cells(self, row: BlockRow) -> Sequence[Cell]:
        stops, goes = self.voice.say("stops"), self.voice.say("goes on")
        return (
            self.scope_cell(row, "category"),
            Cell(self.said(row, "kind")),
            Cell(self._threshold(row)),
            *(
                Cell(stops if stopped else goes, "alarm" if stopped else "quiet")
                for stopped in (row.stops_lending, row.stops_renewing, row.stops_holds)
            ),
        )

    def _threshold(self, row: BlockRow) -> str:
        """From how many overdue loans on, or from which amount."""
        if row.threshold is None:
            return ""
        owes = row.kind is BlockKind.OWES
        return self.voice.language.money(row.threshold, self.currency) if owes else str(row.threshold)

    def own_keys(self) -> Sequence[ListKey[BlockRow]]:
        return (
            ListKey(_EXPLAIN, self.explain, of_row=False),
            ListKey(_CHANGE, self.change),
            ListKey(
                _REMOVE,
                lambda screen, row: self.remove(screen, row, rules.remove_block(self.names.of(row, self.voice), row)),
            ),
            ListKey(_NEW, self._new),
        )

    def change(self, screen: ListScreen, row: BlockRow) -> None:
        """Change one rule."""
        screen.fill_in(BlockRuleForm(self.shift, row, self.names, self.currency))

    def _new(self, screen: ListScreen, row: BlockRow) -> None:
        screen.fill_in(BlockRuleForm(self.shift, row, self.names, self.currency, new=True))

    def open(self, screen: ListScreen, row: BlockRow) -> None:
        if self.shift.may(Permission.MANAGE_RULES):
            self.change(screen, row)


def _is_special(row: PolicyRow) -> bool:
    """The fallback stays."""
    return any(row.scope)
