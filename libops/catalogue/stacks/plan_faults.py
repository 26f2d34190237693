"""What is wrong with a plan that was read: everything at once, each with where it stands in the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from libops.bad_files import BadFile
from libops.catalogue.stacks.plan import FILE, FORMAT, Aisle, Crossing, Floor, StackPlan
from libops.i18n import mark


def plan_faults(plan: StackPlan) -> list[BadFile]:
    """Everything for which a plan cannot be used; empty where it can.

    Its format; ids that stand twice; cross-aisles or aisles that are not in order; links and depots that are not at a
    crossing of an aisle with a cross-aisle.
    """
    faults = [] if plan.format == FORMAT else [_bad(mark("its format is {format}, not {known}"), plan.format, FORMAT)]
    faults += _doubles("floors", [floor.id for floor in plan.floors])
    faults += _doubles("levels", [str(floor.level) for floor in plan.floors])
    faults += _doubles("links", [link.id for link in plan.links])
    faults += _doubles("depots", [depot.id for depot in plan.depots])
    faults += _doubles("carriers", [carrier.id for carrier in plan.carriers])
    if not plan.floors:
        faults.append(BadFile(FILE, 0, mark("a stack needs a floor")))
    broken = {floor.id: list(_floor_faults(floor)) for floor in plan.floors}
    faults += [fault for found in broken.values() for fault in found]
    # Where a floor itself is not right, what stands on it cannot be judged.
    return faults + list(_crossing_faults(plan, {name for name, found in broken.items() if found}))


def _bad(why: str, shown: str, known: str) -> BadFile:
    return BadFile(FILE, 0, why, format=repr(shown), known=known)


def _doubles(what: str, names: Sequence[str]) -> Iterator[BadFile]:
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield BadFile(FILE, 0, mark("{what}: {name} stands twice"), what=what, name=name)


def _floor_faults(floor: Floor) -> Iterator[BadFile]:
    yield from _doubles(f"floors[{floor.id}].aisles", [aisle.id for aisle in floor.aisles])
    yield from _doubles(f"floors[{floor.id}].cross_aisles", [cross.id for cross in floor.cross_aisles])
    if len(floor.cross_aisles) < 2 or not floor.aisles:
        yield BadFile(FILE, 0, mark("floor {floor}: it needs an aisle and two cross-aisles"), floor=floor.id)
        return
    yield from _disorder(f"floors[{floor.id}].cross_aisles", [(cross.id, cross.y) for cross in floor.cross_aisles])
    yield from _disorder(f"floors[{floor.id}].aisles", [(aisle.id, aisle.x) for aisle in floor.aisles])
    for aisle in floor.aisles:
        yield from _reach_faults(floor, aisle)


def _disorder(what: str, placed: Sequence[tuple[str, float]]) -> Iterator[BadFile]:
    for (before, low), (name, high) in pairwise(placed):
        if low >= high:
            why = mark("{what}: {name} at {high} m is not behind {before} at {low} m")
            yield BadFile(FILE, 0, why, what=what, name=name, before=before, high=high, low=low)


def _reach_faults(floor: Floor, aisle: Aisle) -> Iterator[BadFile]:
    unknown = [name for name in (aisle.begins, aisle.ends) if name is not None and floor.cross_aisle(name) is None]
    for name in unknown:
        why = mark("floor {floor}, aisle {aisle}: there is no cross-aisle {name}")
        yield BadFile(FILE, 0, why, floor=floor.id, aisle=aisle.id, name=name)
    if not unknown:
        low, high = floor.reach(aisle)
        if low >= high:
            why = mark("floor {floor}, aisle {aisle}: it ends before it begins")
            yield BadFile(FILE, 0, why, floor=floor.id, aisle=aisle.id)


def _crossing_faults(plan: StackPlan, broken: set[str]) -> Iterator[BadFile]:
    for link in plan.links:
        if len({stop.floor for stop in link.stops}) < 2:
            yield BadFile(FILE, 0, mark("link {link}: it stops on fewer than two floors"), link=link.id)
        yield from _off(plan, broken, f"links[{link.id}]", link.stops)
    for depot in plan.depots:
        yield from _off(plan, broken, f"depots[{depot.id}]", [depot.crossing])


def _off(plan: StackPlan, broken: set[str], what: str, crossings: Iterable[Crossing]) -> Iterator[BadFile]:
    for place in crossings:
        if place.floor not in broken and not is_crossing(plan, place):
            why = mark("{what}: on floor {floor}, aisle {aisle} does not meet a cross-aisle {cross}")
            facts = {"floor": place.floor, "aisle": place.aisle, "cross": place.cross_aisle}
            yield BadFile(FILE, 0, why, what=what, **facts)


def is_crossing(plan: StackPlan, place: Crossing) -> bool:
    """Whether an aisle really meets the cross-aisle there, within its reach."""
    floor = plan.floor(place.floor)
    aisle = None if floor is None else floor.aisle(place.aisle)
    cross = None if floor is None else floor.cross_aisle(place.cross_aisle)
    if floor is None or aisle is None or cross is None:
        return False
    low, high = floor.reach(aisle)
    return low <= cross.y <= high
