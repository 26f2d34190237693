"""``libops hold``: requests of patrons, the hold shelf, and what to fetch for it."""

from __future__ import annotations

from libops.cli import hold_lists
from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.hold_options import (
    CopyOption,
    HoldNoteOption,
    ItemOption,
    NeededOption,
    PickupArgument,
    PickupOption,
    PlaceArgument,
    RequestArgument,
    StartsOption,
    TitleOption,
    UntilOption,
    WhyOption,
    maybe_day,
    require_one_name,
)
from libops.cli.options import AtOption, BadgeOption, JsonOption, KeyOption, OverrideOption, PatronArgument

app = group(say("Place holds, look after the hold shelf, and call loans back."))


@app.command("place", cls=SpokenCommand, help=say("Place a hold for a patron on a title, or on one copy of it."))
def place(
    patron: PatronArgument,
    title: TitleOption = None,
    barcode: CopyOption = None,
    item: ItemOption = None,
    pickup: PickupOption = None,
    starts: StartsOption = None,
    needed: NeededOption = None,
    note: HoldNoteOption = "",
    override: OverrideOption = False,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Place a request, and say when it is likely to be there."""
    from libops.circulation import requests
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.hold_words import placed

    require_one_name(title, barcode, item)
    starts_on, needed_by = maybe_day(starts, "--from"), maybe_day(needed, "--by")
    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = requests.place(
                work,
                patron_number=patron,
                title_number=title,
                barcode=barcode or item,
                item_level=item is not None,
                pickup=pickup or desk.place.branch_code,
                starts_on=starts_on,
                needed_by=needed_by,
                note=note,
                override_by=desk.actor if override else None,
            )
        give(answer, json, lambda: placed(answer, desk.language, work.today))


@app.command("recall", cls=SpokenCommand, help=say("Place a hold for a patron, and call a loan of the title back."))
def recall(
    patron: PatronArgument,
    title: TitleOption = None,
    barcode: CopyOption = None,
    item: ItemOption = None,
    pickup: PickupOption = None,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Call a loan back, and say when it falls due now."""
    from libops.circulation import requests
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.hold_words import placed

    require_one_name(title, barcode, item)
    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = requests.recall(
                work,
                patron_number=patron,
                title_number=title,
                barcode=barcode or item,
                item_level=item is not None,
                pickup=pickup or desk.place.branch_code,
            )
        give(answer, json, lambda: placed(answer, desk.language, work.today))


@app.command("cancel", cls=SpokenCommand, help=say("Cancel a request."))
def cancel(
    request: RequestArgument,
    reason: WhyOption = "",
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Cancel a request, and say what has to be done with its copy."""
    from libops.circulation import requests
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.hold_words import changed

    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = requests.cancel(work, request_id=request, reason=reason)
        give(answer, json, lambda: changed(answer, desk.language, work.today))


@app.command("pickup", cls=SpokenCommand, help=say("Have a request picked up at another branch."))
def change_pickup(
    request: RequestArgument,
    branch: PickupArgument,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Change where a request is picked up, and say what has to be done with its copy."""
    from libops.circulation import requests
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.hold_words import changed

    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = requests.change_pickup(work, request_id=request, pickup=branch)
        give(answer, json, lambda: changed(answer, desk.language, work.today))


@app.command("suspend", cls=SpokenCommand, help=say("Have a waiting request passed over for a while."))
def suspend(
    request: RequestArgument,
    until: UntilOption = None,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Suspend a request; it keeps its place."""
    from libops.circulation import requests
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.hold_words import changed

    day = maybe_day(until, "--until")
    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = requests.suspend(work, request_id=request, until=day)
        give(answer, json, lambda: changed(answer, desk.language, work.today))


@app.command("resume", cls=SpokenCommand, help=say("Have a suspended request wait again."))
def resume(
    request: RequestArgument,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Resume a request, at the place that it kept."""
    from libops.circulation import requests
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.hold_words import changed

    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = requests.resume(work, request_id=request)
        give(answer, json, lambda: changed(answer, desk.language, work.today))


@app.command("dates", cls=SpokenCommand, help=say("Change from when until when a request waits; none: no such day."))
def change_dates(
    request: RequestArgument,
    starts: StartsOption = None,
    needed: NeededOption = None,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Change the days of a request; it keeps its place."""
    from libops.circulation import requests
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.hold_words import changed

    starts_on, needed_by = maybe_day(starts, "--from"), maybe_day(needed, "--by")
    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = requests.change_dates(work, request_id=request, starts_on=starts_on, needed_by=needed_by)
        give(answer, json, lambda: changed(answer, desk.language, work.today))


@app.command("move", cls=SpokenCommand, help=say("Put a waiting request at another place in its queue."))
def move(
    request: RequestArgument,
    place: PlaceArgument,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Move a request within its title's queue."""
    from libops.circulation import requests
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.hold_words import moved

    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = requests.move(work, request_id=request, position=place)
        give(answer, json, lambda: moved(answer, desk.language))


app.command("list", cls=SpokenCommand, help=say("List a patron's requests, or the queue of a title."))(
    hold_lists.list_requests
)
app.command("show", cls=SpokenCommand, help=say("Show a request, also one that has ended."))(hold_lists.show)
app.command("pull", cls=SpokenCommand, help=say("List what to fetch from the shelves here for those who wait."))(
    hold_lists.pull
)
app.command("shelf", cls=SpokenCommand, help=say("List what waits on the hold shelf here."))(hold_lists.shelf)
app.command("clear", cls=SpokenCommand, help=say("List what has to be taken from the hold shelf here."))(
    hold_lists.clear
)
app.command("unfillable", cls=SpokenCommand, help=say("List requests here that no copy can fill any more."))(
    hold_lists.unfillable
)
