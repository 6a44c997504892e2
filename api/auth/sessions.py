"""Sessions: how a browser stays signed in, and the ring that knows the live ones.

A session is known by a token of 256 random bits in a cookie; at rest it is a SHA-256, as keys are.
It ends when nothing was asked for in a while, after a fixed time in any case, when it is ended, or
when another one of the same login takes its place.

The token against forged requests is made from the session's own token, by a keyed hash: it need not
be kept, nobody can make it without the cookie, and no script can read that.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Final

from api.auth.keys import digest_of
from api.auth.principal import Principal

TOKEN_BYTES: Final = 32
TOKEN_LENGTH_MAX: Final = 128
SESSION_ID_BYTES: Final = 8
CSRF_PURPOSE: Final = b"trustex-csrf-v1"


@dataclass(slots=True, kw_only=True)
class Session:
    """Somebody who is signed in."""

    session_id: str
    digest: bytes
    login_id: str
    principal: Principal
    created_at_ns: int
    seen_at_ns: int
    """When it was last used."""
    expires_at_ns: int
    address: str
    agent: str
    """What the browser says of itself."""
    needs_totp_setup: bool
    """Nothing else may be done before it."""

    def ends_at_ns(self, idle_ns: int) -> int:
        """When it ends if it is not used again."""
        return min(self.expires_at_ns, self.seen_at_ns + idle_ns)


def mint_token() -> str:
    """A new token of 256 random bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def csrf_token_of(token: str) -> str:
    """What a page has to send with a session's request that changes something."""
    keyed = hmac.new(token.encode("utf-8", "surrogatepass"), CSRF_PURPOSE, hashlib.sha256)
    return urlsafe_b64encode(keyed.digest()).rstrip(b"=").decode("ascii")


def is_csrf_token(given: str, *, token: str) -> bool:
    """Whether it is that of the session, in a time that does not depend on how much of it fits."""
    return hmac.compare_digest(
        given.encode("utf-8", "surrogatepass"), csrf_token_of(token).encode()
    )


class SessionRing:
    """The live sessions in memory, so that a request costs one hash and one look-up."""

    __slots__ = ("_by_digest", "_by_id", "_idle_ns", "_used")

    def __init__(self, *, idle_ns: int) -> None:
        self._idle_ns = idle_ns
        self._by_digest: dict[bytes, Session] = {}
        self._by_id: dict[str, Session] = {}
        self._used: dict[str, Session] = {}

    def add(self, session: Session) -> None:
        """From now on its token signs its principal in."""
        assert session.digest not in self._by_digest, session.session_id
        self._by_digest[session.digest] = self._by_id[session.session_id] = session

    def find(self, token: str, now_ns: int) -> Session | None:
        """The live session of this token, which has been used by that. Cost: O(1), some 2 µs."""
        if len(token) > TOKEN_LENGTH_MAX:
            return None
        session = self._by_digest.get(digest_of(token))
        if session is None or now_ns >= session.ends_at_ns(self._idle_ns):
            return None
        session.seen_at_ns = max(session.seen_at_ns, now_ns)
        self._used[session.session_id] = session
        return session

    def is_live(self, session_id: str, now_ns: int) -> bool:
        """Whether the session still signs somebody in; asking does not use it."""
        session = self._by_id.get(session_id)
        return session is not None and now_ns < session.ends_at_ns(self._idle_ns)

    def of_login(self, login_id: str) -> list[Session]:
        """The login's sessions, the one used least recently first. Cost: O(sessions)."""
        found = [each for each in self._by_id.values() if each.login_id == login_id]
        return sorted(found, key=lambda each: each.seen_at_ns)

    def expired(self, now_ns: int) -> list[Session]:
        """Those that have ended by themselves and are still here. Cost: O(sessions)."""
        return [each for each in self._by_id.values() if now_ns >= each.ends_at_ns(self._idle_ns)]

    def discard(self, session_id: str) -> None:
        """From now on the session signs nobody in."""
        session = self._by_id.pop(session_id, None)
        self._used.pop(session_id, None)
        if session is not None:
            del self._by_digest[session.digest]

    def take_used(self) -> list[Session]:
        """Those that were used since this was asked last."""
        used, self._used = list(self._used.values()), {}
        return used
