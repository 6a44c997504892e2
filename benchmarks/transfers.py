"""Pending transfers for benchmarks of the register, in the market of benchmarks/venue.py."""

import asyncio
from collections.abc import Iterator, Sequence
from itertools import count
from random import Random
from typing import Final

from benchmarks.workload import LISTING, MIDDLE, VenueFacts
from exchange.commands import AnyCommand, ConfirmTransfer, PlaceOrder
from exchange.events import TransferOpened
from exchange.service import Exchange
from exchange.types import PartyId
from matching import Price, Quantity, Side, TimeInForce
from registry.types import ProductId

MAKERS_PER_WAVE: Final = 500
"""Less than one party's share of the queue, whoever they are."""
MAKERS_PER_TAKER: Final = 10
OFFICER: Final = "0" * 16


class Trading:
    """Trades among all traders: who sells in one wave buys in the next, so that everybody's lots
    come and go."""

    def __init__(self, exchange: Exchange, facts: VenueFacts) -> None:
        self._exchange = exchange
        self._facts = facts
        self._draw = Random(facts.seed)
        self._numbers = count(1)

    async def open_transfers(self, wanted: int) -> list[TransferOpened]:
        """So many new transfers, all pending; `wanted` is a multiple of a wave's."""
        opened: list[TransferOpened] = []
        for wave in range(wanted // MAKERS_PER_WAVE):
            halves = self._facts.traders[0::2], self._facts.traders[1::2]
            sellers, buyers = halves[wave % 2], halves[1 - wave % 2]
            groups = [
                self._draw.choice(self._facts.products)
                for _ in range(MAKERS_PER_WAVE // MAKERS_PER_TAKER)
            ]
            # First all offers, then who takes them: parties take turns within the queue.
            offers = [
                self._order(self._draw.choice(sellers), product_id, Side.SELL, LISTING)
                for product_id in groups
                for _ in range(MAKERS_PER_TAKER)
            ]
            await self._submit(offers)
            taken = Quantity(MAKERS_PER_TAKER * LISTING)
            takers = [
                self._order(self._draw.choice(buyers), product_id, Side.BUY, taken)
                for product_id in groups
            ]
            opened += await self._submit(takers)
        assert len(opened) == wanted, (len(opened), wanted)
        return opened

    def _order(
        self, actor: PartyId, product_id: ProductId, side: Side, quantity: Quantity
    ) -> PlaceOrder:
        return PlaceOrder(
            actor=actor,
            key=f"trading-{next(self._numbers)}",
            product_id=product_id,
            side=side,
            price=Price(MIDDLE),
            quantity=quantity,
            time_in_force=TimeInForce.GOOD_TILL_CANCELLED,
            post_only=False,
            expires_at_ns=None,
        )

    async def _submit(self, commands: Sequence[AnyCommand]) -> Iterator[TransferOpened]:
        outcomes = await asyncio.gather(*map(self._exchange.request, commands))
        assert all(outcome.refusal is None for outcome in outcomes), outcomes
        return (
            event
            for outcome in outcomes
            for event in outcome.events
            if isinstance(event, TransferOpened)
        )


def confirmation(opened: TransferOpened) -> ConfirmTransfer:
    """The trust company's confirmation of this transfer."""
    return ConfirmTransfer(
        actor=opened.trust_company_id,
        key=f"confirm-{opened.transfer_id}",
        transfer_id=opened.transfer_id,
        version=opened.version,
        officer=OFFICER,
    )
