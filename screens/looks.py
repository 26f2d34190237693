"""Choosing the colours of the screen: each is shown as soon as the mark stands on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.text import Text
from textual.app import App
from textual.widget import Widget

from libops.appearance import THEMES, ThemeName
from libops.i18n import mark
from screens.columns import wrap
from screens.look import LOOKS, look_named
from screens.picker import Choosable, Picker
from screens.spoken import Spoken
from screens.voice import Voice

_NAMES = tuple(LOOKS)


class HowToKeep(Spoken):
    """How long a choice lasts, and by which command it is kept."""

    def __init__(self, voice: Voice, theme: ThemeName) -> None:
        super().__init__(voice, id="how-to-keep")
        self.theme = theme

    def text(self) -> Text:
        sentence = self.voice.say("It lasts until this console is closed. To keep it:")
        return Text("\n".join([*wrap(sentence, max(self.width, 20)), f"libops config set theme {self.theme}"]))


class LookPicker(Picker):
    """The looks, each with its number; going along them changes the whole screen."""

    HEADING = mark("Colours of the screen")

    def __init__(self, voice: Voice, worn: ThemeName) -> None:
        super().__init__(voice, [Choosable(str(name), str(at), THEMES[name]) for at, name in enumerate(_NAMES, 1)])
        self.lines.chosen = _NAMES.index(worn)
        self._how = HowToKeep(voice, worn)

    def body(self) -> Iterable[Widget]:
        yield from super().body()
        yield self._how

    def action_pick(self) -> None:
        super().action_pick()
        self._try_on()

    def action_pick_back(self) -> None:
        super().action_pick_back()
        self._try_on()

    def _try_on(self) -> None:
        self._how.theme = _NAMES[self.lines.chosen]
        self._how.speak()
        wear(self.app, self._how.theme)


# Any, because what an app returns when it ends matters to nobody here.
def wear(app: App[Any], name: ThemeName) -> None:
    """Show everything in these colours."""
    app.theme = LOOKS[name].name


def choose_look(app: App[Any], voice: Voice) -> None:
    """Ask for the colours of the screen; Escape goes back to those that were."""
    before = look_named(app.theme)
    _ = app.push_screen(LookPicker(voice, before), lambda answer: wear(app, ThemeName(answer or before)))
