"""How slips are worded, each in each language: shown with an example, worded otherwise, or reset."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from libops.i18n import mark
from libops.names import SLIP_KINDS
from libops.pages import Page
from libops.permissions import Permission
from libops.slips.templates import SlipWording, list_wordings
from libops.work import Look
from screens.acts import slips
from screens.dialogs import ask_first
from screens.forms.files import SaveText
from screens.keymap import list_key
from screens.lists.columns import Cell, Column
from screens.lists.listing import Detail, Listing, ListKey
from screens.template_editor import Example, ReadTemplate, TemplateEditor
from screens.voice import NAMES

if TYPE_CHECKING:
    from screens.lists.screen import ListScreen

_MANAGE = (Permission.MANAGE_SLIPS,)
_EXAMPLE = list_key(
    "f4",
    mark("example"),
    mark("Show it filled in, as it comes out of the printer."),
    _MANAGE,
    6,
    id="templates.example",
)
_EDIT = list_key("f7", mark("edit"), mark("Word it otherwise, line by line."), _MANAGE, 9, id="templates.edit")
_RESET = list_key("f8", mark("reset"), mark("Go back to the program's own wording."), _MANAGE, 8, id="templates.reset")
_SAVE = list_key("f9", mark("to a file"), mark("Save the template as a text file."), _MANAGE, 5, id="templates.to_file")
_FROM_FILE = list_key(
    "f12", mark("from a file"), mark("Take the wording from a text file."), _MANAGE, 8, id="templates.from_file"
)


class Templates(Listing[SlipWording]):
    """Every slip in every language."""

    NAME = mark("Wording of slips")
    NEEDS = _MANAGE
    SCANS = None
    PROMPT = mark("scan ▸")
    CONCERNS = ("slip.",)
    KEYS = (_EXAMPLE, _EDIT, _RESET, _SAVE, _FROM_FILE)
    COLUMNS = (
        Column(mark("Slip"), 20, 9),
        Column(mark("Language"), 10, 9),
        Column(mark("Wording"), 28, 8),
    )

    def filter(self) -> str:
        return self.voice.say("Enter shows the chosen one with an example")

    def read(self, look: Look, after: str, limit: int) -> Page[SlipWording]:
        return Page(list_wordings(look), None)

    def key(self, row: SlipWording) -> Hashable:
        return row.kind, row.language

    def cells(self, row: SlipWording) -> Sequence[Cell]:
        return (
            Cell(self.voice.say(SLIP_KINDS[row.kind])),
            Cell(NAMES[row.language]),
            Cell(self._worded(row), "quiet" if row.changed_at is None else "strong"),
        )

    def _worded(self, row: SlipWording) -> str:
        if row.changed_at is None:
            return self.voice.say("the program's own")
        day = row.changed_at.astimezone(self.shift.place.zone).date()
        return self.voice.say("worded here, {day}", day=self.voice.language.day(day, self.shift.today))

    def about(self, row: SlipWording) -> Sequence[Detail]:
        say = self.voice.say
        return (
            Detail(say("Slip"), f"{say(SLIP_KINDS[row.kind])} · {NAMES[row.language]}"),
            Detail(say("Wording"), self._worded(row)),
            *(Detail(str(number), line or " ") for number, line in enumerate(row.text.splitlines(), 1)),
        )

    def own_keys(self) -> Sequence[ListKey[SlipWording]]:
        return (
            ListKey(_EXAMPLE, self.open),
            ListKey(_EDIT, lambda screen, row: self._edit(screen, row, row.text)),
            ListKey(_RESET, self._reset, lambda row: row.changed_at is not None),
            ListKey(_SAVE, self._save),
            ListKey(_FROM_FILE, self._from_file),
        )

    def open(self, screen: ListScreen, row: SlipWording) -> None:
        _ = screen.app.push_screen(Example(self.shift, row, row.text))

    def _edit(self, screen: ListScreen, row: SlipWording, text: str) -> None:
        _ = screen.app.push_screen(TemplateEditor(self.shift, row, text))

    def _reset(self, screen: ListScreen, row: SlipWording) -> None:
        question, yes = mark("Go back to the program's own wording?"), mark("Yes, go back")
        about = f"{self.voice.say(SLIP_KINDS[row.kind])} · {NAMES[row.language]}"
        reset = slips.reset_template(row, about)
        ask_first(screen.app, self.voice, question, yes, about, lambda: self.shift.clerk.do(reset))

    def _save(self, screen: ListScreen, row: SlipWording) -> None:
        path = f"~/{row.kind}.{row.language}.txt"
        screen.fill_in(SaveText(self.shift, row.text, path, lambda _: None))

    def _from_file(self, screen: ListScreen, row: SlipWording) -> None:
        path = f"~/{row.kind}.{row.language}.txt"
        screen.fill_in(ReadTemplate(self.shift, path, lambda text: self._edit(screen, row, text)))
