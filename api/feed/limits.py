"""Bounds of the feed, each with its reason. What concerns a client is told in `welcome`."""

from dataclasses import dataclass
from typing import Final

NS_PER_MS: Final = 1_000_000
SECOND_NS: Final = 1_000_000_000
BOOK_DEPTHS: Final = (10, 50)
"""Levels a side that a book can be asked for; besides these, all of them."""
BOOK_DEPTH_DEFAULT: Final = 50
BOOK_INTERVALS_MS: Final = (0, 100, 1_000)
"""0 is every change; else changes are gathered for so long."""
CHECKSUM_LEVELS_MAX: Final = 10
CHECKPOINT_UPDATES_MAX: Final = 1_000
"""After so many updates of a book the whole subscribed depth is checked, not the top alone."""
CHECKPOINT_LEVELS_MAX: Final = 5_000
"""A book with more levels is not checked as a whole: that would hold up everybody for 10 ms."""
SNAPSHOT_ITEMS_MAX: Final = 2_000
"""Levels or transfers in one frame; a larger snapshot comes in parts, each below 1 MiB, which is
what many clients take at most."""
MERGED_LEVELS_MAX: Final = 2_000
"""A client so slow that more levels wait for it is sent a snapshot instead."""
SENT_BYTES_MAX: Final = 65_536
"""Handed to the socket at a time: what has left the queue can no longer be conflated."""
RESUME_NS: Final = 120 * SECOND_NS
"""How long what private streams have published is kept for clients whose connection was cut."""
RESUME_BYTES_MAX: Final = 33_554_432
"""Of all of them together: some 50,000 frames."""
RESUME_STREAM_BYTES_MAX: Final = 131_072
"""Of one stream, for one client: that of all its private streams fits into its queue."""
REQUEST_ID_LENGTH_MAX: Final = 64
KEY_LENGTH_MAX: Final = 256
COMPLETE_HEARTBEAT_EVERY: Final = 6
"""Each sixth heartbeat names the heads of all streams, the others those that moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLimits:
    """What one connection, one address and the whole feed may take."""

    subscriptions_max: int = 200
    inbound_per_s_max: int = 20
    """Frames of a client; a burst of as many is fine. The excess is refused, and as much again
    ends the connection."""
    inbound_frame_bytes_max: int = 65_536
    connections_per_address_max: int = 50
    connections_max: int = 5_000
    """Together with REST below the 20,000 file descriptors of a common process limit."""
    queue_bytes_max: int = 1_048_576
    queue_frames_max: int = 2_000
    queue_age_max_ns: int = 2 * SECOND_NS
    heartbeat_ns: int = 5 * SECOND_NS
    subscribe_within_ns: int = 10 * SECOND_NS
