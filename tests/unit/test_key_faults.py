"""What is wrong with keys that somebody gives to actions; the places of all keys, and that none stands there twice."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from textual.screen import Screen

import screens
from libops.i18n import Language
from screens.app import ConsoleApp
from screens.card import Card
from screens.desk.screen import Desk
from screens.dialogs import Dialog
from screens.key_faults import check_keys
from screens.key_names import is_key, is_sent, name_of, read_key
from screens.key_places import PLACES, by_id
from screens.keymap import ACCOUNT, CHOOSE, HELP, LOCK, KeyAction, either_case
from screens.own_keys import NO_OWN_KEYS, own_keys
from screens.picker import Picker
from screens.workplace import Workplace

ENGLISH, CHINESE = Language("en"), Language("zh")


def said(wanted: dict[str, str], prefix: str = "") -> list[str]:
    return [fault.say(ENGLISH) for fault in check_keys(wanted, prefix)]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (
            {"desk.acount": "f5"},
            "desk.acount: nothing has this name. Write desk.account if that is meant; libops keys list has them all.",
        ),
        ({"zzz": "f5"}, "zzz: nothing has this name. Take it out, or look the name up: libops keys list."),
        (
            {"desk.account": "f55"},
            "desk.account: there is no key f55. Write f5, ctrl+t, pagedown, or for a dialog a letter.",
        ),
        ({"desk.account": ""}, "desk.account: there is no key . Write f5, ctrl+t, pagedown, or for a dialog a letter."),
        (
            {"desk.account": "ctrl+shift+a"},
            "desk.account: terminals do not send ctrl+shift+a as a key of its own. "
            "Take a function key, or Ctrl and a letter.",
        ),
        (
            {"account.renew": "alt+r"},
            "account.renew: terminals do not send alt+r as a key of its own. "
            "Take a function key, or Ctrl and a letter.",
        ),
        (
            {"desk.account": "ctrl+m"},
            "desk.account: terminals do not send ctrl+m as a key of its own. "
            "Take a function key, or Ctrl and a letter.",
        ),
        (
            {"desk.account": "a"},
            "desk.account: a scan can send A (desk). Take a function key, or Ctrl and a letter.",
        ),
        ({"any.help": "?"}, "any.help: a scan can send ? (desk). Take a function key, or Ctrl and a letter."),
        (
            {"patrons.register": "7"},
            "patrons.register: a scan can send 7 (Patrons). Take a function key, or Ctrl and a letter.",
        ),
        ({"any.slip": "Enter"}, "any.slip: a scan can send Enter (desk). Take a function key, or Ctrl and a letter."),
        ({"any.slip": "tab"}, "any.slip: a scan can send Tab (desk). Take a function key, or Ctrl and a letter."),
        (
            {"desk.item": "backspace"},
            "desk.item: Backspace is needed for writing (desk). Take a function key, or Ctrl and another letter.",
        ),
        (
            {"form.save": "s"},
            "form.save: S is needed for writing (forms). Take a function key, or Ctrl and another letter.",
        ),
        (
            {"template.example": "pgdn"},
            "template.example: PgDn is needed for writing (wording of a slip). "
            "Take a function key, or Ctrl and another letter.",
        ),
        ({"account.renew": "tab"}, "account.renew: Tab goes from field to field (account). Take another key."),
        (
            {"menu.down": "n"},
            "menu.down: N chooses a line (menus). Take a key that is no letter and no digit.",
        ),
        ({"any.help": "ctrl+q"}, "any.help: Ctrl+Q always leads out of the console. Take another key."),
        ({"list.open": "f2"}, "list.open keeps its key: Enter ends whatever is typed. Take it out."),
        (
            {"desk.account": "f9"},
            "desk.account and desk.done would both be on F9 (desk). Give one of them another key.",
        ),
        (
            {"desk.account": "ctrl+t", "desk.item": "^T"},
            "desk.account and desk.item would both be on Ctrl+T (desk). Give one of them another key.",
        ),
        ({"item.lost": "h"}, "item.lost and item.hold would both be on H (item). Give one of them another key."),
        (
            {"any.retry": "f12"},
            "any.retry and desk.book_drop would both be on F12 (desk). Give one of them another key.",
        ),
        (
            {"overdue.all": "f4"},
            "overdue.all and row.patron would both be on F4 (Overdue). Give one of them another key.",
        ),
    ],
)
def test_what_is_wrong_with_a_key_is_said_with_what_to_do(wanted: dict[str, str], message: str) -> None:
    assert said(wanted)[0] == message


def test_what_a_reader_sends_before_a_code_is_no_key_for_anybody() -> None:
    assert said({"desk.account": "ctrl+b"}, "\x02") == [
        "desk.account: Ctrl+B is what readers send before a code (wedge_prefix). Take another key."
    ]
    assert said({"desk.account": "ctrl+b"}) == []
    assert len(said({"account.renew": "~"}, "~")) == 1


def test_every_fault_is_told_in_the_order_of_the_settings_and_each_pair_once() -> None:
    faults = said({"nobody": "f1", "any.help": "x", "any.retry": "f6", "desk.item": "f3"})
    assert [fault.split(" ")[0] for fault in faults] == ["nobody:", "any.help:", "desk.item", "any.retry"]
    assert len(faults) == 4


def test_two_actions_may_change_places() -> None:
    assert said({"desk.account": "f9", "desk.done": "f4"}) == []


def test_the_same_key_does_different_things_in_different_places() -> None:
    assert said({"item.lost": "r", "account.renew": "z", "desk.account": "ctrl+t", "rules.change": "ctrl+t"}) == []


def test_a_fault_is_said_in_chinese_too() -> None:
    for wanted in ({"desk.acount": "f5"}, {"desk.account": "a"}, {"desk.account": "f9"}, {"desk.account": "f99"}):
        (fault,) = check_keys(wanted)
        assert fault.id in fault.say(CHINESE)
        assert any("\u4e00" <= sign <= "\u9fff" for sign in fault.say(CHINESE))
        assert "Take" not in fault.say(CHINESE)


@pytest.mark.parametrize(
    ("written", "key", "shown"),
    [
        ("F5", "f5", "F5"),
        (" ctrl-T ", "ctrl+t", "Ctrl+T"),
        ("^t", "ctrl+t", "Ctrl+T"),
        ("shift+f3", "f15", "Shift+F3"),
        ("PgDn", "pagedown", "PgDn"),
        ("Ctrl+PgUp", "ctrl+pageup", "^PgUp"),
        ("esc", "escape", "Esc"),
        ("R", "r", "R"),
        ("?", "question_mark", "?"),
        ("/", "slash", "/"),
        ("^", "circumflex_accent", "^"),
    ],
)
def test_a_key_is_read_as_people_write_it(written: str, key: str, shown: str) -> None:
    assert read_key(written) == key
    assert is_sent(key)
    assert name_of(key) == shown


@pytest.mark.parametrize("written", ["ctrl+i", "ctrl+h", "ctrl+1", "alt+f4", "super+x", "ctrl+shift+f2", "shift+enter"])
def test_what_terminals_swallow_is_a_key_and_yet_not_sent(written: str) -> None:
    assert is_key(read_key(written))
    assert not is_sent(read_key(written))


# --- the registry --------------------------------------------------------------------------------------------------


def test_no_key_stands_twice_in_any_place_as_long_as_none_is_changed() -> None:
    for place in PLACES:
        ids: dict[str, set[str]] = {}
        for one in place.all:
            for key in either_case(one.key).split(","):
                ids.setdefault(key, set()).add(one.id)
        assert {key: found for key, found in ids.items() if len(found) > 1} == {}, place.name


def test_every_action_has_a_name_that_means_one_thing_and_fits_a_toml_table() -> None:
    keys: dict[str, set[str]] = {}
    for place in PLACES:
        for one in place.all:
            keys.setdefault(one.id, set()).add(one.key)
    assert [name for name, found in keys.items() if len(found) > 1] == []
    assert "" not in keys
    assert [one for one in keys for other in keys if other.startswith(f"{one}.")] == []
    assert set(by_id()) == set(keys)
    assert all(is_sent(key) for found in keys.values() for key in found)


def test_every_key_of_every_screen_is_in_its_place() -> None:
    stray = []
    for screen in _screens():
        names = {place.screen for place in PLACES if issubclass(screen, place.screen)}
        known = {one.id for place in PLACES for one in place.all if place.screen in names}
        for _, binding in screen._merge_bindings():
            if binding.action.startswith(("go_by(", "app.focus", "screen.copy")):
                continue
            if binding.id not in known:
                stray.append((screen.__name__, binding.key, binding.action))
    assert stray == []


def test_every_key_that_a_place_names_is_bound_there() -> None:
    for place in PLACES:
        if place.shared or place.name == "every list":
            continue
        bound = {
            binding.id
            for screen in _screens()
            if issubclass(screen, place.screen)
            for _, binding in screen._merge_bindings()
        }
        assert {one.id for one in place.actions if not one.fixed} <= bound, place.name


def test_the_places_hold_every_action_that_any_module_has() -> None:
    known = {one for place in PLACES for one in place.all}
    strays = [
        f"{module}.{name}"
        for module in _modules()
        for name, found in vars(importlib.import_module(module)).items()
        if isinstance(found, KeyAction) and found not in known and not found.id
    ]
    assert strays == []


def test_keys_are_shown_as_they_are_now() -> None:
    own = own_keys({"desk.account": "ctrl+t", "ask.next": "n"})
    assert (own.shown(ACCOUNT), own.shown(CHOOSE), own.shown(HELP)) == ("Ctrl+T", "N", "F1")
    assert own.for_textual() == {"desk.account": "ctrl+t", "ask.next": "n,N"}
    assert NO_OWN_KEYS.shown(CHOOSE) == "Tab ← →"


def _modules() -> list[str]:
    return [one.name for one in pkgutil.walk_packages(screens.__path__, "screens.")]


def _screens() -> Iterator[type[Screen[Any]]]:
    for module in _modules():
        importlib.import_module(module)
    waiting = [*Screen.__subclasses__()]
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if one.__module__.startswith("screens.") and one not in (Workplace, Dialog, Card):
            yield one


def test_the_console_binds_nothing_of_its_own_but_the_way_out_and_the_lock() -> None:
    bound = [(binding.key, binding.action) for binding in ConsoleApp.BINDINGS]  # type: ignore[union-attr]
    assert bound == [("ctrl+q", "leave"), (LOCK.key, LOCK.action)]
    assert issubclass(Desk, Workplace)
    assert issubclass(Picker, Dialog)
