"""A form that tells first what would come of it: the first Enter looks ahead, the second does it, wherever one is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from textual import on
from textual.message import Message

from libops.work import Look
from screens.attempts import attempt
from screens.forms.act_form import ActForm
from screens.forms.form import BadField, Reply
from screens.shift import Shift

W = TypeVar("W")
P = TypeVar("P")


_TOLD = "-told"
"""While it stands there what would come of it: the fields make room for that, so that the keys stay in sight."""


class Previewed(Message):
    """What would come of it is known; or why it cannot be."""

    # Any, because each form wishes for something else; the form that asked knows for what.
    def __init__(self, wish: object, preview: Any, error: Exception | None = None) -> None:  # noqa: ANN401
        super().__init__()
        self.wish, self.preview, self.error = wish, preview, error


class LooksAhead(ActForm, Generic[W, P]):
    """What was changed between the two is looked at anew. A wish is a value: two that are alike are the same."""

    def __init__(self, shift: Shift) -> None:
        super().__init__(shift)
        self._seen: W | None = None

    def wish(self, values: Mapping[str, str]) -> W:
        """What is asked for. Raises ``BadField`` for what cannot be read."""
        raise NotImplementedError

    def look_ahead(self, look: Look, wish: W) -> P:
        """What would come of that."""
        raise NotImplementedError

    def asks(self, preview: P) -> bool:
        """Whether it is to be meant twice."""
        return True

    def told(self, preview: P) -> Sequence[str]:
        """What would come of it, in the language of now, each on a line of its own."""
        raise NotImplementedError

    def send(self) -> None:
        try:
            wish = self.wish(self.values())
        except BadField:
            super().send()
            return
        if wish == self._seen:
            super().send()
            return
        self._clear()
        self.query_one(Reply).show(self.voice.say("One moment…"))
        self.run_worker(partial(self._look, wish), thread=True, name="preview", group="preview", exit_on_error=False)

    def action_next(self) -> None:
        """Once it was told what would come of just this, Enter in any field does it, as those words say."""
        if self.has_class(_TOLD) and self._seen is not None and self._wish_now() == self._seen:
            self.action_save()
        else:
            super().action_next()

    def _clear(self) -> None:
        self.remove_class(_TOLD)
        super()._clear()

    def _look(self, wish: W) -> None:
        def preview() -> P:
            with self.shift.look() as look:
                return self.look_ahead(look, wish)

        self.post_message(Previewed(wish, *attempt(preview, "preview")))

    @on(Previewed)
    def _previewed(self, event: Previewed) -> None:
        event.stop()
        self._clear()
        if event.error is not None:
            self.not_found(event.error)
        elif event.wish == self._wish_now():
            self._seen = self._wish_now()
            if self.asks(event.preview):
                self.add_class(_TOLD)
                self.query_one(Reply).show(*self.told(event.preview))
            else:
                super().send()

    def _wish_now(self) -> W | None:
        try:
            return self.wish(self.values())
        except BadField:
            return None
