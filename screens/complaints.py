"""What to tell people about something that went wrong: why, and what to do. Never a traceback."""

from __future__ import annotations

import traceback

import structlog

from libops.circulation.desk_words import sentences
from libops.i18n import mark
from libops.refusals import Refusal, Words, explain_all
from libops.troubles import DatabaseTrouble, explain_trouble
from screens.voice import Voice

_log = structlog.get_logger("screens")

_WHY = mark("The program failed here ({kind}).")
_REMEDY = mark("Look whether it was done before you try again; the log tells an engineer more.")


def complaint(error: Exception, voice: Voice) -> Words:
    """Why and what to do, in plain words."""
    if isinstance(error, Refusal):
        told = explain_all(error, voice.language)
        why, remedies = [words.why for words in told], dict.fromkeys(words.remedy for words in told)
        return Words(sentences(why, voice.language), sentences(remedies, voice.language))
    if isinstance(error, DatabaseTrouble):
        return explain_trouble(error, voice.language)
    return failure(type(error).__name__, voice)


def failure(kind: str, voice: Voice) -> Words:
    """The program itself failed."""
    return Words(voice.say(_WHY, kind=kind), voice.say(_REMEDY))


def log_failure(error: BaseException, doing: str) -> None:
    """Log what kind of error it was and where. Not its text, which may quote the code of somebody's card."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].name}:{frames[-1].lineno}" if frames else ""
    _log.error("console_failed", doing=doing, error=type(error).__name__, where=where)
