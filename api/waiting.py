"""Waiting on the loop for something that may not come."""

import asyncio


async def is_set_within(event: asyncio.Event, timeout_s: float | None) -> bool:
    """Whether the event is set in so many seconds; with None it is waited for however long."""
    try:
        async with asyncio.timeout(timeout_s):
            return await event.wait()
    except TimeoutError:
        return False
