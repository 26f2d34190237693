"""What keeps a command from its work although nothing in the program is wrong."""

from __future__ import annotations

from libops.cli.exit_codes import ExitCode
from libops.home import CONFIG, home_folder
from libops.languages import mark


class Setback(Exception):
    """Something that people can do something about. ``kind`` is stable, for scripts; ``why`` and ``remedy`` are
    messages in the source's language, to be translated and filled with ``facts``.
    """

    def __init__(self, exit_code: ExitCode, kind: str, why: str, remedy: str, **facts: str) -> None:
        super().__init__(kind)
        self.exit_code = exit_code
        self.kind = kind
        self.why = why
        self.remedy = remedy
        self.facts = facts


def bad_settings(detail: str) -> Setback:
    """Settings that cannot be used; ``detail`` names them, and says what is wrong, without their values."""
    return Setback(
        ExitCode.BAD_INPUT,
        "settings",
        mark("The settings cannot be used: {detail}"),
        mark("Correct them in the environment or in {file}."),
        detail=detail,
        file=str(home_folder() / CONFIG),
    )
