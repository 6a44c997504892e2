"""Venues under load that are killed, or whose writer is: every transfer event that is in the
journal has been told when it is over, to real receivers over HTTP."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from random import Random
from typing import Any, Final

from api.founding import DATABASE
from api.webhooks.messages import TransferTold, type_of
from exchange.codec import decode_events
from exchange.store.database import open_reader
from exchange.store.read import StoreReader
from exchange.types import Sequence
from tests.api.venue import Market, TestVenue
from tests.api.webhooks.receiver import Answering, Receiver, plain
from tests.api.webhooks.victim import STOPPED_BY_FAULT

ROOT: Final = Path(__file__).resolve().parents[3]
LIVES: Final = 6
CLIENTS: Final = 4
ACKNOWLEDGED_MAX: Final = 60
FAILED_RATE: Final = 0.2
FAILED_MAX: Final = 2
"""Of one message: the third retry would come after half an hour."""
PATIENCE_S: Final = 60

Told = tuple[str, str]


def test_whatever_dies_every_transfer_event_is_told(tmp_path: Path) -> None:
    asyncio.run(_live_and_die(tmp_path / "venue"))


async def _live_and_die(directory: Path) -> None:
    random = Random(8)
    async with Receiver() as register, Receiver() as seller:
        for receiver in (register, seller):
            receiver.answer = _moody(receiver, random)
        arguments = await asyncio.to_thread(_found, directory, register.url(), seller.url())
        acknowledged: set[Told] = set()
        for life in range(1, LIVES + 1):
            acknowledged |= await _one_life(directory, life, arguments, random)
        journal = await asyncio.to_thread(_transfer_events, directory)
        assert acknowledged <= journal
        assert len(acknowledged) > LIVES
        assert await _told_when_left_alone(directory, arguments, journal, register, seller)
    for receiver in (register, seller):
        bodies: dict[str, bytes] = {}
        for received in receiver.received:
            assert bodies.setdefault(received.headers["webhook-id"], received.body) == received.body
        assert _told(receiver) == journal, "nothing is told that is not in the journal"


def _found(directory: Path, register_url: str, seller_url: str) -> list[str]:
    """A market with endpoints of the trust company and the seller, closed in order."""
    with TestVenue(directory) as venue:
        market = Market.make(venue)
        venue.give_units(market.symbol, market.seller, "900000")
        venue.register_webhook(venue.trust_company, register_url)
        venue.register_webhook(market.seller, seller_url)
        product_id = venue.venue.services.product(market.symbol).product_id
        return [market.seller.party_id, market.buyer.party_id, str(product_id)]


def _moody(receiver: Receiver, random: Random) -> Answering:
    """Now and then an error, so that attempts are under way in every state."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        message_id = receiver.received[-1].headers["webhook-id"]
        failed = failures.get(message_id, 0)
        if failed < FAILED_MAX and random.random() < FAILED_RATE:
            failures[message_id] = failed + 1
            await plain(500)(writer)
        else:
            await plain(200)(writer)

    failures: dict[str, int] = {}
    return answer


async def _one_life(directory: Path, life: int, arguments: list[str], random: Random) -> set[Told]:
    """What a process acknowledged before it, or the writer of its database, was killed."""
    process, writer_pid = await _start(directory, life, CLIENTS, arguments)
    assert process.stdout is not None
    lines = [await process.stdout.readline() for _ in range(random.randint(1, ACKNOWLEDGED_MAX))]
    await asyncio.sleep(random.random() / 10)
    kills_writer = life % 3 == 0
    os.kill(writer_pid if kills_writer else process.pid, signal.SIGKILL)
    lines += (await process.stdout.read()).splitlines(keepends=True)
    status = await process.wait()
    assert status == (STOPPED_BY_FAULT if kills_writer else -signal.SIGKILL)
    whole = [line.decode().split() for line in lines if line.endswith(b"\n")]
    return {(transfer_id, f"transfer.{what}") for what, transfer_id in whole}


async def _told_when_left_alone(
    directory: Path, arguments: list[str], journal: set[Told], *receivers: Receiver
) -> bool:
    """Whether a venue without traffic tells everybody the rest."""
    process, _ = await _start(directory, LIVES + 1, 0, arguments)
    try:
        for receiver in receivers:
            async with asyncio.timeout(PATIENCE_S):
                while not journal <= _told(receiver):
                    receiver.arrived.clear()
                    await receiver.arrived.wait()
    finally:
        process.kill()
        await process.communicate()
    return True


async def _start(
    directory: Path, life: int, client_count: int, arguments: list[str]
) -> tuple[asyncio.subprocess.Process, int]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.api.webhooks.victim", str(directory)),
        *(str(life), str(client_count), *arguments),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    return process, int(await process.stdout.readline())


def _told(receiver: Receiver) -> set[Told]:
    said: list[Any] = [json.loads(received.body) for received in receiver.received]
    of_transfers = [each for each in said if each["type"].startswith("transfer.")]
    return {(each["data"]["transfer_id"], each["type"]) for each in of_transfers}


def _transfer_events(directory: Path) -> set[Told]:
    read = StoreReader(open_reader(directory / DATABASE))
    try:
        events = [
            event for row in read.journal(after=Sequence(0)) for event in decode_events(row.events)
        ]
    finally:
        read.close()
    return {
        (str(event.transfer_id), type_of(event, "SELLER"))
        for event in events
        if isinstance(event, TransferTold)
    }
