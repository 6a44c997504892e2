"""A call auction whose price would lie beyond its band (PRC-01): it is put off once, and the second
time the product is halted for five minutes."""

from __future__ import annotations

from typing import Final

import msgspec
import pytest

from exchange.calendar_commands import AmendCalendar
from exchange.check import check
from exchange.codec import encode_events
from exchange.events import AnyEvent, OrderFilled
from exchange.halt_events import HaltLifted, TradeHalted
from exchange.halt_types import HaltLevel, HaltReason
from exchange.limits import AUCTION_EXTENSION_NS, BAND_HALT_NS
from exchange.market_events import AuctionExtended, AuctionScheduled, AuctionUncrossed
from exchange.modes.types import CallAuctionTerms, MarketMode
from exchange.price_types import Nav
from exchange.refusals import Refusal
from exchange.register_commands import ResumeProduct, SuspendProduct
from exchange.rules_commands import SetProductRules
from exchange.snapshot import decode_state, digest, encode_state
from exchange.types import OPERATOR_ID
from matching import Price, Side
from registry.calendar import DayChange, day_of_date
from registry.types import TimeNs
from tests.exchange.disclosures import days_ago, disclosure
from tests.exchange.rules.clearing import clears
from tests.exchange.rules.market import ON_WEEKDAYS, RuledMarket
from tests.exchange.rules.packs import only
from tests.exchange.test_call_auction import of, until
from tests.exchange.test_halts import halt, halted, lift
from tests.exchange.test_market_modes import mode_of
from tests.exchange.venue import DAY_NS, SECOND_NS, the

PACK: Final = "CN-VENUE-LICENSED"
MINUTE_NS: Final = 60 * SECOND_NS
AT_TEN: Final = CallAuctionTerms(uncross_minutes=(600,), window_minutes=0)
UNITS: Final = 100_000


def market(terms: CallAuctionTerms = AT_TEN) -> RuledMarket:
    """A product with one auction a day, and a band of 10 % around what a unit is worth."""
    venue = RuledMarket()
    venue.loads(only(PACK, "PRC-01"))
    venue.rules(PACK)
    venue.does(mode_of(venue, MarketMode.CALL_AUCTION, terms))
    return venue


def valued(venue: RuledMarket, value: int) -> None:
    """A net asset value of today."""
    venue.does(disclosure(venue, nav=Nav(Price(value), days_ago(venue, 0))))


def opens_ns(venue: RuledMarket) -> TimeNs:
    """From when on the next auction may come."""
    auction = venue.state.products[venue.product_id].auction
    assert auction is not None
    return auction.opens_ns


def comes(venue: RuledMarket) -> list[AnyEvent]:
    """All that is told until the moment of the next auction is over."""
    told = until(venue, opens_ns(venue))
    check(venue.state)
    return told


@pytest.fixture
def venue() -> RuledMarket:
    """Both sides agree on par, and then a unit is found to be worth 15 % more."""
    venue = market()
    venue.sells(UNITS)
    venue.buys(UNITS)
    valued(venue, 11_500)
    return venue


def test_an_auction_beyond_its_band_is_put_off_once(venue: RuledMarket) -> None:
    moment_ns = opens_ns(venue)
    told = comes(venue)
    extended = the(AuctionExtended, told)
    assert (extended.price, extended.volume, extended.surplus) == (10_000, UNITS, 0)
    assert extended.opens_ns == extended.latest_ns == moment_ns + AUCTION_EXTENSION_NS
    acts = AuctionUncrossed | OrderFilled | TradeHalted
    assert [each for each in told if isinstance(each, acts)] == []


def test_in_the_minutes_more_orders_come_and_go_and_it_takes_place(venue: RuledMarket) -> None:
    comes(venue)
    for order in list(venue.state.orders.values()):
        venue.does(venue.cancellation(order.order_id, by=order.party_id))
    venue.sells(UNITS, 11_400)
    venue.buys(UNITS, 11_400)
    told = comes(venue)
    assert the(AuctionUncrossed, told).price == 11_400
    assert the(OrderFilled, told).quantity == UNITS
    # The next one is one's first again.
    auction = venue.state.products[venue.product_id].auction
    assert auction is not None
    assert not auction.extended


def test_it_takes_place_when_the_band_has_come_to_it(venue: RuledMarket) -> None:
    comes(venue)
    valued(venue, 10_500)
    assert the(AuctionUncrossed, comes(venue)).price == 10_000


def test_the_second_time_the_product_is_halted_for_five_minutes(venue: RuledMarket) -> None:
    comes(venue)
    told = comes(venue)
    given = the(TradeHalted, told)
    assert (given.level, given.subject_id) == (HaltLevel.PRODUCT, venue.product_id)
    assert (given.reason, given.given_by, given.officer) == (
        HaltReason.PRICE_BAND,
        OPERATOR_ID,
        "",
    )
    assert given.review_ns == venue.at_ns + BAND_HALT_NS
    assert [each for each in told if isinstance(each, AuctionUncrossed | OrderFilled)] == []
    # This auction is left out: the next one is tomorrow's.
    assert the(AuctionScheduled, told).opens_ns == venue.at_ns - AUCTION_EXTENSION_NS + DAY_NS

    bid = venue.order(venue.buyer, Side.BUY, UNITS, 11_000)
    assert venue.refuses(bid) is Refusal.TRADE_HALTED
    assert of(HaltLifted, until(venue, given.review_ns - 1)) == []
    lifted = the(HaltLifted, until(venue, given.review_ns))
    assert (lifted.halt_id, lifted.given_by, lifted.officer) == (given.halt_id, OPERATOR_ID, "")
    check(venue.state)
    venue.deposits(venue.buyer, 10**11)
    venue.does(msgspec.structs.replace(bid, key=venue.key()))


def test_the_next_auction_is_put_off_anew(venue: RuledMarket) -> None:
    comes(venue)
    comes(venue)
    told = comes(venue)
    assert (len(of(AuctionExtended, told)), len(of(HaltLifted, told))) == (1, 1)
    assert of(TradeHalted, told) == []


def test_the_operator_may_let_trade_go_on_before(venue: RuledMarket) -> None:
    comes(venue)
    given = the(TradeHalted, comes(venue))
    venue.does(lift(venue, given.halt_id))
    assert venue.state.halts.timed == {}
    assert of(HaltLifted, until(venue, given.review_ns + 1)) == []


@pytest.mark.parametrize("value", [9_100, 11_110])
def test_at_the_edge_of_the_band_it_takes_place(value: int) -> None:
    """Par is 9.9 % above 0.91, and 9.99 % below 1.111."""
    venue = market()
    venue.sells(UNITS)
    venue.buys(UNITS)
    valued(venue, value)
    assert the(AuctionUncrossed, comes(venue)).price == 10_000


def test_a_product_without_the_rule_has_no_band(venue: RuledMarket) -> None:
    venue.does(
        SetProductRules(
            actor=OPERATOR_ID,
            key=venue.key(),
            product_id=venue.product_id,
            packs=(),
            overrides=(),
        )
    )
    assert the(AuctionUncrossed, comes(venue)).price == 10_000


def test_nothing_that_would_trade_hits_no_band() -> None:
    venue = market()
    venue.sells(UNITS, 10_500)
    venue.buys(UNITS)
    valued(venue, 30_000)
    assert the(AuctionUncrossed, comes(venue)).price is None


def let_pass(venue: RuledMarket) -> None:
    """The seller's order at par, which a person lets pass though a unit is worth 15 % more."""
    venue.submit(venue.order(venue.seller, Side.SELL, UNITS))
    (asked,) = venue.state.rules.clearances.by_id
    clears(venue, asked)
    venue.sells(UNITS)


def test_what_a_person_has_let_pass_trades_there() -> None:
    venue = market()
    valued(venue, 11_500)
    let_pass(venue)
    venue.buys(UNITS, 10_400)
    told = comes(venue)
    assert the(AuctionUncrossed, told).price == the(OrderFilled, told).price == 10_000


def test_what_he_has_let_pass_waits_where_others_would_trade_there_too(
    venue: RuledMarket,
) -> None:
    let_pass(venue)
    venue.buys(UNITS, 10_400)
    assert the(AuctionExtended, comes(venue)).volume == 2 * UNITS


@pytest.mark.parametrize("times", [1, 2])
def test_where_trade_is_halted_anyway_the_band_is_not_asked(venue: RuledMarket, times: int) -> None:
    for _ in range(times - 1):
        comes(venue)
    halted(venue, halt(venue, review_ns=TimeNs(venue.at_ns + 2 * DAY_NS)))
    told = comes(venue)
    assert [each for each in told if isinstance(each, AuctionExtended | TradeHalted)] == []
    the(AuctionScheduled, told)


def test_a_product_that_is_suspended_in_the_minutes_more_waits_for_its_next_auction(
    venue: RuledMarket,
) -> None:
    comes(venue)
    product_id = venue.product_id
    venue.does(SuspendProduct(actor=OPERATOR_ID, key=venue.key(), product_id=product_id))
    the(AuctionScheduled, comes(venue))
    venue.does(ResumeProduct(actor=OPERATOR_ID, key=venue.key(), product_id=product_id))
    the(AuctionExtended, comes(venue))


def test_where_nobody_could_act_in_the_minutes_more_it_is_left_out(venue: RuledMarket) -> None:
    comes(venue)
    told = list(venue.waits(10 * MINUTE_NS, downtime=True))
    while (due_ns := venue.state.next_due_ns()) is not None and due_ns <= venue.at_ns:
        told += venue.waits(0)
    assert of(TradeHalted, told) == []
    the(AuctionScheduled, told)


def test_an_amended_calendar_does_not_move_the_minutes_more(venue: RuledMarket) -> None:
    extended = the(AuctionExtended, comes(venue))
    tomorrow = day_of_date("2023-11-16")
    venue.does(
        AmendCalendar(
            actor=OPERATOR_ID,
            key=venue.key(),
            calendar_id="WEEKS",
            days=(DayChange(tomorrow, is_worked=False),),
            covered_until=None,
        )
    )
    until(venue, venue.at_ns)
    assert opens_ns(venue) == extended.opens_ns


def test_the_moment_is_drawn_anew_in_a_window_as_long() -> None:
    venue = market(CallAuctionTerms(uncross_minutes=(600,), window_minutes=2))
    venue.sells(UNITS)
    venue.buys(UNITS)
    valued(venue, 11_500)
    told = until(venue, opens_ns(venue) + 2 * MINUTE_NS)
    extended = the(AuctionExtended, told)
    assert extended.latest_ns == extended.opens_ns + 2 * MINUTE_NS
    assert of(TradeHalted, until(venue, extended.opens_ns - 1)) == []
    the(TradeHalted, until(venue, extended.latest_ns))


def test_two_products_at_one_moment_are_halted_by_two_commands(venue: RuledMarket) -> None:
    first_id = venue.product_id
    terms = msgspec.structs.replace(ON_WEEKDAYS, symbol="SECOND-1")
    venue.product_id = venue.lists(terms)
    venue.records(venue.seller, 500_000)
    venue.rules(PACK)
    venue.does(mode_of(venue, MarketMode.CALL_AUCTION, AT_TEN))
    venue.sells(UNITS)
    venue.buys(UNITS)
    valued(venue, 11_500)
    comes(venue)
    given = of(TradeHalted, comes(venue))
    assert {each.subject_id for each in given} == {first_id, venue.product_id}
    assert len({each.halt_id for each in given}) == 2
    assert len(of(HaltLifted, until(venue, given[0].review_ns))) == 2
    assert venue.state.halts.standing == {}


def test_nobody_halts_for_the_band_by_hand(venue: RuledMarket) -> None:
    by_hand = halt(venue, reason=HaltReason.PRICE_BAND)
    assert venue.refuses(by_hand) is Refusal.HALT_OUT_OF_RANGE


def test_a_venue_from_a_snapshot_goes_on_as_the_one_that_did_not_stop(venue: RuledMarket) -> None:
    twin = market()
    for step in range(4):
        twin.state, twin.at_ns, twin.keys = (
            decode_state(encode_state(venue.state)),
            venue.at_ns,
            venue.keys,
        )
        twin.product_id = venue.product_id
        told, again = comes(venue), comes(twin)
        assert encode_events(tuple(told)) == encode_events(tuple(again)), step
        assert digest(venue.state) == digest(twin.state)
