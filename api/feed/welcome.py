"""The first frame of a connection: the bounds that concern a client, and how long what it misses is
kept."""

from typing import Final

from api.feed.limits import NS_PER_MS, RESUME_NS, SECOND_NS, FeedLimits
from api.feed.messages import Limits, Retention, Welcome, format_time

RETENTION: Final = Retention(book="PT0S", trades="PT0S", private=f"PT{RESUME_NS // SECOND_NS}S")
"""Of public streams nothing can be resumed from earlier than now: a client that missed a frame gets
a snapshot."""


def welcome(limits: FeedLimits, *, connection_id: str, nonce: str, now_ns: int) -> Welcome:
    """What a client is told first, before it has asked for anything."""
    return Welcome(
        conn=connection_id,
        server_time=format_time(now_ns),
        nonce=nonce,
        heartbeat_s=limits.heartbeat_ns // SECOND_NS,
        subscribe_within_s=limits.subscribe_within_ns // SECOND_NS,
        limits=Limits(
            subscriptions=limits.subscriptions_max,
            inbound_per_s=limits.inbound_per_s_max,
            connections_per_ip=limits.connections_per_address_max,
            frame_bytes=limits.inbound_frame_bytes_max,
            queue_bytes=limits.queue_bytes_max,
            queue_frames=limits.queue_frames_max,
            queue_age_ms=limits.queue_age_max_ns // NS_PER_MS,
        ),
        retention=RETENTION,
    )
