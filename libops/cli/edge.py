"""The edge of the program: the one place where what went wrong becomes words and an exit code."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

import structlog

from db.engine import BadDatabaseUrl
from db.troubles import Conflict, DatabaseTrouble, TroubleKind
from libops.bad_files import BadFile, why_not
from libops.cli.answers import note, print_json
from libops.cli.exit_codes import ExitCode
from libops.cli.help_texts import asked_language
from libops.cli.setbacks import Setback
from libops.home import home_folder
from libops.i18n import Language, language, mark
from libops.logs import keep_log, log_file
from libops.permissions import NAMES
from libops.refusals import Reason, Refusal, Words, explain
from libops.troubles import explain_trouble
from libops.whole_files import NoFolder

_log = structlog.stdlib.get_logger(__name__)
_PASSING = (TroubleKind.LOCKED, TroubleKind.UNREACHABLE)


def report(error: BaseException, json: bool) -> ExitCode:
    """Tell why a command came to nothing; the exit code to end with."""
    spoken = language(asked_language())
    if isinstance(error, Refusal):
        return _tell_refusal(error, spoken, json)
    if isinstance(error, DatabaseTrouble):
        code = ExitCode.BUSY if error.kind in _PASSING else ExitCode.UNUSABLE
        return _tell(code, error.kind, explain_trouble(error, spoken), spoken, json)
    setback = _read(error, spoken) or _bug(error)
    words = Words(spoken.say(setback.why, **setback.facts), spoken.say(setback.remedy, **setback.facts))
    return _tell(setback.exit_code, setback.kind, words, spoken, json)


def _tell_refusal(refusal: Refusal, spoken: Language, json: bool) -> ExitCode:
    told = [(reason, explain(reason, spoken)) for reason in refusal.reasons]
    if json:
        reasons = [
            {"code": reason.code, "message": words.why, "remedy": words.remedy, "override": reason.override}
            for reason, words in told
        ]
        print_json({"refused": reasons})
    else:
        for reason, words in told:
            note(spoken.say("Refused: {why}", why=words.why), f"  {words.remedy}", *_who_may(reason, spoken))
    return ExitCode.REFUSED


def _who_may(reason: Reason, spoken: Language) -> list[str]:
    if reason.override is None:
        return []
    return [
        "  "
        + spoken.say(
            "May be allowed with --override by whoever has: {permission}", permission=spoken.say(NAMES[reason.override])
        )
    ]


def _tell(code: ExitCode, kind: str, words: Words, spoken: Language, json: bool) -> ExitCode:
    if json:
        print_json({"trouble": {"kind": kind, "message": words.why, "remedy": words.remedy}})
    else:
        note(spoken.say("Not done: {why}", why=words.why), f"  {words.remedy}")
    return code


def _read(error: BaseException, spoken: Language) -> Setback | None:
    """What an error of the layers below means to whoever typed the command; None for a bug."""
    match error:
        case Setback():
            return error
        case Conflict():
            return Setback(
                ExitCode.BUSY,
                "conflict",
                mark("Somebody else changed the same thing at the same moment."),
                mark("Try again."),
            )
        case BadDatabaseUrl():
            return _bad_input(
                "database_url",
                mark("The database's address is not one that libops can use."),
                mark("Set LIBOPS_DATABASE_URL to sqlite:///FILE or postgresql://USER@HOST/NAME."),
            )
        case BadFile():
            return _bad_input(
                "file",
                mark("The file cannot be used: {detail}"),
                mark("Correct it or name another; nothing was changed."),
                detail=error.told(spoken),
            )
        case FileExistsError():
            return _bad_input(
                "file",
                mark("There is a file {file} already."),
                mark("Name another file; none is overwritten."),
                file=str(error.filename or ""),
            )
        case NoFolder():
            return _bad_input(
                "file",
                mark("The folder {folder} does not exist."),
                mark("Make it, or name a file in another; nothing was written."),
                folder=str(error.filename),
            )
        case OSError():
            return _bad_input(
                "file",
                mark("A file or folder cannot be used: {detail}"),
                mark("Check that it is there and that you have the right to use it."),
                detail=_unusable(error, spoken),
            )
    return None


def _unusable(error: OSError, spoken: Language) -> str:
    file, why = str(error.filename or ""), why_not(error, spoken)
    return spoken.say("{file}: {why}", file=file, why=why) if file and why else file or why


def _bad_input(kind: str, why: str, remedy: str, **facts: str) -> Setback:
    return Setback(ExitCode.BAD_INPUT, kind, why, remedy, **facts)


def _bug(error: BaseException) -> Setback:
    """Log what kind of error it was and where. Not its text, which may quote somebody's card."""
    if not structlog.is_configured():
        keep_log(home_folder())
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    where = " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
    _log.error("command_failed", error=type(error).__name__, where=where)
    if os.environ.get("LIBOPS_DEBUG") == "1":
        traceback.print_exception(error)
    return Setback(
        ExitCode.BUG,
        "bug",
        mark("libops itself failed ({error}); what it was doing was undone."),
        mark("Tell whoever looks after it; the log says where: {file}"),
        error=type(error).__name__,
        file=str(log_file(home_folder())),
    )
