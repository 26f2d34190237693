"""Whom a rule is for, in the words of the library: its own names for branches, categories and types of items."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from libops.circulation.policy_rows import BlockRow, PolicyRow
from libops.work import Look
from screens.forms.choices import SCOPES
from screens.forms.entries import Option
from screens.rule_names import ANSWERS, SCOPE
from screens.voice import Voice


class ScopeNames(msgspec.Struct, frozen=True):
    """What codes are called that stand in the scope of a rule, by its columns."""

    known: Mapping[str, Mapping[str, Option]] = {}

    def name(self, column: str, code: str, voice: Voice) -> str:
        """What a code is called; the code itself where the library no longer knows it."""
        option = self.known.get(column, {}).get(code)
        return code if option is None else option.said(voice)

    def of(self, row: PolicyRow | BlockRow, voice: Voice) -> str:
        """Whom a whole rule is for: ``Teacher · Book``."""
        if isinstance(row, BlockRow):
            whom = voice.say("all patrons") if row.category is None else self.name("category", row.category, voice)
            return f"{whom} · {voice.say(ANSWERS['kind'][str(row.kind)])}"
        codes = {column: getattr(row, column) for column in SCOPE}
        named = [self.name(column, code, voice) for column, code in codes.items() if code is not None]
        return " · ".join(named) if named else voice.say("all patrons and items")


def scope_names(look: Look) -> ScopeNames:
    """The names that the library has now; never on the screen's own thread."""
    return ScopeNames({column: {one.value: one for one in read(look)} for column, read in SCOPES.items()})
