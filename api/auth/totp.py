"""Codes of a second factor: RFC 6238, SHA-1, six digits, thirty seconds, by `pyotp`.

A code counts once: whoever has seen one being typed cannot use it again.
"""

import base64
import hmac
import secrets
from typing import Final

import pyotp

STEP_NS: Final = 30_000_000_000
STEPS_EITHER_SIDE: Final = 1
"""How wrong the clock of a telephone may be. Source: RFC 6238, 5.2."""
SECRET_BYTES: Final = 20
ISSUER: Final = "trustex"


def mint_secret() -> bytes:
    """A new secret of 160 random bits, as RFC 4226 recommends."""
    return secrets.token_bytes(SECRET_BYTES)


def secret_text(secret: bytes) -> str:
    """The secret as people type it."""
    return base64.b32encode(secret).decode("ascii")


def otpauth_uri(secret: bytes, *, login: str) -> str:
    """What an authenticator reads from a picture."""
    return _totp(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def step_of(secret: bytes, code: str, *, now_ns: int, after_step: int | None) -> int | None:
    """The step whose code this is, or None if it is none of now, or of one that was used.

    Args:
        after_step: the last one of which a code was used; None: none was.
    """
    present = now_ns // STEP_NS
    found = None
    for step in range(present - STEPS_EITHER_SIDE, present + STEPS_EITHER_SIDE + 1):
        # All are compared, so that the time tells nothing of which one it is.
        fits = hmac.compare_digest(_totp(secret).generate_otp(step), code)
        if fits and (after_step is None or step > after_step):
            found = step
    return found


def _totp(secret: bytes) -> pyotp.TOTP:
    return pyotp.TOTP(secret_text(secret))
