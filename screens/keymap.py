"""Every key of the console, once: the bindings, the key bar and the help are all made from this list.

Function keys serve the desk, because no reader sends them; letters serve only dialogs, where a scan never arrives.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from textual.binding import Binding, BindingType

from libops.i18n import mark
from libops.permissions import Permission
from screens.key_names import name_of


class KeyAction(msgspec.Struct, frozen=True):
    """One thing a key does. ``weight`` says which stay in a key bar that is too narrow for all: the heavy ones.

    It is offered to whoever has one of the permissions it ``needs``; without any, to everybody. By its ``id``, which
    never changes, a settings file gives it another key; the same id means the same wherever it stands. What is
    ``fixed`` keeps its key.
    """

    action: str
    key: str
    label: str
    tooltip: str
    weight: int = 5
    needs: tuple[Permission, ...] = ()
    id: str = ""
    fixed: bool = False

    @property
    def shown_key(self) -> str:
        """The key that it has by itself, as people read it."""
        return _SEVERAL.get(self.key) or name_of(self.key)


_SEVERAL = {"right": "Tab ← →", "up": "↑ ↓", "down": "↑ ↓"}
"""Keys that are shown together with those that do nearly the same."""

HELP = KeyAction("help", "f1", mark("help"), mark("Show what every key does."), 10, id="any.help")
TURN = KeyAction("turn", "f2", mark("returns"), mark("Change between lending and returns."), 8, id="desk.turn")
GO_TO = KeyAction(
    "go_to", "f3", mark("go to"), mark("Go to a list, a patron, the rules or the till."), 9, id="any.go_to"
)
SEARCH = KeyAction("search", "ctrl+f", mark("search"), mark("Search the catalogue."), 6, id="any.search")
ACCOUNT = KeyAction(
    "account", "f4", mark("account"), mark("Show the whole account: loans, holds, money."), 7, id="desk.account"
)
RETRY = KeyAction("retry", "f5", mark("try again"), mark("Try again what the database left undone."), 9, id="any.retry")
SPEAK = KeyAction("speak", "f6", mark("language"), mark("Change the language of the screen."), 5, id="any.language")
ITEM_CARD = KeyAction("item", "f7", mark("item"), mark("Show the newest item and what can be done."), 5, id="desk.item")
ALLOW = KeyAction(
    "allow", "f8", mark("allow"), mark("Do what was refused, with the permission it needs."), 9, id="any.allow"
)
DONE = KeyAction("done", "f9", mark("done"), mark("Let the patron go; clear the desk for the next."), 7, id="desk.done")
LEAVE = KeyAction("leave", "f10", mark("sign out"), mark("Sign out, or end the program."), 3, id="any.leave")
BATCH = KeyAction(
    "batch",
    "f12",
    mark("book drop"),
    mark("Date returns back, as for a book drop."),
    6,
    (Permission.BACKDATE,),
    id="desk.book_drop",
)
UNDO = KeyAction(
    "undo", "ctrl+z", mark("undo"), mark("Undo the last thing done at this desk."), 4, (Permission.UNDO,), id="any.undo"
)
SLIP = KeyAction(
    "slip", "ctrl+p", mark("slip"), mark("Show and print the slip of what was done last."), 3, id="any.slip"
)
EXPLAIN = KeyAction(
    "explain", "ctrl+e", mark("rules"), mark("Show which rules decide about the newest item."), 2, id="any.rules"
)
PALETTE = KeyAction(
    "commands",
    "ctrl+k",
    mark("commands"),
    mark("Find what can be done here now by its name."),
    1,
    id="any.commands",
)
COPY_TEXT = KeyAction(
    "take_along",
    "ctrl+y",
    mark("copy text"),
    mark("Copy what is shown here, or save it as a file."),
    1,
    id="any.copy",
)
PAGER = KeyAction(
    "read_in_pager",
    "v",
    mark("pager"),
    mark("Read this in the pager; what a keyboard reader scans meanwhile is lost."),
    3,
    id="text.pager",
)
UP = KeyAction(
    "list_up", "pageup", mark("earlier"), mark("Look further up in the list of this visit."), 0, id="desk.earlier"
)
DOWN = KeyAction(
    "list_down", "pagedown", mark("later"), mark("Look further down in the list of this visit."), 0, id="desk.later"
)
SKIP_STOP = KeyAction(
    "tour('skip')", "ctrl+n", mark("skip"), mark("Skip what the tour asks for now."), 0, id="tour.skip"
)
END_TOUR = KeyAction("tour('end')", "ctrl+o", mark("end the tour"), mark("End the tour."), 0, id="tour.end")
WIPE = KeyAction("wipe", "escape", mark("clear"), mark("Clear the scan line."), 0, id="desk.clear")
QUIT = KeyAction("leave", "f10", mark("quit"), mark("End the program."), 3, id="any.leave")

LOCK = KeyAction("lock", "ctrl+l", mark("lock"), mark("Lock the desk; badge and PIN open it again."), 4, id="any.lock")

DESK = (
    HELP,
    TURN,
    GO_TO,
    SEARCH,
    ACCOUNT,
    RETRY,
    SPEAK,
    ITEM_CARD,
    ALLOW,
    DONE,
    LEAVE,
    BATCH,
    UNDO,
    SLIP,
    EXPLAIN,
    PALETTE,
    COPY_TEXT,
    UP,
    DOWN,
    WIPE,
    LOCK,
    SKIP_STOP,
    END_TOUR,
)
SIGN_IN = (HELP, SPEAK, QUIT)

TO_DESK = KeyAction(
    "back", "escape", mark("back"), mark("Clear the scan line; then back to where you came from."), 8, id="list.back"
)
OPEN = KeyAction(
    "open",
    "enter",
    mark("open"),
    mark("Show the chosen row, and what can be done with it."),
    6,
    id="list.open",
    fixed=True,
)
ROW_UP = KeyAction("move(-1)", "up", mark("choose"), mark("Go to the row above or below."), 0, id="list.up")
ROW_DOWN = KeyAction("move(1)", "down", mark("choose"), mark("Go to the row above or below."), 0, id="list.down")
PAGE_UP = KeyAction("leaf(-1)", "pageup", mark("leaf"), mark("Go up by a screen."), 0, id="list.page_up")
PAGE_DOWN = KeyAction("leaf(1)", "pagedown", mark("leaf"), mark("Go down by a screen."), 0, id="list.page_down")
HALF_UP = KeyAction("half(-1)", "ctrl+up", mark("half a leaf"), mark("Go up by half a screen."), 0, id="list.half_up")
HALF_DOWN = KeyAction(
    "half(1)", "ctrl+down", mark("half a leaf"), mark("Go down by half a screen."), 0, id="list.half_down"
)
FIRST = KeyAction("first", "ctrl+home", mark("first"), mark("Go to the first row."), 0, id="list.first")
LAST = KeyAction("last", "ctrl+end", mark("last"), mark("Go to the last row that has been read."), 0, id="list.last")

ROW_SLIP = KeyAction(
    "slip",
    "ctrl+p",
    mark("slip"),
    mark("Show and print the slip of what was scanned here, or of the chosen row."),
    7,
    id="any.slip",
)

FIND = KeyAction("search", "ctrl+f", mark("search"), mark("Search the catalogue."), 2, id="any.search")

LIST = (
    HELP,
    GO_TO,
    FIND,
    RETRY,
    SPEAK,
    TO_DESK,
    OPEN,
    ROW_SLIP,
    UNDO,
    PALETTE,
    COPY_TEXT,
    ROW_UP,
    ROW_DOWN,
    PAGE_UP,
    PAGE_DOWN,
    HALF_UP,
    HALF_DOWN,
    FIRST,
    LAST,
    LOCK,
)


def list_key(
    key: str, label: str, tooltip: str, needs: tuple[Permission, ...] = (), weight: int = 7, *, id: str = ""
) -> KeyAction:
    """A key that only some lists have, one of F2, F4, F7, F8, F9 and F12."""
    return KeyAction(f"do('{id or key}')", key, label, tooltip, weight, needs, id)


PATRON = KeyAction("patron", "p", mark("patron's card"), mark("The code is a patron's card."), id="which.patron")
ITEM = KeyAction("item", "i", mark("item"), mark("The code is an item."), id="which.item")
NEITHER = KeyAction("close", "escape", mark("neither"), mark("Leave it; nothing is done."), id="dialog.close")
CLOSE = KeyAction("close", "escape", mark("close"), mark("Close this."), id="dialog.close")
MORE = KeyAction("more", "pagedown", mark("more below"), mark("Show what stands further down."), id="dialog.page_down")
CANCEL = KeyAction("close", "escape", mark("cancel"), mark("Leave everything as it is."), id="dialog.close")
CHOOSE = KeyAction("choose", "right", mark("choose"), mark("Go to the next answer."), id="ask.next")
BACK = KeyAction("choose_back", "left", mark("choose"), mark("Go to the answer before."), id="ask.before")
PICK = KeyAction("pick", "down", mark("choose"), mark("Go to the next line."), id="dialog.down")
LEAF_DOWN = KeyAction("leaf(1)", "pagedown", mark("leaf"), mark("Go down by a screen."), 0, id="dialog.page_down")
LEAF_UP = KeyAction("leaf(-1)", "pageup", mark("leaf"), mark("Go up by a screen."), 0, id="dialog.page_up")
BACK_UP = KeyAction("pick_back", "up", mark("choose"), mark("Go to the line before."), id="dialog.up")
HALF_LEAF_DOWN = KeyAction(
    "half(1)", "ctrl+down", mark("half a leaf"), mark("Go down by half a screen."), 0, id="dialog.half_down"
)
HALF_LEAF_UP = KeyAction(
    "half(-1)", "ctrl+up", mark("half a leaf"), mark("Go up by half a screen."), 0, id="dialog.half_up"
)
FIRST_LINE = KeyAction("first", "home", mark("first"), mark("Go to the first line."), 0, id="dialog.first")
LAST_LINE = KeyAction("last", "end", mark("last"), mark("Go to the last line."), 0, id="dialog.last")
NEXT_LINE = KeyAction("pick", "down", mark("choose"), mark("Go to the next line."), id="menu.down")
LINE_BEFORE = KeyAction("pick_back", "up", mark("choose"), mark("Go to the line before."), id="menu.up")
NEXT_PART = KeyAction(
    "leap(1)", "tab", mark("next part"), mark("Go to loans, holds, money: the first of each."), id="account.next_part"
)
PART_BEFORE = KeyAction(
    "leap(-1)",
    "shift+tab",
    mark("part before"),
    mark("Go to the part before; from the first, to the last."),
    id="account.part_before",
)
GO = KeyAction("go", "enter", mark("go"), mark("Go where the mark is."), id="menu.go")
NEXT = KeyAction(
    "next", "enter", mark("next"), mark("Go to the next field; from the last one, do it."), id="form.next", fixed=True
)
FIELD_DOWN = KeyAction("next_field", "down", mark("choose"), mark("Go to the next field."), 0, id="form.down")
FIELD_UP = KeyAction("field_before", "up", mark("choose"), mark("Go to the field before."), 0, id="form.up")
SAVE = KeyAction("save", "f9", mark("do it"), mark("Do it with what stands in the fields."), id="form.save")
PRINT = KeyAction("print", "p", mark("print"), mark("Print this."), id="paper.print")
TAKE = KeyAction("go", "enter", mark("take it"), mark("Keep what the mark stands on."), id="menu.go")
SAVE_TEXT = KeyAction("save_text", "s", mark("save"), mark("Save this as a text file."), id="paper.save")
CONFIRM = KeyAction(
    "confirm", "enter", mark("confirm"), mark("Give the answer that is marked."), id="ask.confirm", fixed=True
)

LINES = (PICK, BACK_UP, HALF_LEAF_DOWN, HALF_LEAF_UP, FIRST_LINE, LAST_LINE)
"""What leads through the lines of a card or of a text, but for whole leaves."""
TEXT = (*LINES, LEAF_DOWN, LEAF_UP)
"""What leads through a text."""
FORM = (CANCEL, SPEAK, NEXT, SAVE, FIELD_DOWN, FIELD_UP)
"""Every key of a form, but that which allows what was refused."""


def bindings(actions: Iterable[KeyAction]) -> list[BindingType]:
    """The actions as Textual binds them; what they are called on screen is said in the language of the moment."""
    return [Binding(either_case(one.key), one.action, id=one.id or None, show=False) for one in actions]


def either_case(key: str) -> str:
    """A letter counts in either case: keys are shown as capitals, and Caps Lock may be on."""
    return f"{key},{key.upper()}" if len(key) == 1 and key.isalpha() else key
