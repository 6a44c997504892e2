"""Call auctions: orders gather, and at a moment that nobody knows before all trade at one price."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import msgspec
import pytest

from exchange.codec import encode_events
from exchange.events import AnyEvent, OrderFilled, TransferOpened
from exchange.limits import TIMERS_FIRED_PER_COMMAND_MAX
from exchange.market_events import (
    AuctionIndicated,
    AuctionScheduled,
    AuctionUncrossed,
    MarketModeSet,
    OrderTaken,
)
from exchange.modes.call_auction import next_opening
from exchange.modes.types import CallAuctionTerms, MarketMode
from exchange.refusals import Refusal
from exchange.register_commands import CloseProduct, Encumber, ResumeProduct, SuspendProduct
from exchange.snapshot import decode_state, encode_state
from exchange.types import OPERATOR_ID
from matching import Side, TimeInForce
from registry.calendar import Calendar, day_in_shanghai, day_of_date
from registry.encumbrance import EncumbranceKind
from registry.types import DayNumber, HolderId, TimeNs, Units
from tests.exchange.test_market_modes import mode_of
from tests.exchange.venue import HOUR_NS, SECOND_NS, START_NS, Venue, kinds, the

BUY, SELL = Side.BUY, Side.SELL
DAY_NS = HOUR_NS // 2
AT_NOON = CallAuctionTerms(uncross_minutes=(720,), window_minutes=0)
AFTER_NOON = CallAuctionTerms(uncross_minutes=(720,), window_minutes=96)
"""Within two minutes of this calendar's day of half an hour."""
NOON_NS = START_NS + DAY_NS // 2
ROWS = {Refusal.AUCTION_PLAIN_ONLY, Refusal.AUCTION_UNDER_WAY}
"""The refusals that are shown here."""


def auction_venue(terms: CallAuctionTerms = AT_NOON) -> Venue:
    venue = Venue()
    venue.does(mode_of(venue, MarketMode.CALL_AUCTION, terms))
    return venue


@pytest.fixture
def venue() -> Venue:
    """A product with an auction at each noon of its calendar, days of half an hour."""
    return auction_venue()


def until(venue: Venue, moment_ns: int) -> list[AnyEvent]:
    """All that the clock tells until then, second by second where it has to."""
    told: list[AnyEvent] = []
    while (due_ns := venue.state.next_due_ns()) is not None and due_ns <= moment_ns:
        told += venue.waits(max(0, due_ns - venue.at_ns))
    told += venue.waits(moment_ns - venue.at_ns)
    return told


E = TypeVar("E")


def of(kind: type[E], told: Sequence[AnyEvent]) -> list[E]:
    return [event for event in told if isinstance(event, kind)]


def test_orders_gather_and_then_all_trade_at_one_price(venue: Venue) -> None:
    venue.sells(30, 9_900)
    venue.sells(30, 10_000)
    first = venue.buys(40, 10_100)
    last = venue.buys(40, 9_980, by=venue.other)
    told = until(venue, NOON_NS - 1)
    assert of(OrderFilled, told) == []
    assert venue.state.register.transfers == {}

    told = until(venue, NOON_NS)
    uncrossed = the(AuctionUncrossed, told)
    assert (uncrossed.price, uncrossed.volume, uncrossed.surplus) == (10_000, 40, -20)
    fills = of(OrderFilled, told)
    assert {fill.price for fill in fills} == {10_000}
    assert [(fill.quantity, fill.buyer_id) for fill in fills] == [
        (30, venue.buyer),
        (10, venue.buyer),
    ]
    # He bid 1.01 and pays 1.00; what was reserved for more is free again.
    assert first not in venue.state.orders
    assert venue.account(venue.buyer) == (100_000_000 - 40_00, 0, 40_00)
    assert venue.depth(SELL) == [(10_000, 20, 1)]
    assert venue.open_order(last).open_quantity == 40
    assert len({opened.transfer_id for opened in of(TransferOpened, told)}) == 2
    scheduled = the(AuctionScheduled, told)
    assert scheduled.opens_ns == scheduled.latest_ns == NOON_NS + DAY_NS


def test_what_would_trade_is_told_a_second_later_and_when_it_changes(venue: Venue) -> None:
    venue.sells(30)
    venue.buys(10)
    assert of(AuctionIndicated, until(venue, venue.at_ns + SECOND_NS - 1)) == []
    (said,) = of(AuctionIndicated, until(venue, venue.at_ns + 1))
    assert (said.price, said.volume, said.surplus) == (10_000, 10, -20)
    order_id = venue.buys(10, 9_000)
    assert of(AuctionIndicated, until(venue, venue.at_ns + 2 * SECOND_NS)) == []
    venue.does(venue.replacement(order_id, 10, 10_000, by=venue.buyer))
    for open_id in list(venue.state.orders):
        if venue.open_order(open_id).party_id == venue.buyer:
            venue.does(venue.cancellation(open_id, by=venue.buyer))
    (said,) = of(AuctionIndicated, until(venue, venue.at_ns + 2 * SECOND_NS))
    assert (said.price, said.volume, said.surplus) == (None, 0, 0)


def moment_of(venue: Venue) -> TimeNs:
    """When the auction took place; the clock is told of every second."""
    scheduled = START_NS + DAY_NS // 2
    while venue.at_ns <= scheduled + DAY_NS:
        told = until(venue, venue.at_ns + SECOND_NS)
        if of(AuctionUncrossed, told):
            return venue.at_ns
    raise AssertionError


def test_the_moment_lies_in_the_window_and_depends_on_who_has_gathered() -> None:
    moments = []
    for orders in range(6):
        venue = auction_venue(AFTER_NOON)
        for _ in range(orders):
            venue.sells(10)
        moments.append(moment_of(venue))
    window_ns = 96 * DAY_NS // 1_440
    assert all(NOON_NS <= moment <= NOON_NS + window_ns + SECOND_NS for moment in moments)
    assert len(set(moments)) > 3


def test_the_same_commands_give_the_same_moment() -> None:
    told = []
    for _ in range(2):
        venue = auction_venue(AFTER_NOON)
        venue.sells(10)
        venue.buys(10)
        told.append(encode_events(tuple(until(venue, NOON_NS + DAY_NS // 4))))
    assert told[0] == told[1]


@pytest.mark.parametrize("kind", ["ioc", "fok", "post-only", "minimum", "all or none", "whole"])
def test_only_plain_orders_gather(venue: Venue, kind: str) -> None:
    venue.sells(10)
    order = venue.order(venue.buyer, BUY, 10)
    order = {
        "ioc": msgspec.structs.replace(order, time_in_force=TimeInForce.IMMEDIATE_OR_CANCEL),
        "fok": msgspec.structs.replace(order, time_in_force=TimeInForce.FILL_OR_KILL),
        "post-only": msgspec.structs.replace(order, post_only=True),
        "minimum": venue.constrained(order, minimum_quantity=10),
        "all or none": venue.constrained(order, all_or_none=True),
        "whole": venue.constrained(order, whole_only=True),
    }[kind]
    assert venue.refuses(order) is Refusal.AUCTION_PLAIN_ONLY


def test_own_orders_that_would_meet_are_refused_while_they_gather(venue: Venue) -> None:
    venue.sells(10)
    venue.deposits(venue.seller, 1_000_000)
    assert venue.refuses(venue.order(venue.seller, BUY, 10)) is Refusal.SELF_TRADE
    venue.does(venue.order(venue.seller, BUY, 10, 9_990))


def crowd(venue: Venue, count: int) -> None:
    """So many sellers' and so many buyers' orders, each for a lot."""
    venue.does_all(venue.order(venue.seller, SELL, 10) for _ in range(count))
    venue.does_all(venue.order(venue.buyer, BUY, 10) for _ in range(count))


def test_a_large_auction_is_carried_out_in_several_commands_and_nobody_comes_between(
    venue: Venue,
) -> None:
    count = TIMERS_FIRED_PER_COMMAND_MAX + 30
    crowd(venue, count)
    until(venue, NOON_NS - 1)
    first = venue.waits(1)
    assert 0 < len(of(OrderFilled, first)) < count
    waiting = next(iter(venue.state.orders))
    for command in (
        venue.order(venue.buyer, BUY, 10),
        venue.cancellation(waiting, by=venue.seller),
        venue.replacement(waiting, 10, 9_990, by=venue.seller),
    ):
        assert venue.refuses(command) is Refusal.AUCTION_UNDER_WAY
    image = encode_state(venue.state)
    assert encode_state(decode_state(image)) == image
    second = venue.waits(0)
    told = [*first, *second]
    assert len(of(OrderFilled, told)) == count
    assert len(of(AuctionUncrossed, told)) == 1
    opened = {event.transfer_id for event in of(TransferOpened, told)}
    assert len(opened) == count == len(venue.pending())
    assert venue.depth(BUY) == venue.depth(SELL) == []


def test_who_is_withdrawn_while_the_auction_is_carried_out_trades_no_more(venue: Venue) -> None:
    venue.records(venue.other, 1_000)
    count = TIMERS_FIRED_PER_COMMAND_MAX
    crowd(venue, count)
    venue.does(venue.order(venue.other, SELL, 10))
    until(venue, NOON_NS - 1)
    venue.waits(1)
    left = [order for order in venue.state.orders.values() if order.side is BUY]
    assert left
    # The first seller's units are frozen: his last orders go, and the other one takes a place.
    venue.does(
        Encumber(
            actor=OPERATOR_ID,
            key=venue.key(),
            product_id=venue.product_id,
            holder_id=HolderId(venue.seller),
            kind=EncumbranceKind.FREEZE,
            lot_id=None,
            units=Units(100_000),
            authority=bytes(32),
            until_on=DayNumber(day_in_shanghai(venue.at_ns) + 30),
        )
    )
    told = venue.waits(0)
    assert the(OrderFilled, told).seller_id == venue.other
    assert kinds(told)[:2] == ["AuctionUncrossed", "OrderTaken"]
    assert not [order for order in venue.state.orders.values() if order.side is SELL]


def test_a_suspended_product_has_no_auction(venue: Venue) -> None:
    venue.sells(10)
    venue.buys(10)
    product_id = venue.product_id
    venue.does(SuspendProduct(actor=OPERATOR_ID, key=venue.key(), product_id=product_id))
    told = until(venue, NOON_NS + 1)
    assert of(AuctionUncrossed, told) == []
    assert the(AuctionScheduled, told).opens_ns == NOON_NS + DAY_NS
    venue.does(ResumeProduct(actor=OPERATOR_ID, key=venue.key(), product_id=product_id))
    assert len(of(OrderFilled, until(venue, NOON_NS + DAY_NS))) == 1


def test_there_is_no_auction_in_a_time_in_which_nobody_could_act(venue: Venue) -> None:
    venue.sells(10)
    venue.buys(10)
    told = [*venue.waits(NOON_NS + SECOND_NS - venue.at_ns, downtime=True)]
    assert of(AuctionUncrossed, told) == []
    assert the(AuctionScheduled, told).opens_ns == NOON_NS + DAY_NS


def test_an_order_that_expires_at_the_moment_does_not_trade(venue: Venue) -> None:
    venue.sells(10, expires_at_ns=NOON_NS)
    venue.buys(10)
    told = until(venue, NOON_NS)
    assert the(AuctionUncrossed, told).price is None
    assert of(OrderTaken, told) == []


def test_the_price_is_near_to_the_last_one_where_nothing_else_decides(venue: Venue) -> None:
    venue.sells(10, 9_000)
    venue.buys(10, 11_000)
    assert the(AuctionUncrossed, until(venue, NOON_NS)).price == 10_000  # par
    venue.sells(10, 10_500)
    venue.buys(10, 10_500)
    assert the(AuctionUncrossed, until(venue, NOON_NS + DAY_NS)).price == 10_500
    venue.sells(10, 9_000)
    venue.buys(10, 11_000)
    assert the(AuctionUncrossed, until(venue, NOON_NS + 2 * DAY_NS)).price == 10_500


def test_a_book_of_orders_that_gather_has_a_bound_of_its_own(
    venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.eligibility.ORDERS_GATHERED_MAX", 2)
    venue.sells(10)
    venue.buys(10)
    assert venue.refuses(venue.order(venue.buyer, BUY, 10)) is Refusal.BOOK_FULL


def test_the_mode_is_left_when_the_book_is_empty_and_no_auction_comes_any_more(
    venue: Venue,
) -> None:
    order_id = venue.sells(10)
    back = mode_of(venue, MarketMode.CONTINUOUS)
    assert venue.refuses(back) is Refusal.MARKET_NOT_EMPTY
    venue.does(venue.cancellation(order_id, by=venue.seller))
    told = venue.does(msgspec.structs.replace(back, key=venue.key()))
    assert kinds(told) == ["MarketModeSet"]
    assert the(MarketModeSet, told).terms is None
    venue.sells(10)
    venue.buys(10)
    assert len(venue.pending()) == 1
    assert of(AuctionUncrossed, until(venue, NOON_NS + DAY_NS)) == []


def test_a_closed_product_has_no_auction(venue: Venue) -> None:
    venue.sells(10)
    venue.buys(10)
    for kind in (SuspendProduct, CloseProduct):
        venue.does(kind(actor=OPERATOR_ID, key=venue.key(), product_id=venue.product_id))
    told = until(venue, NOON_NS)
    assert of(AuctionUncrossed, told) == []
    assert not venue.state.orders


SHANGHAI = Calendar(
    calendar_id="CN",
    zone_offset_ns=8 * HOUR_NS,
    day_ns=24 * HOUR_NS,
    working_weekdays=0b0011111,
    exceptions={
        **{DayNumber(day_of_date(f"2026-10-0{day}")): False for day in range(1, 8)},
        DayNumber(day_of_date("2026-10-10")): True,
    },
    covered_until=DayNumber(day_of_date("2026-12-31")),
)
TWICE = CallAuctionTerms(uncross_minutes=(9 * 60 + 30, 14 * 60), window_minutes=5)


def at(date: str, hour: int, minute: int = 0) -> TimeNs:
    day_ns = day_of_date(date) * 24 * HOUR_NS
    return TimeNs(day_ns + (hour - 8) * HOUR_NS + minute * HOUR_NS // 60)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at("2026-09-29", 9), at("2026-09-29", 9, 30)),
        (at("2026-09-29", 9, 30), at("2026-09-29", 14)),
        # Golden Week is over on Thursday; the Saturday that is worked for it has no trade.
        (at("2026-09-30", 15), at("2026-10-08", 9, 30)),
        (at("2026-10-09", 14), at("2026-10-12", 9, 30)),
    ],
)
def test_auctions_are_on_days_of_trade(now: TimeNs, expected: TimeNs) -> None:
    assert next_opening(SHANGHAI, TWICE, now) == expected
