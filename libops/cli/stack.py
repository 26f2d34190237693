"""``libops stack``: how a branch's shelving stands, and which items have no place in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.options import (
    AfterOption,
    AtOption,
    BadgeOption,
    JsonOption,
    KeyOption,
    LimitOption,
    maybe_legible,
)

if TYPE_CHECKING:
    from libops.catalogue.stacks.bays import BayPlan
    from libops.catalogue.stacks.plan import StackPlan

app = group(say("Look at a branch's stack, its bays and how full they are; check and load another."))

FolderArgument = Annotated[Path, typer.Argument(metavar="FOLDER", help=say("The folder with stack.json and bays.csv."))]
BranchOption = Annotated[
    str | None,
    typer.Option(
        "--branch", metavar="CODE", help=say("Code of the branch; otherwise this one."), callback=maybe_legible
    ),
]


@app.command("check", cls=SpokenCommand, help=say("Check stack files, and tell what loading them would come to."))
def check(
    folder: FolderArgument,
    branch: BranchOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Every fault of the files, or how many items would have a place; nothing is changed."""
    from libops.catalogue.stacks import loading
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.stack_words import stack_previewed

    plan, bays = _read(folder)
    with at_work(at, badge) as desk:
        code = branch or desk.place.branch_code
        with desk.look() as look:
            found = loading.preview_stack(look, branch_code=code, plan=plan, bays=bays)
        give(found, json, lambda: stack_previewed(found, desk.language))


@app.command("load", cls=SpokenCommand, help=say("Put the stack of these files in the place of a branch's own."))
def load(
    folder: FolderArgument,
    branch: BranchOption = None,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Replace the whole stack; items stay in the bays they were put into by name where those are there still."""
    from libops.catalogue.stacks import loading
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.stack_words import stack_loaded

    plan, bays = _read(folder)
    with at_work(at, badge) as desk:
        code = branch or desk.place.branch_code
        with desk.work(key) as work:
            answer = loading.load_stack(work, branch_code=code, plan=plan, bays=bays)
        give(answer, json, lambda: stack_loaded(answer, desk.language))


@app.command("show", cls=SpokenCommand, help=say("Show a branch's stack: its floors, its bays, and how full they are."))
def show(branch: BranchOption = None, at: AtOption = None, badge: BadgeOption = None, json: JsonOption = False) -> None:
    """The stack as it stands."""
    from libops.catalogue.stacks import loading
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.stack_words import stack_shown

    with at_work(at, badge) as desk:
        with desk.look() as look:
            found = loading.show_stack(look, branch_code=branch or desk.place.branch_code)
        give(found, json, lambda: stack_shown(found, desk.language))


@app.command("unplaced", cls=SpokenCommand, help=say("List the items that have no place in the stack, and why."))
def list_unplaced(
    branch: BranchOption = None,
    limit: LimitOption = 50,
    after: AfterOption = "",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """One page of items without a place."""
    from libops.catalogue.stacks import unplaced
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.stack_words import unplaced_list

    with at_work(at, badge) as desk:
        with desk.look() as look:
            code = branch or desk.place.branch_code
            page = unplaced.list_unplaced(look, branch_code=code, after=after, limit=limit)
        give(page, json, lambda: unplaced_list(page, desk.language))


def _read(folder: Path) -> tuple[StackPlan, list[BayPlan]]:
    from libops.catalogue.stacks.bays import read_bays
    from libops.catalogue.stacks.plan import read_plan

    return read_plan(folder), read_bays(folder)
