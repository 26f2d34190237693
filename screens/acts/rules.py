"""The rules: rows of the policy matrix, blocks, and when branches are open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from libops.circulation import opening, policies
from libops.circulation.calendar_changes import Clock
from libops.circulation.errands import Deed, Errand, errand
from libops.circulation.opening import CalendarAnswer
from libops.circulation.policies import BlockAnswer, PolicyAnswer
from libops.circulation.policy_rows import BlockRow, PolicyRow
from libops.i18n import mark
from libops.refusals import Fact
from libops.work import Work


def set_policy(about: str, row: PolicyRow, changes: Mapping[str, str]) -> Errand:
    """Change the row of the matrix for these, or add one; cells as in files. ``about`` says whom it is for."""

    def act(work: Work) -> PolicyAnswer:
        return policies.set_policy(
            work, branch=row.branch, category=row.category, item_type=row.item_type, changes=dict(changes)
        )

    return errand(about, act, lambda _: Deed(mark("The rule stands; it holds from now on.")))


def remove_policy(about: str, row: PolicyRow) -> Errand:
    """Remove a row of the matrix."""

    def act(work: Work) -> PolicyAnswer:
        return policies.remove_policy(work, branch=row.branch, category=row.category, item_type=row.item_type)

    return errand(about, act, lambda _: Deed(mark("Removed; a more general rule decides now.")))


def set_block(about: str, row: BlockRow, changes: Mapping[str, str]) -> Errand:
    """Change the block rule for these, or add one."""

    def act(work: Work) -> BlockAnswer:
        return policies.set_block(work, category=row.category, kind=row.kind, changes=dict(changes))

    return errand(about, act, lambda _: Deed(mark("The rule stands; it holds from now on.")))


def remove_block(about: str, row: BlockRow) -> Errand:
    """Remove a block rule."""

    def act(work: Work) -> BlockAnswer:
        return policies.remove_block(work, category=row.category, kind=row.kind)

    return errand(about, act, lambda _: Deed(mark("Removed; a more general rule decides now.")))


def close_days(branch: str, about: str, first: date, last: date, note: str) -> Errand:
    """Close a branch, by its code, on some days; what falls due on them moves. ``about`` is what it is called."""

    def act(work: Work) -> CalendarAnswer:
        return opening.close_days(work, branch_code=branch, first=first, last=last, note_zh=note, note_en=note)

    return errand(about, act, _moved)


def open_days(branch: str, about: str, first: date, last: date, opens: str, closes: str, note: str) -> Errand:
    """Open a branch on some days at other hours than usual."""

    def act(work: Work) -> CalendarAnswer:
        return opening.open_days(
            work, branch_code=branch, first=first, last=last, opens=opens, closes=closes, note_zh=note, note_en=note
        )

    return errand(about, act, _moved)


def change_week(branch: str, about: str, week: dict[str, Clock | None]) -> Errand:
    """Give weekdays of a branch other hours, or none."""

    def act(work: Work) -> CalendarAnswer:
        return opening.change_week(work, branch_code=branch, week=week)

    return errand(about, act, _moved)


def as_usual(branch: str, about: str, first: date, last: date) -> Errand:
    """Let a branch be open on some days as every week."""

    def act(work: Work) -> CalendarAnswer:
        return opening.clear_days(work, branch_code=branch, first=first, last=last)

    return errand(about, act, _moved)


def _moved(answer: CalendarAnswer) -> Deed:
    facts: dict[str, Fact] = {"loans": answer.loans, "holds": answer.holds}
    if not (answer.loans or answer.holds):
        return Deed(mark("The calendar is changed; nothing moves."))
    return Deed(mark("The calendar is changed. Moved: due dates {loans}, hold-shelf times {holds}."), facts)
