"""``libops loan``: lending, returning, renewing, as at a desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.options import (
    AtOption,
    BadgeOption,
    BarcodeArgument,
    JsonOption,
    KeyOption,
    OverrideOption,
    PatronArgument,
    maybe_legible,
)

if TYPE_CHECKING:
    from datetime import date

app = group(say("Lend, take back and renew items."))

OnOption = Annotated[
    str | None,
    typer.Option(
        "--on",
        metavar="DAY",
        help=say("Count the return from this day (YYYY-MM-DD), as for a book drop."),
        callback=maybe_legible,
    ),
]


@app.command("out", cls=SpokenCommand, help=say("Lend an item to a patron."))
def lend(
    patron: PatronArgument,
    barcode: BarcodeArgument,
    override: OverrideOption = False,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Lend an item; the same item to the same patron again renews it."""
    from libops.circulation import loans
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.in_words import lent_or_renewed

    with at_work(at, badge) as desk:
        allowed_by = desk.actor if override else None
        with desk.work(key) as work:
            answer = loans.check_out(work, patron_number=patron, barcode=barcode, override_by=allowed_by)
        give(answer, json, lambda: lent_or_renewed(answer, desk.language, work.today))


@app.command("in", cls=SpokenCommand, help=say("Take an item back."))
def take_back(
    barcode: BarcodeArgument,
    on: OnOption = None,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Take an item back, and say where it belongs."""
    from libops.circulation import returns
    from libops.cli.at_work import at_work
    from libops.cli.over_desk import give_returned

    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = returns.check_in(work, barcode=barcode, on=_day(on))
        give_returned(desk, answer, json, work.today)


@app.command("renew", cls=SpokenCommand, help=say("Renew the loan of an item."))
def renew(
    barcode: BarcodeArgument,
    override: OverrideOption = False,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Renew the open loan of an item."""
    from libops.circulation import loans
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.in_words import lent_or_renewed

    with at_work(at, badge) as desk:
        allowed_by = desk.actor if override else None
        with desk.work(key) as work:
            answer = loans.renew(work, barcode=barcode, override_by=allowed_by)
        give(answer, json, lambda: lent_or_renewed(answer, desk.language, work.today))


@app.command("renew-all", cls=SpokenCommand, help=say("Renew all of a patron's loans that may be renewed."))
def renew_all(
    patron: PatronArgument,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Renew what may be renewed, and say why the rest may not."""
    from libops.circulation import loans
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.in_words import renewed_all

    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = loans.renew_all(work, patron_number=patron)
        give(answer, json, lambda: renewed_all(answer, desk.language, work.today))


def _day(text: str | None) -> date | None:
    from datetime import date

    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(say("a day as YYYY-MM-DD."), param_hint="--on") from None
