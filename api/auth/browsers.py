"""What of a session a browser is told and tells: the cookie, where a page comes from, the address.

The cookie's prefix is a promise that browsers keep: set over TLS by this very host, for all of its
paths. They take it from this machine itself without TLS too (docs/sign-in.md says which).
"""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import Response

COOKIE: Final = "__Host-trustex-session"
CSRF_HEADER: Final = "X-CSRF-Token"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
AGENT_LENGTH_MAX: Final = 200


def set_cookie(response: Response, token: str) -> None:
    """Have the browser keep the token of a session as long as it runs."""
    response.set_cookie(COOKIE, token, path="/", secure=True, httponly=True, samesite="strict")


def clear_cookie(response: Response) -> None:
    """Have the browser forget it."""
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")


def token_in(request: HTTPConnection) -> str | None:
    """The token of a session that came with the request."""
    return request.cookies.get(COOKIE)


def comes_from_own_page(request: HTTPConnection, origins: tuple[str, ...]) -> bool:
    """Whether the request says that a page of the venue's own made it. No word is no.

    Args:
        origins: where those pages come from; empty: from the host that the request is for.
    """
    origin = request.headers.get("origin")
    if origin is None:
        origin = _origin_of(request.headers.get("referer", ""))
    return is_own_origin(origin, host=request.headers.get("host", ""), origins=origins)


def is_own_origin(origin: str, *, host: str, origins: tuple[str, ...]) -> bool:
    """Whether this is where the venue's own pages come from; the arguments as above."""
    if origins:
        return origin in origins
    scheme, _, authority = origin.partition("://")
    return scheme in ("http", "https") and bool(host) and authority.lower() == host.lower()


def is_for_loopback(request: HTTPConnection) -> bool:
    """Whether the request names this machine itself, by an address or a name that nobody else can
    have resolve to it."""
    name = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    return name == "localhost" or _is_loopback(name)


def address_of(request: HTTPConnection) -> str:
    """Whom the request comes from: of a proxy on this machine, whom that has heard it from."""
    peer = request.client.host if request.client else ""
    forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    if forwarded and _is_loopback(peer) and _is_address(forwarded):
        return forwarded
    return peer


def agent_of(request: HTTPConnection) -> str:
    """What the browser says of itself, in what can be shown."""
    agent = request.headers.get("user-agent", "")[:AGENT_LENGTH_MAX]
    return "".join(letter for letter in agent if letter.isprintable())


def _origin_of(referer: str) -> str:
    try:
        parts = urlsplit(referer)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"


def _is_loopback(name: str) -> bool:
    return _is_address(name) and ipaddress.ip_address(name).is_loopback


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    else:
        return True
