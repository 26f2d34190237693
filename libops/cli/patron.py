"""``libops patron``: who the patrons are and what they have."""

from __future__ import annotations

from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.options import AfterOption, AtOption, BadgeOption, JsonOption, LimitOption, PatronArgument

app = group(say("Look at patrons."))


@app.command("list", cls=SpokenCommand, help=say("List patrons by number."))
def list_all(
    limit: LimitOption = 50,
    after: AfterOption = "",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """One page of patrons."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.in_words import patron_list
    from libops.people import patrons

    with at_work(at, badge) as desk:
        with desk.look() as look:
            page = patrons.list_patrons(look, after=after, limit=limit)
        give(page, json, lambda: patron_list(page, desk.language, look.today))


@app.command("show", cls=SpokenCommand, help=say("Show a patron and what is on loan to them."))
def show(number: PatronArgument, at: AtOption = None, badge: BadgeOption = None, json: JsonOption = False) -> None:
    """One patron with their open loans."""
    import msgspec

    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.in_words import patron_account
    from libops.people import patrons

    with at_work(at, badge) as desk:
        with desk.look() as look:
            patron = patrons.show(look, number)
            account = patrons.open_loans(look, number)
        answer = {**msgspec.structs.asdict(patron), "on_loan": account}
        give(answer, json, lambda: patron_account(patron, account, desk.language, look.today))
