"""Forms for the rules: one row of the matrix, one block; cells as in the files, each with what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from libops.circulation.errands import Errand
from libops.circulation.policies import BlockKind
from libops.circulation.policy_labels import COLUMNS
from libops.circulation.policy_rows import BLOCK_COLUMNS, POLICY_COLUMNS, BlockRow, PolicyRow, written
from libops.i18n import mark
from libops.work import Look
from screens.acts import rules
from screens.forms.act_form import ActForm
from screens.forms.choices import SCOPES, Read
from screens.forms.entries import ChoiceEntry, Entry, Option, TextEntry
from screens.rule_names import ANSWERS, SCOPE, YES_NO, YES_NO_COLUMNS
from screens.rule_scopes import ScopeNames
from screens.shift import Shift

_ANY = "*"
"""Stands for any branch, category or type."""


def _scopes(column: str) -> Read:
    """Of whom a rule may be, with any before them."""

    def read(look: Look) -> Sequence[Option]:
        return [Option(_ANY, message=mark("any")), *SCOPES[column](look)]

    return read


def _code(value: str) -> str | None:
    return None if value in ("", _ANY) else value


class _RuleForm(ActForm):
    """Cells of a row; those of the scope only where it is a new one."""

    DEFAULT_CLASSES = "-long-names"

    def __init__(self, shift: Shift, row: PolicyRow | BlockRow, names: ScopeNames, currency: str, *, new: bool) -> None:
        super().__init__(shift)
        self._names = names
        self._row, self._cells, self._new = row, written(row, currency), new

    def heading(self) -> str:
        return mark("New rule") if self._new else self._names.of(self._row, self.voice)

    def cell(self, column: str) -> Entry:
        """The field of a column, with what stands there now."""
        label, value = COLUMNS[column], self._cells[column]
        if column in YES_NO_COLUMNS:
            return ChoiceEntry(self.voice, column, label, self.options(YES_NO.items()), value)
        if column in ANSWERS:
            return ChoiceEntry(self.voice, column, label, self.options(ANSWERS[column].items()), value)
        if column in SCOPE:
            return ChoiceEntry(self.voice, column, label, (), value or _ANY, read=_scopes(column))
        return TextEntry(self.voice, column, label, value)

    def changes(self, values: Mapping[str, str], scope: Sequence[str]) -> dict[str, str]:
        """The cells that were changed; of a new rule all of them."""
        return {
            column: text
            for column, text in values.items()
            if column not in scope and (self._new or text != self._cells[column])
        }


class PolicyForm(_RuleForm):
    """One row of the matrix."""

    def __init__(self, shift: Shift, row: PolicyRow, names: ScopeNames, currency: str, *, new: bool = False) -> None:
        super().__init__(shift, row, names, currency, new=new)
        self._row: PolicyRow = row

    def fields(self) -> Sequence[Entry]:
        return [self.cell(column) for column in POLICY_COLUMNS if self._new or column not in SCOPE]

    def errand(self, values: Mapping[str, str]) -> Errand:
        scope = {name: _code(values[name]) for name in SCOPE if name in values}
        row = msgspec.structs.replace(self._row, **scope)
        return rules.set_policy(self._names.of(row, self.voice), row, self.changes(values, SCOPE))


class BlockRuleForm(_RuleForm):
    """One block rule."""

    def __init__(self, shift: Shift, row: BlockRow, names: ScopeNames, currency: str, *, new: bool = False) -> None:
        super().__init__(shift, row, names, currency, new=new)
        self._row: BlockRow = row

    def fields(self) -> Sequence[Entry]:
        scope = ("category", "kind")
        return [self.cell(column) for column in BLOCK_COLUMNS if self._new or column not in scope]

    def errand(self, values: Mapping[str, str]) -> Errand:
        scope = ("category", "kind")
        row = self._row
        if self._new:
            row = msgspec.structs.replace(row, category=_code(values["category"]), kind=BlockKind(values["kind"]))
        return rules.set_block(self._names.of(row, self.voice), row, self.changes(values, scope))
