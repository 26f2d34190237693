"""Choosing how the console looks and sounds: each is shown, or heard, as soon as the mark stands on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rich.text import Text
from textual.app import App
from textual.widget import Widget

from libops.appearance import SOUNDS, THEMES, Sound, ThemeName
from libops.i18n import mark
from screens.attention import Attention
from screens.columns import wrap
from screens.keymap import CANCEL, PICK, TAKE
from screens.look import LOOKS, look_named
from screens.picker import Choosable, Picker
from screens.spoken import Spoken
from screens.voice import Voice

Names = Mapping[ThemeName, str] | Mapping[Sound, str]


class HowToKeep(Spoken):
    """How long a choice lasts, and by which command it is kept."""

    def __init__(self, voice: Voice, setting: str, value: str) -> None:
        super().__init__(voice, id="how-to-keep")
        self._setting = setting
        self.value = value

    def text(self) -> Text:
        sentence = self.voice.say("It lasts until this console is closed. To keep it:")
        command = f"libops config set {self._setting} {self.value}"
        return Text("\n".join([*wrap(sentence, max(self.width, 20)), command]))


class TryOn(Picker):
    """The values of one setting, each with its number; going along them does ``show`` with each at once.

    ``names`` are what people call them; ``now`` is the one that counts while this opens.
    """

    KEYS = (PICK, TAKE, CANCEL)

    def __init__(
        self, voice: Voice, heading: str, setting: str, names: Names, now: str, show: Callable[[str], None]
    ) -> None:
        super().__init__(voice, [Choosable(value, str(at), name) for at, (value, name) in enumerate(names.items(), 1)])
        self._heading = heading
        self._values: list[str] = [*names]
        self._show = show
        self.lines.chosen = self._values.index(now)
        self._how = HowToKeep(voice, setting, now)

    def heading(self) -> str:
        return self._heading

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
        self._how.value = self._values[self.lines.chosen]
        self._how.speak()
        self._show(self._how.value)


# Any, because what an app returns when it ends matters to nobody here.
def wear(app: App[Any], theme: str) -> None:
    """Show everything in these colours."""
    app.theme = LOOKS[ThemeName(theme)].name


def choose_look(app: App[Any], voice: Voice) -> None:
    """Ask for the colours of the screen; Escape goes back to those that were."""
    before = look_named(app.theme)
    picker = TryOn(voice, mark("Colours of the screen"), "theme", THEMES, before, lambda theme: wear(app, theme))
    _ = app.push_screen(picker, lambda answer: wear(app, answer or before))


def choose_sound(app: App[Any], voice: Voice, attention: Attention) -> None:
    """Ask what sounds when somebody has to look up, and let it be heard; Escape goes back to what was."""
    before = attention.sound

    def listen(sound: str) -> None:
        attention.sound = Sound(sound)
        attention.call()

    def keep(answer: str | None) -> None:
        attention.sound = Sound(answer or before)

    heading = mark("Sound when you have to look up")
    _ = app.push_screen(TryOn(voice, heading, "sound", SOUNDS, before, listen), keep)
