"""The newest outcome, as each way of working shows it: small above the scan line, or large in the middle."""

from __future__ import annotations

from datetime import date

from rich.style import Style

from libops.circulation.desk import Outcome
from libops.circulation.desk_words import Tone
from screens.desk.visit import said
from screens.messages import Failure
from screens.spoken import Spoken
from screens.voice import Voice


class Latest(Spoken):
    """Holds an outcome until the next one, and takes on its tone as a class; how it looks is left to each kind."""

    def __init__(self, voice: Voice, *, id: str) -> None:
        super().__init__(voice, id=id)
        self.result: Outcome | Failure | None = None
        self.key_hint = ""
        self.today = date.min

    def show(self, result: Outcome | Failure | None, key_hint: str, today: date) -> None:
        """Show this outcome, and the key that could change it."""
        self.result, self.key_hint, self.today = result, key_hint, today
        tone = "" if result is None else said(result, self.voice, today).tone
        for one in Tone:
            self.set_class(one == tone, f"-{one}")
        self.speak()

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)
