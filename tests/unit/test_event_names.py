"""Every kind of event that the source records has a name in plain words, and belongs to a group."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import libops
from db.circulation import RequestStatus, TransferStatus
from libops.circulation.condition import Flaw
from libops.i18n import Language
from libops.names import HAPPENED
from libops.today.counting import KINDS, MONEY
from libops.today.kinds import GROUP_NAMES, KINDS_OF, Group, what_happened

SOURCE = Path(libops.__file__).parent

BUILT: dict[str, tuple[str, ...]] = {
    "circulation/condition.py": tuple(f"item.{flaw}{end}" for flaw in Flaw for end in ("", "_cleared")),
    "circulation/holding.py": tuple(
        f"hold.{status}"
        for status in RequestStatus
        if status not in (RequestStatus.OPEN, RequestStatus.IN_TRANSIT, RequestStatus.AWAITING_PICKUP)
    ),
    "circulation/moving.py": tuple(f"transfer.{status}" for status in TransferStatus),
    "circulation/policies.py": tuple(
        f"{what}.{how}" for what in ("policy", "block") for how in ("changed", "confirmed")
    ),
    "circulation/restoring.py": ("hold.given_back", "hold.sent", "hold.shelved"),
    "circulation/undo.py": ("act.undone",),
    "catalogue/batches.py": ("item.batch_undone",),
    "catalogue/changing.py": ("item.batch", "item.edited"),
    "catalogue/importing/patron_taking.py": ("patron.registered", "patron.changed"),
    "journal.py": ("refused",),
    "money/ledger.py": (
        "charge.paid",
        "charge.waived",
        "charge.cancelled",
        "charge.refunded",
        "deposit.given",
        "deposit.returned",
    ),
    "people/records.py": ("patron.changed", "patron.renewed", "patron.blocked", "patron.unblocked"),
    "work.py": (),
}
"""The kinds that a module records without spelling them out where it does, by the module."""


def recorded() -> Iterator[tuple[str, ast.expr]]:
    """The kind of each event that the source records, as it stands there, with its module."""
    for file in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and _records(node.func):
                yield file.relative_to(SOURCE).as_posix(), node.args[0]


def _records(called: ast.expr) -> bool:
    """Whether this is ``work.record`` or ``NewEvent``; exporting has a ``record`` of its own, which is no event."""
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
        return (called.attr == "record" and called.value.id == "work") or called.attr == "NewEvent"
    return isinstance(called, ast.Name) and called.id == "NewEvent"


def spelled(kind: ast.expr) -> list[str] | None:
    """The kinds that an expression spells out; None where it does not."""
    if isinstance(kind, ast.Constant):
        return [str(kind.value)]
    if isinstance(kind, ast.IfExp):
        first, second = spelled(kind.body), spelled(kind.orelse)
        return None if first is None or second is None else [*first, *second]
    return None


def test_every_kind_that_is_spelled_out_where_it_is_recorded_has_a_name() -> None:
    kinds = {kind for _, expression in recorded() for kind in spelled(expression) or ()}
    assert len(kinds) > 50
    assert sorted(kinds - set(HAPPENED)) == []


def test_every_kind_that_is_put_together_has_a_name_and_no_module_does_so_unseen() -> None:
    modules = {module for module, expression in recorded() if spelled(expression) is None}
    assert sorted(modules - set(BUILT)) == []
    assert sorted({kind for kinds in BUILT.values() for kind in kinds} - set(HAPPENED)) == []


def test_every_name_is_in_exactly_one_group_and_every_group_has_some() -> None:
    grouped = [kind for kinds in KINDS_OF.values() for kind in kinds]
    assert sorted(grouped) == sorted(HAPPENED)
    assert all(KINDS_OF[group] for group in Group)
    assert set(GROUP_NAMES) == set(Group)


def test_what_a_day_counts_is_recorded_under_these_kinds() -> None:
    assert {*KINDS, *MONEY} <= set(HAPPENED)


def test_a_kind_of_another_time_stands_for_itself() -> None:
    assert what_happened("loan.teleported", Language("zh")) == "loan.teleported"
