"""Waiting for something that may not come."""

import asyncio

import pytest

from api.waiting import is_set_within

SOON_S = 0.001


@pytest.mark.parametrize("timeout_s", [SOON_S, 60.0, None])
def test_what_has_come_is_not_waited_for(timeout_s: float | None) -> None:
    async def wait() -> bool:
        event = asyncio.Event()
        event.set()
        return await is_set_within(event, timeout_s)

    assert asyncio.run(wait()) is True


def test_what_does_not_come_is_given_up() -> None:
    async def wait() -> bool:
        return await is_set_within(asyncio.Event(), SOON_S)

    assert asyncio.run(wait()) is False


@pytest.mark.parametrize("timeout_s", [60.0, None])
def test_what_comes_meanwhile_ends_the_wait(timeout_s: float | None) -> None:
    async def wait() -> bool:
        event = asyncio.Event()
        asyncio.get_running_loop().call_soon(event.set)
        return await is_set_within(event, timeout_s)

    assert asyncio.run(wait()) is True
