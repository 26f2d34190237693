"""A small stack as files: two floors, a lift, and bays that hold what the tests say."""

from __future__ import annotations

from pathlib import Path

import msgspec

from libops.catalogue.stacks.bays import COLUMNS

Cells = dict[str, object]

PLAN: Cells = {
    "format": "libops-stack/1",
    "site": "MAIN",
    "call_number_scheme": "clc",
    "times": {"walk_m_per_s": 0.8, "pick_s": 12, "sort_s": 4.5, "trip_setup_s": 90},
    "floors": [
        {
            "id": "1",
            "level": 1,
            "cross_aisles": [{"id": "a", "y": 0}, {"id": "b", "y": 10.5}, {"id": "c", "y": 21}],
            "aisles": [{"id": "1", "x": 0}, {"id": "2", "x": 2.4}, {"id": "3", "x": 4.8, "from": "b", "to": "c"}],
        },
        {
            "id": "2",
            "level": 2,
            "cross_aisles": [{"id": "a", "y": 0}, {"id": "c", "y": 21}],
            "aisles": [{"id": "1", "x": 0}],
        },
    ],
    "links": [
        {
            "id": "lift",
            "kind": "lift",
            "carries": ["trolley"],
            "cost_per_floor": 15,
            "stops": [
                {"floor": "1", "aisle": "1", "cross_aisle": "a"},
                {"floor": "2", "aisle": "1", "cross_aisle": "a"},
            ],
        }
    ],
    "depots": [{"id": "desk", "floor": "1", "aisle": "2", "cross_aisle": "a", "role": "packing"}],
    "carriers": [{"id": "trolley", "books": 40, "thickness_mm": 1000, "totes": 2}],
}
"""The plan of a small stack, as its file says it."""

BAY: Cells = {"floor": "1", "aisle": "1", "face": "L", "y": 1.5, "shelves": 6, "status": "open"}


def bay(code: str, seq: int, cn_from: str = "", cn_to: str = "", collection: str = "M-A", **cells: object) -> Cells:
    """A row of ``bays.csv``."""
    held = {"collection": collection, "cn_from": cn_from, "cn_to": cn_to}
    return {**BAY, "bay_id": code, "seq": seq, **held, **cells}


THREE = (bay("A1", 1, "A", "I"), bay("A2", 2, "I", "TP"), bay("A3", 3, "TP", ""))
"""Three bays that hold a whole collection by the Chinese Library Classification, and neither gap nor overlap."""


def write(folder: Path, bays: tuple[Cells, ...] = THREE, plan: object = PLAN) -> Path:
    """The two files in a folder; the folder."""
    folder.mkdir(exist_ok=True)
    folder.joinpath("stack.json").write_bytes(plan if isinstance(plan, bytes) else msgspec.json.encode(plan))
    lines = [COLUMNS, *([str(row[column]) for column in COLUMNS] for row in bays)]
    folder.joinpath("bays.csv").write_text("\n".join(",".join(line) for line in lines) + "\n", encoding="utf-8")
    return folder
