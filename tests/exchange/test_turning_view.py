"""What the view remembers of trades keeps a party from turning round on the same days as the engine
does, whatever settles, fails or is capped meanwhile."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from random import Random
from typing import NamedTuple

import pytest

from exchange.commands import AnyCommand
from exchange.events import AnyEvent
from exchange.market_view import MarketView
from exchange.preview import preview
from exchange.refusals import Refusal
from exchange.turning_view import turning_of
from exchange.types import PartyId, Sequence
from matching import Side
from registry.types import HolderId, TimeNs
from tests.exchange.test_preview import facts_of
from tests.exchange.test_turnaround import Turning

DAY_NS = 24 * 3_600 * 10**9
STEPS = 120


class Committed(NamedTuple):
    """A command as the view hears of it."""

    sequence: Sequence
    at_ns: TimeNs
    events: tuple[AnyEvent, ...]


class Watched(Turning):
    """Its view hears of every command."""

    def __init__(self) -> None:
        self.view = MarketView()
        super().__init__()

    def submit(self, command: AnyCommand) -> tuple[AnyEvent, ...]:
        events = super().submit(command)
        self.view.apply(Committed(self.state.sequence, self.at_ns, events))
        return events

    def foretells(self, party_id: PartyId, side: Side) -> Refusal | None:
        """What the preview says of an order that meets nobody."""
        price = 20_000 if side is Side.SELL else 5_000
        order = self.order(party_id, side, 100, price)
        product = self.view.products[self.product_id]
        turning = turning_of(product, party_id, self.view.transfers_of(party_id))
        # A preview keeps what it was refused for in the rules that it is given: not in the venue's.
        facts = replace(facts_of(self.state, order, turning), rules=copy(self.state.rules))
        return preview(facts, order, self.at_ns).refusal

    def is_kept(self, party_id: PartyId, side: Side) -> bool:
        """Whether the engine keeps the party from it today."""
        slots = self.state.slots.get(self.product_id)
        if slots is None:
            return False
        ask = slots.may_sell_on if side is Side.SELL else slots.may_buy_on
        free_on = ask(HolderId(party_id))
        return free_on is not None and free_on > slots.calendar.day_of(self.at_ns)


def step(venue: Watched, draw: Random) -> None:
    """Something happens that matters, or a day or two go by."""
    match draw.randrange(7):
        case 0 | 1:
            seller, buyer = draw.sample([venue.seller, venue.buyer, venue.other], 2)
            for party_id, side in ((seller, Side.SELL), (buyer, Side.BUY)):
                venue.submit(venue.order(party_id, side, 100, 10_000))
            for order in list(venue.state.orders.values()):
                venue.does(venue.cancellation(order.order_id, by=order.party_id))
        case 2 | 3 if venue.pending():
            transfer = draw.choice(venue.pending())
            confirms = draw.random() < 0.6
            venue.does(venue.confirmation(transfer) if confirms else venue.rejection(transfer))
        case 4 if draw.random() < 0.3:
            venue.uncaps()
        case 5 if draw.random() < 0.4:
            venue.caps(turnaround_days=draw.choice([0, 3, 5]), holders=100)
        case _:
            venue.waits(draw.choice([1, 2, 4]) * DAY_NS)


@pytest.mark.parametrize("seed", range(4))
def test_the_preview_keeps_whom_the_engine_keeps(seed: int) -> None:
    venue, draw = Watched(), Random(seed)
    seen = set()
    for _ in range(STEPS):
        step(venue, draw)
        if draw.random() < 0.1:
            venue.view = MarketView.from_state(venue.view.to_state())
        for party_id in (venue.seller, venue.buyer, venue.other):
            for side in Side:
                is_kept = venue.is_kept(party_id, side)
                told = venue.foretells(party_id, side)
                assert (told is Refusal.RULE_BLOCKS) == is_kept, (party_id, side, told)
                seen.add((side, is_kept))
    assert len(seen) == 4, seen
