"""The small parts of the state: keys, and which orders are whose."""

from __future__ import annotations

import pytest

from exchange.keys import Keys
from exchange.limits import KEY_RETENTION_NS
from exchange.state import State
from exchange.types import Sequence
from matching import OrderId, Side
from registry.types import TimeNs
from tests.exchange.venue import START_NS, Venue


def test_a_key_is_bound_once() -> None:
    keys = Keys()
    keys.remember(b"k", Sequence(1))
    with pytest.raises(AssertionError):
        keys.remember(b"k", Sequence(2))


def test_keys_are_forgotten_oldest_first_when_their_time_is_over() -> None:
    keys = Keys()
    for number, key in enumerate((b"a", b"b", b"c")):
        keys.remember(key, Sequence(number + 1))
        keys.retire(key, TimeNs(number))
    keys.expire(TimeNs(KEY_RETENTION_NS - 1))
    assert list(keys.entries) == [b"a", b"b", b"c"]
    keys.expire(TimeNs(KEY_RETENTION_NS + 1))
    assert list(keys.entries) == [b"c"]


def test_an_empty_venue_has_no_timer() -> None:
    state = State()
    assert state.next_due_ns() is None
    state.note_due(TimeNs(9))
    state.note_due(TimeNs(7))
    state.note_due(TimeNs(8))
    assert state.earliest_due_ns == 7


def test_a_partys_orders_are_found_by_product() -> None:
    venue = Venue()
    first, second = venue.buys(10, 9_000), venue.buys(10, 9_010)
    own = venue.state.own_orders[venue.buyer, venue.product_id]
    assert list(own) == [first, second]
    assert venue.state.parties[venue.buyer].orders_open == 2
    venue.does(venue.cancellation(first, by=venue.buyer))
    assert list(own) == [second]
    venue.does(venue.order(venue.seller, Side.SELL, 10, 9_000))
    assert (venue.buyer, venue.product_id) not in venue.state.own_orders
    assert venue.state.parties[venue.buyer].orders_open == 0


def test_an_open_order_is_the_very_one_that_was_placed() -> None:
    venue = Venue()
    order_id = venue.buys(10, 9_000, expires_at_ns=START_NS + 9)
    order = venue.open_order(OrderId(order_id))
    assert (order.placed_at_ns, order.expires_at_ns) == (START_NS, START_NS + 9)
