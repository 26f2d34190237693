"""Doing what a code of the desk card says: some of it by the clerk, in its turn among the books, the rest on screen."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from libops.circulation.desk import DeskSession
from libops.circulation.errands import Deed
from libops.circulation.outcomes import NEEDED, Mode, Outcome, Word
from libops.codes import COMMANDS_BEGIN
from libops.i18n import mark
from libops.permissions import Permission
from libops.refusals import Reason
from libops.troubles import DatabaseTrouble
from screens.acts import loans
from screens.desk.commands import COMMANDS, LENDS, LETS_GO, RENEWS, TAKES_BACK, Command

_TURNED = {Mode.LEND: mark("Books are lent from now on."), Mode.RETURN: mark("Books are taken back from now on.")}


def refused(code: str, reason: str, **facts: str) -> Outcome:
    """That a command has no effect, and why."""
    return Outcome(word=Word.REFUSED, code=code, reasons=(Reason(reason, dict(facts)),))


def obey(session: DeskSession, word: str, show: Callable[[Command], object]) -> Outcome | None:
    """Do in its turn what a command says; what is to be shown on screen goes to ``show``, and has no outcome."""
    command = COMMANDS.get(word)
    if command is None:
        code = COMMANDS_BEGIN + word
        return Outcome(word=Word.UNKNOWN, code=code, reasons=(Reason("command.unknown", {"code": code}),))
    if command is LETS_GO:
        return _let_go(session, command)
    if command is LENDS or command is TAKES_BACK:
        return _turn(session, command, Mode.LEND if command is LENDS else Mode.RETURN)
    if command is RENEWS:
        return _renew_all(session, command)
    show(command)
    return None


def _let_go(session: DeskSession, command: Command) -> Outcome:
    if session.patron is None:
        return refused(command.code, "command.nobody")
    session.done()
    return _done(command, mark("The patron is let go; the desk is free for the next."))


def _turn(session: DeskSession, command: Command, mode: Mode) -> Outcome:
    if session.mode is mode:
        return refused(command.code, "command.lending_already" if mode is Mode.LEND else "command.returns_already")
    if not session.may(mode):
        return refused(command.code, "permission.missing", permission=NEEDED[mode])
    session.turn(mode)
    return _done(command, _TURNED[mode])


def _renew_all(session: DeskSession, command: Command) -> Outcome:
    patron = session.patron
    if patron is None:
        return refused(command.code, "command.nobody")
    if Permission.RENEW not in session.actor.permissions:
        return refused(command.code, "permission.missing", permission=Permission.RENEW)
    if not patron.loans:
        return refused(command.code, "command.nothing_on_loan")
    titles: dict[str, str] = {}
    # Titles only name what could not be renewed; without them its barcode does.
    with suppress(DatabaseTrouble):
        account = session.account()
        titles = {} if account is None else {loan.barcode: loan.title for loan in account.loans}
    return session.do(loans.renew_all(patron.number, patron.name, titles))


def _done(command: Command, message: str) -> Outcome:
    return Outcome(word=Word.DONE, code=command.code, deed=Deed(message))
