"""What every event has. The events are in exchange/events.py."""

import msgspec


class Event(
    msgspec.Struct, frozen=True, kw_only=True, array_like=True, forbid_unknown_fields=True, gc=False
):
    """What has happened."""
