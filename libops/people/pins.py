"""PINs: hashed with Argon2id, checked one at a time in a process, and never written anywhere."""

from __future__ import annotations

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from libops.refusals import refuse

LEAST, MOST = 4, 12
"""How many digits a PIN has."""

# OWASP's second choice for Argon2id: 19 MiB, two passes, one lane; about 25 ms on a small machine.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_ONE_AT_A_TIME = threading.Lock()


@cache
def _nobody() -> str:
    return _HASHER.hash("no such person")


def hash_pin(pin: str) -> str:
    """The hash to keep of a PIN of 4 to 12 digits. Refuses others with ``staff.weak_pin``."""
    if not (pin.isascii() and pin.isdigit() and LEAST <= len(pin) <= MOST):
        raise refuse("staff.weak_pin", least=LEAST, most=MOST)
    with _ONE_AT_A_TIME:
        return _HASHER.hash(pin)


def pin_matches(kept: str | None, pin: str) -> bool:
    """Whether this is the PIN; takes as long for nobody (``kept`` None), so that badges cannot be tried out."""
    with _ONE_AT_A_TIME:
        try:
            _HASHER.verify(kept or _nobody(), pin.encode(errors="surrogatepass"))
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None
