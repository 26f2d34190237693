"""``libops patron``: who the patrons are, what they have, and what is known of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from libops.cli.exit_codes import ExitCode
from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.options import (
    AfterOption,
    AtOption,
    BadgeOption,
    JsonOption,
    KeyOption,
    LimitOption,
    OverrideOption,
    PatronArgument,
    legible,
    maybe_legible,
)
from libops.languages import mark

if TYPE_CHECKING:
    from libops.cli.at_work import AtWork
    from libops.refusals import Refusal

app = group(say("Look at patrons, register them and keep what is known of them."))


def _readable(text: str | None) -> str | None:
    return None if text is None else text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(say("a day as YYYY-MM-DD."), param_hint="--expires") from None


NewNumberArgument = Annotated[
    str, typer.Argument(metavar="PATRON", help=say("Number on the new card."), callback=legible)
]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help=say("The person's name."), callback=legible)]
NameOption = Annotated[
    str | None, typer.Option("--name", metavar="NAME", help=say("The person's name."), callback=maybe_legible)
]
CategoryOption = Annotated[
    str,
    typer.Option("--category", metavar="CODE", help=say("Category of the patron, by its code."), callback=legible),
]
NewCategoryOption = Annotated[
    str | None,
    typer.Option(
        "--category", metavar="CODE", help=say("Category of the patron, by its code."), callback=maybe_legible
    ),
]
BranchOption = Annotated[
    str | None,
    typer.Option("--branch", metavar="CODE", help=say("The patron's own branch, by its code."), callback=maybe_legible),
]
LanguageOption = Annotated[
    str | None,
    typer.Option(
        "--language",
        metavar="LANGUAGE",
        help=say("The language of messages to them: zh or en."),
        callback=maybe_legible,
    ),
]
PhoneOption = Annotated[
    str | None, typer.Option("--phone", metavar="PHONE", help=say("Their phone number."), callback=_readable)
]
EmailOption = Annotated[
    str | None, typer.Option("--email", metavar="EMAIL", help=say("Their email address."), callback=_readable)
]
NoteOption = Annotated[
    str | None, typer.Option("--note", metavar="TEXT", help=say("A note that every desk sees."), callback=_readable)
]
WhyOption = Annotated[
    str,
    typer.Option("--note", metavar="TEXT", help=say("Why; every desk sees it."), callback=_readable),
]
ExpiresOption = Annotated[
    str | None,
    typer.Option(
        "--expires", metavar="DAY", help=say("The card's last day, YYYY-MM-DD; otherwise as the category says.")
    ),
]
DuplicateOption = Annotated[
    str,
    typer.Option(
        "--allow-duplicate",
        metavar="PATRON",
        help=say("The number of a patron who seems to be the same person, and is another one."),
        callback=legible,
    ),
]
KeepArgument = Annotated[
    str, typer.Argument(metavar="KEEP", help=say("Number of the patron to keep."), callback=legible)
]
YesOption = Annotated[
    bool,
    typer.Option(
        "--yes", metavar="", help=say("Do not show both and ask first; needed with --json and without a terminal.")
    ),
]
DropArgument = Annotated[
    str,
    typer.Argument(
        metavar="DROP",
        help=say("Number of the patron that goes; it leads to the other from then on."),
        callback=legible,
    ),
]


PartOption = Annotated[
    str,
    typer.Option(
        "--name",
        metavar="PART",
        help=say("Only those in whose name this stands, or whose number begins with it; capitals make no difference."),
        callback=legible,
    ),
]


@app.command("list", cls=SpokenCommand, help=say("List patrons by number, or find them by name."))
def list_all(
    name: PartOption = "",
    limit: LimitOption = 50,
    after: AfterOption = "",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """One page of patrons."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.patron_words import patron_list
    from libops.people import patrons

    with at_work(at, badge) as desk:
        with desk.look() as look:
            page = (
                patrons.search(look, name, after=after, limit=limit)
                if name
                else patrons.list_patrons(look, after=after, limit=limit)
            )
        give(page, json, lambda: patron_list(page, desk.language, look.today))


@app.command("show", cls=SpokenCommand, help=say("Show a patron's whole account."))
def show(number: PatronArgument, at: AtOption = None, badge: BadgeOption = None, json: JsonOption = False) -> None:
    """One patron with loans, requests, what is owed, and what stands against them."""
    import msgspec

    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.patron_words import whole_account
    from libops.people import accounts

    with at_work(at, badge) as desk:
        with desk.look() as look:
            account = accounts.show(look, number)
        answer = {
            **msgspec.structs.asdict(account.patron),
            "on_loan": account.loans,
            "requests": account.requests,
            "charges": account.charges,
            "blocks": account.blocks,
        }
        give(answer, json, lambda: whole_account(account, desk.language, look.today))


@app.command(
    "alike",
    cls=SpokenCommand,
    help=say("Show patrons of this name; of those with the same phone or email, where these are given."),
)
def alike(
    name: NameArgument,
    phone: PhoneOption = None,
    email: EmailOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Who may be the same person."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.patron_words import alike_list
    from libops.pages import Page
    from libops.people import registration

    with at_work(at, badge) as desk:
        with desk.look() as look:
            found = registration.alike(look, name=name, phone=phone or "", email=email or "")
        give(Page(found, None), json, lambda: alike_list(found, desk.language))


@app.command("register", cls=SpokenCommand, help=say("Register a patron under the number of a new card."))
def register(
    number: NewNumberArgument,
    name: NameArgument,
    category: CategoryOption,
    branch: BranchOption = None,
    language: LanguageOption = None,
    phone: PhoneOption = None,
    email: EmailOption = None,
    expires: ExpiresOption = None,
    note: NoteOption = None,
    allow_duplicate: DuplicateOption = "",
    override: OverrideOption = False,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Register a patron, at the branch where this happens unless another is named."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.patron_words import patron_written
    from libops.people import registration
    from libops.refusals import Refusal

    last_day = _day(expires)
    with at_work(at, badge) as desk:
        try:
            with desk.work(key) as work:
                answer = registration.register(
                    work,
                    number=number,
                    name=name,
                    category=category,
                    branch=desk.place.branch_code if branch is None else branch,
                    language="zh" if language is None else language,
                    phone=phone or "",
                    email=email or "",
                    expires_on=last_day,
                    note=note or "",
                    allow_duplicate=allow_duplicate,
                    override_by=desk.actor if override else None,
                )
        except Refusal as refusal:
            if not json:
                _say_who(desk, refusal, name, phone or "", email or "")
            raise
        give(answer, json, lambda: patron_written(answer, mark("Registered."), desk.language, work.today))


def _say_who(desk: AtWork, refusal: Refusal, name: str, phone: str, email: str) -> None:
    """Beside the refusal of somebody who seems to be registered: who that is, for whoever may know."""
    from libops.cli.answers import note
    from libops.cli.patron_words import alike_lines
    from libops.people import registration
    from libops.permissions import Permission

    reason = refusal.reasons[0].code
    if reason not in registration.TWICE or Permission.SEE_PATRONS not in desk.actor.permissions:
        return
    with desk.look() as look:
        found = registration.those_meant(look, reason, name=name, phone=phone, email=email)
    note(*alike_lines(found, desk.language))


@app.command("change", cls=SpokenCommand, help=say("Change what is known of a patron; what is not named stays."))
def change(
    number: PatronArgument,
    name: NameOption = None,
    category: NewCategoryOption = None,
    branch: BranchOption = None,
    language: LanguageOption = None,
    phone: PhoneOption = None,
    email: EmailOption = None,
    note: NoteOption = None,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Change what is known of a patron; an empty text empties phone, email or note."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.patron_words import patron_written
    from libops.people import registration

    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = registration.change(
                work,
                number=number,
                name=name,
                category=category,
                branch=branch,
                language=language,
                phone=phone,
                email=email,
                note=note,
            )
        give(answer, json, lambda: patron_written(answer, mark("Changed."), desk.language, work.today))


@app.command("renew", cls=SpokenCommand, help=say("Renew a patron's card."))
def renew(
    number: PatronArgument,
    expires: ExpiresOption = None,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Renew a card by its category's months, or up to a day."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.patron_words import patron_written
    from libops.people import registration

    last_day = _day(expires)
    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = registration.renew(work, number=number, expires_on=last_day)
        give(answer, json, lambda: patron_written(answer, mark("Renewed."), desk.language, work.today))


@app.command("block", cls=SpokenCommand, help=say("Block a patron, and say why."))
def block(
    number: PatronArgument,
    why: WhyOption,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Block a patron with a note."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.patron_words import patron_written
    from libops.people import registration

    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = registration.block(work, number=number, note=why)
        give(answer, json, lambda: patron_written(answer, mark("Blocked."), desk.language, work.today))


@app.command("unblock", cls=SpokenCommand, help=say("Take a patron's block away, and the note that said why."))
def unblock(
    number: PatronArgument,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Take staff's block away."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.patron_words import patron_written
    from libops.people import registration

    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = registration.unblock(work, number=number)
        give(answer, json, lambda: patron_written(answer, mark("Unblocked."), desk.language, work.today))


@app.command("merge", cls=SpokenCommand, help=say("Make one patron of two: everything goes to the one that is kept."))
def merge(
    keep: KeepArgument,
    drop: DropArgument,
    yes: YesOption = False,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Merge somebody who was registered twice; whoever sits at a terminal sees both first."""
    from libops.cli.answers import give
    from libops.cli.asking import require_yes
    from libops.cli.at_work import at_work
    from libops.cli.patron_words import patrons_merged
    from libops.people import merging

    require_yes(yes=yes, json=json)
    with at_work(at, badge) as desk:
        if not yes and not _are_one(desk, keep, drop):
            raise typer.Exit(ExitCode.INTERRUPTED)
        with desk.work(key) as work:
            answer = merging.merge(work, keep_number=keep, drop_number=drop)
        give(answer, json, lambda: patrons_merged(answer, desk.language))


def _are_one(desk: AtWork, keep: str, drop: str) -> bool:
    """Show both people and ask whether they are one; what would be refused anyway is not asked."""
    from libops.cli.answers import note
    from libops.cli.asking import agreed
    from libops.cli.patron_words import side_by_side
    from libops.people import patrons
    from libops.permissions import Permission

    with desk.look() as look:
        if Permission.MERGE_PATRONS not in desk.actor.permissions:
            return True
        both = [patrons.show(look, number) for number in (keep, drop)]
    if [patron.number for patron in both] != [keep, drop] or keep == drop:
        return True
    note(*side_by_side(both[0], both[1], desk.language, look.today))
    if agreed(desk.language.say("Is this one person? It cannot be undone.")):
        return True
    note(desk.language.say("Nothing was changed."))
    return False
