"""``library.toml`` of a library's folder: its name, branches, shelving places, desks and weekly hours."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from db.places import BranchKind, Scheme
from libops.bad_content import bad_content
from libops.bad_files import BadFile
from libops.circulation.calendars import read_hours, week_overlaps
from libops.i18n import mark
from libops.rows import clock_time, closing_time

FILE = "library.toml"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class NamePlan(msgspec.Struct, frozen=True):
    """The library's name in both languages, and its currency (ISO 4217)."""

    name_zh: str
    name_en: str
    currency: str


class PlacePlan(msgspec.Struct, frozen=True):
    """A desk."""

    code: str
    name_zh: str
    name_en: str


class ShelvingPlan(msgspec.Struct, frozen=True):
    """A shelving place; ``scheme`` says by which call numbers it is shelved."""

    code: str
    name_zh: str
    name_en: str
    scheme: Scheme = Scheme.CLC


class HoursPlan(msgspec.Struct, frozen=True):
    """Some weekdays with the same hours, ``HH:MM``; ``26:00`` ends at two on the next morning."""

    days: list[str]
    opens: str
    closes: str


class BranchPlan(msgspec.Struct, frozen=True):
    """A branch and what stands in it."""

    code: str
    name_zh: str
    name_en: str
    zone: str
    kind: BranchKind = BranchKind.LIBRARY
    location: tuple[ShelvingPlan, ...] = ()
    desk: tuple[PlacePlan, ...] = ()
    hours: tuple[HoursPlan, ...] = ()


class Plan(msgspec.Struct, frozen=True):
    """The whole file."""

    library: NamePlan
    branch: list[BranchPlan]


def read_plan(folder: Traversable) -> Plan:
    """Read and check the file. Raises ``BadFile``."""
    try:
        plan = msgspec.toml.decode(folder.joinpath(FILE).read_bytes(), type=Plan)
    except OSError as error:
        raise BadFile(FILE, 0, mark("cannot be read")) from error
    except (msgspec.DecodeError, ValueError) as error:
        raise bad_content(FILE, error) from error
    if not plan.branch:
        raise BadFile(FILE, 0, mark("a library needs a branch"))
    for branch in plan.branch:
        _check(branch)
    return plan


def _check(branch: BranchPlan) -> None:
    try:
        ZoneInfo(branch.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadFile(
            FILE, 0, mark("branch {branch}: there is no time zone {zone}"), branch=branch.code, zone=branch.zone
        ) from error
    for hours in branch.hours:
        _check_hours(branch.code, hours)
    week = {WEEKDAYS.index(day): read_hours(hours.opens, hours.closes) for hours in branch.hours for day in hours.days}
    early = week_overlaps(week)
    if early is not None:
        why = mark("branch {branch}: on {day} it opens before it has closed")
        raise BadFile(FILE, 0, why, branch=branch.code, day=WEEKDAYS[early])


def _check_hours(branch: str, hours: HoursPlan) -> None:
    for day in hours.days:
        if day not in WEEKDAYS:
            why = mark("branch {branch}: {day} is no weekday ({known})")
            raise BadFile(FILE, 0, why, branch=branch, day=day, known=", ".join(WEEKDAYS))
    if not _is_span(hours):
        why = mark("branch {branch}: hours {opens} to {closes} cannot be")
        raise BadFile(FILE, 0, why, branch=branch, opens=hours.opens, closes=hours.closes)


def _is_span(hours: HoursPlan) -> bool:
    try:
        return clock_time(hours.opens) < closing_time(hours.closes)
    except ValueError:
        return False
