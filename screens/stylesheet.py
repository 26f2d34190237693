"""The console's stylesheet, of which each part is read once in a program, however often colours and screens change.

Textual by itself reads all of it anew with every change of colours, of which there is one while a console starts, and
remembers 64 parts, which are fewer than there are: then nothing is remembered when the next screen brings its own.
"""

from __future__ import annotations

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation

_Colours = frozenset[tuple[str, str]]
_Part = tuple[int, str, CSSLocation, bool, int, str]

# Rules are not changed once they have been read, so that all stylesheets may share them.
_LOOKS: dict[_Colours, int] = {}
_RULES: dict[_Part, list[RuleSet]] = {}


class RememberedStylesheet(Stylesheet):
    """Remembers the rules of each part in each of the looks."""

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._look = _number_of(variables or {})

    def set_variables(self, variables: dict[str, str]) -> None:
        """Have the rules read in these colours from now on."""
        super().set_variables(variables)
        self._look = _number_of(variables)

    def reparse(self) -> None:
        """Read it in the colours of now."""
        self.parse()

    def _parse_rules(
        self,
        css: str,
        read_from: CSSLocation,
        is_default_rules: bool = False,
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        part = (self._look, css, read_from, is_default_rules, tie_breaker, scope)
        found = _RULES.get(part)
        if found is None:
            found = super()._parse_rules(css, read_from, is_default_rules, tie_breaker, scope)
            _RULES[part] = found
        return found


def _number_of(variables: dict[str, str]) -> int:
    return _LOOKS.setdefault(frozenset(variables.items()), len(_LOOKS))
