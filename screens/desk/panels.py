"""The desk's own dialogs: somebody who may allow it, what every key does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from typing import ClassVar

import msgspec
from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import on
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from libops.circulation.desk_words import sentences
from libops.circulation.outcomes import Outcome
from libops.i18n import mark
from libops.permissions import NAMES
from libops.refusals import explain
from screens.columns import fit, wrap
from screens.complaints import complaint
from screens.dialogs import Dialog, Sentence
from screens.fields import BadgeAndPin, Credentials
from screens.keymap import CANCEL, CLOSE, COPY_TEXT, LEAF_UP, LINES, MORE, PAGER, SPEAK, KeyAction, bindings
from screens.spoken import Spoken
from screens.voice import Voice


class Wanted(msgspec.Struct, frozen=True):
    """What was refused, and for whom: whoever allows it must see both, whoever stands at the desk by then."""

    outcome: Outcome
    patron: str

    def widgets(self, voice: Voice) -> list[Widget]:
        """Both, and below them why it was refused, as a dialog shows them."""
        title = self.outcome.title or self.outcome.code
        what = "{title}  ·  {patron}" if self.patron else "{title}"
        return [Sentence(voice, what, title=title, patron=self.patron), _Refused(voice, self.outcome)]


def permissions_for(outcome: Outcome, voice: Voice) -> str:
    """The permissions that allow it, in the language of now."""
    needed = sorted({reason.override for reason in outcome.reasons if reason.override is not None})
    return voice.language.listed(voice.say(NAMES[permission]) for permission in needed)


class _Refused(Spoken):
    """Why it was refused: whoever allows it takes that upon themselves."""

    def __init__(self, voice: Voice, outcome: Outcome) -> None:
        super().__init__(voice, id="refused")
        self._outcome = outcome

    def text(self) -> Text:
        spoken = self.voice.language
        return Text(sentences([explain(reason, spoken).why for reason in self._outcome.reasons], spoken))


class _Why(Spoken):
    """The permission that is asked for, or why the last badge did not do."""

    def __init__(self, voice: Voice, outcome: Outcome, error: Exception | None) -> None:
        super().__init__(voice, id="hint", classes="" if error is None else "-error")
        self._outcome, self._error = outcome, error

    def text(self) -> Text:
        if self._error is not None:
            told = complaint(self._error, self.voice)
            return Text(sentences([told.why, told.remedy], self.voice.language))
        return Text(self.voice.say("Needed: {permission}", permission=permissions_for(self._outcome, self.voice)))


class Supervisor(Dialog[BadgeAndPin]):
    """Asks for the badge and PIN of somebody who may allow it; the badge may be scanned."""

    HEADING = mark("Somebody who may allow this")
    KEYS = (CANCEL,)
    BINDINGS: ClassVar[list[BindingType]] = bindings((CANCEL, SPEAK))
    AUTO_FOCUS = "#badge"

    def __init__(self, voice: Voice, wanted: Wanted, error: Exception | None = None) -> None:
        super().__init__(voice)
        self._wanted, self._error = wanted, error

    def body(self) -> Iterable[Widget]:
        yield from self._wanted.widgets(self.voice)
        yield _Why(self.voice, self._wanted.outcome, self._error)
        yield Credentials(self.voice)

    def take_badge(self, badge: str) -> None:
        """The badge was scanned."""
        self.query_one(Credentials).take_badge(badge)

    @on(Credentials.Given)
    def _given(self, event: Credentials.Given) -> None:
        event.stop()
        _ = self.dismiss(event.who)


Told = str | Callable[[Voice], str]
"""A marked text, or what says it with its facts."""


class Help(Dialog[None], inherit_bindings=False):
    """Every key of a place and what it does, from the same list that binds them.

    ``only_shown``: nobody is signed in, so that it goes into no pager, no file and no clipboard.
    """

    HEADING = mark("What every key does")
    KEYS = (MORE, PAGER, CLOSE)
    WHERE_ROOM = ()
    BINDINGS: ClassVar[list[BindingType]] = bindings((MORE, CLOSE, SPEAK, COPY_TEXT, PAGER, LEAF_UP, *LINES))

    def __init__(
        self, voice: Voice, keys: Sequence[KeyAction], sentences: Sequence[Told], *, only_shown: bool = False
    ) -> None:
        super().__init__(voice)
        self._only_shown = only_shown
        # Two keys that are shown as one, such as the arrows, are explained as one.
        self._shown = list({(voice.key(one), one.label): one for one in keys}.values())
        self._sentences = sentences

    def body(self) -> Iterable[Widget]:
        yield VerticalScroll(_Keys(self.voice, self._shown, self._sentences), id="scroll")

    def on_mount(self) -> None:
        scroll = self.query_one("#scroll")
        for what in ("scroll_y", "virtual_size"):
            self.watch(scroll, what, self.refresh_keys)
        self.call_after_refresh(self.refresh_keys)

    def on_resize(self) -> None:
        self.call_after_refresh(self.refresh_keys)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return not (self._only_shown and action in (PAGER.action, COPY_TEXT.action))

    def keys(self) -> list[tuple[KeyAction, str]]:
        scroll = self.query_one("#scroll")
        more = scroll.scroll_offset.y < scroll.max_scroll_y
        offered = (one for one in self.KEYS if self.check_action(one.action, ()))
        return [(one, self.voice.say(one.label)) for one in offered if more or one is not MORE]

    def action_more(self) -> None:
        self.query_one("#scroll").scroll_page_down(animate=False)


_KEY, _NAME = 6, 12
"""Cells that a key and a name have at the least."""


class _Keys(Spoken):
    COMPONENT_CLASSES = {"help--key", "help--name"}

    def __init__(self, voice: Voice, keys: Sequence[KeyAction], sentences: Sequence[Told]) -> None:
        super().__init__(voice)
        self._shown, self._sentences = keys, sentences

    def text(self) -> Text:
        text = Text(no_wrap=True)
        width = max(self.width, 40)
        shown = [self.voice.key(one) for one in self._shown]
        names = [self.voice.say(one.label) for one in self._shown]
        told = [self.voice.say(one.tooltip) for one in self._shown]
        before = max(_KEY, *map(cell_len, shown)) + 1
        # A longer name goes on below: of what a key does more is to be read than of what it is called.
        named = min(max(_NAME, *map(cell_len, names)), width // 4) + 2
        for key, name, does in zip(shown, names, told, strict=True):
            lines = zip_longest([key], wrap(name, named - 2), wrap(does, width - before - named), fillvalue="")
            for its_key, its_name, its_line in lines:
                text.append(fit(its_key, before), self._style("help--key"))
                text.append(fit(its_name, named), self._style("help--name"))
                text.append(its_line + "\n")
        text.append("\n")
        for sentence in self._sentences:
            said = self.voice.say(sentence) if isinstance(sentence, str) else sentence(self.voice)
            for line in wrap(said, width):
                text.append(line + "\n")
        return text

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)
