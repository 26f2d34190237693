"""What just happened: the newest outcome, large, until the next scan."""

from __future__ import annotations

from rich.text import Text

from screens.columns import wrap
from screens.desk.latest import Latest
from screens.desk.visit import Visit
from screens.voice import Voice

_BAR = "▌ "


class Newest(Latest):
    """The word and the title; the fact; what can be done, with its key."""

    COMPONENT_CLASSES = {"newest--word", "newest--fact", "newest--key"}

    def __init__(self, voice: Voice, visit: Visit) -> None:
        super().__init__(voice, visit, id="newest")

    def text(self) -> Text:
        told = self.told()
        if self.awaiting:
            return Text(f" {_BAR}…  {self.not_yet()}")
        if told is None:
            return Text(" " + self.voice.say("Ready."))
        width = max(self.width - len(_BAR) - 2, 20)
        text = Text(no_wrap=True)
        head = wrap(f"{told.word}  {told.title}", width)
        for number, line in enumerate(head):
            text.append(" " + _BAR if number == 0 else "\n " + _BAR)
            text.append(line, self._style("newest--word"))
        for sentence in (told.fact, told.remedy, self.note()):
            self._continue(text, sentence, "newest--fact")
        self._continue(text, self.hint(width), "newest--key")
        return text

    def _continue(self, text: Text, sentence: str, style: str) -> None:
        for line in wrap(sentence, max(self.width - len(_BAR) - 2, 20)) if sentence else []:
            text.append("\n " + _BAR)
            text.append(line, self._style(style))
