"""Every key of the console, once: the bindings, the key bar and the help are all made from this list.

Function keys serve the desk, because no reader sends them; letters serve only dialogs, where a scan never arrives.
"""

from __future__ import annotations

import msgspec
from textual.binding import Binding, BindingType

from libops.i18n import mark


class KeyAction(msgspec.Struct, frozen=True):
    """One thing a key does. ``weight`` says which stay in a key bar that is too narrow for all: the heavy ones."""

    action: str
    key: str
    label: str
    tooltip: str
    weight: int = 5

    @property
    def shown_key(self) -> str:
        """The key as people read it."""
        return _KEY_NAMES.get(self.key, self.key.upper())


_KEY_NAMES = {
    "escape": "Esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "enter": "Enter",
    "ctrl+q": "Ctrl+Q",
    "right": "Tab ← →",
}

HELP = KeyAction("help", "f1", mark("help"), mark("Show what every key does."), 10)
TURN = KeyAction("turn", "f2", mark("returns"), mark("Change between lending and returns."), 8)
ACCOUNT = KeyAction("account", "f4", mark("account"), mark("Show what the patron has on loan."), 6)
RETRY = KeyAction("retry", "f5", mark("try again"), mark("Try again what the database left undone."), 9)
SPEAK = KeyAction("speak", "f6", mark("language"), mark("Change the language of the screen."), 2)
ALLOW = KeyAction("allow", "f8", mark("allow"), mark("Do what was refused, with the permission it needs."), 9)
DONE = KeyAction("done", "f9", mark("done"), mark("Let the patron go; clear the desk for the next."), 7)
LEAVE = KeyAction("leave", "f10", mark("sign out"), mark("Sign out, or end the program."), 3)
UP = KeyAction("list_up", "pageup", mark("earlier"), mark("Look further up in the list of this visit."), 0)
DOWN = KeyAction("list_down", "pagedown", mark("later"), mark("Look further down in the list of this visit."), 0)
WIPE = KeyAction("wipe", "escape", mark("clear"), mark("Clear the scan line."), 0)
QUIT = KeyAction("leave", "f10", mark("quit"), mark("End the program."), 3)

DESK = (HELP, TURN, ACCOUNT, RETRY, SPEAK, ALLOW, DONE, LEAVE, UP, DOWN, WIPE)
SIGN_IN = (SPEAK, QUIT)

PATRON = KeyAction("patron", "p", mark("patron's card"), mark("The code is a patron's card."))
ITEM = KeyAction("item", "i", mark("item"), mark("The code is an item."))
NEITHER = KeyAction("close", "escape", mark("neither"), mark("Leave it; nothing is done."))
CLOSE = KeyAction("close", "escape", mark("close"), mark("Close this."))
CANCEL = KeyAction("close", "escape", mark("cancel"), mark("Leave everything as it is."))
CHOOSE = KeyAction("choose", "right", mark("choose"), mark("Go to the next answer."))
BACK = KeyAction("choose_back", "left", mark("choose"), mark("Go to the answer before."))
CONFIRM = KeyAction("confirm", "enter", mark("confirm"), mark("Give the answer that is marked."))


def bindings(actions: tuple[KeyAction, ...]) -> list[BindingType]:
    """The actions as Textual binds them; what they are called on screen is said in the language of the moment."""
    return [Binding(one.key, one.action, id=one.action, show=False) for one in actions]
