"""What is asked for on the terminal: PINs, so that nobody looking on or listing processes sees them; and whether to."""

from __future__ import annotations

import os
import sys
from getpass import getpass

import typer

from libops.cli.help_texts import say


def pin_of(badge: str) -> str:
    """The PIN to sign in with: from ``LIBOPS_PIN``, otherwise asked for on the terminal."""
    given = os.environ.get("LIBOPS_PIN")
    if given is not None:
        return given
    _require_terminal("--as", say("there is no terminal to ask for the PIN on; set LIBOPS_PIN."))
    return getpass(say("PIN of {badge}: ", badge=badge), sys.stderr)


def new_pin(given: str | None, from_stdin: bool) -> str:
    """A PIN for somebody new: as given, from standard input or ``LIBOPS_NEW_PIN``, otherwise asked for twice."""
    if given is not None:
        return given
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    in_environment = os.environ.get("LIBOPS_NEW_PIN")
    if in_environment is not None:
        return in_environment
    _require_terminal(
        "--pin", say("there is no terminal to ask for the new PIN on; set LIBOPS_NEW_PIN, or --pin-stdin.")
    )
    pin = getpass(say("New PIN: "), sys.stderr)
    if getpass(say("The same again: "), sys.stderr) != pin:
        raise typer.BadParameter(say("the two PINs differ."), param_hint="--pin")
    return pin


def agreed(question: str) -> bool:
    """Whether whoever sits at the terminal says yes; anything else is a no."""
    sys.stderr.write(f"{question} (y/N) ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes", "是", "好")


def require_yes(*, yes: bool, json: bool) -> None:
    """Refuse what cannot be undone where nobody could be asked and ``--yes`` does not answer beforehand."""
    if not yes and json:
        raise typer.BadParameter(say("with --json nothing is asked; say --yes."), param_hint="--yes")
    if not yes:
        _require_terminal("--yes", say("there is no terminal to ask on; say --yes."))


def _require_terminal(option: str, otherwise: str) -> None:
    if not sys.stdin.isatty():
        raise typer.BadParameter(otherwise, param_hint=option)
