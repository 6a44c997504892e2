"""The rules of delivery: what comes of an attempt, and when the next one is made. Pure.

PENDING    an attempt is due now or later
DELIVERED  the receiver answered 2xx
FAILED     every attempt of the schedule was in vain; a replay by hand begins it anew
"""

from enum import IntEnum
from typing import Final, NamedTuple

NS_PER_S: Final = 1_000_000_000
MINUTE_NS: Final = 60 * NS_PER_S
HOUR_NS: Final = 60 * MINUTE_NS

RETRY_DELAYS_NS: Final = (
    5 * NS_PER_S,
    5 * MINUTE_NS,
    30 * MINUTE_NS,
    2 * HOUR_NS,
    5 * HOUR_NS,
    10 * HOUR_NS,
    14 * HOUR_NS,
    20 * HOUR_NS,
    24 * HOUR_NS,
)
"""How long after each failed attempt the next one is made; the first is made at once. Source:
Standard Webhooks 1.0, "Deliverability and reliability"."""
TRIES_MAX: Final = len(RETRY_DELAYS_NS) + 1
JITTER_PERMILLE: Final = 100
"""So that what failed together does not come again together."""
GONE: Final = 410


class DeliveryState(IntEnum):
    """Where a delivery stands."""

    PENDING = 1
    """An attempt is due now or later."""
    DELIVERED = 2
    """The receiver has it."""
    FAILED = 3
    """Nothing more is tried."""


class DisabledReason(IntEnum):
    """Why an endpoint is sent nothing."""

    BY_OWNER = 1
    """Its party wished so."""
    GONE = 2
    """It answered 410."""
    BACKLOG = 3
    """More waited for it than is kept."""


class Fault(IntEnum):
    """Why an attempt got no answer."""

    NAME_NOT_RESOLVED = 1
    """The name has no address."""
    ADDRESS_REFUSED = 2
    """The name leads to an address that the operator does not permit."""
    CONNECT_FAILED = 3
    """Nobody takes the connection, or TLS fails."""
    TIMED_OUT = 4
    """The answer did not come in time."""
    PROTOCOL_ERROR = 5
    """The answer is no HTTP, or the connection broke."""
    INTERRUPTED = 6
    """The venue's own messenger ended; the receiver may have the message."""


class Answer(NamedTuple):
    """What came of an attempt: a status, or a fault."""

    status: int | None
    fault: Fault | None
    duration_ms: int

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver has the message: any 2xx."""
        return self.status is not None and 200 <= self.status < 300


def retry_delay_ns(tries: int, *, jitter_permille: int) -> int | None:
    """How long to wait after this many failed tries; None: no more.

    Args:
        tries: of the schedule, from 1.
        jitter_permille: drawn between -100 and 100.
    """
    assert 1 <= tries <= TRIES_MAX, tries
    assert abs(jitter_permille) <= JITTER_PERMILLE, jitter_permille
    if tries == TRIES_MAX:
        return None
    delay_ns = RETRY_DELAYS_NS[tries - 1]
    return delay_ns + delay_ns * jitter_permille // 1_000
