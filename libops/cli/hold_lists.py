"""Lists of ``libops hold``: a patron's requests, a queue, what to fetch, what waits, what to clear."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from libops.cli.help_texts import say
from libops.cli.hold_options import CopyOption, ReaderOption, RequestArgument, TitleOption
from libops.cli.options import AfterOption, AtOption, BadgeOption, JsonOption, LimitOption

if TYPE_CHECKING:
    from libops.circulation.request_lists import RequestView
    from libops.pages import Page
    from libops.work import Look


def list_requests(
    patron: ReaderOption = None,
    title: TitleOption = None,
    barcode: CopyOption = None,
    limit: LimitOption = 50,
    after: AfterOption = "",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """The requests of a patron that are not over, or who waits for a title."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.hold_words import request_list

    if sum(name is not None for name in (patron, title, barcode)) != 1:
        raise typer.BadParameter(say("one of --patron, --title and --barcode."), param_hint="--patron")
    with at_work(at, badge) as desk:
        with desk.look() as look:
            page = _listed(look, patron, title, barcode, after, limit)
        give(page, json, lambda: request_list(page, desk.language, look.today))


def _listed(
    look: Look, patron: str | None, title: str | None, barcode: str | None, after: str, limit: int
) -> Page[RequestView]:
    from libops.circulation import requests
    from libops.pages import Page

    if patron is None:
        return requests.queue(look, title_number=title, barcode=barcode, after=after, limit=limit)
    return Page(requests.of_patron(look, patron), None)


def show(request: RequestArgument, at: AtOption = None, badge: BadgeOption = None, json: JsonOption = False) -> None:
    """One request with its place in the queue and what is set aside for it."""
    from libops.circulation import requests
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.hold_words import request_card

    with at_work(at, badge) as desk:
        with desk.look() as look:
            view = requests.show(look, request)
        give(view, json, lambda: request_card(view, desk.language, look.today))


def pull(
    limit: LimitOption = 50,
    after: AfterOption = "",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """What to fetch, in the order of the shelves."""
    from libops.circulation import requests
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.hold_words import pull_list

    with at_work(at, badge) as desk:
        with desk.look() as look:
            page = requests.pull_list(look, after=after, limit=limit)
        give(page, json, lambda: pull_list(page, desk.language))


def shelf(
    limit: LimitOption = 50,
    after: AfterOption = "",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """What waits to be picked up, in the order of the hold shelf."""
    from libops.circulation import requests
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.hold_words import shelf_list

    with at_work(at, badge) as desk:
        with desk.look() as look:
            page = requests.hold_shelf(look, after=after, limit=limit)
        give(page, json, lambda: shelf_list(page, desk.language, look.today))


def clear(
    limit: LimitOption = 50,
    after: AfterOption = "",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """What waits for nobody, and what becomes of it."""
    from libops.circulation import requests
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.hold_words import clearing_list

    with at_work(at, badge) as desk:
        with desk.look() as look:
            page = requests.clearing_list(look, after=after, limit=limit)
        give(page, json, lambda: clearing_list(page, desk.language))


def unfillable(
    limit: LimitOption = 50,
    after: AfterOption = "",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Requests whose last copy is gone."""
    from libops.circulation import requests
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.hold_words import request_list

    with at_work(at, badge) as desk:
        with desk.look() as look:
            page = requests.unfillable(look, after=after, limit=limit)
        give(page, json, lambda: request_list(page, desk.language, look.today))
