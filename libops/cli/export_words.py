"""What was written into a file, in plain words and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.console import RenderableType

from libops.catalogue.exporting.titles import Exported
from libops.cli.answers import line, note, table
from libops.cli.import_words import reasons_plainly
from libops.i18n import Language
from libops.refusals import explain


def exported_plainly(file: Path, done: Exported, language: Language) -> dict[str, object]:
    """What was written, and what was left out, for JSON."""
    left = [{"number": one.number, "reasons": reasons_plainly(one.reasons, language)} for one in done.left_out]
    told: dict[str, object] = {"file": str(file), "titles": done.titles, "copies": done.copies}
    return {**told, "bad": done.bad, "left_out": left}


def exported(file: Path, done: Exported, language: Language) -> Iterator[RenderableType]:
    """What was written, and what was left out."""
    say = language.say
    yield line(str(file))
    yield line(f"{done.titles:>10,}", say("titles"))
    yield line(f"{done.copies:>10,}", say("copies"))
    if done.bad:
        yield line(f"{done.bad:>10,}", say("left out, because they cannot be written so"))
        rows = [
            [one.number, " ".join(explain(reason, language).why for reason in one.reasons)] for one in done.left_out
        ]
        yield table([say("Title number"), say("Why")], rows)
        if done.bad > len(done.left_out):
            note(say("and {count} more", count=done.bad - len(done.left_out)))


def rows_exported(file: Path, rows: int, language: Language) -> Iterator[RenderableType]:
    """How many rows were written."""
    yield line(str(file))
    yield line(language.count("{n} row was written.", "{n} rows were written.", rows))
