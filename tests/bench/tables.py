"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Sequence


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; columns in which all cells are numbers stand to the right."""
    right = [all(_is_number(row[place]) for row in rows) for place in range(len(heads))]
    lines = [heads, ["---:" if number else "---" for number in right], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _is_number(cell: str) -> bool:
    return cell.strip("*, abcdefghijklmnopqrstuvwxyz%").replace(".", "", 1).replace(",", "").isdigit()
