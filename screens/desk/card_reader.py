"""The codes of the desk card, as they come off a scan line and as their turn comes."""

from __future__ import annotations

from functools import partial
from typing import Any

from textual.screen import Screen
from textual.widgets import Input, TextArea

from libops.circulation.desk import DeskSession
from libops.circulation.outcomes import Outcome
from libops.codes import command_word
from libops.scans import Scan
from screens.desk.commands import COMMANDS, LANGUAGE, LOCKS, TO_THE_DESK, TRY_AGAIN, Command
from screens.desk.obeying import obey, refused
from screens.dialogs import Ask, Dialog, Which
from screens.forms.entries import Choice
from screens.messages import CommandReached
from screens.workplace import Workplace


class CardReader:
    """Obeys the card at one desk. What is shown on screen is shown at the desk, where the next book is answered."""

    def __init__(self, desk: Workplace) -> None:
        self._desk, self._shift = desk, desk.shift
        desk.shift.obey = self.take

    def take(self, code: str, scan: Scan | None) -> None:
        """Take a code that has the shape of a command: in its turn, but a desk is locked at once."""
        word = command_word(code)
        if word == LOCKS.word:
            self._shift.closed = True
            self._shift.lock_desk()
            return

        def command(session: DeskSession) -> Outcome | None:
            return obey(session, word, lambda reached: self._desk.post_message(CommandReached(reached.word)))

        self._shift.clerk.obey(scan, command)

    def reached(self, word: str) -> None:
        """Its turn has come: do on screen what it says, unless that would answer something that is open."""
        self._shift.when_open(partial(self._do, COMMANDS[word]))

    def _do(self, command: Command) -> None:
        if command is LANGUAGE:
            self._run(command)
        elif command is TRY_AGAIN:
            self._run_if_it_does_something(command)
        elif any(_asks(screen) for screen in self._in_front()):
            self._shift.clerk.tell(refused(command.code, "command.in_the_way"))
        elif command is TO_THE_DESK and not self._in_front():
            self._shift.clerk.tell(refused(command.code, "command.at_the_desk"))
        else:
            self._clear_the_desk()
            if command is not TO_THE_DESK:
                self._run_if_it_does_something(command)

    def _run_if_it_does_something(self, command: Command) -> None:
        if self._desk.check_action(command.key.action, ()):
            self._run(command)
        else:
            self._shift.clerk.tell(
                refused(command.code, "command.nothing_to_do", key=self._shift.voice.key(command.key))
            )

    def _run(self, command: Command) -> None:
        self._desk.call_later(self._desk.run_action, command.key.action)

    def _in_front(self) -> list[Screen[Any]]:
        stack = self._desk.app.screen_stack
        return stack[stack.index(self._desk) + 1 :]

    def _clear_the_desk(self) -> None:
        for screen in reversed(self._in_front()):
            _ = screen.dismiss(None) if isinstance(screen, Dialog) else self._desk.app.pop_screen()


def _asks(screen: Screen[Any]) -> bool:
    """Whether somebody is in the middle of answering it; a workplace has only its scan line."""
    if isinstance(screen, Workplace):
        return False
    return isinstance(screen, Ask | Which) or bool(
        [*screen.query(Input), *screen.query(TextArea), *screen.query(Choice)]
    )
