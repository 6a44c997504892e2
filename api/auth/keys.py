"""Bearer keys: how one is made, what is kept of it, and the ring that knows the live ones.

A key has at least 160 bits from the system's random source, so a single SHA-256 at rest is
enough: the slow hashes that passwords need defend secrets that can be guessed. The ring looks a key
up by its digest; how long that takes depends on the digest of what was presented, from which nobody
can work back to a key.
"""

import hashlib
import re
import secrets
from typing import Final

from api.auth.principal import Principal

KEY_PREFIX: Final = "tx_"
DEMO_KEY_PREFIX: Final = "demo_"
"""Of demo venues, whose keys are printed to the terminal. No other venue accepts one."""
SECRET_BYTES: Final = 32
KEY_ID_BYTES: Final = 8
KEY_LENGTH_MIN: Final = 32
KEY_LENGTH_MAX: Final = 128
KEY_CHARACTERS_DISTINCT_MIN: Final = 12
"""Fewer are next to impossible in a random key and usual in a phrase or a row of digits."""

KEY_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]{32,128}", re.ASCII)


def mint_key(*, demo: bool) -> str:
    """A new bearer key of 256 random bits, marked as a demo venue's or a real one's."""
    prefix = DEMO_KEY_PREFIX if demo else KEY_PREFIX
    return prefix + secrets.token_urlsafe(SECRET_BYTES)


def digest_of(key: str) -> bytes:
    """What is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def weakness_of(key: str) -> str | None:
    """Why a key that somebody brought is not accepted by a venue that is not a demo, or None."""
    if key.startswith(DEMO_KEY_PREFIX):
        return "it is a demo credential"
    if not KEY_LENGTH_MIN <= len(key) <= KEY_LENGTH_MAX:
        return f"it must have {KEY_LENGTH_MIN} to {KEY_LENGTH_MAX} characters"
    if KEY_SHAPE.fullmatch(key) is None:
        return "it may contain letters, digits, '-' and '_' only"
    if len(set(key)) < KEY_CHARACTERS_DISTINCT_MIN:
        return f"it has fewer than {KEY_CHARACTERS_DISTINCT_MIN} different characters"
    return None


class KeyRing:
    """The live keys of a venue in memory, so that signing in costs one hash and one look-up."""

    __slots__ = ("_demo", "_principals")

    def __init__(self, *, demo: bool) -> None:
        self._demo = demo
        self._principals: dict[bytes, Principal] = {}

    def add(self, digest: bytes, principal: Principal) -> None:
        """From now on the key of this digest signs `principal` in."""
        assert digest not in self._principals, principal.key_id
        self._principals[digest] = principal

    def revoke(self, digest: bytes) -> None:
        """From now on the key of this digest signs nobody in."""
        del self._principals[digest]

    def withdraw(self, digest: bytes) -> None:
        """The same for a key that may have been revoked before."""
        self._principals.pop(digest, None)

    def principal(self, key: str) -> Principal | None:
        """Whom the key signs in, or None. Cost: O(1), some 1.5 µs."""
        if not self._demo and key.startswith(DEMO_KEY_PREFIX):
            return None
        return self._principals.get(digest_of(key))
