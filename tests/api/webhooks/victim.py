"""A venue's process that is there to be killed: under load, with its worker of webhooks at work.

`python -m tests.api.webhooks.victim DIRECTORY LIFE CLIENTS SELLER BUYER PRODUCT` says on its first
line which process writes its database, and then one line for each transfer event that it has
acknowledged.
"""

import asyncio
import itertools
import os
import sys
import time
from pathlib import Path
from typing import Final

from api.main import Venue, open_venue
from exchange.commands import AnyCommand, ConfirmTransfer, PlaceOrder
from exchange.errors import OutcomeUnknown
from exchange.events import TransferOpened
from exchange.types import PartyId
from matching import Price, Quantity, Side, TimeInForce
from registry.types import ProductId, TimeNs
from tests.api.venue import LOOPBACK, START_NS

HURRY: Final = 100
"""The clock runs so many times as fast: a retry after five seconds comes in a twentieth of one."""
LIFE_NS: Final = 3_600 * 10**9
STOPPED_BY_FAULT: Final = 3


class FastClock:
    """Each life begins an hour after the one before."""

    def __init__(self, life: int) -> None:
        self._start_ns = START_NS + life * LIFE_NS - HURRY * time.monotonic_ns()

    def now_ns(self) -> TimeNs:
        """The time."""
        return TimeNs(self._start_ns + HURRY * time.monotonic_ns())


def say(line: str) -> None:
    """Write a line at once."""
    os.write(sys.stdout.fileno(), f"{line}\n".encode())


async def trade(venue: Venue, life: str, client: int, parties: tuple[int, int, int]) -> None:
    """Match and confirm until the venue stops."""
    seller, buyer, product = parties

    def order(key: str, party: int, side: Side) -> PlaceOrder:
        return PlaceOrder(
            actor=PartyId(party),
            key=f"{life}-{client}-{key}",
            product_id=ProductId(product),
            side=side,
            price=Price(10_000),
            quantity=Quantity(100),
            time_in_force=TimeInForce.GOOD_TILL_CANCELLED,
            post_only=False,
            expires_at_ns=None,
        )

    for number in itertools.count():
        commands: list[AnyCommand] = [
            order(f"s{number}", seller, Side.SELL),
            order(f"b{number}", buyer, Side.BUY),
        ]
        for command in commands:
            outcome = await venue.exchange.submit(command)
            for event in outcome.events:
                if isinstance(event, TransferOpened):
                    say(f"opened {event.transfer_id}")
                    confirmation = ConfirmTransfer(
                        actor=event.trust_company_id,
                        key=f"{life}-{event.transfer_id}",
                        transfer_id=event.transfer_id,
                        version=event.version,
                        officer="k_1",
                    )
                    confirmed = await venue.exchange.submit(confirmation)
                    assert confirmed.refusal is None
                    say(f"settled {event.transfer_id}")


async def run(
    directory: Path, *, life: int, client_count: int, parties: tuple[int, int, int]
) -> None:
    """Open the venue and load it, until it stops."""
    venue = await open_venue(directory, clock=FastClock(life), webhook_rules=LOOPBACK)
    writer = venue.exchange._store
    say(str(getattr(writer, "pid", 0)))
    clients = [
        asyncio.create_task(trade(venue, str(life), client, parties))
        for client in range(client_count)
    ]
    await asyncio.wait([venue.exchange.stopped])
    await asyncio.gather(*clients, return_exceptions=True)
    assert all(isinstance(client.exception(), OutcomeUnknown) for client in clients)
    await venue.close()


if __name__ == "__main__":
    life, client_count, seller, buyer, product = map(int, sys.argv[2:])
    asyncio.run(
        run(
            Path(sys.argv[1]),
            life=life,
            client_count=client_count,
            parties=(seller, buyer, product),
        )
    )
    sys.exit(STOPPED_BY_FAULT)
