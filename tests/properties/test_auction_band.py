"""Whatever people bid and a unit is worth, an auction takes place, is put off or halts its product
as the rulebook says, and nobody trades beyond the band."""

from __future__ import annotations

from random import Random
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from exchange.check import check
from exchange.commands import CancelOrder
from exchange.events import AnyEvent, CommandRefused, OrderFilled
from exchange.halt_events import HaltLifted, TradeHalted
from exchange.market_events import AuctionExtended, AuctionUncrossed
from exchange.refusals import Refusal
from exchange.snapshot import decode_state, digest, encode_state
from matching import OrderId, Price, Quantity, Side
from matching.types import OwnerId, ParticipantId
from tests.exchange.rules.test_auction_band import market, opens_ns, valued
from tests.exchange.test_call_auction import of, until
from tests.exchange.venue import the
from tests.model.book_order import ModelOrder
from tests.model.price_band import FIVE_MINUTES_NS, BandedAuction, Became

PAR: Final = 10_000
LOTS: Final = 100
STEPS: Final = 30
WORTH: Final = (8_000, 9_000, PAR, 11_000, 12_000, 13_000)


class BandPair:
    """A product with a band, and the same on paper."""

    def __init__(self, draw: Random) -> None:
        self.draw = draw
        self.venue = market()
        self.model = BandedAuction(worth=PAR, last_price=PAR)
        self.became: list[Became] = []
        valued(self.venue, PAR)

    def step(self) -> None:
        chosen = self.draw.random()
        if chosen < 0.5:
            self.offers()
        elif chosen < 0.53:
            self.cancels()
        elif chosen < 0.7:
            self.model.worth = self.draw.choice(WORTH)
            valued(self.venue, self.model.worth)
        elif chosen < 0.73:
            self.restarts()
        else:
            self.comes()
        check(self.venue.state)
        orders = sorted(self.venue.state.orders.values(), key=lambda each: each.order_id)
        assert [
            (each.order_id, each.side, each.price, each.open_quantity) for each in orders
        ] == self.model.standing()

    def offers(self) -> None:
        side = self.draw.choice([Side.BUY, Side.SELL])
        price = self.model.worth * self.draw.randint(89, 111) // 100 // 10 * 10
        quantity, venue = self.draw.randint(1, 5) * LOTS, self.venue
        by = venue.buyer if side is Side.BUY else venue.seller
        command = venue.order(by, side, quantity, price)
        if self.model.is_halted(venue.at_ns):
            assert venue.refuses(command) is Refusal.TRADE_HALTED
        elif self.model.is_beyond(price):
            assert venue.submit(command)[0] == CommandRefused(refusal=Refusal.RULE_HOLDS)
        else:
            venue.does(command)
            self.model.orders.append(
                ModelOrder(
                    order_id=OrderId(venue.state.sequence),
                    participant_id=ParticipantId(by),
                    owner_id=OwnerId(by),
                    side=side,
                    price=Price(price),
                    quantity=Quantity(quantity),
                )
            )

    def cancels(self) -> None:
        if self.model.orders:
            gone = self.draw.choice(self.model.orders)
            self.model.orders.remove(gone)
            venue = self.venue
            by = venue.buyer if gone.side is Side.BUY else venue.seller
            venue.does(CancelOrder(actor=by, key=venue.key(), order_id=gone.order_id))

    def restarts(self) -> None:
        before = digest(self.venue.state)
        self.venue.state = decode_state(encode_state(self.venue.state))
        assert digest(self.venue.state) == before

    def comes(self) -> None:
        """Time goes on to the moment of the next auction, or the end of the halt before it."""
        moment_ns, ends_ns = opens_ns(self.venue), self.model.halted_until_ns
        if self.model.is_halted(self.venue.at_ns):
            told = until(self.venue, ends_ns - 1)
            assert of(HaltLifted, told) == []
            the(HaltLifted, until(self.venue, ends_ns))
            if self.draw.random() < 0.5:
                return
        told = until(self.venue, moment_ns)
        became, price, volume = self.model.comes(self.venue.at_ns)
        self.became.append(became)
        self.compare(told, became, price, volume)

    def compare(self, told: list[AnyEvent], became: Became, price: int | None, volume: int) -> None:
        uncrossed, extended = of(AuctionUncrossed, told), of(AuctionExtended, told)
        halted = of(TradeHalted, told)
        assert (bool(uncrossed), bool(extended), bool(halted)) == (
            became is Became.HELD,
            became is Became.PUT_OFF,
            became is Became.HALTED,
        )
        assert [each.price for each in uncrossed] in ([], [price])
        assert [each.price for each in extended] in ([], [price])
        fills = of(OrderFilled, told)
        assert sum(fill.quantity for fill in fills) == volume
        assert not any(self.model.is_beyond(fill.price) for fill in fills)
        if became is Became.PUT_OFF:
            assert extended[0].opens_ns == self.venue.at_ns + FIVE_MINUTES_NS
        if became is Became.HALTED:
            assert halted[0].review_ns == self.model.halted_until_ns


def told_of(seed: int) -> list[Became]:
    pair = BandPair(Random(seed))
    for _ in range(STEPS):
        pair.step()
    return pair.became


@given(seed=st.integers(0, 2**32))
def test_an_auction_keeps_to_its_band_as_the_rulebook_says(seed: int) -> None:
    told_of(seed)


def test_auctions_take_place_are_put_off_and_halt_on_the_way() -> None:
    became = [each for seed in range(30) for each in told_of(seed)]
    assert became.count(Became.HELD) > 30
    assert became.count(Became.PUT_OFF) > 10
    assert became.count(Became.HALTED) > 3
