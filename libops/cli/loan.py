"""``libops loan``: lending, returning, renewing, as at a desk."""

from __future__ import annotations

from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.options import (
    AtOption,
    BadgeOption,
    BarcodeArgument,
    JsonOption,
    KeyOption,
    OverrideOption,
    PatronArgument,
)

app = group(say("Lend, take back and renew items."))


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
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Take an item back, and say where it belongs."""
    from libops.circulation import returns
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.in_words import taken_back

    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = returns.check_in(work, barcode=barcode)
        give(answer, json, lambda: taken_back(answer, desk.language, work.today))


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
