"""The process that carries messages: it does what a sender does, and may die without harm."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import signal
from pathlib import Path
from typing import Final

from api.webhooks.delivery import Answer, Fault
from api.webhooks.messenger import Messenger
from tests.api.webhooks.receiver import Receiver, plain
from tests.api.webhooks.test_sender import never, on_loop

LOOPBACK: Final = (ipaddress.ip_network("127.0.0.0/8"),)
BODY: Final = '{"say":"你好"}'.encode()


async def attempt(messenger: Messenger, url: str) -> Answer:
    return await messenger.send(url, headers={"webhook-id": "1"}, body=BODY)


def is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


@on_loop
async def test_messages_go_out_and_answers_come_back_to_whom_they_belong() -> None:
    messenger = Messenger(LOOPBACK)
    assert messenger.pid is None, "no message, no process"
    async with Receiver() as willing, Receiver(plain(503)) as busy:
        urls = [willing.url(), busy.url()] * 10
        answers = await asyncio.gather(*(attempt(messenger, url) for url in urls))
        assert [answer.status for answer in answers] == [200, 503] * 10
        assert {received.body for received in willing.received} == {BODY}
        assert {received.headers["webhook-id"] for received in willing.received} == {"1"}
    await messenger.close()


@on_loop
async def test_only_the_operators_networks_are_added_to_the_public_ones() -> None:
    messenger = Messenger()
    async with Receiver() as receiver:
        answer = await attempt(messenger, receiver.url())
    assert answer.fault is Fault.ADDRESS_REFUSED
    assert receiver.connections == 0
    await messenger.close()


@on_loop
async def test_a_messenger_that_was_killed_is_followed_by_another() -> None:
    messenger = Messenger(LOOPBACK)
    async with Receiver(never) as receiver:
        under_way = asyncio.create_task(attempt(messenger, receiver.url()))
        await receiver.wait_for(1)
        assert messenger.pid is not None
        os.kill(messenger.pid, signal.SIGKILL)
        assert (await under_way).fault is Fault.INTERRUPTED
        receiver.answer = plain(200)
        assert (await attempt(messenger, receiver.url())).status == 200
    await messenger.close()


@on_loop
async def test_closing_ends_the_process_and_what_is_under_way() -> None:
    messenger = Messenger(LOOPBACK)
    async with Receiver(never) as receiver:
        under_way = asyncio.create_task(attempt(messenger, receiver.url()))
        await receiver.wait_for(1)
        pid = messenger.pid
        assert pid is not None
        await messenger.close()
        assert (await under_way).fault is Fault.INTERRUPTED
    assert not is_running(pid)


@on_loop
async def test_the_process_ends_when_nobody_can_ask_it_any_more() -> None:
    messenger = Messenger(LOOPBACK)
    async with Receiver() as receiver:
        await attempt(messenger, receiver.url())
    process = messenger._process
    assert process is not None
    assert process.stdin is not None
    process.stdin.close()  # as when the venue's process is killed
    assert await asyncio.wait_for(process.wait(), 20) == 0
    await messenger.close()
