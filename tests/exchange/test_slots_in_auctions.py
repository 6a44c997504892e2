"""A call auction keeps to holder slots, fill by fill."""

from __future__ import annotations

from exchange.events import OrderFilled
from exchange.market_events import AuctionScheduled, AuctionUncrossed
from exchange.match_rule import MatchRule
from exchange.modes.types import MarketMode
from exchange.slot_events import MatchSkipped
from exchange.slots import Count
from tests.exchange.capped import MILLION, Capped
from tests.exchange.test_call_auction import AT_NOON, DAY_NS, NOON_NS, of, until
from tests.exchange.test_market_modes import mode_of


def test_two_who_may_not_meet_keep_their_places_until_the_next_auction() -> None:
    venue = Capped()
    venue.does(mode_of(venue, MarketMode.CALL_AUCTION, AT_NOON))
    venue.inherit([venue.other], 100 * MILLION)
    venue.caps(small=1)
    first, second = venue.person(), venue.person()
    venue.sells(2 * MILLION, by=venue.other)
    venue.buys(MILLION, by=first)
    rests = venue.buys(MILLION, by=second)
    told = until(venue, NOON_NS)
    assert len(of(AuctionUncrossed, told)) == len(of(AuctionScheduled, told)) == 1
    assert [event.buyer_id for event in of(OrderFilled, told)] == [first]
    (skipped,) = of(MatchSkipped, told)
    assert (skipped.taker_order_id, skipped.quantity) == (rests, MILLION)
    assert skipped.rule is MatchRule.NATURAL_HOLDERS
    assert venue.counts.natural_small == Count(0, 1)
    venue.restarts()
    venue.does(venue.rejection(*venue.pending()))
    told = until(venue, NOON_NS + DAY_NS)
    assert [event.buyer_id for event in of(OrderFilled, told)] == [second]
    assert of(MatchSkipped, told) == []
