"""Where the bounds of an order lie: just within is taken, just beyond is refused."""

from __future__ import annotations

import msgspec
import pytest

from exchange.limits import FILLS_PER_COMMAND_MAX, PRICE_MAX
from exchange.refusals import Refusal
from matching import OrderId, Price, Quantity, Side, TimeInForce
from registry.types import Units
from tests.exchange.venue import DAY_NS, START_NS, TERMS, Venue

BUY, SELL = Side.BUY, Side.SELL
FOK = TimeInForce.FILL_OR_KILL


@pytest.fixture
def venue() -> Venue:
    return Venue()


def test_a_price_is_a_whole_number_of_ticks_up_to_the_greatest(venue: Venue) -> None:
    venue.does(venue.order(venue.seller, SELL, 10, 10))
    venue.does(venue.order(venue.seller, SELL, 10, PRICE_MAX))
    for price in (-10, 0, PRICE_MAX + 10):
        refusal = venue.refuses(venue.order(venue.seller, SELL, 10, price))
        assert refusal is Refusal.PRICE_OUT_OF_RANGE
    refusal = venue.refuses(venue.order(venue.seller, SELL, 10, 10_005))
    assert refusal is Refusal.PRICE_OFF_TICK


def test_an_expiry_is_in_the_future_and_within_thirty_days(venue: Venue) -> None:
    for expires_at_ns in (START_NS - 1, START_NS, START_NS + 30 * DAY_NS + 1):
        order = venue.order(venue.buyer, BUY, 10, expires_at_ns=expires_at_ns)
        assert venue.refuses(order) is Refusal.EXPIRY_OUT_OF_RANGE
    for expires_at_ns in (START_NS + 1, START_NS + 30 * DAY_NS):
        venue.does(venue.order(venue.buyer, BUY, 10, expires_at_ns=expires_at_ns))


@pytest.mark.parametrize("time_in_force", [TimeInForce.IMMEDIATE_OR_CANCEL, FOK])
def test_only_an_order_that_may_rest_has_an_expiry_or_is_post_only(
    venue: Venue, time_in_force: TimeInForce
) -> None:
    soon_ns = START_NS + DAY_NS
    for order in (
        venue.order(venue.buyer, BUY, 10, time_in_force=time_in_force, post_only=True),
        venue.order(venue.buyer, BUY, 10, time_in_force=time_in_force, expires_at_ns=soon_ns),
    ):
        assert venue.refuses(order) is Refusal.TIME_IN_FORCE_CONFLICT


def test_an_order_is_worth_ten_billion_yuan_at_most_at_its_limit_and_at_par() -> None:
    terms = msgspec.structs.replace(
        TERMS, units_issued=Units(10**11), par_value=Price(20_000), lot=Quantity(1)
    )
    venue = Venue(terms=terms, units=10**11)
    for quantity, price, refusal in (
        (10**10, 10_000, Refusal.ORDER_VALUE_OUT_OF_RANGE),  # 20 billion at par
        (5 * 10**9 + 1, 10_000, Refusal.ORDER_VALUE_OUT_OF_RANGE),  # a unit too much at par
        (5 * 10**9, 20_010, Refusal.ORDER_VALUE_OUT_OF_RANGE),  # a tick too much at the limit
    ):
        assert venue.refuses(venue.order(venue.seller, SELL, quantity, price)) is refusal
    venue.does(venue.order(venue.seller, SELL, 5 * 10**9, 20_000))


def test_only_available_units_can_be_sold(venue: Venue) -> None:
    venue.sells(60_000)
    refusal = venue.refuses(venue.order(venue.seller, SELL, 40_010))
    assert refusal is Refusal.UNITS_NOT_AVAILABLE
    venue.sells(40_000)
    assert venue.holding(venue.seller) == (0, 100_000, 0)


def test_only_available_money_can_be_bid(venue: Venue) -> None:
    venue.buys(600_000)
    refusal = venue.refuses(venue.order(venue.buyer, BUY, 400_010))
    assert refusal is Refusal.MONEY_NOT_AVAILABLE
    venue.buys(400_000)
    assert venue.account(venue.buyer) == (0, 100_000_000, 0)


def test_units_that_were_bought_are_not_for_sale_before_the_transfer_settles(venue: Venue) -> None:
    venue.sells(10)
    venue.buys(10)
    refusal = venue.refuses(venue.order(venue.buyer, SELL, 10))
    assert refusal is Refusal.UNITS_NOT_AVAILABLE
    venue.does(venue.confirmation(venue.pending()[0]))
    venue.does(venue.order(venue.buyer, SELL, 10))


def test_a_replacement_needs_only_what_it_needs_more(venue: Venue) -> None:
    order_id = venue.buys(1_000_000)
    refusal = venue.refuses(venue.replacement(order_id, 1_000_010, by=venue.buyer))
    assert refusal is Refusal.MONEY_NOT_AVAILABLE
    venue.does(venue.replacement(order_id, 500_000, 20_000, by=venue.buyer))
    assert venue.account(venue.buyer) == (0, 100_000_000, 0)
    offer = venue.sells(100_000, 30_000)
    refusal = venue.refuses(venue.replacement(offer, 100_010, 30_000, by=venue.seller))
    assert refusal is Refusal.UNITS_NOT_AVAILABLE
    venue.does(venue.replacement(offer, 100_000, 31_000, by=venue.seller))


def test_a_party_never_meets_its_own_order(venue: Venue) -> None:
    venue.records(venue.buyer, 100)
    venue.sells(10, 10_010, by=venue.buyer)
    assert venue.refuses(venue.order(venue.buyer, BUY, 10, 10_010)) is Refusal.SELF_TRADE
    bid = venue.buys(10, 10_000)
    replacement = venue.replacement(bid, 10, 10_020, by=venue.buyer)
    assert venue.refuses(replacement) is Refusal.SELF_TRADE
    assert venue.refuses(venue.order(venue.buyer, SELL, 10, 10_000)) is Refusal.SELF_TRADE
    venue.does(venue.order(venue.buyer, SELL, 10, 10_020))


def test_another_product_is_another_book(venue: Venue) -> None:
    second = venue.lists(msgspec.structs.replace(TERMS, symbol="BOREAS"))
    venue.does(venue.holding_of(venue.buyer, 100, product_id=second))
    venue.buys(10)
    venue.does(venue.order(venue.buyer, SELL, 10, product_id=second))


def test_a_crowded_price_level_still_trades(venue: Venue) -> None:
    """How many stand there does not matter, but how many the order would meet."""
    offers = FILLS_PER_COMMAND_MAX + 50
    venue.does_all(venue.order(venue.seller, SELL, 10) for _ in range(offers))
    venue.does(venue.order(venue.buyer, BUY, 10))
    assert venue.depth(SELL) == [(10_000, 10 * (offers - 1), offers - 1)]


def test_an_order_meets_as_many_orders_as_a_command_may_and_no_more(venue: Venue) -> None:
    many = FILLS_PER_COMMAND_MAX
    venue.does_all(venue.order(venue.seller, SELL, 10, 10_000 + 10 * (n % 7)) for n in range(many))
    venue.sells(20, 10_100)
    beyond = venue.order(venue.buyer, BUY, 10 * many + 10, 10_100)
    assert venue.refuses(beyond) is Refusal.FILLS_MAX
    # The price ends it, or the quantity does.
    bid = venue.buys(10, 9_000)
    replacement = venue.replacement(bid, 10 * many + 20, 10_100, by=venue.buyer)
    assert venue.refuses(replacement) is Refusal.FILLS_MAX
    venue.does(venue.replacement(bid, 10 * many + 20, 10_090, by=venue.buyer))
    assert len(venue.pending()) == many
    assert venue.depth(SELL) == [(10_100, 20, 1)]
    assert venue.depth(BUY) == [(10_090, 20, 1)]


def test_a_post_only_order_meets_nobody_and_so_never_too_many(
    venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.eligibility.FILLS_PER_COMMAND_MAX", 1)
    for _ in range(3):
        venue.buys(10)
    order = venue.order(venue.seller, SELL, 30, post_only=True)
    assert venue.refuses(order) is Refusal.POST_ONLY_WOULD_CROSS
    plain = venue.order(venue.seller, SELL, 30)
    assert venue.refuses(plain) is Refusal.FILLS_MAX
    venue.does(venue.order(venue.seller, SELL, 10))


def test_a_replaced_order_counts_what_it_has_filled() -> None:
    """The bound on quantity and value is on the whole order, not on its open part."""
    terms = msgspec.structs.replace(
        TERMS, symbol="GRAINS", par_value=Price(1), tick=Price(1), lot=Quantity(1)
    )
    wide = Venue(
        terms=msgspec.structs.replace(terms, quantity_scale=4, units_issued=Units(10**15)),
        units=10**15,
    )
    wide.deposits(wide.buyer, 10**10)
    bid = OrderId(wide.state.sequence + 1)
    wide.does(wide.order(wide.buyer, BUY, 10**12, 10))
    wide.sells(10**11, 10)
    replacement = wide.replacement(bid, 10**15 - 10**11 + 1, 1, by=wide.buyer)
    assert wide.refuses(replacement) is Refusal.QUANTITY_OUT_OF_RANGE
    wide.does(wide.replacement(bid, 10**15 - 10**11, 1, by=wide.buyer))
