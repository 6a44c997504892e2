"""Each invariant of market modes, broken on purpose: the check sees it, and says which it is."""

from __future__ import annotations

import traceback
from collections.abc import Callable

import pytest

from exchange.check import check
from exchange.limits import TIMERS_FIRED_PER_COMMAND_MAX
from exchange.modes.call_state import CallAuction
from exchange.modes.types import MarketMode
from exchange.state import Product, State
from matching import OrderId, Phase, Price, Quantity
from registry.types import TimeNs
from tests.exchange.test_call_auction import NOON_NS, auction_venue, crowd, until


@pytest.fixture
def state() -> State:
    """An auction of which some fills are still to be carried out."""
    venue = auction_venue()
    crowd(venue, TIMERS_FIRED_PER_COMMAND_MAX)
    until(venue, NOON_NS - 1)
    venue.waits(1)
    check(venue.state)
    return venue.state


def product(state: State) -> Product:
    (only,) = state.products.values()
    return only


def auction(state: State) -> CallAuction:
    found = product(state).auction
    assert found is not None
    return found


def no_auction(state: State) -> None:
    product(state).auction = None


def another_mode(state: State) -> None:
    product(state).mode = MarketMode.CONTINUOUS


def no_terms(state: State) -> None:
    product(state).mode_terms = None


def book_that_does_not_gather(state: State) -> None:
    product(state).book.enter_phase(Phase.HALTED)


def no_price(state: State) -> None:
    auction(state).price = None


def no_moment(state: State) -> None:
    auction(state).opens_ns, auction(state).uncross_ns = TimeNs(NOON_NS), None


def price_above_a_bid(state: State) -> None:
    auction(state).price = Price(10_001)


def price_below_an_offer(state: State) -> None:
    auction(state).price = Price(9_999)


def more_than_is_open(state: State) -> None:
    buy_id, _, _ = auction(state).fills[0]
    auction(state).fills[0] = (buy_id, OrderId(999_999), Quantity(20))


def nothing_to_trade(state: State) -> None:
    buy_id, sell_id, _ = auction(state).fills[0]
    auction(state).fills[0] = (buy_id, sell_id, Quantity(0))


@pytest.mark.parametrize(
    "damage",
    [
        *(no_auction, another_mode, no_terms, book_that_does_not_gather, no_price, no_moment),
        *(price_above_a_bid, price_below_an_offer, more_than_is_open, nothing_to_trade),
    ],
)
def test_what_is_broken_is_seen_and_named(state: State, damage: Callable[[State], None]) -> None:
    damage(state)
    with pytest.raises(AssertionError) as seen:
        check(state)
    failed = traceback.extract_tb(seen.value.__traceback__)[-1]
    assert failed.line is not None
    assert failed.line.endswith("# A1")
