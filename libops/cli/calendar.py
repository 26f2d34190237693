"""``libops calendar``: when a branch is open, and closing days after all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.options import AtOption, BadgeOption, JsonOption, KeyOption, legible, maybe_legible

if TYPE_CHECKING:
    from libops.circulation.opening import CalendarPreview
    from libops.cli.at_work import AtWork
    from libops.work import Look

app = group(say("Look at a branch's opening hours and change them; what falls due when it is closed moves."))

CLOSED = "closed"
"""What stands for the hours of a weekday on which a branch stays closed."""

BranchArgument = Annotated[str, typer.Argument(metavar="BRANCH", help=say("Code of the branch."), callback=legible)]
DayArgument = Annotated[
    str, typer.Argument(metavar="DAY", help=say("The day, or the first one: 2027-05-01."), callback=legible)
]
HoursArgument = Annotated[
    str,
    typer.Argument(
        metavar="HOURS",
        help=say("Hours such as 09:00-21:00; 26:00 is two o'clock on the next morning."),
        callback=legible,
    ),
]
WeekHoursArgument = Annotated[
    str, typer.Argument(metavar="HOURS", help=say("Hours such as 09:00-21:00, or closed."), callback=legible)
]
WeekdaysArgument = Annotated[
    str, typer.Argument(metavar="WEEKDAYS", help=say("Such as mon or mon,tue,wed."), callback=legible)
]
ToOption = Annotated[
    str | None,
    typer.Option("--to", metavar="DAY", help=say("The last day; otherwise it is one day."), callback=maybe_legible),
]
ShownFromOption = Annotated[
    str | None,
    typer.Option("--from", metavar="DAY", help=say("The first day; otherwise today."), callback=maybe_legible),
]
ShownToOption = Annotated[
    str | None,
    typer.Option("--to", metavar="DAY", help=say("The last day; otherwise a year on."), callback=maybe_legible),
]
PreviewOption = Annotated[
    bool, typer.Option("--preview", metavar="", help=say("Only tell what would move, and change nothing."))
]
NoteZhOption = Annotated[str, typer.Option("--note-zh", metavar="TEXT", help=say("Why, in Chinese."), callback=legible)]
NoteEnOption = Annotated[str, typer.Option("--note-en", metavar="TEXT", help=say("Why, in English."), callback=legible)]


@app.command("show", cls=SpokenCommand, help=say("Show a branch's week and the days that differ from it."))
def show(
    branch: BranchArgument,
    first: ShownFromOption = None,
    last: ShownToOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """A branch's opening hours."""
    from libops.circulation import opening
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.calendar_words import calendar_shown

    start, end = _maybe_day(first, "--from"), _maybe_day(last, "--to")
    with at_work(at, badge) as desk:
        with desk.look() as look:
            found = opening.show_calendar(look, branch_code=branch, first=start, last=end)
        give(found, json, lambda: calendar_shown(found, desk.language, look.today))


@app.command("set", cls=SpokenCommand, help=say("Give weekdays of a branch other hours, or close it on them."))
def set_week(
    branch: BranchArgument,
    weekdays: WeekdaysArgument,
    hours: WeekHoursArgument,
    preview: PreviewOption = False,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Change the week of a branch from today on."""
    from libops.circulation import opening
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.calendar_words import calendar_changed

    names, clock = weekdays.split(","), None if hours == CLOSED else _clock(hours)
    with at_work(at, badge) as desk:
        if preview:
            week = dict.fromkeys(names, clock)
            _tell(desk, lambda look: opening.preview_week(look, branch_code=branch, week=week), json)
            return
        opens, closes = clock or (None, None)
        with desk.work(key) as work:
            answer = opening.set_week(work, branch_code=branch, weekdays=names, opens=opens, closes=closes)
        give(answer, json, lambda: calendar_changed(answer, desk.language, work.today))


@app.command("open", cls=SpokenCommand, help=say("Open a branch on a day, or several, at hours of its own."))
def open_days(
    branch: BranchArgument,
    day: DayArgument,
    hours: HoursArgument,
    last: ToOption = None,
    note_zh: NoteZhOption = "",
    note_en: NoteEnOption = "",
    preview: PreviewOption = False,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """An exceptional opening, whatever the week says."""
    from libops.circulation import opening
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.calendar_words import calendar_changed

    first, end = _days(day, last)
    opens, closes = _clock(hours)
    with at_work(at, badge) as desk:
        if preview:

            def look_ahead(look: Look) -> CalendarPreview:
                return opening.preview_opening(
                    look, branch_code=branch, first=first, last=end, opens=opens, closes=closes
                )

            _tell(desk, look_ahead, json)
            return
        with desk.work(key) as work:
            answer = opening.open_days(
                work,
                branch_code=branch,
                first=first,
                last=end,
                opens=opens,
                closes=closes,
                note_zh=note_zh,
                note_en=note_en,
            )
        give(answer, json, lambda: calendar_changed(answer, desk.language, work.today))


@app.command("close", cls=SpokenCommand, help=say("Close a branch on a day, or several, and move what falls due then."))
def close_days(
    branch: BranchArgument,
    day: DayArgument,
    last: ToOption = None,
    note_zh: NoteZhOption = "",
    note_en: NoteEnOption = "",
    preview: PreviewOption = False,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """A closure, also of a day that already has due dates."""
    from libops.circulation import opening
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.calendar_words import calendar_changed

    first, end = _days(day, last)
    with at_work(at, badge) as desk:
        if preview:
            _tell(desk, lambda look: opening.preview_closing(look, branch_code=branch, first=first, last=end), json)
            return
        with desk.work(key) as work:
            answer = opening.close_days(
                work, branch_code=branch, first=first, last=end, note_zh=note_zh, note_en=note_en
            )
        give(answer, json, lambda: calendar_changed(answer, desk.language, work.today))


@app.command("clear", cls=SpokenCommand, help=say("Let a branch be open on a day, or several, as every week."))
def clear_days(
    branch: BranchArgument,
    day: DayArgument,
    last: ToOption = None,
    preview: PreviewOption = False,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Take closures and exceptional openings off."""
    from libops.circulation import opening
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.calendar_words import calendar_changed

    first, end = _days(day, last)
    with at_work(at, badge) as desk:
        if preview:
            _tell(desk, lambda look: opening.preview_clearing(look, branch_code=branch, first=first, last=end), json)
            return
        with desk.work(key) as work:
            answer = opening.clear_days(work, branch_code=branch, first=first, last=end)
        give(answer, json, lambda: calendar_changed(answer, desk.language, work.today))


@app.command("preview", cls=SpokenCommand, help=say("Tell what closing a branch on a day, or several, would move."))
def preview(
    branch: BranchArgument,
    day: DayArgument,
    last: ToOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Which due dates and hold-shelf times a closure would move, and where to; nothing is changed."""
    from libops.circulation import opening
    from libops.cli.at_work import at_work

    first, end = _days(day, last)
    with at_work(at, badge) as desk:
        _tell(desk, lambda look: opening.preview_closing(look, branch_code=branch, first=first, last=end), json)


def _tell(desk: AtWork, look_ahead: Callable[[Look], CalendarPreview], json: bool) -> None:
    """Say what a change would move, and change nothing."""
    from libops.cli.answers import give
    from libops.cli.calendar_words import change_previewed

    with desk.look() as look:
        found = look_ahead(look)
    give(found, json, lambda: change_previewed(found, desk.language, look.today))


def _clock(hours: str) -> tuple[str, str]:
    opens, _, closes = hours.partition("-")
    return opens.strip(), closes.strip()


def _days(day: str, last: str | None) -> tuple[date, date]:
    first = _day(day, "DAY")
    return first, _maybe_day(last, "--to") or first


def _maybe_day(text: str | None, where: str) -> date | None:
    return None if text is None else _day(text, where)


def _day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(say("a day such as 2027-05-01."), param_hint=where) from None
