"""Loan rules and opening hours."""

from __future__ import annotations

from libops.languages import mark

MESSAGES: dict[str, tuple[str, str]] = {
    "policy.no_fallback": (
        mark("The loan rules lack the row that fits everything."),
        mark("Have a supervisor mend the loan rules; libops doctor names what is missing."),
    ),
    "policy.fixed_passed": (
        mark("The loan rules lend until {fixed}, and that day is over."),
        mark("Have a supervisor give the loan rules the last day of the new term."),
    ),
    "policy.fixed_needs_day": (
        mark("A loan until a fixed day needs that day."),
        mark("Give it as fixed_on, or another period_kind."),
    ),
    "policy.no_hours": (
        mark("A loan by the hour lasts at least one hour."),
        mark("Give the hours as period, or another period_kind."),
    ),
    "policy.fallback_stays": (
        mark("The row for every branch, category and item type has to stay."),
        mark("Change it instead."),
    ),
    "policy.no_row": (
        mark("There is no row of the loan rules for just that branch, category and item type."),
        mark("See which rows there are: libops policy list."),
    ),
    "rule.twice": (
        mark("Two rows are for the same: {scope}."),
        mark("Keep one of them."),
    ),
    "rule.unknown_code": (
        mark("{column}: there is no {code}."),
        mark("There are: {known}."),
    ),
    "rule.no_column": (
        mark("The rules have no {column}."),
        mark("They have: {known}."),
    ),
    "rule.unreadable": (
        mark("{column}: {text} cannot be read."),
        mark("It may be: {known}."),
    ),
    "rule.empty": (
        mark("{column} is empty."),
        mark("Give it; a new row takes the rest from the row that it is cut out of."),
    ),
    "rule.out_of_bounds": (
        mark("{column}: {number} is not between {least} and {most}."),
        mark("Give a number between them."),
    ),
    "block.needs_threshold": (
        mark("A block of kind {kind} needs a threshold."),
        mark("Give the overdue loans, or the amount owed, from which on it stands."),
    ),
    "block.no_threshold": (
        mark("A block of kind {kind} has no threshold."),
        mark("Leave it out."),
    ),
    "block.no_row": (
        mark("There is no such block rule of that category."),
        mark("See which there are: libops policy list."),
    ),
    "calendar.no_open_day": (
        mark("The branch has no open day within a year of {due}."),
        mark("Have a supervisor check the branch's opening hours."),
    ),
    "calendar.bad_range": (
        mark("{first} to {last} are no days of a calendar."),
        mark("The last day is not before the first, and at most {most} days are changed at once."),
    ),
    "calendar.bad_hours": (
        mark("Hours {opens} to {closes} cannot be."),
        mark("Times are HH:MM; 26:00 ends at two on the next morning, and 36:00 is the latest."),
    ),
    "calendar.overlap": (
        mark("On {day} the branch would open before it has closed."),
        mark("Let the day before end sooner, or this one begin later."),
    ),
    "calendar.bad_weekday": (
        mark("{day} is no weekday."),
        mark("Weekdays are: {known}."),
    ),
    "calendar.as_usual": (
        mark("From {first} to {last} the branch is open as every week."),
        mark("See its calendar: libops calendar show."),
    ),
}

BRIEFLY: dict[str, str] = {
    "policy.no_fallback": mark("no rule that fits everything"),
    "policy.fixed_passed": mark("the term is over"),
    "policy.fixed_needs_day": mark("fixed day without a day"),
    "policy.no_hours": mark("loan of no hours"),
    "policy.fallback_stays": mark("the fallback rule has to stay"),
    "policy.no_row": mark("no such row of the loan rules"),
    "rule.twice": mark("two rows for the same"),
    "rule.unknown_code": mark("unknown code in the rules"),
    "rule.no_column": mark("no such column of the rules"),
    "rule.unreadable": mark("unreadable cell of the rules"),
    "rule.empty": mark("empty cell of the rules"),
    "rule.out_of_bounds": mark("number out of bounds"),
    "block.needs_threshold": mark("block without its threshold"),
    "block.no_threshold": mark("threshold where there is none"),
    "block.no_row": mark("no such block rule"),
    "calendar.no_open_day": mark("no open day to fall due on"),
    "calendar.bad_range": mark("no range of days"),
    "calendar.bad_hours": mark("impossible opening hours"),
    "calendar.overlap": mark("opens before it has closed"),
    "calendar.bad_weekday": mark("no weekday"),
    "calendar.as_usual": mark("open as every week anyway"),
}
