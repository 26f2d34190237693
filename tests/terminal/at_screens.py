"""Going to lists and filling in forms as a person does, by keys; and what the library knows of it afterwards."""

from __future__ import annotations

from functools import partial
from typing import Any, TypeVar

from textual.widgets import Input

from libops.circulation import item_stories
from libops.circulation.item_stories import ItemStory
from libops.library import Library
from libops.people import accounts
from libops.people.accounts import Account
from screens.forms.entries import Choice, Entry
from screens.forms.form import Form, Reply
from screens.lists.screen import ListScreen
from screens.menu import Menu
from tests.terminal.at_desk import AtDesk, place_of, signed_in

F = TypeVar("F", bound=Form)


async def go_to(me: AtDesk, key: str) -> ListScreen:
    """Go to a list by its key, and wait until it has been read."""
    await me.press("f3")
    await me.until_screen(Menu)
    await me.press(key)
    await me.until_screen(ListScreen)
    screen = me.app.screen
    assert isinstance(screen, ListScreen)
    await me.until(lambda: screen.rows.has_read)
    return screen


async def chosen(me: AtDesk, screen: ListScreen, at: int) -> Any:  # noqa: ANN401 - a list may be of anything
    """Go to a row by the arrows."""
    for _ in range(at):
        await me.press("down")
    return screen.rows.chosen


async def open_form(me: AtDesk, key: str, kind: type[F]) -> F:
    """Press a key that opens a form, and wait for it and for the answers that it offers."""
    await me.press(key)
    await me.until_screen(kind)
    form = me.app.screen
    assert isinstance(form, kind)
    await me.until(lambda: all(one._options for one in form.query(Choice)))
    return form


async def fill_in(me: AtDesk, **values: str) -> None:
    """Write into fields of the form in front, or choose there; whatever stood in them goes."""
    form = me.app.screen
    assert isinstance(form, Form)
    for name, value in values.items():
        await _go_to_field(me, form, name)
        if isinstance(form.focused, Input):
            me.press_quickly("home", "shift+end", "delete", *value)
        else:
            options = [one.value for one in form.query_one(f"#{name}", Choice)._options]
            at = options.index(form.values()[name])
            me.press_quickly(*["right"] * ((options.index(value) - at) % len(options)))
        await me.settled()
        # Text that comes so quickly is held back for a moment: it may be a reader's.
        await me.rest()
        await me.until(partial(_holds, form, name, value))


def _holds(form: Form, name: str, value: str) -> bool:
    return form.values()[name] == value


async def _go_to_field(me: AtDesk, form: Form, name: str) -> None:
    names = [entry.field for entry in form.query(Entry)]
    at = -1 if form.focused is None else names.index(str(form.focused.id))
    steps = names.index(name) - at
    me.press_quickly(*["down" if steps > 0 else "up"] * abs(steps))
    await me.until(lambda: form.focused is not None and form.focused.id == name)


def complaints(form: Form) -> dict[str, str]:
    """What the form says is wrong, by field; under an empty name what it says of the whole."""
    said = {one.field: one.wrong for one in form.query(Entry) if one.wrong}
    reply = " ".join(one for one in form.query_one(Reply).said if one != "One moment…")
    return {**said, "": reply} if reply else said


async def told(me: AtDesk, form: Form) -> dict[str, str]:
    """Send the form in front; what it says is wrong, once it has been answered. All of it is on screen."""
    await me.press("f9")
    await me.until(lambda: bool(complaints(form)))
    wrong = complaints(form)
    shown = "".join(me.shown().split())
    for sentence in wrong.values():
        assert "".join(sentence.split()[:3]) in shown, f"{sentence!r} is not on screen:\n{me.shown()}"
    return wrong


async def sent(me: AtDesk, form: Form) -> None:
    """Send the form in front, and wait until it has closed: it was done."""
    await me.press("f9")
    try:
        await me.until(lambda: me.app.screen is not form)
    except TimeoutError:
        raise AssertionError(f"it was not done:\n{me.shown()}") from None


def account_of(library: Library, number: str) -> Account:
    """A patron's whole account, as the library knows it."""
    with library.look(actor=signed_in(library), place=place_of(library)) as look:
        return accounts.show(look, number)


def story_of(library: Library, barcode: str) -> ItemStory:
    """What is known of a copy."""
    with library.look(actor=signed_in(library), place=place_of(library)) as look:
        return item_stories.show(look, barcode)


def dialog_of(me: AtDesk) -> str:
    """What the dialog in front shows, without the desk around it."""
    box = me.app.screen.query_one("#dialog").region
    lines = me.app.screen._compositor.render_strips()[box.y : box.bottom]
    return "\n".join(strip.crop(box.x, box.right).text for strip in lines)
