"""What the demonstration's morning came to, in plain words."""

from __future__ import annotations

from datetime import date

from rich.console import RenderableType
from rich.text import Text

from libops.circulation.desk_words import word_of
from libops.circulation.outcomes import Word
from libops.cli.answers import line
from libops.cli.called import called
from libops.cli.demonstration import Told
from libops.cli.in_words import Words
from libops.founding import sample_sign_in
from libops.i18n import Language


def morning_in_words(told: Told, language: Language) -> Words:
    """The summary of a morning."""
    day = language.day(date.fromisoformat(told.day))
    yield line("")
    yield line(language.say("{day}: {n} scans, every one answered.", day=day, n=told.scans))
    yield line("", *(f"{word_of(Word(word), language)} {n}" for word, n in told.outcomes.items()))
    yield line(
        language.say(
            "{confirmed} loans were confirmed on screen; {standing} of them stand in the database.",
            confirmed=told.loans_confirmed,
            standing=told.loans_in_database,
        )
    )
    yield line(
        language.say(
            "From the first byte of a scan to its answer: median {median} ms, slowest in twenty {p95} ms.",
            median=told.median_ms,
            p95=told.p95_ms,
        )
    )
    yield _doctor(told, language)
    yield line(language.say("{n} items are on loan now.", n=told.open_loans))
    yield line(language.say("The library stays here: {file}", file=told.file))
    yield line(language.say("Open the desk on it with:"))
    # Whole, however narrow the terminal is: it is there to be copied.
    command = f"LIBOPS_DATABASE_URL=sqlite:///{told.file} {called()} console"
    yield Text(command, no_wrap=True, overflow="ignore")


def _doctor(told: Told, language: Language) -> RenderableType:
    if not told.faults:
        return line(language.say("The doctor finds nothing wrong."))
    return line(language.say("The doctor finds fault: {faults}", faults=language.say("; ").join(told.faults)))


def how_to_go_on(language: Language) -> list[str]:
    """How to sign in to the console that opens next."""
    badge, pin = sample_sign_in()
    return [
        "",
        language.say("Next the console opens on this library."),
        language.say("Sign in with badge {badge} and PIN {pin}.", badge=badge, pin=pin),
        language.say("Try the card P20170001 and then the item 30000000000012."),
        language.say("Press Enter to go on, Ctrl-C to leave."),
    ]
