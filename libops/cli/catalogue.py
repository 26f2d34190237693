"""``libops catalogue``: what is made from titles and copies, made anew."""

from __future__ import annotations

from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.options import AtOption, BadgeOption, JsonOption

app = group(say("Look after the search and the order of the shelves."))


@app.command("rebuild", cls=SpokenCommand, help=say("Make the search index and the shelf order anew, while in use."))
def rebuild(at: AtOption = None, badge: BadgeOption = None, json: JsonOption = False) -> None:
    """Make anew what follows from titles and copies; whatever ends it, what was there is still right."""
    from libops.cli.answers import give, line
    from libops.cli.at_work import at_work
    from libops.cli.rebuilding import bring_into_order
    from libops.permissions import Permission

    with at_work(at, badge) as desk:
        with desk.look() as look:
            look.require(Permission.MANAGE_CATALOGUE)
        titles = bring_into_order(desk.library.database, desk.language)
        told = desk.language.count("{n} title was indexed anew.", "{n} titles were indexed anew.", titles)
        give({"titles": titles}, json, lambda: [line(told)])
