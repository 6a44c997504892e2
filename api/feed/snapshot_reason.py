"""Why a snapshot is sent."""

from enum import StrEnum


class SnapshotReason(StrEnum):
    """Why a snapshot was sent."""

    SUBSCRIBE = "subscribe"  # the stream is new to the client
    RESYNC = "resync"  # asked for
    RESUME_EXPIRED = "resume_expired"  # what was missed is not kept: it is lost to this client
    SLOW_CONSUMER = "slow_consumer"  # so much waited that a snapshot is shorter
