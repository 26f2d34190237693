"""What came over the desk by a command: what to do with it, for whom it is, and what stays on an account."""

from __future__ import annotations

from datetime import date

from libops.circulation.after_loss import stays_after
from libops.circulation.returns import ReturnAnswer
from libops.cli.answers import give
from libops.cli.at_work import AtWork
from libops.cli.in_words import returned_as_answer, taken_back


def give_returned(desk: AtWork, answer: ReturnAnswer, json: bool, today: date) -> None:
    """Answer with a return, and with what is read beside it."""
    held_for = desk.holder(answer)
    stays = stays_after(desk.library, answer, desk.actor, desk.place)
    told = returned_as_answer(answer, held_for, stays)
    give(told, json, lambda: taken_back(answer, held_for, stays, desk.language, today))
