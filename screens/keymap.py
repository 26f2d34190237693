"""Every key of the console, once: the bindings, the key bar and the help are all made from this list.

Function keys serve the desk, because no reader sends them; letters serve only dialogs, where a scan never arrives.
"""

from __future__ import annotations

import msgspec
from textual.binding import Binding, BindingType

from libops.i18n import mark
from libops.permissions import Permission


class KeyAction(msgspec.Struct, frozen=True):
    """One thing a key does. ``weight`` says which stay in a key bar that is too narrow for all: the heavy ones.

    It is offered to whoever has one of the permissions it ``needs``; without any, to everybody.
    """

    action: str
    key: str
    label: str
    tooltip: str
    weight: int = 5
    needs: tuple[Permission, ...] = ()

    @property
    def shown_key(self) -> str:
        """The key as people read it."""
        return _KEY_NAMES.get(self.key, self.key.upper())


_KEY_NAMES = {
    "escape": "Esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "enter": "Enter",
    "ctrl+f": "Ctrl+F",
    "ctrl+q": "Ctrl+Q",
    "ctrl+z": "Ctrl+Z",
    "ctrl+p": "Ctrl+P",
    "ctrl+e": "Ctrl+E",
    "right": "Tab ← →",
    "up": "↑ ↓",
    "down": "↑ ↓",
    "ctrl+home": "^Home",
    "ctrl+end": "^End",
}

HELP = KeyAction("help", "f1", mark("help"), mark("Show what every key does."), 10)
TURN = KeyAction("turn", "f2", mark("returns"), mark("Change between lending and returns."), 8)
GO_TO = KeyAction("go_to", "f3", mark("go to"), mark("Go to a list, a patron, the rules or the till."), 9)
SEARCH = KeyAction("search", "ctrl+f", mark("search"), mark("Search the catalogue."), 6)
ACCOUNT = KeyAction("account", "f4", mark("account"), mark("Show the whole account: loans, holds, money."), 7)
RETRY = KeyAction("retry", "f5", mark("try again"), mark("Try again what the database left undone."), 9)
SPEAK = KeyAction("speak", "f6", mark("language"), mark("Change the language of the screen."), 5)
ITEM_CARD = KeyAction("item", "f7", mark("item"), mark("Show the newest item and what can be done."), 5)
ALLOW = KeyAction("allow", "f8", mark("allow"), mark("Do what was refused, with the permission it needs."), 9)
DONE = KeyAction("done", "f9", mark("done"), mark("Let the patron go; clear the desk for the next."), 7)
LEAVE = KeyAction("leave", "f10", mark("sign out"), mark("Sign out, or end the program."), 3)
BATCH = KeyAction(
    "batch", "f12", mark("book drop"), mark("Date returns back, as for a book drop."), 6, (Permission.BACKDATE,)
)
UNDO = KeyAction("undo", "ctrl+z", mark("undo"), mark("Undo the last thing done at this desk."), 4, (Permission.UNDO,))
SLIP = KeyAction("slip", "ctrl+p", mark("slip"), mark("Show and print the slip of what was done last."), 3)
EXPLAIN = KeyAction("explain", "ctrl+e", mark("rules"), mark("Show which rules decide about the newest item."), 2)
UP = KeyAction("list_up", "pageup", mark("earlier"), mark("Look further up in the list of this visit."), 0)
DOWN = KeyAction("list_down", "pagedown", mark("later"), mark("Look further down in the list of this visit."), 0)
WIPE = KeyAction("wipe", "escape", mark("clear"), mark("Clear the scan line."), 0)
QUIT = KeyAction("leave", "f10", mark("quit"), mark("End the program."), 3)

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
    UP,
    DOWN,
    WIPE,
)
SIGN_IN = (SPEAK, QUIT)

TO_DESK = KeyAction("back", "escape", mark("back"), mark("Clear the scan line; then back to where you came from."), 8)
OPEN = KeyAction("open", "enter", mark("open"), mark("Show the chosen row, and what can be done with it."), 6)
ROW_UP = KeyAction("move(-1)", "up", mark("choose"), mark("Go to the row above or below."), 0)
ROW_DOWN = KeyAction("move(1)", "down", mark("choose"), mark("Go to the row above or below."), 0)
PAGE_UP = KeyAction("leaf(-1)", "pageup", mark("leaf"), mark("Go up by a screen."), 0)
PAGE_DOWN = KeyAction("leaf(1)", "pagedown", mark("leaf"), mark("Go down by a screen."), 0)
FIRST = KeyAction("first", "ctrl+home", mark("first"), mark("Go to the first row."), 0)
LAST = KeyAction("last", "ctrl+end", mark("last"), mark("Go to the last row that has been read."), 0)

ROW_SLIP = KeyAction(
    "slip", "ctrl+p", mark("slip"), mark("Show and print the slip of what was scanned here, or of the chosen row."), 7
)

FIND = KeyAction("search", "ctrl+f", mark("search"), mark("Search the catalogue."), 2)

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
    ROW_UP,
    ROW_DOWN,
    PAGE_UP,
    PAGE_DOWN,
    FIRST,
    LAST,
)
LIST_KEYS = ("f2", "f4", "f7", "f8", "f9", "f12")
"""The keys that each list gives a meaning of its own."""


def list_key(key: str, label: str, tooltip: str, needs: tuple[Permission, ...] = (), weight: int = 7) -> KeyAction:
    """One of those keys, as a list means it."""
    return KeyAction(f"do('{key}')", key, label, tooltip, weight, needs)


PATRON = KeyAction("patron", "p", mark("patron's card"), mark("The code is a patron's card."))
ITEM = KeyAction("item", "i", mark("item"), mark("The code is an item."))
NEITHER = KeyAction("close", "escape", mark("neither"), mark("Leave it; nothing is done."))
CLOSE = KeyAction("close", "escape", mark("close"), mark("Close this."))
MORE = KeyAction("more", "pagedown", mark("more below"), mark("Show what stands further down."))
CANCEL = KeyAction("close", "escape", mark("cancel"), mark("Leave everything as it is."))
CHOOSE = KeyAction("choose", "right", mark("choose"), mark("Go to the next answer."))
BACK = KeyAction("choose_back", "left", mark("choose"), mark("Go to the answer before."))
PICK = KeyAction("pick", "down", mark("choose"), mark("Go to the next line."))
BACK_UP = KeyAction("pick_back", "up", mark("choose"), mark("Go to the line before."))
GO = KeyAction("go", "enter", mark("go"), mark("Go where the mark is."))
NEXT = KeyAction("next", "enter", mark("next"), mark("Go to the next field; from the last one, do it."))
SAVE = KeyAction("save", "f9", mark("do it"), mark("Do it with what stands in the fields."))
PRINT = KeyAction("print", "p", mark("print"), mark("Print this."))
TAKE = KeyAction("go", "enter", mark("take it"), mark("Keep what the mark stands on."))
SAVE_TEXT = KeyAction("save_text", "s", mark("save"), mark("Save this as a text file."))
CONFIRM = KeyAction("confirm", "enter", mark("confirm"), mark("Give the answer that is marked."))


def bindings(actions: tuple[KeyAction, ...]) -> list[BindingType]:
    """The actions as Textual binds them; what they are called on screen is said in the language of the moment."""
    return [Binding(either_case(one.key), one.action, id=one.action, show=False) for one in actions]


def either_case(key: str) -> str:
    """A letter counts in either case: keys are shown as capitals, and Caps Lock may be on."""
    return f"{key},{key.upper()}" if len(key) == 1 and key.isalpha() else key
