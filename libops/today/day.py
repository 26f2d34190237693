"""The day of a branch, or of all of them, so far: what was done when and where, what was refused and why, what stands.

Nobody's name is in it. It is for whoever answers for the rules; what was paid, for whoever may pay back.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec

from db.money import Method
from libops.money.amounts import currency_of
from libops.permissions import Permission
from libops.places import all_branches, all_desks, find_branch
from libops.today.counting import Counted, Where, count, count_done
from libops.today.standing import Standing, day_begins, standing
from libops.work import Look, Place

OVERSEES = Permission.MANAGE_RULES
"""Who may see how a day goes: refusals by reason are the rules at work."""

SEES_MONEY = Permission.REFUND
"""Who may see what came in. It is told for branches, so that no till is known to the fen before it was counted."""

_WEEK = 7
_NO_DESK = sys.maxsize


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """How often what was done: loans, renewals and returns; holds placed, put on the shelf and picked up; items sent
    and arrived; acts undone, and acts refused. What was undone stays counted as done.
    """

    lent: int = 0
    renewed: int = 0
    returned: int = 0
    requested: int = 0
    shelved: int = 0
    picked_up: int = 0
    sent: int = 0
    arrived: int = 0
    undone: int = 0
    refused: int = 0


class Hour(Done, frozen=True, kw_only=True):
    """The same in one hour of the branches' own clocks, 0 to 23."""

    hour: int


class AtDesk(Done, frozen=True, kw_only=True):
    """The same at one desk; ``desk_*`` is empty for what was done at a branch and by no desk."""

    branch_code: str
    branch_zh: str
    branch_en: str
    desk_code: str
    desk_zh: str
    desk_en: str


class Why(msgspec.Struct, frozen=True):
    """How often a reason, by its code, stood against an act. One act may be refused for several."""

    code: str
    times: int


class Paid(msgspec.Struct, frozen=True):
    """What came in by one way to pay, and what went out, in minor units."""

    method: Method
    taken: int
    given: int


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """The day so far, at ``at``; ``branch_*`` is empty where it is that of all branches.

    ``day`` is the branch's, or that of whoever looks. ``week_ago`` is what was done on the same weekday a week ago up
    to the same time of day. ``hours`` are those in which something was done, ``desks`` likewise. ``money`` is None for
    who may not see it.
    """

    day: date
    at: datetime
    branch_code: str
    branch_zh: str
    branch_en: str
    done: Done
    week_ago: Done
    standing: Standing
    hours: tuple[Hour, ...]
    desks: tuple[AtDesk, ...]
    reasons: tuple[Why, ...]
    currency: str
    money: tuple[Paid, ...] | None


class _Clock(msgspec.Struct, frozen=True):
    """A branch, and what its own clock shows now."""

    branch: Place
    now: datetime

    def begins(self, days_ago: int) -> datetime:
        """When its day began so many days ago."""
        return day_begins(self.now.date() - timedelta(days=days_ago), self.branch.zone)


class DayBook:
    """Reads the day of a branch (by its code; empty: of all branches) again and again, and what is settled only once.

    For one reader at a time.
    """

    def __init__(self, branch: str = "") -> None:
        self.branch = branch
        self._today: Counted | None = None
        self._then: Counted | None = None

    def read(self, look: Look) -> Day:
        """The day so far. Refuses without the permission (``OVERSEES``), and with ``place.unknown``."""
        look.require(OVERSEES)
        tx = look.transaction
        branches = [find_branch(tx, self.branch)] if self.branch else all_branches(tx)
        clocks = {one.branch_id: _Clock(one, look.now.astimezone(one.zone)) for one in branches}
        since, until = _span(clocks, 0)
        self._today = count(tx, since, until, look.now, self._today)
        since, until = _span(clocks, _WEEK)
        if self._then is None or self._then.since != since:
            self._then = count_done(tx, since, until)
        return _day(look, clocks, self._today, self._then, of_all=not self.branch)


def today(look: Look, *, branch: str = "") -> Day:
    """The day so far of the branch with this code, or of all branches. Refuses as ``DayBook.read``."""
    return DayBook(branch).read(look)


def _span(clocks: dict[int, _Clock], days_ago: int) -> tuple[datetime, datetime]:
    """From the first beginning to the last end of the branches' days: where clocks differ, days do."""
    begin = [clock.begins(days_ago) for clock in clocks.values()]
    end = [clock.begins(days_ago - 1) for clock in clocks.values()]
    return min(begin).astimezone(UTC), max(end).astimezone(UTC)


def _day(look: Look, clocks: dict[int, _Clock], today: Counted, then: Counted, *, of_all: bool) -> Day:
    here = list(_of_today(today.done, clocks))
    branches = [clock.branch for clock in clocks.values()]
    branch = None if of_all else branches[0]
    return Day(
        day=look.today if branch is None else look.now.astimezone(branch.zone).date(),
        at=look.now,
        branch_code="" if branch is None else branch.branch_code,
        branch_zh="" if branch is None else branch.branch_zh,
        branch_en="" if branch is None else branch.branch_en,
        done=Done(**_sums(((what, times) for _, _, what, times in here))),
        week_ago=Done(**_sums(_by_this_time(then.done, clocks))),
        standing=standing(look, branches),
        hours=tuple(_hours(here)),
        desks=tuple(_desks(here, all_desks(look.transaction), clocks)),
        reasons=tuple(_reasons(today, clocks)),
        currency=currency_of(look.transaction),
        money=tuple(_paid(today, clocks)) if SEES_MONEY in look.actor.permissions else None,
    )


_Here = tuple[Where, int, str, int]
"""Where something was done, at which hour of the clock there, what, and how often."""


def _of_today(done: Counter[tuple[Where, str]], clocks: dict[int, _Clock]) -> Iterator[_Here]:
    for (where, what), times in done.items():
        hour = _hour(where, clocks)
        if hour is not None:
            yield where, hour, what, times


def _hour(where: Where, clocks: dict[int, _Clock]) -> int | None:
    """The hour of the clock there; None where that is not today's, or no branch that is looked at."""
    clock = clocks.get(where.branch_id or 0)
    if clock is None:
        return None
    local = where.begins.astimezone(clock.now.tzinfo)
    return local.hour if local.date() == clock.now.date() else None


def _by_this_time(done: Counter[tuple[Where, str]], clocks: dict[int, _Clock]) -> Iterator[tuple[str, int]]:
    """What was done on that day in the quarters that are over now."""
    for (where, what), times in done.items():
        clock = clocks.get(where.branch_id or 0)
        if clock is None:
            continue
        local = where.begins.astimezone(clock.now.tzinfo)
        if local.date() == clock.begins(_WEEK).date() and _quarter(local) < _quarter(clock.now):
            yield what, times


def _quarter(local: datetime) -> tuple[int, int]:
    return local.hour, local.minute // 15


def _sums(done: Iterable[tuple[str, int]]) -> dict[str, int]:
    summed: Counter[str] = Counter()
    for what, times in done:
        summed[what] += times
    return dict(summed)


def _hours(here: Sequence[_Here]) -> Iterator[Hour]:
    for hour in sorted({hour for _, hour, _, _ in here}):
        yield Hour(hour=hour, **_sums((what, times) for _, at, what, times in here if at == hour))


def _desks(here: Sequence[_Here], desks: Sequence[Place], clocks: dict[int, _Clock]) -> Iterator[AtDesk]:
    """By branch and desk; what a branch did without a desk stands behind its desks."""
    done: defaultdict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for where, _, what, times in here:
        done[where.branch_id or 0, where.desk_id or _NO_DESK][what] += times
    places = {(place.branch_id, place.desk_id or _NO_DESK): place for place in desks}
    for branch_id, desk_id in sorted(done):
        place = places.get((branch_id, desk_id), clocks[branch_id].branch)
        yield AtDesk(
            branch_code=place.branch_code,
            branch_zh=place.branch_zh,
            branch_en=place.branch_en,
            desk_code=place.desk_code,
            desk_zh=place.desk_zh,
            desk_en=place.desk_en,
            **done[branch_id, desk_id],
        )


def _reasons(today: Counted, clocks: dict[int, _Clock]) -> list[Why]:
    """Those that stood against most first."""
    summed = _sums((code, times) for (where, code), times in today.reasons.items() if _hour(where, clocks) is not None)
    return sorted((Why(code, times) for code, times in summed.items()), key=lambda why: (-why.times, why.code))


def _paid(today: Counted, clocks: dict[int, _Clock]) -> Iterator[Paid]:
    amounts: Counter[tuple[str, bool]] = Counter()
    for (where, method, came_in), amount in today.money.items():
        if _hour(where, clocks) is not None:
            amounts[method, came_in] += amount
    for method in Method:
        if (method, True) in amounts or (method, False) in amounts:
            yield Paid(method, amounts[method, True], amounts[method, False])
