"""``libops deposit``: money that is held for patrons."""

from __future__ import annotations

from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.money_options import AmountArgument, MaybeAmountArgument, MethodOption
from libops.cli.options import AtOption, BadgeOption, JsonOption, KeyOption, OverrideOption, PatronArgument

app = group(say("Take patrons' deposits and give them back."))


@app.command("give", cls=SpokenCommand, help=say("Take a deposit that a patron gives."))
def give_deposit(
    patron: PatronArgument,
    amount: AmountArgument,
    method: MethodOption = "cash",
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Take a deposit, or more of it."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.choices import one_of
    from libops.cli.money_words import deposit_moved
    from libops.i18n import mark
    from libops.money import deposits
    from libops.money.amounts import read_amount
    from libops.money.kinds import Method

    way = one_of(Method, method, "--method")
    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            minor = read_amount(work, amount)
            answer = deposits.give_deposit(work, patron_number=patron, amount=minor, method=way)
        give(answer, json, lambda: deposit_moved(answer, mark("Deposit taken: {amount}"), desk.language))


@app.command("return", cls=SpokenCommand, help=say("Give a patron's deposit back, once nothing is lent or owed."))
def return_deposit(
    patron: PatronArgument,
    amount: MaybeAmountArgument = None,
    method: MethodOption = "cash",
    override: OverrideOption = False,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Give a deposit back, all of it or a part."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.choices import one_of
    from libops.cli.money_words import deposit_moved
    from libops.i18n import mark
    from libops.money import deposits
    from libops.money.amounts import read_amount
    from libops.money.kinds import Method

    way = one_of(Method, method, "--method")
    with at_work(at, badge) as desk:
        allowed_by = desk.actor if override else None
        with desk.work(key) as work:
            minor = None if amount is None else read_amount(work, amount)
            answer = deposits.return_deposit(
                work, patron_number=patron, amount=minor, method=way, override_by=allowed_by
            )
        give(answer, json, lambda: deposit_moved(answer, mark("Deposit returned: {amount}"), desk.language))
