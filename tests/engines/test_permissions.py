"""Permissions are asked for in the domain, so that no screen or command can forget to."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from sqlalchemy import select

from db.people import Role
from db.tables import EVENT
from libops.catalogue import items
from libops.people import patrons, staff
from libops.permissions import BY_ROLE, EVERYTHING, NAMES, Permission
from libops.work import Actor, Look
from tests.engines.town import BOOK, CLERK, OPERATOR, OTHER_BOOK, READER, SORTER, SUPERVISOR, Town, reasons, refused


def without(permission: Permission) -> Actor:
    """Somebody who may do everything but this."""
    return Actor("staff:S9", "Almost", EVERYTHING - {permission})


def add_somebody(town: Town, by: Actor) -> None:
    with town.library.work(actor=by, place=town.place()) as work:
        staff.add(work, badge="S5", name="New", role=Role.SORTER, pin="4711")


ACTS: list[tuple[Permission, Callable[[Town, Actor], object]]] = [
    (Permission.LEND, lambda town, by: town.lend(READER, BOOK, by=by)),
    (Permission.RETURN, lambda town, by: town.take_back(OTHER_BOOK, by=by)),
    (Permission.RENEW, lambda town, by: town.renew(OTHER_BOOK, by=by)),
    (Permission.MANAGE_STAFF, add_somebody),
]
LOOKS: list[tuple[Permission, Callable[[Look], object]]] = [
    (Permission.SEE_PATRONS, lambda look: patrons.find(look, READER)),
    (Permission.SEE_PATRONS, lambda look: patrons.show(look, READER)),
    (Permission.SEE_PATRONS, lambda look: patrons.open_loans(look, READER)),
    (Permission.SEE_PATRONS, patrons.list_patrons),
    (Permission.MANAGE_STAFF, staff.list_staff),
]


@pytest.mark.parametrize(("permission", "perform"), ACTS, ids=[permission for permission, _ in ACTS])
def test_an_act_is_refused_to_whoever_lacks_its_permission(
    town: Town, permission: Permission, perform: Callable[[Town, Actor], object]
) -> None:
    town.lend(READER, OTHER_BOOK)
    before = (town.open_loans(), town.ask(select(EVENT)))
    (reason,) = reasons(lambda: perform(town, without(permission)))
    assert (reason.code, reason.override) == ("permission.missing", None)
    assert reason.facts == {"permission": permission}
    assert (town.open_loans(), town.ask(select(EVENT))[:-1]) == before
    assert town.story()[-1] == "refused"
    perform(town, OPERATOR)


@pytest.mark.parametrize(("permission", "see"), LOOKS)
def test_a_look_is_refused_to_whoever_lacks_its_permission(
    town: Town, permission: Permission, see: Callable[[Look], object]
) -> None:
    with town.library.look(actor=without(permission), place=town.place()) as look:
        assert refused(lambda: see(look)) == ["permission.missing"]
    with town.library.look(actor=OPERATOR, place=town.place()) as look:
        see(look)


def test_a_sorter_takes_books_back_and_sees_items_and_nothing_else(town: Town) -> None:
    town.lend(READER, BOOK)
    assert town.take_back(BOOK, by=SORTER).was_on_loan
    assert refused(lambda: town.lend(READER, BOOK, by=SORTER)) == ["permission.missing"]
    assert refused(lambda: town.renew(BOOK, by=SORTER)) == ["permission.missing"]
    with town.library.look(actor=SORTER, place=town.place()) as look:
        assert refused(lambda: patrons.show(look, READER)) == ["permission.missing"]
        assert items.show(look, BOOK).status == "available"


def test_the_permission_to_override_is_no_permission_to_lend(town: Town) -> None:
    overrider = Actor("staff:S9", "Overrider", frozenset({Permission.OVERRIDE_BLOCKS}))
    assert refused(lambda: town.lend(READER, BOOK, by=overrider, allowed_by=SUPERVISOR)) == ["permission.missing"]


def test_each_role_may_do_more_than_the_one_below() -> None:
    ladder = [BY_ROLE[role] for role in (Role.SORTER, Role.CIRCULATION, Role.SUPERVISOR, Role.ADMINISTRATOR)]
    assert all(below < above for below, above in pairwise(ladder))
    assert ladder[-1] == EVERYTHING
    assert set(BY_ROLE) == set(Role)
    assert set(NAMES) == set(Permission)


def test_a_clerk_may_override_nothing_and_manage_nobody() -> None:
    assert not CLERK.permissions & {
        Permission.OVERRIDE_BLOCKS,
        Permission.OVERRIDE_LIMITS,
        Permission.OVERRIDE_ITEMS,
        Permission.MANAGE_STAFF,
    }
