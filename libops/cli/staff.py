"""``libops staff``: who works here."""

from __future__ import annotations

from typing import Annotated

import typer

from libops.cli.help_texts import SpokenCommand, group, listed, say
from libops.cli.options import (
    AfterOption,
    AtOption,
    BadgeOption,
    JsonOption,
    LimitOption,
    PinOption,
    PinStdinOption,
    legible,
)

app = group(say("Register and list staff."))

NewBadgeArgument = Annotated[
    str, typer.Argument(metavar="BADGE", help=say("Number on the new badge."), callback=legible)
]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help=say("The person's name."), callback=legible)]
RoleOption = Annotated[
    str,
    typer.Option("--role", metavar="ROLE", help=say("What they do: sorter, circulation, supervisor or administrator.")),
]
StaffLanguageOption = Annotated[
    str, typer.Option("--language", metavar="LANGUAGE", help=say("The language of their screens: zh or en."))
]


@app.command("add", cls=SpokenCommand, help=say("Register a member of staff."))
def add(
    new_badge: NewBadgeArgument,
    name: NameArgument,
    role: RoleOption = "circulation",
    language: StaffLanguageOption = "zh",
    pin: PinOption = None,
    pin_stdin: PinStdinOption = False,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Register a member of staff under a PIN that nobody else has to see."""
    from db.people import Role
    from libops.cli.answers import give
    from libops.cli.asking import new_pin
    from libops.cli.at_work import at_work
    from libops.cli.choices import one_of
    from libops.cli.in_words import staff_added
    from libops.i18n import LANGUAGES
    from libops.people import staff

    wanted = one_of(Role, role, "--role")
    if language not in LANGUAGES:
        raise typer.BadParameter(say("one of: {known}.", known=listed(LANGUAGES)), param_hint="--language")
    chosen = new_pin(pin, pin_stdin)
    with at_work(at, badge) as desk:
        with desk.work() as work:
            answer = staff.add(work, badge=new_badge, name=name, role=wanted, pin=chosen, language=language)
        told = {"badge": answer.badge, "role": answer.role}
        give(told, json, lambda: staff_added(answer, name, desk.language))


@app.command("list", cls=SpokenCommand, help=say("List staff by badge."))
def list_all(
    limit: LimitOption = 50,
    after: AfterOption = "",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """One page of staff."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.in_words import staff_list
    from libops.people import staff

    with at_work(at, badge) as desk:
        with desk.look() as look:
            page = staff.list_staff(look, after=after, limit=limit)
        give(page, json, lambda: staff_list(page, desk.language))
