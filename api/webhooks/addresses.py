"""Which servers may be spoken to: public ones by TLS, others only where the operator says so.

A party names the address, so it could name one inside the operator's network (server-side request
forgery). Therefore a name is resolved once for each connection, every answer is checked, and the
connection is made to an address that was checked: a name that resolves to something else a moment
later gains nothing. Redirects are not followed.
"""

import ipaddress
import re
from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

URL_LENGTH_MAX: Final = 512
URL_PATTERN: Final = (
    r"^https?://(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?)"
    r"(:[1-9][0-9]{0,4})?(/[!-\"$-;=?-\[\]^_`a-z{|}~]*)?$"
)
"""Printable ASCII without user, fragment, space, `<`, `>` and `\\`. What a name means is decided
when it is resolved, whatever form it has."""
PORT_MAX: Final = 65_535
DEFAULT_PORTS: Final = {"http": 80, "https": 443}

GLOBAL_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
"""A gateway forwards these to the IPv4 address in their last 32 bits (RFC 6052)."""
RELAYS: Final = ipaddress.IPv4Network("192.88.99.0/24")
"""Forwarded to whoever stands behind the nearest 6to4 relay (RFC 7526)."""

_URL: Final = re.compile(URL_PATTERN, re.ASCII)
_PARTS: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[^\]]+\]|[^/:?]+)(:(?P<port>[0-9]+))?(?P<target>.*)"
)


class Url(NamedTuple):
    """An endpoint's URL in its parts."""

    scheme: str
    host: str
    """A name or an address, without brackets."""
    port: int
    target: str
    """Path and query."""


def parse_url(text: str) -> Url | None:
    """The parts of a URL; None if it has not the form that endpoints have."""
    if len(text) > URL_LENGTH_MAX or _URL.fullmatch(text) is None:
        return None
    found = _PARTS.fullmatch(text)
    assert found is not None, text
    port = int(found["port"] or DEFAULT_PORTS[found["scheme"]])
    if port > PORT_MAX:
        return None
    host = found["host"].strip("[]")
    if found["host"].startswith("[") and _address(host) is None:
        return None
    return Url(found["scheme"], host, port, found["target"] or "/")


class AddressRules:
    """The operator's say on which addresses are spoken to."""

    def __init__(self, allowed: tuple[Network, ...] = ()) -> None:
        """The rules with the operator's own networks.

        Args:
            allowed: networks that may be spoken to although they are not public, and without TLS.
        """
        self.allowed = allowed

    def may_reach(self, text: str, *, encrypted: bool) -> bool:
        """Whether a connection to this address may be made.

        Args:
            text: an address, as a resolver gives it.
            encrypted: whether TLS will be spoken.
        """
        address = _address(text)
        if address is None:
            return False
        mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
        return self._is_allowed(mapped or address) or (
            encrypted and all(self._is_allowed(each) or _is_public(each) for each in _ways(address))
        )

    def objection(self, url: Url) -> str | None:
        """Why an endpoint of this URL cannot work whatever its name resolves to, as the code of a
        field; None if it may."""
        encrypted = url.scheme == "https"
        if _address(url.host) is not None:
            if self.may_reach(url.host, encrypted=encrypted):
                return None
            public = self.may_reach(url.host, encrypted=True)
            return "https_required" if public else "address_not_allowed"
        return None if encrypted or self.allowed else "https_required"

    def _is_allowed(self, address: Address) -> bool:
        return any(address in network for network in self.allowed)


def _address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _ways(address: Address) -> Iterator[Address]:
    """The addresses at which a packet to this one may arrive."""
    if isinstance(address, ipaddress.IPv4Address):
        yield address
    elif address.ipv4_mapped is not None:  # the same host by another spelling
        yield address.ipv4_mapped
    elif address in NAT64:
        yield ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    else:
        yield address
        if address.sixtofour is not None:
            yield address.sixtofour


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        return address in GLOBAL_UNICAST and address.is_global
    return address.is_global and not address.is_multicast and address not in RELAYS
