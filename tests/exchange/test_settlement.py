"""One fill becomes a title leg and a money leg, and both sides are booked the same figure."""

from __future__ import annotations

import msgspec

from exchange.events import OrderAccepted, TransferOpened
from exchange.fees import FeeLine, FeeSchedule
from exchange.settlement import cost_to_reserve, principal
from exchange.types import Fen
from matching import OrderId, Price, Quantity, Side
from registry.types import Units
from tests.exchange.venue import NO_FEE, NO_FEES, TERMS, Venue, the

LEAST = FeeLine(rate_bps=0, minimum=Fen(70), maximum=Fen(10**9))
TENTH = FeeLine(rate_bps=1_000, minimum=Fen(0), maximum=Fen(10**9))


def grains(fees: FeeSchedule = NO_FEES, scale: int = 0) -> Venue:
    """A product that is traded by the single unit, at any price."""
    terms = msgspec.structs.replace(
        TERMS,
        tick=Price(1),
        lot=Quantity(1),
        quantity_scale=scale,
        units_issued=Units(10**9),
    )
    return Venue(fees, terms=terms, units=10**9)


def test_the_considerations_of_an_orders_fills_add_up_to_its_own() -> None:
    """Three units at 0.3333 yuan cost one yuan less a hundredth of a fen: one yuan."""
    venue = grains()
    bid = venue.buys(3, 3_333)
    considerations = [
        the(
            TransferOpened, venue.does(venue.order(venue.seller, Side.SELL, 1, 3_333))
        ).consideration
        for _ in range(3)
    ]
    assert considerations == [33, 34, 33]
    assert bid not in venue.state.orders


def test_a_fill_may_be_worth_less_than_half_a_fen() -> None:
    venue = grains(scale=4)
    venue.buys(200, 10_000)
    considerations = [
        the(TransferOpened, venue.does(venue.order(venue.seller, Side.SELL, 40))).consideration
        for _ in range(5)
    ]
    assert considerations == [0, 1, 0, 1, 0]  # 0.4, 0.8, 1.2, 1.6 and 2 fen in sum


def test_the_seller_gets_what_the_buyer_pays_without_fees() -> None:
    venue = grains()
    venue.sells(7, 9_999)
    opened = the(TransferOpened, venue.does(venue.order(venue.buyer, Side.BUY, 7, 10_500)))
    venue.does(venue.confirmation(opened.transfer_id))
    assert venue.account(venue.seller) == (700, 0, 0)  # 6.9993 yuan
    assert venue.account(venue.buyer) == (100_000_000 - 700, 0, 0)


def test_what_a_sellers_small_fill_cannot_bear_the_next_one_bears() -> None:
    venue = grains(FeeSchedule(NO_FEE, TENTH, NO_FEE, LEAST))
    venue.sells(3, 5_000)
    fees = [
        (opened.seller_fee_venue, opened.seller_fee_trust_company)
        for opened in (
            the(TransferOpened, venue.does(venue.order(venue.buyer, Side.BUY, 1, 5_000)))
            for _ in range(3)
        )
    ]
    # Half a yuan each: a tenth to the venue, then what is left of it to the trust company.
    assert fees == [(5, 45), (5, 25), (5, 0)]


def test_the_venues_fee_goes_before_the_trust_companys() -> None:
    venue = grains(FeeSchedule(NO_FEE, LEAST, NO_FEE, LEAST))
    venue.sells(2, 5_000)
    first = the(TransferOpened, venue.does(venue.order(venue.buyer, Side.BUY, 1, 5_000)))
    assert (first.seller_fee_venue, first.seller_fee_trust_company) == (50, 0)
    second = the(TransferOpened, venue.does(venue.order(venue.buyer, Side.BUY, 1, 5_000)))
    assert (second.seller_fee_venue, second.seller_fee_trust_company) == (20, 30)


def test_the_reserve_is_the_worst_that_can_still_be_charged() -> None:
    fees = FeeSchedule(TENTH, NO_FEE, LEAST, NO_FEE)
    venue = grains(fees)
    accepted = the(OrderAccepted, venue.does(venue.order(venue.buyer, Side.BUY, 10, 20_000)))
    assert accepted.reserved == 2_000 + 200 + 70
    bid = OrderId(venue.state.sequence)
    venue.sells(4, 20_000)
    order, product = venue.open_order(bid), venue.state.products[venue.product_id]
    assert order.reserved == 1_200 + 120  # the least is charged with the first fill
    assert cost_to_reserve(venue.state, product, order, price=20_000, open_quantity=0) == 0


def test_the_principal_is_the_units_at_par() -> None:
    venue = grains(scale=2)
    product = venue.state.products[venue.product_id]
    assert [principal(product, quantity) for quantity in (0, 1, 100, 150)] == [0, 1, 100, 150]
