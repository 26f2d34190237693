"""``library.toml`` of a library's folder: its name, branches, shelving places, desks and weekly hours."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from db.places import BranchKind
from libops.bad_files import BadFile
from libops.i18n import mark
from libops.rows import clock_time

FILE = "library.toml"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class NamePlan(msgspec.Struct, frozen=True):
    """The library's name in both languages, and its currency (ISO 4217)."""

    name_zh: str
    name_en: str
    currency: str


class PlacePlan(msgspec.Struct, frozen=True):
    """A shelving place or a desk."""

    code: str
    name_zh: str
    name_en: str


class HoursPlan(msgspec.Struct, frozen=True):
    """Some weekdays with the same hours, ``HH:MM``; ``24:00`` ends a day."""

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
    location: tuple[PlacePlan, ...] = ()
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
        raise BadFile(FILE, 0, mark("cannot be understood: {detail}"), detail=error) from error
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
        for day in hours.days:
            if day not in WEEKDAYS:
                raise BadFile(
                    FILE,
                    0,
                    mark("branch {branch}: {day} is no weekday ({known})"),
                    branch=branch.code,
                    day=day,
                    known=", ".join(WEEKDAYS),
                )
        if not _is_span(hours):
            raise BadFile(
                FILE,
                0,
                mark("branch {branch}: hours {opens} to {closes} cannot be"),
                branch=branch.code,
                opens=hours.opens,
                closes=hours.closes,
            )


def _is_span(hours: HoursPlan) -> bool:
    try:
        return clock_time(hours.opens) < clock_time(hours.closes)
    except ValueError:
        return False
