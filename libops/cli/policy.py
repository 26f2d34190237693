"""``libops policy``: the loan rules and the blocks, row by row or as files, and which of them decide."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.options import (
    AtOption,
    BadgeOption,
    BarcodeArgument,
    JsonOption,
    KeyOption,
    PatronArgument,
    legible,
    maybe_legible,
)

if TYPE_CHECKING:
    from db.rules import BlockKind

app = group(say("Look at the loan rules, change them, and ask which of them decide."))

BranchOption = Annotated[
    str | None,
    typer.Option("--branch", metavar="CODE", help=say("For this branch; otherwise for any."), callback=maybe_legible),
]
CategoryOption = Annotated[
    str | None,
    typer.Option(
        "--category",
        metavar="CODE",
        help=say("For this category of patrons; otherwise for any."),
        callback=maybe_legible,
    ),
]
ItemTypeOption = Annotated[
    str | None,
    typer.Option("--type", metavar="CODE", help=say("For this item type; otherwise for any."), callback=maybe_legible),
]
BlockOption = Annotated[
    str | None,
    typer.Option(
        "--block",
        metavar="KIND",
        help=say("Not a loan rule but a block: manual, expired, overdue or owes."),
        callback=maybe_legible,
    ),
]
ChangesArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="COLUMN=VALUE…", help=say("What the row is to say, such as period=30; libops policy show names all.")
    ),
]
CategoryArgument = Annotated[
    str, typer.Argument(metavar="CATEGORY", help=say("Code of the category of patrons."), callback=legible)
]
LimitsArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="COLUMN=VALUE…", help=say("Of name_zh, name_en, loans_limit, holds_limit, months and deposit.")
    ),
]
FromArgument = Annotated[
    Path,
    typer.Argument(
        metavar="PATH",
        help=say("A TOML file, a folder with policies.csv and blocks.csv, or one CSV file of loan rules."),
    ),
]
ToArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="PATH",
        help=say(
            "A new .toml file, or a folder for policies.csv and blocks.csv; without it, or with -, TOML is answered."
        ),
    ),
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", metavar="", help=say("Only tell what would change; change nothing."))
]


@app.command("list", cls=SpokenCommand, help=say("List the loan rules and the blocks."))
def list_all(at: AtOption = None, badge: BadgeOption = None, json: JsonOption = False) -> None:
    """Every row of the matrix and of the block rules."""
    from libops.circulation import policies
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.policy_words import rule_list

    with at_work(at, badge) as desk:
        with desk.look() as look:
            rules = policies.show_rules(look)
            _, currency = policies.codes_and_currency(look)
        give(rules, json, lambda: rule_list(rules, currency, desk.language))


@app.command("show", cls=SpokenCommand, help=say("Show one row of the loan rules with all its columns."))
def show(
    branch: BranchOption = None,
    category: CategoryOption = None,
    item_type: ItemTypeOption = None,
    block: BlockOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """One row, column by column."""
    from libops.circulation import policies
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.policy_words import rule_row

    kind = _kind(block, branch, item_type)
    with at_work(at, badge) as desk:
        with desk.look() as look:
            found = (
                policies.show_policy(look, branch=branch, category=category, item_type=item_type)
                if kind is None
                else policies.show_block(look, category=category, kind=kind)
            )
            _, currency = policies.codes_and_currency(look)
        give(found, json, lambda: rule_row(found, currency, desk.language))


@app.command("set", cls=SpokenCommand, help=say("Change a row of the loan rules or a block, or add it."))
def set_row(
    changes: ChangesArgument,
    branch: BranchOption = None,
    category: CategoryOption = None,
    item_type: ItemTypeOption = None,
    block: BlockOption = None,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Change what one row says; a new one takes the rest from the row that decided so far."""
    from libops.circulation import policies
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.policy_words import row_changed

    kind, wanted = _kind(block, branch, item_type), _cells(changes)
    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = (
                policies.set_policy(work, branch=branch, category=category, item_type=item_type, changes=wanted)
                if kind is None
                else policies.set_block(work, category=category, kind=kind, changes=wanted)
            )
        with desk.look() as look:
            _, currency = policies.codes_and_currency(look)
        told = {"row": answer.row, "was": answer.was}
        give(told, json, lambda: row_changed(answer.was, answer.row, currency, desk.language))


@app.command("remove", cls=SpokenCommand, help=say("Remove a row of the loan rules or a block."))
def remove(
    branch: BranchOption = None,
    category: CategoryOption = None,
    item_type: ItemTypeOption = None,
    block: BlockOption = None,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Remove one row; a more general one decides from then on."""
    from libops.circulation import policies
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.policy_words import row_changed

    kind = _kind(block, branch, item_type)
    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = (
                policies.remove_policy(work, branch=branch, category=category, item_type=item_type)
                if kind is None
                else policies.remove_block(work, category=category, kind=kind)
            )
        with desk.look() as look:
            _, currency = policies.codes_and_currency(look)
        told = {"row": answer.row, "was": answer.was}
        give(told, json, lambda: row_changed(answer.was, answer.row, currency, desk.language))


@app.command("limits", cls=SpokenCommand, help=say("List what each category of patrons may have in total."))
def limits(at: AtOption = None, badge: BadgeOption = None, json: JsonOption = False) -> None:
    """All categories, their limits, how long their cards last, and their deposits."""
    from libops.circulation import policies
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.policy_words import category_list
    from libops.pages import Page
    from libops.people.limits import show_limits

    with at_work(at, badge) as desk:
        with desk.look() as look:
            page = Page(show_limits(look), None)
            _, currency = policies.codes_and_currency(look)
        give(page, json, lambda: category_list(page, currency, desk.language))


@app.command("limit", cls=SpokenCommand, help=say("Change what a category of patrons may have in total, or add one."))
def limit(
    category: CategoryArgument,
    changes: LimitsArgument,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Change a category's limits; a new one needs name_zh, name_en and loans_limit."""
    from libops.circulation import policies
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.policy_words import category_changed
    from libops.people.limits import set_category

    wanted = _cells(changes)
    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = set_category(work, category=category, changes=wanted)
        with desk.look() as look:
            _, currency = policies.codes_and_currency(look)
        told = {"row": answer.row, "was": answer.was}
        give(told, json, lambda: category_changed(answer, currency, desk.language))


@app.command("import", cls=SpokenCommand, help=say("Put the rules of a file in the place of all that stand."))
def import_rules(
    path: FromArgument,
    dry_run: DryRunOption = False,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Read a file whole, check every row, and replace all rules at once; blocks only where it says any."""
    from libops.circulation import policies, policy_files
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.policy_words import rules_changed

    rows = policy_files.rows_of(path)
    with at_work(at, badge) as desk:
        with desk.look() as look:
            codes, currency = policies.codes_and_currency(look)
            rules = policy_files.read_rules(rows, codes, currency)
            changes = policies.preview(look, rules)
        if not dry_run:
            with desk.work(key) as work:
                changes = policies.replace_all(work, rules=rules)
        told = {"policies": changes.policies, "blocks": changes.blocks, "dry_run": dry_run}
        give(told, json, lambda: rules_changed(changes, currency, desk.language, done=not dry_run))


@app.command("export", cls=SpokenCommand, help=say("Write the rules to a file that can be changed and imported."))
def export(path: ToArgument = None, at: AtOption = None, badge: BadgeOption = None, json: JsonOption = False) -> None:
    """Write all rules as TOML or CSV. No file is overwritten."""
    from libops.circulation import policies, policy_files
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.policy_words import rules_as_toml, rules_written

    with at_work(at, badge) as desk:
        with desk.look() as look:
            rules = policies.show_rules(look)
            _, currency = policies.codes_and_currency(look)
        if path is None or str(path) == "-":
            give(rules, json, lambda: rules_as_toml(rules, currency))
            return
        files = policy_files.write_files(path, rules, currency)
        told = {
            "policies": len(rules.policies),
            "blocks": len(rules.blocks or ()),
            "files": [str(file) for file in files],
        }
        give(told, json, lambda: rules_written(rules, files, desk.language))


@app.command("explain", cls=SpokenCommand, help=say("Tell which rules decide about a patron and an item, and why."))
def explain(
    patron: PatronArgument,
    barcode: BarcodeArgument,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """What would come of scanning the item for the patron here, and by which rules."""
    from libops.circulation import explain as explaining
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.policy_words import explained, with_messages

    with at_work(at, badge) as desk:
        with desk.look() as look:
            found = explaining.explain(look, patron_number=patron, barcode=barcode)
        give(with_messages(found, desk.language), json, lambda: explained(found, desk.language))


def _kind(block: str | None, branch: str | None, item_type: str | None) -> BlockKind | None:
    """The kind of block that is meant; None for a row of the loan rules."""
    from db.rules import BlockKind
    from libops.cli.choices import one_of

    if block is None:
        return None
    if branch is not None or item_type is not None:
        raise typer.BadParameter(say("a block has no branch and no item type."), param_hint="--block")
    return one_of(BlockKind, block, "--block")


def _cells(changes: list[str]) -> dict[str, str]:
    """The changes of a command line as cells by their columns."""
    cells: dict[str, str] = {}
    for change in changes:
        column, equals, value = legible(change).partition("=")
        if not equals or not column or column in cells:
            raise typer.BadParameter(say("each is COLUMN=VALUE, once."), param_hint="COLUMN=VALUE")
        cells[column] = value
    return cells
