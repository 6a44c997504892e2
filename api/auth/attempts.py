"""How often somebody may be wrong when signing in: so many times for a login and for an address.

Attempts are counted when they begin, so that a thousand at once are a thousand; who then is right
has made none. What is counted is forgotten after its window, and at a restart.
"""

import ipaddress
from collections import deque
from typing import Final

from api.auth.rules import NS_PER_MINUTE, AttemptTerms

SUBJECTS_MAX: Final = 100_000
"""Logins and addresses that are remembered; beyond it those heard of first are forgotten."""
IPV6_HOST_PREFIX: Final = 64
"""Whoever has one address of the sixth version has all with these first bits."""


class Attempts:
    """The attempts of late."""

    __slots__ = ("_terms", "_times", "_window_ns")

    def __init__(self, terms: AttemptTerms) -> None:
        self._terms = terms
        self._window_ns = terms.minutes * NS_PER_MINUTE
        self._times: dict[str, deque[int]] = {}

    def take(self, *, login: str, address: str, now_ns: int) -> int | None:
        """Count an attempt, or say after how many nanoseconds the next one may be made.

        Cost: O(1) on average.
        """
        subjects = (
            (_login_key(login), self._terms.login_max),
            (_address_key(address), self._terms.address_max),
        )
        waits_ns = [self._wait_ns(subject, now_ns, most=most) for subject, most in subjects]
        if any(waits_ns):
            return max(waits_ns)
        for subject, _ in subjects:
            self._times.setdefault(subject, deque()).append(now_ns)
        while len(self._times) > SUBJECTS_MAX:
            del self._times[next(iter(self._times))]
        return None

    def forgive(self, *, login: str, address: str) -> None:
        """Who made the last attempt was right: it is not counted, and the login's are forgotten."""
        self._times.pop(_login_key(login), None)
        times = self._times.get(_address_key(address))
        if times:
            times.pop()

    def _wait_ns(self, subject: str, now_ns: int, *, most: int) -> int:
        times = self._times.get(subject)
        if times is None:
            return 0
        while times and times[0] <= now_ns - self._window_ns:
            times.popleft()
        if not times:
            del self._times[subject]
            return 0
        return times[0] + self._window_ns - now_ns if len(times) >= most else 0


def _login_key(login: str) -> str:
    return f"login {login}"


def _address_key(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return f"address {address}"
    if isinstance(parsed, ipaddress.IPv6Address):
        network = ipaddress.ip_network((parsed, IPV6_HOST_PREFIX), strict=False)
        return f"address {network.network_address}"
    return f"address {parsed}"
